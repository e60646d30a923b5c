/**
 * Large bodies, at the pace of whoever reads them, but not for ever.
 *
 * @module
 */
import type { Delay } from "../zitadel/http/retry.ts";
import { yieldToEventLoop } from "../concurrency.ts";
import type { ChunkedBytes } from "./published.ts";

/** What everybody gets, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** The slowest line that is waited for, in bytes a millisecond. */
const SLOWEST = 64;

/** Makes bodies that are read chunk by chunk. */
export interface SlowBodies {
  /**
   * Bytes as a body. Handed over as a whole, a runtime would copy them for each request; so two hundred slow readers
   * of 10 MB cost 75 MB instead of two gigabytes. A single chunk is the body itself.
   *
   * Who has not read all of it after a minute, and a second more for each 64 KB, gets no more.
   */
  ofChunks(bytes: ChunkedBytes): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  /** Text as a body, made while it is read. Who has not read all of it after ten minutes gets no more. */
  ofText(texts: Iterator<string>): ReadableStream<Uint8Array>;
  /** Resolves as soon as no body is being read. */
  allRead(): Promise<void>;
}

/** Bodies whose timeouts are measured by `delay`. */
export function createSlowBodies(delay: Delay): SlowBodies {
  let open = 0;
  let allRead = () => {};
  const encoder = new TextEncoder();

  /** A body that `more` adds to when there is room; it answers whether there is more to come. */
  function limited(
    limitMs: number,
    more: (
      controller: ReadableStreamDefaultController<Uint8Array>,
    ) => boolean | Promise<boolean>,
  ): ReadableStream<Uint8Array> {
    const limit = new AbortController();
    let begun = false;
    const settle = () => {
      limit.abort();
      if (begun && --open === 0) allRead();
    };
    return new ReadableStream({
      async pull(controller) {
        // Not before somebody reads: the body of a HEAD request is never read.
        if (!begun) {
          begun = true;
          open++;
          delay(limitMs, { signal: limit.signal }).then(() => {
            settle();
            controller.error(new Error("the reader is too slow"));
          }, () => {});
        }
        if (await more(controller)) return;
        controller.close();
        settle();
      },
      cancel: settle,
    }, { highWaterMark: 0 });
  }

  return {
    ofChunks({ chunks, length }) {
      if (chunks.length === 1) return chunks[0]!;
      let next = 0;
      return limited(TIMEOUT_MS + length / SLOWEST, (controller) => {
        controller.enqueue(chunks[next++]!);
        return next < chunks.length;
      });
    },
    ofText: (texts) =>
      limited(10 * TIMEOUT_MS, async (controller) => {
        for (;;) {
          const { done, value } = texts.next();
          if (done === true) return false;
          await yieldToEventLoop();
          if (value === "") continue;
          controller.enqueue(encoder.encode(value));
          return true;
        }
      }),
    allRead: () =>
      new Promise((resolve) => {
        if (open === 0) resolve();
        else allRead = resolve;
      }),
  };
}

/** The same body; once it has ended or is cut off, `done` is told how many bytes were read of it. */
export function countBytes(
  body: ReadableStream<Uint8Array>,
  done: (bytes: number) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done: isOver, value } = await reader.read();
        if (!isOver) {
          bytes += value.length;
          return controller.enqueue(value);
        }
        controller.close();
      } catch (error) {
        controller.error(error);
      }
      done(bytes);
    },
    async cancel(reason) {
      done(bytes);
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
