/**
 * One attempt at a request, turned into data.
 *
 * @module
 */
import { describeNetworkFailure } from "./network_failure.ts";
import type { Outcome } from "./outcome.ts";
import type { Delay } from "./retry.ts";

/** The part of `fetch` that is used: one `Request` in. A Hono app's `fetch` fits it. */
export type Fetch = (request: Request) => Promise<Response> | Response;

/**
 * The largest body that is read, in bytes, after decompression. ZITADEL's own gateway stops at 4 or 10 MiB of protobuf,
 * of which 15,000 grants made 8.8 MB of JSON (observed on 4.3).
 */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** What {@linkcode attempt} needs. */
export interface AttemptOptions {
  /** Sends the request. */
  fetch: Fetch;
  /** How long the attempt may take, its body included, in milliseconds. */
  timeoutMs: number;
  /** Waits for that time. */
  timer: Delay;
  /** Ends the attempt; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/** A response whose body has been read, and not yet looked at. */
export interface RawResponse {
  /** Which kind of result this is. */
  kind: "response";
  /** The HTTP status. */
  status: number;
  /** The HTTP headers. */
  headers: Headers;
  /** The body. */
  text: string;
}

/**
 * Sends a request once and reads the whole response.
 *
 * It ends in time whatever `fetch` does: one that does not listen to the request's signal is left behind.
 *
 * @throws The reason of `signal`, once that is aborted; everything else is a {@linkcode RawResponse} or an
 * {@linkcode Outcome}.
 */
export async function attempt(
  url: URL,
  init: RequestInit,
  { fetch, timeoutMs, timer, signal }: AttemptOptions,
): Promise<RawResponse | Outcome> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const ended = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  timer(timeoutMs, { signal: ended.signal }).then(
    () => controller.abort(new DOMException("The attempt timed out", "TimeoutError")),
    () => {},
  );
  // Outside the try: a request that cannot be built is a mistake of ours, not an outage.
  const request = new Request(url, { ...init, redirect: "manual", signal: controller.signal });
  try {
    return await read(await send(request, fetch), controller.signal);
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
    ended.abort();
    signal?.removeEventListener("abort", abort);
  }
}

async function send(request: Request, fetch: Fetch): Promise<Response> {
  const { signal } = request;
  const sent = Promise.resolve(fetch(request));
  return await orAborted(sent, signal, () => void sent.then(discard, () => {}));
}

/** What the promise gives, or the reason of the signal if that comes first; then `abandon` cleans up. */
async function orAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  abandon: () => void,
): Promise<T> {
  let abort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      // Before all else, here and in the race: a body that is cancelled ends as a complete one does.
      reject(signal.reason);
      abandon();
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Statuses by which a server sends a client elsewhere. */
const REDIRECTS = [301, 302, 303, 307, 308];

async function read(response: Response, signal: AbortSignal): Promise<RawResponse | Outcome> {
  const { status, headers } = response;
  if (REDIRECTS.includes(status)) {
    await discard(response);
    return { kind: "redirected", status, location: headers.get("location") };
  }
  const text = await readText(response, signal);
  return text === undefined
    ? { kind: "oversized", limit: MAX_BODY_BYTES }
    : { kind: "response", status, headers, text };
}

/** The body; `undefined` if it is too large, and the rest of it is then not read. */
async function readText(response: Response, signal: AbortSignal): Promise<string | undefined> {
  if (response.body === null) return "";
  if (Number(response.headers.get("content-length") ?? NaN) > MAX_BODY_BYTES) {
    await discard(response);
    return undefined;
  }
  const reader = response.body.getReader();
  const abandon = () => void reader.cancel().catch(() => {});
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await orAborted(reader.read(), signal, abandon);
    if (done) return decode(chunks, length);
    length += value.byteLength;
    if (length > MAX_BODY_BYTES) {
      abandon();
      return undefined;
    }
    chunks.push(value);
  }
}

/** Decoded at once: text that is put together from pieces is copied again before it is parsed, and lives long. */
function decode(chunks: readonly Uint8Array[], length: number): string {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return new TextDecoder().decode(bytes);
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}
