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

/** Makes bodies that are read piece by piece. */
export interface SlowBodies {
  /**
   * Bytes as a body. Handed over as they are, a runtime would copy them for each request; so two hundred slow readers
   * of 10 MB cost 75 MB instead of two gigabytes.
   *
   * Who has not read all of it after a minute, and a second more for each 64 KB, gets no more.
   */
  ofBytes(bytes: Uint8Array): ReadableStream<Uint8Array>;
  /** Text as a body, made while it is read. Who has not read all of it after ten minutes gets no more. */
  ofText(texts: Iterator<string>): ReadableStream<Uint8Array>;
  /** Ends all bodies that are being read, before their end. */
  cutOff(): void;
}

/** Bodies whose patience is measured by `delay`. */
export function createSlowBodies(delay: Delay): SlowBodies {
  const open = new Set<(why: string) => void>();
  const encoder = new TextEncoder();

  /** A body that `more` adds to when there is room; it answers whether there is more to come. */
  function limited(
    limitMs: number,
    more: (
      controller: ReadableStreamDefaultController<Uint8Array>,
    ) => boolean | Promise<boolean>,
  ): ReadableStream<Uint8Array> {
    const limit = new AbortController();
    let cut = (_why: string) => {};
    const settle = () => {
      open.delete(cut);
      limit.abort();
    };
    let begun = false;
    return new ReadableStream({
      async pull(controller) {
        // Not before somebody reads: the body of a HEAD request is never read.
        if (!begun) {
          begun = true;
          cut = (why) => {
            settle();
            controller.error(new Error(why));
          };
          open.add(cut);
          delay(limitMs, { signal: limit.signal }).then(() => cut("the reader is slow"), () => {});
        }
        if (await more(controller)) return;
        controller.close();
        settle();
      },
      cancel: settle,
    }, { highWaterMark: 0 });
  }

  return {
    ofBytes(bytes) {
      let at = 0;
      return limited(PATIENCE_MS + bytes.length / SLOWEST, (controller) => {
        controller.enqueue(bytes.subarray(at, at += PIECE));
        return at < bytes.length;
      });
    },
    ofText: (texts) =>
      limited(10 * PATIENCE_MS, async (controller) => {
        for (;;) {
          const { done, value } = texts.next();
          if (done === true) return false;
          await breathe();
          if (value === "") continue;
          controller.enqueue(encoder.encode(value));
          return true;
        }
      }),
    cutOff() {
      for (const cut of [...open]) cut("the server ends");
    },
  };
}
