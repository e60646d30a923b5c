/**
 * Letting others run.
 *
 * @module
 */

/**
 * Lets everything else that waits for the thread have its turn: long work calls this between its pieces. A timer and not
 * a resolved promise: only timers let sockets be served in between.
 */
export function yieldToEventLoop(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/**
 * Hands out turns: of those who wait for one, each is let through after everything else had its own. Four large answers
 * that arrive together are so looked at one by one, with others in between.
 */
export function createYieldQueue(): () => Promise<void> {
  let last = Promise.resolve();
  return () => last = last.then(yieldToEventLoop);
}
