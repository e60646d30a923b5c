/**
 * Waiting with others: letting them run, and not waiting for longer than a signal allows.
 *
 * @module
 */

/**
 * Waits for work that cannot be cancelled, but no longer than until `signal` aborts: then it is left behind, and `abandon`
 * cleans up.
 *
 * @throws What the work throws, or the reason of `signal`.
 */
export async function raceWithSignal<T>(
  work: Promise<T>,
  signal: AbortSignal,
  abandon: () => void = () => {},
): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      // Before all else, here and in the race: a body that is cancelled ends as a complete one does.
      reject(signal.reason);
      abandon();
    };
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Resolves once `signal` is aborted. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/**
 * Lets everything else that waits for the thread have its turn: long work calls this between its pieces. A timer and not
 * a resolved promise: only timers let sockets be served in between.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** How long work may hold the thread at a time, in milliseconds. */
const SLICE_MS = 10;

/**
 * Makes what long work awaits between its pieces: it lets everything else run once the work has held the thread for 10 ms, and
 * costs next to nothing before.
 *
 * @throws The reason of `signal`, once that is aborted.
 */
export function createPause(signal?: AbortSignal): () => Promise<void> | undefined {
  let end = performance.now() + SLICE_MS;
  const pause = async () => {
    await yieldToEventLoop();
    signal?.throwIfAborted();
    end = performance.now() + SLICE_MS;
  };
  return () => performance.now() < end ? undefined : pause();
}

/** After how many items others may run. */
const ITEMS_AT_A_TIME = 1000;

/** Makes something of each item, and lets everything else run in between. @throws The reason of `signal`. */
export async function mapInSlices<I, T>(
  items: readonly I[],
  map: (item: I) => T,
  signal?: AbortSignal,
): Promise<T[]> {
  const pause = createPause(signal);
  const mapped: T[] = [];
  for (const [i, item] of items.entries()) {
    mapped.push(map(item));
    if ((i + 1) % ITEMS_AT_A_TIME === 0) await pause();
  }
  return mapped;
}
