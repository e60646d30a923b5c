import type { CompleteRuntime } from "./runtime.ts";

/** The first wait after a failure, in milliseconds; it doubles with each further one. */
const FIRST_RETRY_MS = 60_000;

/** The longest wait after a failure, in milliseconds, unless the interval is longer still. */
const LONGEST_RETRY_MS = 15 * 60_000;

/** When the next sync begins by itself. */
export interface Schedule {
  /** When it begins, in milliseconds since 1970; absent while none is planned. */
  nextAt(): number | undefined;
  /** Plans the next one, by how many have failed since the last that succeeded. */
  plan(failuresInARow: number): void;
  /** Plans none. */
  cancel(): void;
}

/** What {@linkcode createSchedule} is told. */
export interface ScheduleOptions extends CompleteRuntime {
  /** How long to wait from one sync to the next, in milliseconds. */
  intervalMs: number;
  /** Begins a sync. */
  begin: () => void;
}

/** A schedule in which nothing is planned yet. */
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
      // A tenth more or less, so that several servers do not ask at the same moment for ever.
      const waitMs = Math.round(computeWait(intervalMs, failuresInARow) * (0.9 + random() / 5));
      nextAt = now() + waitMs;
      timer = new AbortController();
      delay(waitMs, { signal: timer.signal }).then(begin, () => {});
    },
  };
}

function computeWait(intervalMs: number, failuresInARow: number): number {
  if (failuresInARow === 0) return intervalMs;
  return Math.min(
    Math.min(intervalMs, FIRST_RETRY_MS) * 2 ** (failuresInARow - 1),
    Math.max(intervalMs, LONGEST_RETRY_MS),
  );
}
