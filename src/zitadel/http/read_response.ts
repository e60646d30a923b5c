/**
 * The meaning of a response: an answer of ZITADEL, an error of ZITADEL, or something in front of it.
 *
 * @module
 */
import type { RawResponse } from "./attempt.ts";
import type { ApiFailure, Outcome, PageTooLarge } from "./outcome.ts";
import { retryAfterMs } from "./retry.ts";

export interface Arrival {
  /** When it was complete, in milliseconds since 1970: `Retry-After` is measured against it where there is no `Date`. */
  receivedAt: number;
  /** How long the attempt took, in milliseconds. */
  elapsedMs: number;
}

/**
 * Reads the meaning of a response.
 *
 * Only a 200 is an answer: ZITADEL has no other success, and a 206, a 203 or an empty 204 of something in between must
 * never be taken for a list.
 */
export function readResponse(
  response: RawResponse,
  { receivedAt, elapsedMs }: Arrival,
): Outcome {
  const { status, headers, text = "", bytes } = response;
  if (status === 200) {
    const value = parseJson(text);
    if (value !== undefined) return { kind: "json", value, bytes, elapsedMs };
    const reason = `${status} with a body that is not JSON${inBrackets(headers)}`;
    return { kind: "garbled", status, reason };
  }
  if (status < 300) {
    return { kind: "garbled", status, reason: `${status} instead of 200${inBrackets(headers)}` };
  }
  const wait = retryAfterMs(headers.get("retry-after"), readDate(headers) ?? receivedAt);
  const waits = wait === undefined ? {} : { retryAfterMs: wait };
  const failure = readFailure(status, parseJson(text));
  if (failure === undefined) {
    const mediaType = bytes === 0 ? undefined : readMediaType(headers) ?? "no media type";
    return { kind: "intercepted", status, ...(mediaType && { mediaType }), ...waits };
  }
  return toPageTooLarge(status, failure) ?? { kind: "refused", status, failure, ...waits };
}

/** The gRPC codes that ZITADEL's gateway answers with a status, and the names of the same on Connect. */
const CODES: Readonly<Record<number, readonly (number | string)[]>> = {
  400: [3, 9, 11, "invalid_argument", "failed_precondition", "out_of_range"],
  401: [16, "unauthenticated"],
  403: [7, "permission_denied"],
  404: [5, "not_found"],
  405: [12],
  409: [6, 10, "already_exists", "aborted"],
  429: [8, "resource_exhausted"],
  499: [1, "canceled"],
  500: [2, 13, 15, "unknown", "internal", "data_loss"],
  501: [12, "unimplemented"],
  503: [14, "unavailable"],
  504: [4, "deadline_exceeded"],
};

/** ZITADEL's description of a failure; `undefined` if the body is not ZITADEL's. */
function readFailure(status: number, json: unknown): ApiFailure | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  const { code, message, details } = json as {
    code?: unknown;
    message?: unknown;
    details?: unknown;
  };
  if (CODES[status]?.some((known) => known === code) !== true) return undefined;
  if (message !== undefined && typeof message !== "string") return undefined;
  const failure = { message: message ?? "" };
  const detail = Array.isArray(details) ? details[0] : undefined;
  if (typeof detail !== "object" || detail === null) return failure;
  // Other gRPC services have details of their own, such as google.rpc.DebugInfo.
  const type = detail["@type"] ?? detail.type;
  if (typeof type === "string" && !type.includes("zitadel")) return undefined;
  // Ids go into messages, so only what looks like one is taken for one.
  const id = detail.id ?? detail.debug?.id;
  const isId = typeof id === "string" && /^[A-Za-z0-9]{2,20}-[A-Za-z0-9]{2,20}$/.test(id);
  return isId ? { ...failure, id } : failure;
}

/**
 * The part that all wordings of grpc-go share: "grpc: received message larger than max (4275335 vs. 4194304)", "trying to send
 * message larger than max (12173821 vs. 10485760)", "received message after decompression larger than max".
 */
const TOO_MANY_BYTES =
  /\bmessage(?: after decompression)? larger than max\b(?: \((\d+) vs\. (\d+)\))?/i;

function toPageTooLarge(status: number, { id, message }: ApiFailure): PageTooLarge | undefined {
  if (status === 400 && id === "QUERY-4M0fs") return { kind: "page-too-large", by: "rows" };
  const bytes = TOO_MANY_BYTES.exec(message);
  if (bytes === null) return undefined;
  const [, size, limit] = bytes;
  return {
    kind: "page-too-large",
    by: "bytes",
    ...(size !== undefined && { size: Number(size), limit: Number(limit) }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** When the response was made, by its own clock. */
function readDate(headers: Headers): number | undefined {
  const ms = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}

/** The media type, if it looks like one: it goes into messages. */
function readMediaType(headers: Headers): string | undefined {
  const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  return /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(type) ? type : undefined;
}

function inBrackets(headers: Headers): string {
  const type = readMediaType(headers);
  return type === undefined ? "" : ` (${type})`;
}
