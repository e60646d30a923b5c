/**
 * All routes. Matching, checks and the OpenAPI document come from these definitions.
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

/** The security of a route without a token. All other routes need one. */
export const OPEN: Record<string, string[]>[] = [];

const NO_QUERY = z.strictObject({});

/** A parameter that may occur several times. */
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
  "There is no snapshot yet, or it is too old to be answered",
);

/** The refusals of all routes. */
const REFUSALS = {
  400: describeProblem("An unknown parameter, or a value without a meaning"),
  403: describeProblem("The request comes from a page of another site"),
  413: describeProblem("The request has a body"),
  414: describeProblem("The URL is too long"),
  421: describeProblem(
    "The header Host names another machine, and the server listens for this one only",
  ),
};

const UNAUTHORIZED = { 401: describeProblem("The token is missing or wrong") };

/** The responses of a route that answers from the current snapshot. */
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
    summary:
      `${what} of the current snapshot. A row must fit all filters; of a filter that occurs ` +
      "several times, one value",
    request: { query: filters },
    responses: {
      ...ofSnapshot(listSchema(name), "The rows that fit the filters"),
      404: describeProblem("The snapshot was taken without these rows (NOT_READ)"),
    },
  });
}

export const ROUTES = {
  page: createRoute({
    method: "get",
    path: "/",
    operationId: "page",
    summary: "A page for browsers. It asks for its data with the token",
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
    summary: "Tells whether the server is alive",
    security: OPEN,
    request: { query: NO_QUERY },
    responses: { ...REFUSALS, 200: json(healthSchema, "The server is alive") },
  }),
  readyz: createRoute({
    method: "get",
    path: "/readyz",
    operationId: "readyz",
    summary: "Tells whether there is a snapshot to answer",
    security: OPEN,
    request: { query: NO_QUERY },
    responses: {
      ...REFUSALS,
      200: json(readinessSchema, "There is a snapshot to answer"),
      503: NO_SNAPSHOT,
    },
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
    "The tokens, keys and client secrets of machines, if the snapshot includes credentials,",
  ),
  refresh: createRoute({
    method: "post",
    path: "/v1/refresh",
    operationId: "refresh",
    summary: "Starts a sync, or joins the running one",
    request: {
      query: z.strictObject({
        wait: flag.openapi({
          param: { description: "true: answers with the result once the sync has ended" },
        }),
        force: flag.openapi({
          param: {
            description:
              "true: takes the snapshot even if it lost much of the previous one (SHRUNK)",
          },
        }),
      }),
    },
    responses: {
      ...REFUSALS,
      ...UNAUTHORIZED,
      200: json(refreshSucceededSchema, "With wait=true: the sync succeeded"),
      202: json(refreshRunningSchema, "The sync is running"),
      502: describeProblem("With wait=true: the sync failed"),
    },
  }),
  status: createRoute({
    method: "get",
    path: "/v1/status",
    operationId: "status",
    summary: "The last sync, the last failure, the running sync and the next one",
    request: { query: NO_QUERY },
    responses: { ...REFUSALS, ...UNAUTHORIZED, 200: json(statusSchema, "The status") },
  }),
  metrics: createRoute({
    method: "get",
    path: "/metrics",
    operationId: "metrics",
    summary: "Metrics for Prometheus",
    request: { query: NO_QUERY },
    responses: {
      ...REFUSALS,
      ...UNAUTHORIZED,
      200: { description: "The metrics", content: { "text/plain": { schema: z.string() } } },
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

export type RouteName = keyof typeof ROUTES;

/** Tells whether a route needs no token. */
export function isOpen({ security }: Pick<RouteConfig, "path" | "security">): boolean {
  return security?.length === 0;
}
