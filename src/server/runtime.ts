import { type Delay, realDelay } from "../zitadel/http/retry.ts";

/** Where time and chance come from. */
export interface Runtime {
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Waits. */
  delay: Delay;
  /** A random number from 0 up to 1. */
  random: () => number;
}

/** The real ones. */
export const REAL_RUNTIME: Runtime = { now: Date.now, delay: realDelay, random: Math.random };
