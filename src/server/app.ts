/**
 * The HTTP endpoint as a function from request to response.
 *
 * @module
 */
import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import { methodNotAllowed } from "hono/method-not-allowed";
import { matchedRoutes } from "hono/route";
import { secureHeaders } from "hono/secure-headers";
import type { z } from "zod";
import { refuseBody, refuseStrangers, requireToken } from "./guard.ts";
import { createHandlers, type Handler, type Handlers, type WebPage } from "./handlers.ts";
import type { Delay } from "../zitadel/http/retry.ts";
import { createRequestCounts, type RequestCounts } from "./metrics.ts";
import { describeApp } from "./openapi.ts";
import { problem } from "./problem.ts";
import { isOpen, OPEN, type RouteName, ROUTES } from "./routes.ts";
import { completeRuntime, type ServerRuntime } from "./runtime.ts";
import type { ServerLog } from "./server_log.ts";
import { countBytes, createSlowBodies } from "./slow_body.ts";
import type { Store } from "./store.ts";

/** The options of {@linkcode createApp}. */
export interface AppOptions {
  /** The store of the snapshot. */
  store: Store;
  /** Tells whether a bearer token is right. By default no token is needed. */
  verifyToken?: ((token: string) => boolean | Promise<boolean>) | undefined;
  /** Answers `/metrics` without a token. @default {false} */
  metricsOpen?: boolean | undefined;
  /** Answers only requests for a name of this machine, as a server on a loopback address must. @default {false} */
  loopbackOnly?: boolean | undefined;
  /** The greatest age of a snapshot that is answered, in milliseconds. By default any age is. */
  maxAgeMs?: number | undefined;
  /** The page at `/`. It holds no data, so it needs no token. By default there is none. */
  page?: (() => WebPage | Promise<WebPage>) | undefined;
  /** Receives a line for each bug. */
  log?: ServerLog | undefined;
  /** Called for each request once its response is decided; if the body is made while the client reads, at its end. */
  onResponse?: ((entry: AccessEntry) => void) | undefined;
  /** The clock and timers. By default the real ones. */
  runtime?: ServerRuntime | undefined;
}

/** A request and its response, without names of people and without secrets. */
export interface AccessEntry {
  /** The method; `other` if it is no word. */
  method: string;
  /** The path of the route; `other` if there is none. */
  route: string;
  /** The status of the response. */
  status: number;
  /** The time until the response was decided, in milliseconds. */
  durationMs: number;
  /** The bytes of the body; if it is made while the client reads, those that were read. */
  bytes: number;
}

/** The endpoint. Any server can call its `fetch`. */
export interface HttpApp {
  /** Answers a request; never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Resolves once no client reads a large body. */
  allRead(): Promise<void>;
}

interface Env {
  Variables: {
    /** The path of the route, if it takes other methods only. */
    route?: string;
  };
}

/** Headers that let browsers show a response and do nothing else with it. */
const SECURE_HEADERS: Parameters<typeof secureHeaders>[0] = {
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: "DENY",
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
  removePoweredBy: false,
  // The page has a policy of its own.
  overwrite: false,
};

/** Builds the endpoint. It reads no environment and opens no port. */
export function createApp(options: AppOptions): HttpApp {
  const { store, log, verifyToken, onResponse, maxAgeMs, page } = options;
  const { now, delay } = completeRuntime(options.runtime);
  const bodies = createSlowBodies(delay);
  const requests = createRequestCounts();
  const app = new OpenAPIHono<Env>();

  app.use(observe({ requests, onResponse, now }));
  app.use(secureHeaders(SECURE_HEADERS));
  app.use(refuseStrangers({ loopbackOnly: options.loopbackOnly ?? false }));
  app.use(refuseOtherMethods(app));

  let description: unknown;
  const describe = () =>
    description ??= describeApp(app, { needsToken: verifyToken !== undefined });
  const handlers = createHandlers({ store, bodies, requests, maxAgeMs, page, describe, now });
  const routes = chooseRoutes(options);
  const register = (route: Route) => addRoute(app, route, { handlers, delay });
  routes.filter(isOpen).forEach(register);
  // Everything below needs a token, paths without a route too.
  if (verifyToken !== undefined) app.use(requireToken(verifyToken));
  routes.filter((route) => !isOpen(route)).forEach(register);

  app.notFound(() =>
    problem(404, "NOT_FOUND", "There is nothing at this path", { hint: "See /openapi.json" })
  );
  app.onError((error) => {
    if (error instanceof HTTPException) return error.getResponse();
    log?.write("error", `This is a bug: ${error.message}`, { event: "bug" });
    return problem(500, "INTERNAL", "This is a bug in the server; its log says more");
  });
  return { fetch: async (request) => await app.fetch(request), allRead: bodies.allRead };
}

type Route = RouteConfig & { operationId: RouteName; request: { query: z.ZodObject } };

function chooseRoutes({ page, metricsOpen = false }: AppOptions): Route[] {
  return (Object.values(ROUTES) as Route[])
    .filter(({ operationId }) => operationId !== "page" || page !== undefined)
    .map((route) =>
      route.operationId === "metrics" && metricsOpen ? { ...route, security: OPEN } : route
    );
}

function addRoute(
  app: OpenAPIHono<Env>,
  route: Route,
  { handlers, delay }: { handlers: Handlers; delay: Delay },
): void {
  const handle = handlers[route.operationId] as Handler<unknown>;
  app.openapi(
    route,
    // The types of described responses do not allow bodies that are made while the client reads.
    (async ({ req }: Context<Env>) =>
      await refuseBody(req.raw, route.path, delay) ??
        handle(req.raw, req.valid("query" as never))) as never,
    (result) => result.success ? undefined : refuseQuery(result.error, route),
  );
}

/** Explains a refused query: an unknown parameter, or a value without a meaning. */
function refuseQuery({ issues: [issue] }: z.ZodError, { path, request: { query } }: Route) {
  if (issue?.code !== "unrecognized_keys") {
    return problem(400, "QUERY_INVALID", `${String(issue?.path[0])} ${issue?.message}`);
  }
  const known = Object.keys(query.shape);
  const names = issue.keys.join(", ");
  return problem(400, "QUERY_INVALID", `${path} does not know the parameter ${names}`, {
    hint: known.length === 0 ? "It takes none" : `It knows: ${known.join(", ")}`,
  });
}

function refuseOtherMethods(app: OpenAPIHono<Env>): MiddlewareHandler<Env> {
  return methodNotAllowed({
    app,
    onMethodNotAllowed(c, methods) {
      c.set("route", c.req.path);
      const allow = methods.join(", ");
      return problem(405, "METHOD_NOT_ALLOWED", `${c.req.path} takes ${allow}`, {
        headers: { allow },
      });
    },
  });
}

/** The path that Hono gives to middleware of all routes. */
const EVERY_PATH = "/*";

/** Counts each request and reports it. */
function observe(
  { requests, onResponse, now }:
    & { requests: RequestCounts; now: () => number }
    & Pick<AppOptions, "onResponse">,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const startedAt = now();
    await next();
    const { req: { raw: { method } }, res } = c;
    const { status, headers, body } = res;
    const route = c.get("route") ??
      matchedRoutes(c).findLast(({ path }) => path !== EVERY_PATH)?.path ?? "other";
    requests.add(route, method, status);
    if (onResponse === undefined) return;
    const entry = {
      method: /^[A-Z]{1,10}$/.test(method) ? method : "other",
      route,
      status,
      durationMs: now() - startedAt,
    };
    const length = method === "HEAD" || body === null ? "0" : headers.get("content-length");
    if (length !== null) return onResponse({ ...entry, bytes: Number(length) });
    c.res = new Response(countBytes(body!, (bytes) => onResponse({ ...entry, bytes })), res);
  };
}
