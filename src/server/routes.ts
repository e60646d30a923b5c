/**
 * All routes, each written once: what is matched, checked, refused and described comes from here.
 *
 * @module
 */
import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import type { ListName } from "../snapshot/lists.ts";
import { FILTERS } from "../snapshot/query/filters.ts";
import {
  healthSchema,
  listSchema,
  problemSchema,
  readinessSchema,
  referTo,
  refreshRunningSchema,
  refreshSucceededSchema,
  statusSchema,
} from "./schemas.ts";

type Body = Parameters<typeof json>[0];

/** What opens a route: nothing. What says nothing of it needs the server's token. */
export const OPEN: Record<string, string[]>[] = [];

const NO_QUERY = z.strictObject({});

/** A parameter that may be given several times. */
const several = z.preprocess(
  (value) => typeof value === "string" ? [value] : value,
  z.array(z.string().min(1, "is empty")),
).optional();

const flag = z.enum(["true", "false"], { error: "must be true or false" }).optional();

const filters = z.strictObject(
  Object.fromEntries(
    Object.entries(FILTERS).map(([name, description]) => [
      name,
      several.openapi({ param: { description } }),
    ]),
  ) as Record<keyof typeof FILTERS, typeof several>,
);

function json(schema: z.ZodType | { $ref: string }, description: string) {
  return { description, content: { "application/json": { schema } } };
}

function describeProblem(description: string) {
  return { description, content: { "application/problem+json": { schema: problemSchema } } };
}

const NO_SNAPSHOT = describeProblem(
  "There is no snapshot yet, or it is older than the server may answer",
);

/** What every route may answer. */
const REFUSALS = {
  400: describeProblem("A parameter that the route does not know, or a value without a meaning"),
  403: describeProblem("A page of another site asks"),
  413: describeProblem("There is a body"),
  414: describeProblem("The URL is too long"),
  421: describeProblem(
    "The header Host is no name of this machine, for which alone the server listens",
  ),
};

const UNAUTHORIZED = { 401: describeProblem("The token is missing or wrong") };

/** A route that answers from the current snapshot. */
function ofSnapshot(body: Body, description: string) {
  return {
    ...REFUSALS,
    ...UNAUTHORIZED,
    200: json(body, description),
    304: { description: "The client's copy is current" },
    503: NO_SNAPSHOT,
  };
}

function list(name: ListName, what: string) {
  return createRoute({
    method: "get",
    path: `/v1/${name}`,
    operationId: name,
    summary: `${what} of the current snapshot; all filters must fit, one given twice means either`,
    request: { query: filters },
    responses: {
      ...ofSnapshot(listSchema(name), "The rows that fit"),
      404: describeProblem("The snapshot was taken without what is asked for (NOT_READ)"),
    },
  });
}

/** All routes by name. */
export const ROUTES = {
  page: createRoute({
    method: "get",
    path: "/",
    operationId: "page",
    summary: "A page for people; the data it shows it asks for with the token",
    security: OPEN,
    request: { query: NO_QUERY },
    responses: {
      ...REFUSALS,
      200: { description: "The page", content: { "text/html": { schema: z.string() } } },
    },
  }),
  healthz: createRoute({
    method: "get",
    path: "/healthz",
    operationId: "healthz",
    summary: "Whether the server is alive",
    security: OPEN,
    request: { query: NO_QUERY },
    responses: { ...REFUSALS, 200: json(healthSchema, "It is") },
  }),
  readyz: createRoute({
    method: "get",
    path: "/readyz",
    operationId: "readyz",
    summary: "Whether there is a snapshot that may be answered",
    security: OPEN,
    request: { query: NO_QUERY },
    responses: { ...REFUSALS, 200: json(readinessSchema, "There is"), 503: NO_SNAPSHOT },
  }),
  snapshot: createRoute({
    method: "get",
    path: "/v1/snapshot",
    operationId: "snapshot",
    summary: "The current snapshot, byte for byte as zitadel-sync sync writes it",
    request: { query: NO_QUERY },
    responses: ofSnapshot(referTo("Snapshot"), "The snapshot"),
  }),
  users: list("users", "The users"),
  groups: list("groups", "The groups (projects)"),
  entitlements: list("entitlements", "The entitlements (project roles)"),
  grants: list("grants", "The grants: who holds which entitlement"),
  credentials: list(
    "credentials",
    "The tokens, keys and client secrets of machines, if they were asked for (--include credentials),",
  ),
  refresh: createRoute({
    method: "post",
    path: "/v1/refresh",
    operationId: "refresh",
    summary: "Starts a sync, or joins the one that runs",
    request: {
      query: z.strictObject({
        wait: flag.openapi({
          param: { description: "true: answers when the sync has ended, with what came of it" },
        }),
        force: flag.openapi({
          param: {
            description:
              "true: takes the snapshot even if much is gone since the one before (SHRUNK)",
          },
        }),
      }),
    },
    responses: {
      ...REFUSALS,
      ...UNAUTHORIZED,
      200: json(refreshSucceededSchema, "With wait=true: the sync has succeeded"),
      202: json(refreshRunningSchema, "The sync runs"),
      502: describeProblem("With wait=true: the sync has failed"),
    },
  }),
  status: createRoute({
    method: "get",
    path: "/v1/status",
    operationId: "status",
    summary: "The last sync, the last failure, the sync that runs, the next one",
    request: { query: NO_QUERY },
    responses: { ...REFUSALS, ...UNAUTHORIZED, 200: json(statusSchema, "The status") },
  }),
  metrics: createRoute({
    method: "get",
    path: "/metrics",
    operationId: "metrics",
    summary: "Numbers for Prometheus",
    request: { query: NO_QUERY },
    responses: {
      ...REFUSALS,
      ...UNAUTHORIZED,
      200: { description: "The numbers", content: { "text/plain": { schema: z.string() } } },
    },
  }),
  openapi: createRoute({
    method: "get",
    path: "/openapi.json",
    operationId: "openapi",
    summary: "This description",
    request: { query: NO_QUERY },
    responses: {
      ...REFUSALS,
      ...UNAUTHORIZED,
      200: json(z.looseObject({ openapi: z.string() }), "OpenAPI 3.1"),
    },
  }),
  schema: createRoute({
    method: "get",
    path: "/schema.json",
    operationId: "schema",
    summary: "The JSON Schema of a snapshot",
    request: { query: NO_QUERY },
    responses: {
      ...REFUSALS,
      ...UNAUTHORIZED,
      200: {
        description: "JSON Schema, draft 2020-12",
        content: { "application/schema+json": { schema: z.looseObject({}) } },
      },
    },
  }),
};

/** The name of a route. */
export type RouteName = keyof typeof ROUTES;

/** Whether a route is for everybody. */
export function isOpen({ security }: Pick<RouteConfig, "path" | "security">): boolean {
  return security?.length === 0;
}
