/**
 * Large answers, at the pace of whoever reads them, but not for ever.
 *
 * @module
 */
import type { Delay } from "../zitadel/retry.ts";
import { breathe } from "./breathe.ts";

/** So much is handed on at a time, in bytes. */
const PIECE = 256 * 1024;

/** What everybody gets, in milliseconds. */
const PATIENCE_MS = 60_000;

/** The slowest line that is waited for, in bytes a millisecond. */
const SLOWEST = 64;

/**
 * Bytes as a body that is read piece by piece. Handed over as they are, a runtime would copy them for each request;
 * so two hundred slow readers of 10 MB cost 75 MB instead of two gigabytes.
 *
 * Who has not read all of it after a minute, and a second more for each 64 KB, gets no more.
 */
export function bodyOfBytes(bytes: Uint8Array, delay: Delay): ReadableStream<Uint8Array> {
  let at = 0;
  return limited(PATIENCE_MS + bytes.length / SLOWEST, delay, (controller) => {
    controller.enqueue(bytes.subarray(at, at += PIECE));
    return at < bytes.length;
  });
}

/** Text as such a body, made while it is read. Who has not read all of it after ten minutes gets no more. */
export function bodyOfText(texts: Iterator<string>, delay: Delay): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return limited(10 * PATIENCE_MS, delay, async (controller) => {
    for (;;) {
      const { done, value } = texts.next();
      if (done === true) return false;
      await breathe();
      if (value === "") continue;
      controller.enqueue(encoder.encode(value));
      return true;
    }
  });
}

/** A body that `more` adds to when there is room; it answers whether there is more to come. */
function limited(
  limitMs: number,
  delay: Delay,
  more: (
    controller: ReadableStreamDefaultController<Uint8Array>,
  ) => boolean | Promise<boolean>,
): ReadableStream<Uint8Array> {
  let limit: AbortController | undefined;
  return new ReadableStream({
    async pull(controller) {
      // Not before somebody reads: the body of a HEAD request is never read.
      if (limit === undefined) {
        limit = new AbortController();
        delay(limitMs, { signal: limit.signal }).then(
          () => controller.error(new Error("the reader is too slow")),
          () => {},
        );
      }
      if (await more(controller)) return;
      controller.close();
      limit.abort();
    },
    cancel() {
      limit?.abort();
    },
  }, { highWaterMark: 0 });
}
