/**
 * The HTTP endpoint as a function from request to answer.
 *
 * @module
 */
import { Hono } from "hono";
import { type ListName, snapshotSchema } from "../snapshot/contract.ts";
import { TOOL } from "../version.ts";
import type { Delay } from "../zitadel/http/retry.ts";
import { answer, jsonAnswer, textAnswer } from "./answer.ts";
import { isCurrent, takesGzip } from "./conditional.ts";
import { createGuard, queryFault } from "./guard.ts";
import { listText, parseFilters } from "./list_text.ts";
import { createRequestCounts, metricsText } from "./metrics.ts";
import { openApi } from "./openapi.ts";
import { problem } from "./problem.ts";
import type { Published } from "./published.ts";
import { type Route, type RouteName, ROUTES } from "./routes.ts";
import type { ServerLog } from "./server_log.ts";
import { createSlowBodies } from "./slow_body.ts";
import type { Failure, Outcome, Store } from "./store.ts";

/** What {@linkcode createApp} needs. */
export interface AppDeps {
  /** Holds the snapshot. */
  store: Store;
  /** Whether a header `Authorization` opens the door; absent: there is no token, and it stands open. */
  authorize?: ((header: string | null) => boolean) | undefined;
  /** Whether `/metrics` is for everybody. @default {false} */
  metricsOpen?: boolean;
  /** Whether only names of this machine are answered, because it listens for this machine only. @default {false} */
  loopbackOnly?: boolean;
  /** How old a snapshot may be, in milliseconds; an older one is not answered. By default it may be of any age. */
  maxAgeMs?: number | undefined;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Waits; ends the patience with slow readers. */
  delay: Delay;
  /** Told of what should not happen. */
  log: ServerLog;
  /** Told of each request, once its answer is decided. */
  onAnswer?: (answered: Answered) => void;
  /** The page at `/`. It holds no data, so it is for everybody; absent: there is none. */
  page?: (() => Page | Promise<Page>) | undefined;
}

/** A request and its answer, without anything that names people or holds a secret. */
export interface Answered {
  /** The method; `other` for one that is no word. */
  method: string;
  /** The path of the route; `other` where there is none. */
  route: string;
  /** The status of the answer. */
  status: number;
  /** How long it took until the answer was decided, in milliseconds. */
  durationMs: number;
  /** How long the body is; 0 where that shows only while it is made. */
  bytes: number;
}

/** A page for people. */
export interface Page {
  /** The document. */
  html: string;
  /** What the page may load and do: the header `Content-Security-Policy`. */
  contentSecurityPolicy: string;
}

/** The endpoint: its `fetch` can be put behind any server. */
export interface HttpApp {
  /** Answers a request; never rejects. */
  fetch(request: Request): Promise<Response>;
  /** Resolves as soon as no large answer is being read. */
  allRead(): Promise<void>;
  /** What it answers. */
  readonly routes: readonly { method: string; path: string }[];
}

/** How an answer is made; what it is refused for is settled before. */
type Handler = (request: Request, query: URLSearchParams) => Response | Promise<Response>;

/** Builds the endpoint. It reads no environment, opens no port and has no clock of its own. */
export function createApp(deps: AppDeps): HttpApp {
  const { store, now, delay, log, onAnswer } = deps;
  const bodies = createSlowBodies(delay);
  const requests = createRequestCounts();
  const guard = createGuard({
    authorize: deps.authorize,
    metricsOpen: deps.metricsOpen ?? false,
    loopbackOnly: deps.loopbackOnly ?? false,
  });
  const routes = (Object.entries(ROUTES) as [RouteName, Route][])
    .filter(([name]) => name !== "page" || deps.page !== undefined);

  /** Answers with the current snapshot, if there is one that may be answered. */
  const withSnapshot =
    (make: (published: Published, request: Request, query: URLSearchParams) => Response): Handler =>
    (request, query) => {
      const published = store.current();
      const missing = unready(deps);
      if (published === undefined || missing !== undefined) return missing!;
      if (isCurrent(request.headers, published.tag, published.completedAt)) {
        return new Response(null, { status: 304, headers: freshness(published, now()) });
      }
      return make(published, request, query);
    };

  const list = (name: ListName) =>
    withSnapshot((published, { method }, query) =>
      answer(
        method === "HEAD"
          ? null
          : bodies.ofText(listText(published.snapshot, name, parseFilters(query))),
        200,
        { ...freshness(published, now()), "content-type": "application/json" },
      )
    );

  const handlers: Record<RouteName, Handler> = {
    page: async () => {
      const { html, contentSecurityPolicy } = await deps.page!();
      return textAnswer(html, "text/html; charset=utf-8", 200, {
        "content-security-policy": contentSecurityPolicy,
      });
    },
    snapshot: withSnapshot((published, { headers, method }) => {
      const packed = takesGzip(headers);
      const form = packed ? published.gzip : published.plain;
      return answer(
        method === "HEAD" ? null : bodies.ofPieces(form),
        200,
        {
          ...freshness(published, now(), packed ? "-gzip" : ""),
          "content-type": "application/json",
          "content-length": `${form.length}`,
          ...(packed ? { "content-encoding": "gzip" } : {}),
        },
      );
    }),
    users: list("users"),
    groups: list("groups"),
    entitlements: list("entitlements"),
    grants: list("grants"),
    refresh: async (_, query) => {
      for (const name of ["wait", "force"]) {
        if (![null, "true", "false"].includes(query.get(name))) {
          return problem(400, "QUERY_INVALID", `${name} must be true or false`);
        }
      }
      const { joined, outcome } = store.refresh({ force: query.get("force") === "true" });
      if (query.get("wait") !== "true") return jsonAnswer({ status: "running", joined }, 202);
      return refreshed(await outcome, joined);
    },
    status: () => jsonAnswer(describeStatus(store, now())),
    healthz: () => jsonAnswer({ status: "ok" }),
    readyz: () => unready(deps) ?? jsonAnswer({ status: "ready" }),
    metrics: () =>
      textAnswer(
        metricsText({ store, requests, now: now() }),
        "text/plain; version=0.0.4; charset=utf-8",
      ),
    openapi: () => jsonAnswer(openApi(routes)),
    schema: () => jsonAnswer(snapshotSchema(), 200, { type: "application/schema+json" }),
  };

  const hono = new Hono();
  const byPath = new Map<string, Route>();
  for (const [name, route] of routes) {
    byPath.set(route.path, route);
    hono.on(route.method, route.path, ({ req: { raw } }) => {
      const query = parseQuery(raw.url);
      return queryFault(query, route) ?? handlers[name](raw, query);
    });
  }

  async function settle(request: Request, route: Route | undefined): Promise<Response> {
    try {
      return guard(request, route) ?? await hono.fetch(request);
    } catch (error) {
      log.write("error", `This is a bug: ${error instanceof Error ? error.message : error}`, {
        event: "bug",
      });
      return problem(500, "INTERNAL", "This is a bug in the server; its log says more");
    }
  }
  hono.onError((error) => {
    throw error;
  });

  return {
    routes: hono.routes.map(({ method, path }) => ({ method, path })),
    allRead: bodies.allRead,
    async fetch(request) {
      const startedAt = now();
      const route = byPath.get(parsePath(request.url));
      const response = await settle(request, route);
      const path = route?.path ?? "other";
      requests.add(path, request.method, response.status);
      onAnswer?.({
        method: /^[A-Z]{1,10}$/.test(request.method) ? request.method : "other",
        route: path,
        status: response.status,
        durationMs: now() - startedAt,
        bytes: request.method === "HEAD" || response.body === null
          ? 0
          : Number(response.headers.get("content-length") ?? 0),
      });
      return response;
    },
  };
}

/** The path of a URL, which may be one that `new URL` refuses. */
function parsePath(url: string): string {
  return /^[^/]*\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? "";
}

const NO_QUERY = new URLSearchParams();

function parseQuery(url: string): URLSearchParams {
  const start = url.indexOf("?");
  return start < 0 ? NO_QUERY : new URLSearchParams(url.slice(start + 1));
}

function freshness(published: Published, now: number, suffix = ""): Record<string, string> {
  return {
    "etag": `"${published.tag}${suffix}"`,
    "last-modified": published.lastModified,
    "age": `${computeAge(published, now)}`,
    "cache-control": "private, no-cache",
    "vary": "Accept-Encoding",
  };
}

/** In whole seconds. */
function computeAge({ completedAt }: Published, now: number): number {
  return Math.max(0, Math.floor((now - completedAt) / 1000));
}

/** Why no snapshot may be answered, if that is so. */
function unready({ store, maxAgeMs, now }: AppDeps): Response | undefined {
  const published = store.current();
  const isTooOld = published !== undefined && maxAgeMs !== undefined &&
    now() - published.completedAt > maxAgeMs;
  if (published !== undefined && !isTooOld) return undefined;
  const { nextAt, running } = store.status();
  const waitS = nextAt === undefined ? 5 : Math.max(1, Math.ceil((nextAt - now()) / 1000));
  const headers = { "retry-after": `${running === undefined ? waitS : 5}` };
  const hint = "See /v1/status for the reason; POST /v1/refresh starts a sync";
  return published === undefined
    ? problem(503, "NO_SNAPSHOT", "There is no snapshot yet", { hint, headers })
    : problem(
      503,
      "SNAPSHOT_TOO_OLD",
      `The snapshot is ${computeAge(published, now())} s old, more than the ${
        Math.floor(maxAgeMs! / 1000)
      } s that are allowed`,
      { hint, headers },
    );
}

function refreshed(outcome: Outcome, joined: boolean): Response {
  if ("failure" in outcome) {
    const { code, message, hint } = outcome.failure;
    return problem(502, code, message, { hint });
  }
  const { published: { snapshot: { digest, completedAt, counts } }, durationMs } = outcome;
  return jsonAnswer({ status: "succeeded", joined, durationMs, completedAt, digest, counts });
}

function describeStatus(store: Store, now: number): unknown {
  const current = store.current();
  const { lastSuccess, lastFailure, failuresInARow, keepFailure, nextAt, running } = store.status();
  const time = (ms: number | undefined) => ms === undefined ? null : new Date(ms).toISOString();
  const failure = (failed: Failure | undefined) => {
    if (failed === undefined) return null;
    const { code, message, hint, at } = failed;
    return { at: time(at), code, message, hint };
  };
  return {
    tool: TOOL,
    snapshot: current === undefined ? null : {
      organization: current.snapshot.organization,
      digest: current.snapshot.digest,
      completedAt: current.snapshot.completedAt,
      ageSeconds: computeAge(current, now),
      counts: current.snapshot.counts,
    },
    lastSuccess: lastSuccess === undefined
      ? null
      : { at: time(lastSuccess.at), durationMs: lastSuccess.durationMs },
    lastFailure: failure(lastFailure),
    failuresInARow,
    stateFailure: failure(keepFailure),
    nextRefreshAt: time(nextAt),
    running: running === undefined ? null : {
      startedAt: time(running.startedAt),
      requests: running.requests,
      lists: running.lists,
    },
  };
}
