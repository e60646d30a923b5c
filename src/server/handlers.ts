/**
 * The handlers of the routes. They receive requests that passed all checks.
 *
 * @module
 */
import type { z } from "zod";
import type { Snapshot } from "../snapshot/types.ts";
import { snapshotSchema } from "../snapshot/schema.ts";
import { isAdministrationId } from "../snapshot/ids.ts";
import { hasAdministrations } from "../snapshot/query/administrations.ts";
import type { ListName } from "../snapshot/lists.ts";
import { findReady, formatFreshness, isCurrent, takesGzip } from "./freshness.ts";
import { listText, toFilters } from "./list_text.ts";
import { formatMetrics, type RequestCounts } from "./metrics.ts";
import { problem } from "./problem.ts";
import type { Published } from "./published.ts";
import { jsonResponse, textResponse } from "./response.ts";
import type { RouteName, ROUTES } from "./routes.ts";
import type { SlowBodies } from "./slow_body.ts";
import { describeStatus } from "./status.ts";
import type { Store, SyncResult } from "./store.ts";

/** A page for browsers. */
export interface WebPage {
  /** The HTML document. */
  html: string;
  /** The header `Content-Security-Policy` of the page. */
  contentSecurityPolicy: string;
}

/** The options of {@linkcode createHandlers}. */
export interface HandlerOptions {
  store: Store;
  bodies: SlowBodies;
  requests: RequestCounts;
  /** The greatest age of a snapshot that is answered, in milliseconds. */
  maxAgeMs: number | undefined;
  page: (() => WebPage | Promise<WebPage>) | undefined;
  /** Makes the OpenAPI document. */
  describe: () => unknown;
  now: () => number;
}

type Query<Name extends RouteName> = z.output<(typeof ROUTES)[Name]["request"]["query"]>;

/** Answers a request with its checked query. */
export type Handler<Query> = (request: Request, query: Query) => Response | Promise<Response>;

/** A handler for each route. */
export type Handlers = { [Name in RouteName]: Handler<Query<Name>> };

/** Creates the handlers of an app. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { store, requests, now } = options;
  return {
    page: async () => {
      const { html, contentSecurityPolicy } = await options.page!();
      return textResponse(html, "text/html; charset=utf-8", {
        headers: { "content-security-policy": contentSecurityPolicy },
      });
    },
    ...createSnapshotHandlers(options),
    refresh: async (_, { wait, force }) => {
      const { joined, outcome } = store.refresh({ force: force === "true" });
      return wait === "true"
        ? formatResult(await outcome, joined)
        : jsonResponse({ status: "running", joined }, { status: 202 });
    },
    status: () => jsonResponse(describeStatus(store, now())),
    healthz: () => jsonResponse({ status: "ok" }),
    readyz: () => {
      const ready = findReady(options);
      return ready instanceof Response ? ready : jsonResponse({ status: "ready" });
    },
    metrics: () =>
      textResponse(
        formatMetrics({ store, requests, now: now() }),
        "text/plain; version=0.0.4; charset=utf-8",
      ),
    openapi: () => jsonResponse(options.describe()),
    schema: () => jsonResponse(snapshotSchema(), { type: "application/schema+json" }),
  };
}

/** Creates the handlers that answer from the current snapshot. */
function createSnapshotHandlers(
  options: HandlerOptions,
): Pick<Handlers, "snapshot" | ListName> {
  const { bodies, now } = options;

  const respond = (
    request: Request,
    make: (published: Published) => Response,
    refuse?: (snapshot: Snapshot) => Response | undefined,
  ): Response => {
    const ready = findReady(options);
    if (ready instanceof Response) return ready;
    const refused = refuse?.(ready.snapshot);
    if (refused !== undefined) return refused;
    if (!isCurrent(request.headers, ready.tag, ready.completedAt)) return make(ready);
    return new Response(null, { status: 304, headers: formatFreshness(ready, now()) });
  };

  const list = (name: ListName): Handler<Query<ListName>> => (request, query) =>
    respond(
      request,
      (published) =>
        new Response(bodies.ofText(listText(published.snapshot, name, toFilters(query))), {
          headers: { ...formatFreshness(published, now()), "content-type": "application/json" },
        }),
      (snapshot) => refuseUnread(snapshot, name, query),
    );

  return {
    snapshot: (request) =>
      respond(request, (published) => {
        const isPacked = takesGzip(request.headers);
        const form = isPacked ? published.gzip : published.plain;
        return new Response(bodies.ofChunks(form), {
          headers: {
            ...formatFreshness(published, now(), isPacked ? "-gzip" : ""),
            "content-type": "application/json",
            "content-length": `${form.length}`,
            ...(isPacked ? { "content-encoding": "gzip" } : {}),
          },
        });
      }),
    users: list("users"),
    groups: list("groups"),
    entitlements: list("entitlements"),
    grants: list("grants"),
    credentials: list("credentials"),
  };
}

/** Refuses a question about rows that were not read: an empty list would say that there are none. */
function refuseUnread(
  snapshot: Snapshot,
  list: ListName,
  { groupId = [], entitlementId = [] }: Query<ListName>,
): Response | undefined {
  const asksAdministrators = [...groupId, ...entitlementId].some(isAdministrationId);
  const unread = snapshot[list] === undefined
    ? list
    : asksAdministrators && !hasAdministrations(snapshot)
    ? "administrators"
    : undefined;
  return unread && problem(404, "NOT_READ", `The snapshot was taken without ${unread}`, {
    hint: `Let the server read them too: include ${unread}`,
  });
}

function formatResult(result: SyncResult, joined: boolean): Response {
  if ("failure" in result) {
    const { code, message, hint } = result.failure;
    return problem(502, code, message, { hint });
  }
  const { published: { snapshot: { digest, completedAt, counts } }, durationMs } = result;
  return jsonResponse({ status: "succeeded", joined, durationMs, completedAt, digest, counts });
}
