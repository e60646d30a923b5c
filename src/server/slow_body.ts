/**
 * Large bodies at the pace of their readers, within a time limit.
 *
 * @module
 */
import type { Delay } from "../zitadel/http/retry.ts";
import type { ChunkedBytes } from "./published.ts";

/** The time that every reader has, in milliseconds. */
const TIMEOUT_MS = 60_000;

/** The slowest reader that the server waits for, in bytes a millisecond. */
const SLOWEST = 64;

/** Bodies that clients read chunk by chunk. */
export interface SlowBodies {
  /**
   * Makes a body of bytes; a single chunk is the body itself. Runtimes copy a body that they get as a whole, for each
   * request: in chunks, two hundred slow readers of 10 MB cost 75 MB instead of two gigabytes.
   *
   * A reader has a minute, and a second more for each 64 KB. Then the body breaks off.
   */
  ofChunks(bytes: ChunkedBytes): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>;
  /** Makes a body of texts while the client reads. After ten minutes it breaks off. */
  ofText(texts: AsyncIterator<string, void>): ReadableStream<Uint8Array>;
  /** Resolves once no client reads a body. */
  allRead(): Promise<void>;
}

/** Creates bodies with time limits by `delay`. */
export function createSlowBodies(delay: Delay): SlowBodies {
  let open = 0;
  let allRead = () => {};
  const encoder = new TextEncoder();

  /** Makes a body that `more` adds to; it returns whether there is more to come. */
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
        // The time runs from the first read: nobody reads the body of a HEAD request.
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
        const { done, value } = await texts.next();
        if (!done) controller.enqueue(encoder.encode(value));
        return !done;
      }),
    allRead: () =>
      new Promise((resolve) => {
        if (open === 0) resolve();
        else allRead = resolve;
      }),
  };
}

/** Passes a body on, and calls `done` with the bytes that were read once it ends or breaks off. */
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
