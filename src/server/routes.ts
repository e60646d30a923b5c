/**
 * All routes, each written once: what is answered, refused, counted and documented comes from here.
 *
 * @module
 */
import { FILTERS } from "../snapshot/query/filters.ts";

/** One route. */
export interface Route {
  /** The method; where it is GET, HEAD is answered too. */
  method: "GET" | "POST";
  /** The path. */
  path: string;
  /** What it answers, in one sentence. */
  summary: string;
  /** Who may ask: whoever has the token, everybody, or whoever the settings say. */
  access: "token" | "open" | "metrics";
  /** The parameters of the query that it knows, each with what it means. */
  query: Readonly<Record<string, string>>;
  /** The media type of a good answer. */
  type: string;
  /** The status codes that it answers with beside those of every route, each with what it means. */
  statuses: Readonly<Record<number, string>>;
}

const NO_SNAPSHOT = "There is no snapshot yet, or it is older than the server may answer";
const FRESH = { 200: "As asked for", 304: "The client's copy is current", 503: NO_SNAPSHOT };
const JSON_TYPE = "application/json";

function list(path: string, what: string): Route {
  return {
    method: "GET",
    path,
    summary: `${what} of the current snapshot; all filters must fit, one given twice means either`,
    access: "token",
    query: FILTERS,
    type: JSON_TYPE,
    statuses: FRESH,
  };
}

/** All routes by name. */
export const ROUTES = {
  page: {
    method: "GET",
    path: "/",
    summary: "A page for people; the data it shows it asks for with the token",
    access: "open",
    query: {},
    type: "text/html",
    statuses: { 200: "The page" },
  },
  snapshot: {
    method: "GET",
    path: "/v1/snapshot",
    summary: "The current snapshot, byte for byte as zitadel-sync sync writes it",
    access: "token",
    query: {},
    type: JSON_TYPE,
    statuses: FRESH,
  },
  users: list("/v1/users", "The users"),
  groups: list("/v1/groups", "The groups (projects)"),
  entitlements: list("/v1/entitlements", "The entitlements (project roles)"),
  grants: list("/v1/grants", "The grants: who holds which entitlement"),
  refresh: {
    method: "POST",
    path: "/v1/refresh",
    summary: "Starts a sync, or joins the one that runs",
    access: "token",
    query: {
      wait: "true: answers when the sync has ended, with what came of it",
      force: "true: takes the snapshot even if much is gone since the one before (SHRUNK)",
    },
    type: JSON_TYPE,
    statuses: {
      200: "With wait=true: the sync has succeeded",
      202: "The sync runs",
      502: "With wait=true: the sync has failed",
    },
  },
  status: {
    method: "GET",
    path: "/v1/status",
    summary: "The last sync, the last failure, the sync that runs, the next one",
    access: "token",
    query: {},
    type: JSON_TYPE,
    statuses: { 200: "The status" },
  },
  healthz: {
    method: "GET",
    path: "/healthz",
    summary: "Whether the server is alive",
    access: "open",
    query: {},
    type: JSON_TYPE,
    statuses: { 200: "It is" },
  },
  readyz: {
    method: "GET",
    path: "/readyz",
    summary: "Whether there is a snapshot that may be answered",
    access: "open",
    query: {},
    type: JSON_TYPE,
    statuses: { 200: "There is", 503: NO_SNAPSHOT },
  },
  metrics: {
    method: "GET",
    path: "/metrics",
    summary: "Numbers for Prometheus",
    access: "metrics",
    query: {},
    type: "text/plain",
    statuses: { 200: "The numbers" },
  },
  openapi: {
    method: "GET",
    path: "/openapi.json",
    summary: "This description",
    access: "token",
    query: {},
    type: JSON_TYPE,
    statuses: { 200: "OpenAPI 3.1" },
  },
  schema: {
    method: "GET",
    path: "/schema.json",
    summary: "The JSON Schema of a snapshot",
    access: "token",
    query: {},
    type: "application/schema+json",
    statuses: { 200: "JSON Schema, draft 2020-12" },
  },
} as const satisfies Record<string, Route>;

/** The name of a route. */
export type RouteName = keyof typeof ROUTES;

/** The methods that a route answers, as in the header `Allow`. */
export function allowedMethods({ method }: Route): string[] {
  return method === "GET" ? ["GET", "HEAD"] : [method];
}
