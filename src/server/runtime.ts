import type { Runtime } from "../sync/options.ts";
import { realDelay } from "../zitadel/http/retry.ts";

/** What the server takes from the world around it. */
export type ServerRuntime = Pick<Runtime, "now" | "delay" | "random">;

/** The same with nothing missing. */
export type CompleteRuntime = { [Name in keyof ServerRuntime]-?: NonNullable<ServerRuntime[Name]> };

/** A runtime with the real clock, waits and chance for what it lacks. */
export function completeRuntime(
  { now = Date.now, delay = realDelay, random = Math.random }: ServerRuntime = {},
): CompleteRuntime {
  return { now, delay, random };
}
