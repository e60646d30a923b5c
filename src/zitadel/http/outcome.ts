/**
 * The outcome of one attempt at a request, and whether to try again.
 *
 * @module
 */

/** A google.rpc.Status of ZITADEL, cut to what we use. */
export interface ApiFailure {
  /** ZITADEL's error id, such as `AUTH-7fs1e`; plain gRPC errors have none. */
  id?: string;
  /** The message, in any language. It tells failures apart and is never shown. */
  message: string;
}

/**
 * The refusal of a page of that size. No rate limit: a smaller page is answered at once, the same one never. `size` and
 * `limit` are bytes of protobuf, 4 or 10 MiB by default.
 */
export type PageTooLarge =
  | { kind: "page-too-large"; by: "rows" }
  | { kind: "page-too-large"; by: "bytes"; size?: number; limit?: number };

export interface Refused {
  kind: "refused";
  status: number;
  failure: ApiFailure;
  retryAfterMs?: number;
}

/** An error status whose body is not ZITADEL's: a firewall, a proxy or another service answered. */
export interface Intercepted {
  kind: "intercepted";
  status: number;
  /** The media type of the body, such as `text/html`. */
  mediaType?: string;
  retryAfterMs?: number;
}

/** A JSON body: its size in bytes, and the time that the attempt took. */
export interface JsonAnswer {
  kind: "json";
  value: unknown;
  bytes: number;
  elapsedMs: number;
}

/** The end of one attempt. The body is already read, so nothing can leak. */
export type Outcome =
  | JsonAnswer
  | PageTooLarge
  | Refused
  | Intercepted
  | { kind: "redirected"; status: number; location: string | null }
  | { kind: "garbled"; status: number; reason: string }
  | { kind: "oversized"; limit: number }
  | { kind: "unreachable"; reason: string; hint?: string; cause: unknown };

/** Whether an outcome may be another one when the request is sent again. */
export type Permanence =
  /** It stays as it is. */
  | "final"
  /** It may be database trouble in disguise; seen a few times, it is believed. */
  | "doubtful"
  /** It passes. */
  | "temporary";

/**
 * Tells whether trying again may help.
 *
 * ZITADEL swallows database errors while it checks a token, an organization or a membership and answers 401, 403
 * `AUTH-Bs7Ds` or 404 `AUTHZ-cdgFk`. A 401 `AUTH-7fs1e` for a token that was accepted before is taken for such an error. A
 * used-up quota or a block lasts for weeks.
 */
export function judgePermanence(
  outcome: Outcome,
  { isTokenAccepted }: { isTokenAccepted: boolean },
): Permanence {
  switch (outcome.kind) {
    case "unreachable":
    case "garbled":
      return "temporary";
    case "intercepted":
      return isTemporary(outcome.status) ? "temporary" : "final";
    case "refused": {
      const { status, failure } = outcome;
      if (isUsedUp(failure)) return "final";
      if (isTemporary(status)) return "temporary";
      if (isTokenAccepted && failure.id === "AUTH-7fs1e") return "temporary";
      return isDisguised(outcome) ? "doubtful" : "final";
    }
    default:
      return "final";
  }
}

/**
 * Statuses that pass: of HTTP (408, 421 of a connection that is another host's, 425, 429, 500, 502 to 504, 507), of ZITADEL
 * (409 for `ABORTED`, 499 for `CANCELLED`), and of what stands before it: 449 of IIS, 460 of AWS, 499 of nginx, 509 of cPanel,
 * 520 to 530 of Cloudflare, 598 and 599 of other proxies.
 */
const TEMPORARY = [
  ...[408, 409, 421, 425, 429, 449, 460, 499],
  ...[500, 502, 503, 504, 507, 509, 598, 599],
];

/** Whether a proxy or a ZITADEL in trouble answers with this status for a while. */
export function isTemporary(status: number): boolean {
  return TEMPORARY.includes(status) || status >= 520 && status <= 530;
}

/** Whether a quota is used up or the instance is blocked: waiting a minute does not help. */
export function isUsedUp({ id = "" }: ApiFailure): boolean {
  return id.startsWith("QUOTA-") || id.startsWith("LIMITS-");
}

function isDisguised({ status, failure: { id } }: Refused): boolean {
  return status === 401 || (status === 403 && id === "AUTH-Bs7Ds") ||
    (status === 404 && id === "AUTHZ-cdgFk");
}

/** An outcome in a few words, for messages and logs. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "json":
      return "JSON";
    case "page-too-large":
      return `too many ${outcome.by} for a page`;
    case "refused":
      return outcome.failure.id === undefined
        ? `${outcome.status}`
        : `${outcome.status} (${outcome.failure.id})`;
    case "intercepted": {
      const { status, mediaType } = outcome;
      const body = mediaType === undefined ? "without a body" : `with ${mediaType}`;
      return `${status} ${body}, which is not ZITADEL's`;
    }
    case "redirected":
      return `${outcome.status}, a redirect`;
    case "garbled":
    case "unreachable":
      return outcome.reason;
    case "oversized":
      return `more than ${outcome.limit / 1024 / 1024} MiB`;
  }
}
