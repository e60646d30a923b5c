/**
 * Settings of the simulator, the requests that it saw, and what it is.
 *
 * @module
 */
import type { Fault } from "./faults.ts";
import type { Seed } from "./seed.ts";
import type { State } from "./state/state.ts";
import type { Arrival, Change, Views } from "./state/views.ts";
import type { MessageLimit } from "./v1/list_pages.ts";
import type { Plan, StatementRuns } from "./v1/plans.ts";

/** Settings of {@linkcode createSimulator}. */
export interface SimulatorOptions {
  seed: Seed;
  /** Whether lists are cut: `legacy` answers any limit, `v4.20` none above `maxQueryLimit`. @default {"v4.20"} */
  mode?: "legacy" | "v4.20";
  /** The largest and the default limit in `v4.20` mode. @default {1000} */
  maxQueryLimit?: number;
  /**
   * The largest answer in bytes of protobuf, and the side that refuses a larger one. Servers of 2025 refuse to receive more
   * than 4 MiB, those of 2026 to send more than 10 MiB.
   *
   * @default {{ by: "receiver", bytes: 4194304 }}
   */
  messageLimit?: MessageLimit;
  /** The delay until the views show an edit; roles are never late, only lost. By default everything shows at once. */
  arrival?: (change: Change) => Arrival;
  /** Called before each answer, after the latency: the place for edits by the clock. */
  beforeAnswer?: (simulator: Simulator) => void;
  /** Whether there are v2 services; without them their paths are unknown. @default {true} */
  v2?: boolean;
  /** The host that requests must name; by default any. */
  externalDomain?: string;
  /** The time in milliseconds since 1970; fractions are microseconds. @default {Date.now} */
  now?: () => number;
  /** The order of lists without an order. @default {"prepared"} */
  plan?: Plan;
  /**
   * Earlier runs of each page, from which `prepared` counts on. A server that has been in use for long has pages
   * that are worn, those of 100 rows for instance: `({ limit }) => limit === 100 ? 9 : 0`. By default none.
   */
  statementRuns?: StatementRuns;
  /** Connections to the database, which take turns; each has plans of its own. @default {10} */
  connections?: number;
  /** A source of numbers in [0, 1): lists that have no order are shuffled for each request. */
  shuffle?: () => number;
  /** Counts each user once for each metadata entry in totals, as some 4.x builds do. @default {false} */
  inflateUserTotal?: boolean;
  /** Called before a request is answered; may edit the state, and may return a fault. */
  onRequest?: (
    request: SeenRequest,
    simulator: Simulator,
  ) => Fault | void | Promise<Fault | void>;
  /** Called when the answer is decided and before it is sent; may edit the state for the next request. */
  afterRequest?: (request: SeenRequest, simulator: Simulator) => void | Promise<void>;
  /** The least duration of each request, in milliseconds. @default {0} */
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
  /** The token, without `Bearer `. */
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
  /** The content of the instance as its events made it; tests may edit it at any time. */
  readonly state: State;
  /** The views behind its lists, which follow the state. */
  readonly views: Views;
}
