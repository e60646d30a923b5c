/**
 * The record of all syncs since the start.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/types.ts";
import { listNames, type SourceName } from "../snapshot/lists.ts";
import { formatDeprecation, type SyncEvent } from "../sync/progress.ts";
import type { ServerLog } from "./server_log.ts";

/** A failure of a sync, or of saving its snapshot. */
export interface Failure {
  /** The code of the error. */
  code: string;
  /** The message of the error. */
  message: string;
  /** Advice for the operator. */
  hint?: string;
  /** The time, in milliseconds since 1970. */
  at: number;
}

/** A successful sync. */
export interface Success {
  /** Its end, in milliseconds since 1970. */
  at: number;
  /** Its duration, in milliseconds. */
  durationMs: number;
}

/** A running sync. */
export interface Running {
  /** Its start, in milliseconds since 1970. */
  startedAt: number;
  /** The number of requests that ZITADEL answered. */
  requests: number;
  /** For each list, the number of rows received and of rows that ZITADEL reported. */
  lists: Partial<Record<SourceName, { received: number; reported: number }>>;
}

/** The status of all syncs since the start. */
export interface RecordedStatus {
  /** The last successful sync. */
  lastSuccess: Success | undefined;
  /** The last failed sync, even if others have succeeded since. */
  lastFailure: Failure | undefined;
  /** The number of failed syncs since the last successful one. */
  failuresInARow: number;
  /** The failure of the last attempt to save the snapshot. */
  saveFailure: Failure | undefined;
  /** The running sync. */
  running: Running | undefined;
  /** The number of successful syncs. */
  successes: number;
  /** The number of failed syncs by code. */
  failures: ReadonlyMap<string, number>;
  /** The number of requests that ZITADEL answered in all syncs. */
  requests: number;
  /** The number of requests that were sent again. */
  retries: number;
}

/** The options of {@linkcode createSyncRecord}. */
export interface SyncRecordOptions {
  /** The log of syncs and failures. */
  log: ServerLog | undefined;
  /** The clock, in milliseconds since 1970. */
  now: () => number;
  /** Describes the error of a sync, or of saving its snapshot. */
  describeError: (error: unknown) => Omit<Failure, "at">;
}

/** A record of syncs, which it logs too. One sync runs at a time. */
export interface SyncRecord {
  /** Gets the status. */
  status(): RecordedStatus;
  /** Records the start of a sync. */
  begin(): void;
  /** Records progress of the running sync. */
  follow(event: SyncEvent): void;
  /** Records the success of the running sync, and returns its duration in milliseconds. */
  succeed(snapshot: Snapshot): number;
  /** Records the failure of the running sync. */
  fail(error: unknown): Failure;
  /** Records that the running sync was aborted, which does not count as a failure. */
  abort(error: unknown): Failure;
  /** Records that a snapshot was saved, or why it was not. */
  save(error?: { cause: unknown }): void;
}

/** Creates an empty record. */
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
