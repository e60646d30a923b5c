/**
 * The snapshot that is answered: the last good one, and how the next one comes.
 *
 * @module
 */
import { whenAborted } from "../concurrency.ts";
import { SyncError } from "../errors.ts";
import type { Snapshot } from "../snapshot/types.ts";
import type { SyncEvent } from "../sync/progress.ts";
import { publish, type Published } from "./published.ts";
import { completeRuntime, type ServerRuntime } from "./runtime.ts";
import { createSchedule } from "./schedule.ts";
import type { ServerLog } from "./server_log.ts";
import { createSyncRecord, type Failure, type RecordedStatus } from "./sync_record.ts";

/** How long to wait from one sync to the next unless told, in milliseconds. */
const INTERVAL_MS = 15 * 60_000;

/** What {@linkcode createStore} is told. */
export interface StoreOptions {
  /** Takes a snapshot. */
  sync: (run: SyncRun) => Promise<Snapshot>;
  /** The snapshot to answer until the first sync has succeeded, from before a restart; a function is asked each time. */
  initial?: Published | (() => Published | undefined) | undefined;
  /** Throws if a new snapshot is not to take the place of the one before it. */
  refuse?: ((previous: Published, next: Snapshot) => void) | undefined;
  /** Saves a new snapshot for after a restart. */
  save?: ((published: Published, signal: AbortSignal) => Promise<void>) | undefined;
  /** Says what a sync, or the saving of its snapshot, failed with. By default in the words of a `SyncError`. */
  describeError?: ((error: unknown) => Omit<Failure, "at">) | undefined;
  /** How long to wait from one sync to the next, in milliseconds; 0: syncs happen on request only;
   * `Infinity`: the first one happens by itself, too. @default {900000} */
  intervalMs?: number | undefined;
  /** Told what happens. */
  log?: ServerLog | undefined;
  /** Clock, timers and chance; by default the real ones. */
  runtime?: ServerRuntime | undefined;
}

/** What a sync is handed. */
export interface SyncRun {
  /** Aborted when the store is to end. */
  signal: AbortSignal;
  /** To be told what happens while it runs. */
  onProgress: (event: SyncEvent) => void;
}

/** How a sync ended. */
export type SyncResult = { published: Published; durationMs: number } | { failure: Failure };

interface Attempt {
  /** Whether its snapshot is taken whatever {@linkcode StoreOptions.refuse} says. */
  force: boolean;
  controller: AbortController;
}

/** What has happened, and what comes next. */
export interface StoreStatus extends RecordedStatus {
  /** When the next sync begins by itself, in milliseconds since 1970. */
  nextAt: number | undefined;
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
  refresh(options?: { force?: boolean }): { joined: boolean; outcome: Promise<SyncResult> };
  /** Syncs at once and then in intervals, until the signal is aborted and the sync that runs then has ended. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * A store. It does nothing by itself until {@linkcode Store.run}.
 *
 * @throws {SyncError} `CONFIG_INVALID`: `intervalMs` is negative or no number.
 */
export function createStore({ initial, ...options }: StoreOptions): Store {
  const { log, intervalMs = INTERVAL_MS, describeError = describeSyncError } = options;
  if (!(intervalMs >= 0)) {
    throw new SyncError(
      "CONFIG_INVALID",
      `intervalMs is ${intervalMs}, not 0 or more milliseconds`,
    );
  }
  const runtime = completeRuntime(options.runtime);
  const record = createSyncRecord({ log, describeError, now: runtime.now });
  const schedule = createSchedule({ ...runtime, intervalMs, begin: () => void refresh() });
  let current = typeof initial === "function" ? initial : always(initial);
  let running: Attempt & { outcome: Promise<SyncResult> } | undefined;
  let repeats = false;
  let stopped: AbortSignal | undefined;

  function refresh({ force = false } = {}): ReturnType<Store["refresh"]> {
    if (running !== undefined) {
      running.force ||= force;
      return { joined: true, outcome: running.outcome };
    }
    schedule.cancel();
    // A controller for each sync: a signal that outlived it would hold on to what listens to it.
    const attempt: Attempt = { force, controller: new AbortController() };
    if (stopped !== undefined) attempt.controller.abort(stopped.reason);
    const outcome = sync(attempt).finally(() => {
      running = undefined;
      if (repeats && stopped === undefined) schedule.plan(record.status().failuresInARow);
    });
    running = Object.assign(attempt, { outcome });
    return { joined: false, outcome };
  }

  async function sync(attempt: Attempt): Promise<SyncResult> {
    const { signal } = attempt.controller;
    record.begin();
    try {
      const snapshot = await options.sync({ signal, onProgress: record.follow });
      const previous = current();
      if (previous !== undefined && !attempt.force) options.refuse?.(previous, snapshot);
      const published = await publish(snapshot);
      signal.throwIfAborted();
      current = always(published);
      const durationMs = record.succeed(snapshot);
      await save(published, signal);
      return { published, durationMs };
    } catch (error) {
      return { failure: signal.aborted ? record.abort(error) : record.fail(error) };
    }
  }

  async function save(published: Published, signal: AbortSignal): Promise<void> {
    try {
      await options.save?.(published, signal);
      record.save();
    } catch (cause) {
      if (!signal.aborted) record.save({ cause });
    }
  }

  return {
    current: () => current(),
    status: () => ({ ...record.status(), nextAt: schedule.nextAt() }),
    refresh,
    async run(signal) {
      repeats = intervalMs > 0;
      if (repeats && !signal.aborted) refresh();
      await whenAborted(signal);
      schedule.cancel();
      stopped = signal;
      running?.controller.abort(signal.reason);
      await running?.outcome;
    },
  };
}

/** A function of its own, so that what it answers is all that it holds on to. */
function always<T>(value: T): () => T {
  return () => value;
}

function describeSyncError(error: unknown): Omit<Failure, "at"> {
  if (error instanceof SyncError) {
    const { code, message, hint } = error;
    return { code, message, ...(hint !== undefined && { hint }) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "INTERNAL", message: `This is a bug: ${message}` };
}
