/**
 * One attempt at a request, turned into data.
 *
 * @module
 */
import type { ApiFailure, Outcome, PageTooLarge } from "./outcome.ts";
import { describeNetworkFailure } from "./network_failure.ts";

/** The part of `fetch` that is used: one `Request` in. A Hono app's `fetch` fits it. */
export type Fetch = (request: Request) => Promise<Response> | Response;

/**
 * The largest answer that is read, in bytes. ZITADEL's own gateway stops at 4 MiB of protobuf, of which 15,000 grants
 * made 8.8 MB of JSON (observed on 4.3).
 */
export const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What {@linkcode attempt} needs. */
export interface AttemptOptions {
  /** Sends the request. */
  fetch: Fetch;
  /** How long the attempt may take, its body included, in milliseconds. */
  timeoutMs: number;
  /** Ends the attempt; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/** An answer whose body has been read, and not yet looked at. */
export interface Answer {
  /** Which kind of result this is. */
  kind: "answer";
  /** The HTTP status. */
  status: number;
  /** The HTTP headers. */
  headers: Headers;
  /** The body. */
  text: string;
}

/**
 * Sends a request once and reads the whole answer.
 *
 * @throws The reason of `signal`, once that is aborted; everything else is an {@linkcode Answer} or an
 * {@linkcode Outcome}.
 */
export async function attempt(
  url: URL,
  init: RequestInit,
  { fetch, timeoutMs, signal }: AttemptOptions,
): Promise<Answer | Outcome> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  const timer = setTimeout(
    () => controller.abort(new DOMException("The attempt timed out", "TimeoutError")),
    timeoutMs,
  );
  // Outside the try: a request that cannot be built is a mistake of ours, not an outage.
  const request = new Request(url, { ...init, redirect: "manual", signal: controller.signal });
  try {
    return await read(await fetch(request));
  } catch (cause) {
    signal?.throwIfAborted();
    if (controller.signal.aborted) {
      return {
        kind: "unreachable",
        reason: `no complete answer within ${timeoutMs / 1000} s`,
        hint: "Give it more time with `timeoutMs`, or ask for less at once with `pageSize`",
        cause,
      };
    }
    return { kind: "unreachable", ...describeNetworkFailure(cause), cause };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function read(response: Response): Promise<Answer | Outcome> {
  const { status, headers } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    return { kind: "redirected", status, location: headers.get("location") };
  }
  const text = await readText(response);
  return text === undefined
    ? { kind: "oversized", limit: MAX_ANSWER_BYTES }
    : { kind: "answer", status, headers, text };
}

/** What an answer means. */
export function toOutcome({ status, headers, text }: Answer, elapsedMs = 0): Outcome {
  const json = parseJson(text);
  if (status < 200 || status >= 300) {
    const failure = toFailure(json);
    return toPageTooLarge(status, failure) ??
      { kind: "refused", status, failure, retryAfter: headers.get("retry-after") };
  }
  if (json === undefined) {
    return { kind: "garbled", reason: `${status} with a body that is not JSON${typed(headers)}` };
  }
  return { kind: "json", value: json.value, characters: text.length, elapsedMs };
}

async function readText(response: Response): Promise<string | undefined> {
  if (response.body === null) return "";
  const announced = Number(response.headers.get("content-length") ?? NaN);
  if (announced > MAX_ANSWER_BYTES) {
    await response.body.cancel();
    return undefined;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of response.body) {
    length += chunk.byteLength;
    if (length > MAX_ANSWER_BYTES) return undefined;
    chunks.push(chunk);
  }
  // Decoded at once: text that is put together from pieces is copied again before it is parsed, and lives long.
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return new TextDecoder().decode(bytes);
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function toFailure(json: { value: unknown } | undefined): ApiFailure {
  const { message, details } = (json?.value ?? {}) as { message?: unknown; details?: unknown };
  const id = Array.isArray(details) ? details[0]?.id : undefined;
  return {
    message: typeof message === "string" ? message : "",
    // Ids go into messages, so only what looks like one is taken for one.
    ...(typeof id === "string" && /^[A-Za-z0-9]{2,20}-[A-Za-z0-9]{2,20}$/.test(id) && { id }),
  };
}

/**
 * What all wordings of grpc-go share: "grpc: received message larger than max (4275335 vs. 4194304)", "trying to send
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

function typed(headers: Headers): string {
  const type = headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? ` (${type})` : "";
}
