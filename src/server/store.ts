/**
 * The snapshot that is answered: the last good one, and how the next one comes.
 *
 * @module
 */
import { LIST_NAMES, type ListName, type Snapshot } from "../snapshot/contract.ts";
import type { SyncEvent } from "../sync/progress.ts";
import type { Delay } from "../zitadel/http/retry.ts";
import { publish, type Published } from "./published.ts";
import type { ServerLog } from "./server_log.ts";

/** What {@linkcode createStore} needs. */
export interface StoreOptions {
  /** Takes a snapshot. */
  sync(run: { signal: AbortSignal; onProgress: (event: SyncEvent) => void }): Promise<Snapshot>;
  /** The snapshot to begin with, from before a restart. */
  initial?: Published | undefined;
  /** Throws if a new snapshot is not to take the place of the one before it. */
  refuse?: (previous: Published, next: Snapshot) => void;
  /** Keeps a new snapshot for after a restart. */
  keep?: ((published: Published, signal: AbortSignal) => Promise<void>) | undefined;
  /** Says what a sync, or the keeping of its snapshot, failed with. */
  describeError: (error: unknown) => Omit<Failure, "at">;
  /** How long to wait from one sync to the next, in milliseconds; 0: syncs happen on request only. */
  intervalMs: number;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Waits for the next sync. */
  delay: Delay;
  /** A random number from 0 up to 1, for the jitter of waits. */
  random: () => number;
  /** Told what happens. */
  log: ServerLog;
}

/** A sync, or the keeping of its snapshot, that failed. */
export interface Failure {
  /** What kind of failure. */
  code: string;
  /** What happened. */
  message: string;
  /** What to do about it. */
  hint?: string;
  /** When, in milliseconds since 1970. */
  at: number;
}

/** A sync that succeeded. */
export interface Success {
  /** When it was done, in milliseconds since 1970. */
  at: number;
  /** How long it took, in milliseconds. */
  durationMs: number;
}

/** How a sync ended. */
export type Outcome = { published: Published; durationMs: number } | { failure: Failure };

/** A sync that runs. */
export interface Running {
  /** When it began, in milliseconds since 1970. */
  startedAt: number;
  /** How many requests ZITADEL has answered. */
  requests: number;
  /** How many rows of which list have come, of how many. */
  lists: Partial<Record<ListName, { received: number; reported: number }>>;
}

/** What has happened since the start. */
export interface StoreStatus {
  /** The last sync that succeeded. */
  lastSuccess: Success | undefined;
  /** The last sync that failed, also if others have succeeded since. */
  lastFailure: Failure | undefined;
  /** How many syncs have failed since the last one that succeeded. */
  failuresInARow: number;
  /** Why the snapshot could not be kept for after a restart, if it could not. */
  keepFailure: Failure | undefined;
  /** When the next sync begins by itself, in milliseconds since 1970. */
  nextAt: number | undefined;
  /** The sync that runs now. */
  running: Running | undefined;
  /** How many syncs have succeeded. */
  successes: number;
  /** How many syncs have failed, by code. */
  failures: ReadonlyMap<string, number>;
  /** How many requests ZITADEL has answered in all syncs. */
  requests: number;
  /** How many requests were tried again. */
  retries: number;
}

/** Holds the current snapshot, and renews it. */
export interface Store {
  /** The snapshot to answer; absent before the first one. */
  current(): Published | undefined;
  /** What has happened. */
  status(): StoreStatus;
  /**
   * Starts a sync, or joins the one that runs. With `force`, its snapshot is taken whatever
   * {@linkcode StoreOptions.refuse} says.
   */
  refresh(options?: { force?: boolean }): { joined: boolean; outcome: Promise<Outcome> };
  /** Syncs at once and then in intervals, until the signal is aborted and the sync that runs then has ended. */
  run(signal: AbortSignal): Promise<void>;
}

/** The first wait after a failure, in milliseconds; it doubles with each further one. */
const FIRST_RETRY_MS = 60_000;

/** The longest wait after a failure, in milliseconds, unless the interval is longer still. */
const LONGEST_RETRY_MS = 15 * 60_000;

/** A store. It does nothing by itself until {@linkcode Store.run}. */
export function createStore(options: StoreOptions): Store {
  const { intervalMs, now, delay, random, log } = options;
  const stop = new AbortController();
  const failures = new Map<string, number>();
  let current = options.initial;
  let running: Running & { force: boolean; outcome: Promise<Outcome> } | undefined;
  let timer = new AbortController();
  let repeats = false;
  const status = {
    lastSuccess: undefined as Success | undefined,
    lastFailure: undefined as Failure | undefined,
    failuresInARow: 0,
    keepFailure: undefined as Failure | undefined,
    nextAt: undefined as number | undefined,
    successes: 0,
    requests: 0,
    retries: 0,
  };

  function refresh({ force = false } = {}): ReturnType<Store["refresh"]> {
    if (running !== undefined) {
      running.force ||= force;
      return { joined: true, outcome: running.outcome };
    }
    timer.abort();
    status.nextAt = undefined;
    const sync = { startedAt: now(), requests: 0, lists: {}, force };
    const outcome = attempt(sync).finally(() => {
      running = undefined;
      schedule();
    });
    running = Object.assign(sync, { outcome });
    return { joined: false, outcome };
  }

  async function attempt(sync: Running & { force: boolean }): Promise<Outcome> {
    const { signal } = stop;
    try {
      const snapshot = await options.sync({ signal, onProgress: (event) => follow(sync, event) });
      if (current !== undefined && !sync.force) options.refuse?.(current, snapshot);
      const published = await publish(snapshot);
      signal.throwIfAborted();
      current = published;
      const durationMs = now() - sync.startedAt;
      status.lastSuccess = { at: now(), durationMs };
      status.successes++;
      status.failuresInARow = 0;
      const { counts, digest } = snapshot;
      const rows = LIST_NAMES.map((list) => `${counts[list]} ${list}`).join(", ");
      log.write("info", `sync: ${rows} in ${durationMs} ms, ${digest}`, {
        event: "synced",
        durationMs,
        counts,
        digest,
      });
      await keep(published);
      return { published, durationMs };
    } catch (error) {
      const failure = toFailure(error);
      if (!signal.aborted) fail(failure);
      return { failure };
    } finally {
      status.requests += sync.requests;
    }
  }

  async function keep(published: Published): Promise<void> {
    try {
      await options.keep?.(published, stop.signal);
      status.keepFailure = undefined;
    } catch (error) {
      if (stop.signal.aborted) return;
      const failure = status.keepFailure = toFailure(error);
      log.write("error", `state: ${inWords(failure)}`, { event: "keep-failed", ...failure });
    }
  }

  function toFailure(error: unknown): Failure {
    const { code, message, hint } = options.describeError(error);
    return { code, message, ...(hint !== undefined && { hint }), at: now() };
  }

  function fail(failure: Failure): void {
    status.lastFailure = failure;
    status.failuresInARow++;
    failures.set(failure.code, (failures.get(failure.code) ?? 0) + 1);
    log.write("error", `sync failed: ${inWords(failure)}`, { event: "sync-failed", ...failure });
  }

  function follow(sync: Running, event: SyncEvent): void {
    if (event.kind === "rows") {
      const { list, received, reported } = event;
      sync.requests = event.requests;
      sync.lists[list] = { received, reported };
    }
    if (event.kind === "retry") {
      status.retries++;
      log.write("warn", `${event.request}: ${event.reason}, trying again`, {
        event: "retry",
        request: event.request,
        reason: event.reason,
        waitMs: event.waitMs,
      });
    }
  }

  function schedule(): void {
    if (!repeats || stop.signal.aborted) return;
    const n = status.failuresInARow;
    const waitMs = n === 0 ? intervalMs : Math.min(
      Math.min(intervalMs, FIRST_RETRY_MS) * 2 ** (n - 1),
      Math.max(intervalMs, LONGEST_RETRY_MS),
    );
    // A tenth more or less, so that several servers do not ask at the same moment for ever.
    const jitteredMs = Math.round(waitMs * (0.9 + random() / 5));
    status.nextAt = now() + jitteredMs;
    timer = new AbortController();
    delay(jitteredMs, { signal: timer.signal }).then(() => void refresh(), () => {});
  }

  return {
    current: () => current,
    status: () => ({ ...status, running, failures }),
    refresh,
    async run(signal) {
      repeats = intervalMs > 0;
      if (repeats && !signal.aborted) refresh();
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      timer.abort();
      stop.abort(signal.reason);
      await running?.outcome;
    },
  };
}

function inWords({ code, message, hint }: Failure): string {
  return `${message} (${code})${hint === undefined ? "" : `; ${hint}`}`;
}
