/**
 * The store of the last good snapshot, and its refreshes.
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

/** The default wait from one sync to the next, in milliseconds. */
const INTERVAL_MS = 15 * 60_000;

/** The options of {@linkcode createStore}. */
export interface StoreOptions {
  /** Takes a snapshot. */
  sync: (run: SyncRun) => Promise<Snapshot>;
  /** The snapshot from before a restart, to answer until a sync succeeds. A function is called for each answer. */
  initial?: Published | (() => Published | undefined) | undefined;
  /** Throws if a new snapshot must not replace the previous one. */
  refuse?: ((previous: Published, next: Snapshot) => void) | undefined;
  /** Saves a new snapshot for the next start. */
  save?: ((published: Published, signal: AbortSignal) => Promise<void>) | undefined;
  /** Describes the error of a sync, or of saving its snapshot. By default code, message and hint of a `SyncError`. */
  describeError?: ((error: unknown) => Omit<Failure, "at">) | undefined;
  /**
   * The wait from one sync to the next, in milliseconds. With 0 there are syncs on request only, with `Infinity` one more
   * at the start. @default {900000}
   */
  intervalMs?: number | undefined;
  /** The log of syncs and failures. */
  log?: ServerLog | undefined;
  /** The clock, timers and randomness. By default the real ones. */
  runtime?: ServerRuntime | undefined;
}

/** The options that the store gives to a sync. */
export interface SyncRun {
  /** Aborts when the store ends. */
  signal: AbortSignal;
  /** Receives the progress of the sync. */
  onProgress: (event: SyncEvent) => void;
}

/** The result of a sync. */
export type SyncResult = { published: Published; durationMs: number } | { failure: Failure };

interface Attempt {
  /** Takes the snapshot even if {@linkcode StoreOptions.refuse} throws. */
  force: boolean;
  controller: AbortController;
}

/** The history of a store, and its next sync. */
export interface StoreStatus extends RecordedStatus {
  /** The time of the next planned sync, in milliseconds since 1970. */
  nextAt: number | undefined;
}

/** A store of the current snapshot. */
export interface Store {
  /** Gets the snapshot to answer; `undefined` before the first one. */
  current(): Published | undefined;
  /** Gets the status. */
  status(): StoreStatus;
  /**
   * Starts a sync, or joins the running one. With `force` the store takes its snapshot even if
   * {@linkcode StoreOptions.refuse} throws.
   */
  refresh(options?: { force?: boolean }): { joined: boolean; outcome: Promise<SyncResult> };
  /** Syncs at once and then in intervals. Resolves once the signal is aborted and the running sync has ended. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Creates a store. It does nothing by itself until {@linkcode Store.run}.
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

/** Makes a function that holds on to nothing but its value. */
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
