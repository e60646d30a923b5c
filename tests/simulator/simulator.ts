/**
 * A small ZITADEL in memory: it answers the requests of a sync as a real one does.
 *
 * @module
 */
import { createApp } from "./app.ts";
import type { SeenRequest, Simulator, SimulatorOptions } from "./options.ts";
import { send } from "./send.ts";
import { createState } from "./state/state.ts";

export type { SeenRequest, Simulator, SimulatorOptions } from "./options.ts";

/** Starts a simulator. It holds no port and no timer: there is nothing to close. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const now = options.now ?? Date.now;
  const { arrival } = options;
  const { state, views } = createState(options.seed, { now, ...(arrival && { arrival }) });
  const app = createApp({ ...options, state, views, now });
  const requests: SeenRequest[] = [];
  const simulator: Simulator = {
    state,
    views,
    requests,
    fetch: (request) => send(request, { app, simulator, options, advance: views.advance }),
  };
  return simulator;
}
