/**
 * How one attempt at a request ended, and what follows from it.
 *
 * @module
 */

/** What ZITADEL says about a failure: a google.rpc.Status as JSON, cut to what we use. */
export interface ApiFailure {
  /** ZITADEL's error id, such as `AUTH-7fs1e`; plain gRPC errors have none. */
  id?: string;
  /** The message, in the language of the request or none. Used to tell failures apart, never shown. */
  message: string;
}

/** ZITADEL refuses a page of that size. No rate limit: a smaller page is answered at once, the same one never. */
export type PageTooLarge =
  | { kind: "page-too-large"; by: "rows" }
  | {
    kind: "page-too-large";
    by: "bytes";
    /** How large the refused answer is, in bytes of protobuf. */
    size?: number;
    /** How large an answer may be, in bytes of protobuf: 4 or 10 MiB by default. */
    limit?: number;
  };

/** JSON, and what it took. */
export interface JsonAnswer {
  /** Which kind of result this is. */
  kind: "json";
  /** What was parsed. */
  value: unknown;
  /** How long its text was, in characters. */
  characters: number;
  /** How long the attempt took that brought it, in milliseconds. */
  elapsedMs: number;
}

/** How one attempt ended. The body is already read, so nothing can leak. */
export type Outcome =
  | JsonAnswer
  | PageTooLarge
  | { kind: "refused"; status: number; failure: ApiFailure; retryAfter: string | null }
  | { kind: "redirected"; status: number; location: string | null }
  | { kind: "garbled"; reason: string }
  | { kind: "oversized"; limit: number }
  | { kind: "unreachable"; reason: string; hint?: string; cause: unknown };

/** Statuses that a proxy or a ZITADEL in trouble answers for a while. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/** Attempts at an answer that may be database trouble in disguise (zitadel-wire.md 5.3, "Traps"). */
const DISGUISED_ATTEMPTS = 3;

/**
 * How many attempts an outcome deserves at most, out of the `attempts` that the caller allows.
 *
 * ZITADEL swallows database errors while it checks a token, an organization or a membership and answers 401, 403
 * `AUTH-Bs7Ds` or 404 `AUTHZ-cdgFk`; these are tried twice more before they are believed. A used-up quota or a block
 * lasts for weeks: final.
 */
export function attemptsFor(outcome: Outcome, attempts: number): number {
  switch (outcome.kind) {
    case "unreachable":
    case "garbled":
      return attempts;
    case "refused":
      if (isUsedUp(outcome.failure)) return 1;
      if (PASSING.has(outcome.status)) return attempts;
      return isDisguised(outcome) ? Math.min(attempts, DISGUISED_ATTEMPTS) : 1;
    default:
      return 1;
  }
}

/** Whether a quota is used up or the instance is blocked: waiting a minute does not help. */
export function isUsedUp({ id = "" }: ApiFailure): boolean {
  return id.startsWith("QUOTA-") || id.startsWith("LIMITS-");
}

function isDisguised(
  { status, failure: { id } }: { status: number; failure: ApiFailure },
): boolean {
  return status === 401 || (status === 403 && id === "AUTH-Bs7Ds") ||
    (status === 404 && id === "AUTHZ-cdgFk");
}

/** What is too large, in a few words. */
export function describePageTooLarge(refusal: PageTooLarge): string {
  if (refusal.by === "rows") return "the page has too many rows";
  const { size, limit } = refusal;
  return size === undefined || limit === undefined
    ? "the page has too many bytes"
    : `the page has ${size} bytes, ${limit} are allowed`;
}

/** An outcome in a few words, for a log. */
export function describeOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "json":
      return "answered";
    case "page-too-large":
      return describePageTooLarge(outcome);
    case "refused":
      return outcome.failure.id === undefined
        ? `${outcome.status}`
        : `${outcome.status} (${outcome.failure.id})`;
    case "redirected":
      return `${outcome.status}, a redirect`;
    case "garbled":
      return outcome.reason;
    case "oversized":
      return `more than ${outcome.limit} bytes`;
    case "unreachable":
      return outcome.reason;
  }
}
