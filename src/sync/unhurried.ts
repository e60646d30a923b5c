import { yieldToEventLoop } from "../event_loop.ts";

/** How long work may hold the thread at a time, in milliseconds. */
const SLICE_MS = 10;

/**
 * Does work that yields now and then, and lets everything else that waits for the thread run in between.
 *
 * @returns What the generator returns.
 * @throws What the generator throws, or the reason of `signal`.
 */
export async function runInSlices<T>(
  work: Generator<void, T, undefined>,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE_MS;
    do {
      const { done, value } = work.next();
      if (done) return value;
    } while (performance.now() < end);
    await yieldToEventLoop();
    signal.throwIfAborted();
  }
}
