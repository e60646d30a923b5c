import type { Runtime } from "../sync/options.ts";
import { realDelay } from "../zitadel/http/retry.ts";

/** The clock, timers and randomness of a server. */
export type ServerRuntime = Pick<Runtime, "now" | "delay" | "random">;

/** A complete {@linkcode ServerRuntime}. */
export type CompleteRuntime = { [Name in keyof ServerRuntime]-?: NonNullable<ServerRuntime[Name]> };

/** Completes a runtime with the real clock, timers and randomness. */
export function completeRuntime(
  { now = Date.now, delay = realDelay, random = Math.random }: ServerRuntime = {},
): CompleteRuntime {
  return { now, delay, random };
}
