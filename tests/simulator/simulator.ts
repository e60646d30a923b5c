/**
 * A small ZITADEL in memory, which answers what a sync asks as a real one does.
 *
 * @module
 */
import type { Fault } from "./faults.ts";
import type { MessageLimit } from "./v1/list_pages.ts";
import type { Plan, StatementRuns } from "./v1/plans.ts";
import type { Seed } from "./seed.ts";
import { createState, type State } from "./state/state.ts";
import { createApp } from "./app.ts";
import { send } from "./send.ts";
import type { Arrival, Change, Views } from "./state/views.ts";

/** What {@linkcode createSimulator} may be told. */
export interface SimulatorOptions {
  seed: Seed;
  /** Whether lists are cut: `legacy` answers any limit, `v4.20` none above `maxQueryLimit`. @default {"v4.20"} */
  mode?: "legacy" | "v4.20";
  /** The largest and the default limit in `v4.20` mode. @default {1000} */
  maxQueryLimit?: number;
  /**
   * How large an answer may be in bytes of protobuf, and who refuses a larger one. Servers of 2025 refuse to receive more
   * than 4 MiB, those of 2026 to send more than 10 MiB.
   *
   * @default {{ by: "receiver", bytes: 4194304 }}
   */
  messageLimit?: MessageLimit;
  /** When the views show what is written; roles are never late, only lost. By default everything shows at once. */
  arrival?: (change: Change) => Arrival;
  /** Called before each answer, after the latency: what edits by the clock does its work here. */
  beforeAnswer?: (simulator: Simulator) => void;
  /** Whether there are v2 services; without them their paths are unknown. @default {true} */
  v2?: boolean;
  /** The host that requests must name; by default any. */
  externalDomain?: string;
  /** The time in milliseconds since 1970; fractions are microseconds. @default {Date.now} */
  now?: () => number;
  /** How the database reads lists without an order. @default {"prepared"} */
  plan?: Plan;
  /**
   * How often each page was asked for before, which `prepared` counts on from. A server that is used for long has pages
   * that are worn, those of 100 rows for instance: `({ limit }) => limit === 100 ? 9 : 0`. By default none.
   */
  statementRuns?: StatementRuns;
  /** How many connections to the database take turns; each has plans of its own. @default {10} */
  connections?: number;
  /** A source of numbers in [0, 1): lists that have no order are shuffled for each request. */
  shuffle?: () => number;
  /** Counts each user once for each metadata entry in totals, as some 4.x builds do. @default {false} */
  inflateUserTotal?: boolean;
  /** Called before a request is answered; may edit the state, and may say what goes wrong. */
  onRequest?: (
    request: SeenRequest,
    simulator: Simulator,
  ) => Fault | void | Promise<Fault | void>;
  /** Called when the answer is decided and before it is sent; may edit the state for the next request. */
  afterRequest?: (request: SeenRequest, simulator: Simulator) => void | Promise<void>;
  /** How long each request takes at least, in milliseconds. @default {0} */
  latencyMs?: number;
}

/** A request that arrived. */
export interface SeenRequest {
  /** Counts from 1. */
  number: number;
  method: string;
  /** Path and query. */
  path: string;
  /** The header `x-zitadel-orgid`. */
  organizationId: string | undefined;
  /** Whether the token is one that works. */
  authorized: boolean;
  /** What follows `Bearer `. */
  token: string | undefined;
  /** The JSON body; text if it is no JSON, `undefined` if it is empty. */
  body: unknown;
  /** The status of the answer, once it is decided; absent where a fault left none. */
  status?: number;
}

/** A running simulator. */
export interface Simulator {
  /** Answers a request; rejects where a fault says that no answer comes. Needs no `this`. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** All requests so far. */
  readonly requests: SeenRequest[];
  /** What the instance holds now, as its events made it; can be changed at any time. */
  readonly state: State;
  /** What its lists answer from, which follows. */
  readonly views: Views;
}

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
