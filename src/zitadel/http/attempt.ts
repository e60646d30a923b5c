/**
 * One attempt at a request, turned into data.
 *
 * @module
 */
import { createPause } from "../../event_loop.ts";
import {
  createJsonParser,
  type CreateSink,
  JsonTextError,
  parseJson,
  writeInSlices,
} from "../../json_stream.ts";
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

/** Up to how many bytes a body is parsed in one piece: that takes less time, and the memory of a page of 1000 rows. */
const SMALL_BODY_BYTES = 1024 * 1024;

/** What {@linkcode attempt} needs. */
export interface AttemptOptions {
  /** Sends the request. */
  fetch: Fetch;
  /** How long the attempt may take, its body included, in milliseconds. */
  timeoutMs: number;
  /** Waits for that time. */
  timer: Delay;
  /** Makes what takes the rows of an answer while it comes in. */
  createSink: CreateSink;
  /** Whether the request is for a page, which a smaller page makes faster. */
  isPage?: boolean;
  /** Ends the attempt; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/** A response whose body has been read, and not yet understood. */
export interface RawResponse {
  /** Which kind of result this is. */
  kind: "response";
  /** The HTTP status. */
  status: number;
  /** The HTTP headers. */
  headers: Headers;
  /** The body. */
  body: RawBody;
}

/** What a body holds: JSON is looked for where an answer of ZITADEL may be. */
export type RawBody =
  | {
    kind: "json";
    /** What was parsed. */
    value: unknown;
    /** How long its text was, in bytes. */
    bytes: number;
  }
  | { kind: "not-json" }
  | { kind: "text"; text: string };

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
  { fetch, timeoutMs, timer, createSink, isPage, signal }: AttemptOptions,
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
    return await read(await send(request, fetch), createSink, controller.signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (controller.signal.aborted) {
      return {
        kind: "unreachable",
        reason: `no complete answer within ${timeoutMs / 1000} s`,
        hint: isPage
          ? "Give it more time with `timeoutMs`, or ask for less at once with `pageSize`"
          : "Give it more time with `timeoutMs`",
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

async function read(
  response: Response,
  createSink: CreateSink,
  signal: AbortSignal,
): Promise<RawResponse | Outcome> {
  const { status, headers } = response;
  if (REDIRECTS.includes(status)) {
    await discard(response);
    return { kind: "redirected", status, location: headers.get("location") };
  }
  const chunks = readChunks(response, signal);
  try {
    const body = status === 200 ? readJson(chunks, createSink, signal) : readText(chunks);
    return { kind: "response", status, headers, body: await body };
  } catch (error) {
    if (error instanceof OversizedBody) return { kind: "oversized", limit: MAX_BODY_BYTES };
    throw error;
  }
}

/** A body is larger than {@linkcode MAX_BODY_BYTES}. */
class OversizedBody extends Error {}

/** The pieces of a body. Whoever stops taking them lets go of the rest. @throws {OversizedBody} */
async function* readChunks(
  { body, headers }: Response,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return;
  const reader = body.getReader();
  const abandon = () => void reader.cancel().catch(() => {});
  let length = Number(headers.get("content-length") ?? NaN) > MAX_BODY_BYTES ? Infinity : 0;
  let isWhole = false;
  try {
    while (length <= MAX_BODY_BYTES) {
      const { done, value } = await orAborted(reader.read(), signal, abandon);
      if (done) {
        isWhole = true;
        return;
      }
      length += value.byteLength;
      if (length <= MAX_BODY_BYTES) yield value;
    }
    throw new OversizedBody();
  } finally {
    if (!isWhole) abandon();
  }
}

/** Parses a large body while it comes in, so that hardly more of it is in memory than what its sinks keep. */
async function readJson(
  chunks: AsyncIterable<Uint8Array>,
  createSink: CreateSink,
  signal: AbortSignal,
): Promise<RawBody> {
  const parser = createJsonParser(createSink);
  let first: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      first.push(chunk);
      bytes += chunk.byteLength;
      if (bytes <= SMALL_BODY_BYTES) continue;
      for (const part of first) await writeInSlices(parser, part, createPause(signal));
      first = [];
    }
    const value = parser.length > 0 ? parser.end() : parseJson(concatenate(first), createSink);
    return { kind: "json", value, bytes };
  } catch (error) {
    if (error instanceof JsonTextError) return { kind: "not-json" };
    throw error;
  }
}

async function readText(chunks: AsyncIterable<Uint8Array>): Promise<RawBody> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return { kind: "text", text: new TextDecoder().decode(concatenate(all)) };
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}
