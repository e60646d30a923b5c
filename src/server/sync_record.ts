/**
 * What has happened in the syncs since the start.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/types.ts";
import { listNames, type SourceName } from "../snapshot/lists.ts";
import { formatDeprecation, type SyncEvent } from "../sync/progress.ts";
import type { ServerLog } from "./server_log.ts";

/** A sync, or the saving of its snapshot, that failed. */
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

/** A sync that runs. */
export interface Running {
  /** When it began, in milliseconds since 1970. */
  startedAt: number;
  /** How many requests ZITADEL has answered. */
  requests: number;
  /** How many rows of which list have come, of how many. */
  lists: Partial<Record<SourceName, { received: number; reported: number }>>;
}

/** What has happened since the start. */
export interface RecordedStatus {
  /** The last sync that succeeded. */
  lastSuccess: Success | undefined;
  /** The last sync that failed, also if others have succeeded since. */
  lastFailure: Failure | undefined;
  /** How many syncs have failed since the last one that succeeded. */
  failuresInARow: number;
  /** Why the snapshot could not be saved for after a restart, if it could not. */
  saveFailure: Failure | undefined;
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

/** What {@linkcode createSyncRecord} is told. */
export interface SyncRecordOptions {
  /** Told what happens. */
  log: ServerLog | undefined;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Says what a sync, or the saving of its snapshot, failed with. */
  describeError: (error: unknown) => Omit<Failure, "at">;
}

/** Writes down what happens, and logs it. One sync runs at a time. */
export interface SyncRecord {
  /** What has happened. */
  status(): RecordedStatus;
  /** A sync begins. */
  begin(): void;
  /** The sync that runs has got further. */
  follow(event: SyncEvent): void;
  /** The sync that runs has succeeded; answers how long it took, in milliseconds. */
  succeed(snapshot: Snapshot): number;
  /** The sync that runs has failed. */
  fail(error: unknown): Failure;
  /** The sync that runs was ended; that is nobody's failure. */
  abort(error: unknown): Failure;
  /** A snapshot was saved, or could not be. */
  save(error?: { cause: unknown }): void;
}

/** A record in which nothing has happened yet. */
export function createSyncRecord({ log, now, describeError }: SyncRecordOptions): SyncRecord {
  const failures = new Map<string, number>();
  const status: RecordedStatus = {
    lastSuccess: undefined,
    lastFailure: undefined,
    failuresInARow: 0,
    saveFailure: undefined,
    running: undefined,
    successes: 0,
    failures,
    requests: 0,
    retries: 0,
  };

  let isDeprecationTold = false;

  const toFailure = (error: unknown): Failure => {
    const { code, message, hint } = describeError(error);
    return { code, message, ...(hint !== undefined && { hint }), at: now() };
  };
  const end = (): void => {
    status.requests += status.running?.requests ?? 0;
    status.running = undefined;
  };

  return {
    status: () => ({ ...status }),
    begin() {
      status.running = { startedAt: now(), requests: 0, lists: {} };
    },
    follow(event) {
      if (event.kind === "rows" && status.running !== undefined) {
        const { list, received, reported } = event;
        status.running.requests = event.requests;
        status.running.lists[list] = { received, reported };
      }
      if ((event.kind === "events" || event.kind === "completed") && status.running !== undefined) {
        status.running.requests = event.requests;
      }
      if (event.kind === "retry") {
        status.retries++;
        logRetry(log, event);
      }
      if (event.kind === "deprecation" && !isDeprecationTold) {
        isDeprecationTold = true;
        const { kind, ...fields } = event;
        log?.write("warn", formatDeprecation(event), { event: kind, ...fields });
      }
    },
    succeed(snapshot) {
      const at = now();
      const durationMs = at - (status.running?.startedAt ?? at);
      status.lastSuccess = { at, durationMs };
      status.successes++;
      status.failuresInARow = 0;
      end();
      logSuccess(log, snapshot, durationMs);
      return durationMs;
    },
    fail(error) {
      const failure = status.lastFailure = toFailure(error);
      status.failuresInARow++;
      failures.set(failure.code, (failures.get(failure.code) ?? 0) + 1);
      end();
      logFailure(log, "sync failed", "sync-failed", failure);
      return failure;
    },
    abort(error) {
      end();
      return toFailure(error);
    },
    save(error) {
      status.saveFailure = error && toFailure(error.cause);
      if (status.saveFailure !== undefined) {
        logFailure(log, "state", "keep-failed", status.saveFailure);
      }
    },
  };
}

function logRetry(log: ServerLog | undefined, event: Extract<SyncEvent, { kind: "retry" }>): void {
  const { request, reason, waitMs, isFirst } = event;
  // ZITADEL may be away for a minute, and every request with it.
  if (!isFirst) return;
  log?.write("warn", `${request}: ${reason}, trying again`, {
    event: "retry",
    request,
    reason,
    waitMs,
  });
}

function logSuccess(
  log: ServerLog | undefined,
  snapshot: Snapshot,
  durationMs: number,
): void {
  const { counts, digest } = snapshot;
  const rows = listNames(snapshot).map((list) => `${counts[list]} ${list}`).join(", ");
  log?.write("info", `sync: ${rows} in ${durationMs} ms, ${digest}`, {
    event: "synced",
    durationMs,
    counts,
    digest,
  });
}

function logFailure(
  log: ServerLog | undefined,
  what: string,
  event: string,
  failure: Failure,
): void {
  const { code, message, hint } = failure;
  const text = `${what}: ${message} (${code})${hint === undefined ? "" : `; ${hint}`}`;
  log?.write("error", text, { event, ...failure });
}
