/**
 * How many requests run at once, and how many start in a second.
 *
 * @module
 */
import type { Delay } from "./retry.ts";

export interface RateLimitOptions {
  concurrency: number;
  /** How many requests start in a second at most; no limit if absent. */
  maxPerSecond?: number | undefined;
  now: () => number;
  delay: Delay;
}

/** A gate that the requests of one sync pass, in the order of the calls. */
export interface RateLimit {
  /** Waits for a place among those that run; the result gives the place back, once. */
  enter(): Promise<() => void>;
  /** Waits until one more request may start in this second; to be called before each attempt. */
  pace(signal?: AbortSignal): Promise<void>;
}

/** A gate that all requests of one sync share. */
export function createRateLimit(
  { concurrency, maxPerSecond, now, delay }: RateLimitOptions,
): RateLimit {
  const intervalMs = 1000 / (maxPerSecond ?? Infinity);
  const waiting: (() => void)[] = [];
  let running = 0;
  let nextStart = 0;
  let pacing = 0;

  async function enter(): Promise<() => void> {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    return leave;
  }

  function leave(): void {
    // The place is handed on, so nobody who comes later can take it.
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  }

  async function pace(signal?: AbortSignal): Promise<void> {
    if (maxPerSecond === undefined) return;
    // Nobody waits for longer than those before need, also if the clock was set back meanwhile.
    const waitMs = Math.min(Math.max(0, nextStart - now()), (pacing + 1) * intervalMs);
    nextStart = now() + waitMs + intervalMs;
    if (waitMs === 0) return;
    pacing++;
    try {
      await delay(waitMs, { signal });
    } finally {
      pacing--;
    }
  }

  return { enter, pace };
}
