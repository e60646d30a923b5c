/**
 * The freshness of the snapshot, and the parts of a request that depend on it.
 *
 * @module
 */
import { parseHttpDate } from "../http_date.ts";
import { problem } from "./problem.ts";
import type { Published } from "./published.ts";
import type { Store } from "./store.ts";

/** Formats the headers of freshness. The ETag of the compressed form ends in `suffix`. */
export function formatFreshness(
  published: Published,
  now: number,
  suffix = "",
): Record<string, string> {
  return {
    "etag": `"${published.tag}${suffix}"`,
    "last-modified": published.lastModified,
    "age": `${computeAge(published, now)}`,
    "cache-control": "private, no-cache",
    "vary": "Accept-Encoding",
  };
}

/** Computes the age of a snapshot in whole seconds. */
export function computeAge({ completedAt }: Published, now: number): number {
  return Math.max(0, Math.floor((now - completedAt) / 1000));
}

/** Tells whether a client's copy is current: by `If-None-Match`, or else by `If-Modified-Since` (RFC 9110, 13). */
export function isCurrent(headers: Headers, tag: string, modifiedAt: number): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) {
    const ours = [`"${tag}"`, `"${tag}-gzip"`];
    // Nearly all clients send the one tag that they got.
    return ours.includes(tags) || tags.trim() === "*" ||
      tags.split(",").some((text) => ours.includes(text.trim().replace(/^W\//, "")));
  }
  const since = parseHttpDate(headers.get("if-modified-since") ?? "");
  return Math.floor(modifiedAt / 1000) * 1000 <= since;
}

/** Tells whether a client accepts gzip (RFC 9110, 12.5.3). */
export function takesGzip(headers: Headers): boolean {
  const weights = new Map<string, number>();
  for (const item of (headers.get("accept-encoding") ?? "").split(",")) {
    const [coding = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    weights.set(coding, q === undefined ? 1 : Number(q));
  }
  return (weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0) > 0;
}

/** The options of {@linkcode findReady}. */
export interface ReadyOptions {
  store: Store;
  /** The greatest age of a snapshot that is answered, in milliseconds. */
  maxAgeMs: number | undefined;
  /** The clock, in milliseconds since 1970. */
  now: () => number;
}

/** Finds the snapshot to answer, or the problem to answer instead. */
export function findReady({ store, maxAgeMs, now }: ReadyOptions): Published | Response {
  const published = store.current();
  const isTooOld = published !== undefined && maxAgeMs !== undefined &&
    now() - published.completedAt > maxAgeMs;
  if (published !== undefined && !isTooOld) return published;
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
