import type { Delay } from "../zitadel/http/retry.ts";
import type { CompleteRuntime } from "./runtime.ts";

/** The first wait after a failure, in milliseconds; it doubles with each further one. */
const FIRST_RETRY_MS = 60_000;

/** The longest wait after a failure, in milliseconds, unless the interval is longer. */
const LONGEST_RETRY_MS = 15 * 60_000;

/** The longest wait of a timer, in milliseconds. A longer one ends at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The plan of the next sync. */
export interface Schedule {
  /** The time of the next sync in milliseconds since 1970; `undefined` if none is planned. */
  nextAt(): number | undefined;
  /** Plans the next sync, by the number of failures since the last success. */
  plan(failuresInARow: number): void;
  /** Cancels the plan. */
  cancel(): void;
}

/** The options of {@linkcode createSchedule}. */
export interface ScheduleOptions extends CompleteRuntime {
  /** The wait from one sync to the next, in milliseconds. */
  intervalMs: number;
  /** Starts a sync. */
  begin: () => void;
}

/** Creates a schedule without a plan. */
export function createSchedule(
  { intervalMs, begin, now, delay, random }: ScheduleOptions,
): Schedule {
  let timer = new AbortController();
  let nextAt: number | undefined;
  const cancel = () => {
    timer.abort();
    nextAt = undefined;
  };
  return {
    nextAt: () => nextAt,
    cancel,
    plan(failuresInARow) {
      cancel();
      // A tenth more or less, so that several servers do not go on asking at the same moment.
      const waitMs = Math.round(computeWait(intervalMs, failuresInARow) * (0.9 + random() / 5));
      const at = now() + waitMs;
      // A time beyond all dates, as after an endless interval, is never.
      if (Number.isNaN(new Date(at).getTime())) return;
      nextAt = at;
      timer = new AbortController();
      waitInParts(waitMs, delay, timer.signal).then(begin, () => {});
    },
  };
}

async function waitInParts(waitMs: number, delay: Delay, signal: AbortSignal): Promise<void> {
  for (let left = waitMs; left > 0; left -= LONGEST_TIMER_MS) {
    await delay(Math.min(left, LONGEST_TIMER_MS), { signal });
  }
}

function computeWait(intervalMs: number, failuresInARow: number): number {
  if (failuresInARow === 0) return intervalMs;
  return Math.min(
    Math.min(intervalMs, FIRST_RETRY_MS) * 2 ** (failuresInARow - 1),
    Math.max(intervalMs, LONGEST_RETRY_MS),
  );
}
