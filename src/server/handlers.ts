/**
 * How each route answers; what it is refused for is settled before.
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
import type { Outcome, Store } from "./store.ts";

/** A page for people. */
export interface Page {
  /** The document. */
  html: string;
  /** What the page may load and do: the header `Content-Security-Policy`. */
  contentSecurityPolicy: string;
}

/** What {@linkcode createHandlers} needs. */
export interface HandlerOptions {
  store: Store;
  bodies: SlowBodies;
  requests: RequestCounts;
  /** How old a snapshot may be, in milliseconds. */
  maxAgeMs: number | undefined;
  page: (() => Page | Promise<Page>) | undefined;
  /** The OpenAPI document. */
  describe: () => unknown;
  now: () => number;
}

type Query<Name extends RouteName> = z.output<(typeof ROUTES)[Name]["request"]["query"]>;

/** Answers a request whose query was checked. */
export type Handler<Query> = (request: Request, query: Query) => Response | Promise<Response>;

/** A handler for each route. */
export type Handlers = { [Name in RouteName]: Handler<Query<Name>> };

/** The handlers of an app. */
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
        ? formatOutcome(await outcome, joined)
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

/** The handlers that answer from the current snapshot, if there is one that may be answered. */
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

/** Refuses a question about something that was not read: an empty list would say that there is nothing. */
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

function formatOutcome(outcome: Outcome, joined: boolean): Response {
  if ("failure" in outcome) {
    const { code, message, hint } = outcome.failure;
    return problem(502, code, message, { hint });
  }
  const { published: { snapshot: { digest, completedAt, counts } }, durationMs } = outcome;
  return jsonResponse({ status: "succeeded", joined, durationMs, completedAt, digest, counts });
}
