/**
 * One attempt at a request, turned into data.
 *
 * @module
 */
import { raceWithSignal } from "../../concurrency.ts";
import { describeNetworkFailure } from "./network_failure.ts";
import type { Outcome } from "./outcome.ts";
import type { Delay } from "./retry.ts";

/** The part of `fetch` that is used: one `Request` in. A Hono app's `fetch` fits it. */
export type Fetch = (request: Request) => Promise<Response> | Response;

/**
 * The largest body that is read, in bytes, after decompression. ZITADEL's own gateway stops at 4 or 10 MiB of protobuf,
 * which make twice as much JSON at most (observed on 4.3).
 */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface AttemptOptions {
  fetch: Fetch;
  /** How long the attempt may take, its body included, in milliseconds. */
  timeoutMs: number;
  timer: Delay;
  /** Whether the request is for a page, which a smaller page makes faster. */
  isPage?: boolean;
  /** Ends the attempt; its reason is thrown. */
  signal?: AbortSignal | undefined;
}

/** A response whose body has been read, and not yet understood. */
export interface RawResponse {
  kind: "response";
  status: number;
  headers: Headers;
  /** The body; `undefined` if it is no text in UTF-8. */
  text: string | undefined;
  /** How long the body is, in bytes. */
  bytes: number;
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
  { fetch, timeoutMs, timer, isPage, signal }: AttemptOptions,
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
  return await raceWithSignal(sent, signal, () => void sent.then(discard, () => {}));
}

/** Statuses by which a server sends a client elsewhere. */
const REDIRECTS = [301, 302, 303, 307, 308];

async function read(response: Response, signal: AbortSignal): Promise<RawResponse | Outcome> {
  const { status, headers } = response;
  if (REDIRECTS.includes(status)) {
    await discard(response);
    return { kind: "redirected", status, location: headers.get("location") };
  }
  const body = await readBody(response, signal);
  if (body === undefined) return { kind: "oversized", limit: MAX_BODY_BYTES };
  return { kind: "response", status, headers, ...body };
}

/** The text of a body, and its length; `undefined` if it is larger than {@linkcode MAX_BODY_BYTES}. */
async function readBody(
  { body, headers }: Response,
  signal: AbortSignal,
): Promise<Pick<RawResponse, "text" | "bytes"> | undefined> {
  if (body === null) return { text: "", bytes: 0 };
  const reader = body.getReader();
  const abandon = () => void reader.cancel().catch(() => {});
  const chunks: Uint8Array[] = [];
  let bytes = Number(headers.get("content-length") ?? NaN) > MAX_BODY_BYTES ? Infinity : 0;
  while (bytes <= MAX_BODY_BYTES) {
    const { done, value } = await raceWithSignal(reader.read(), signal, abandon);
    if (done) return { text: decode(chunks, bytes), bytes };
    chunks.push(value);
    bytes += value.byteLength;
  }
  abandon();
  return undefined;
}

function decode(chunks: readonly Uint8Array[], length: number): string | undefined {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}
