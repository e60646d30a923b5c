import { TOOL } from "../version.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { listDifferences } from "../snapshot/text/notes.ts";
import { computeAge } from "./freshness.ts";
import type { Status } from "./schemas.ts";
import type { Store } from "./store.ts";
import type { Failure } from "./sync_record.ts";

/** Describes a store for `GET /v1/status`. `now` is the time in milliseconds since 1970. */
export function describeStatus(store: Store, now: number): Status {
  const current = store.current();
  const { lastSuccess, lastFailure, failuresInARow, saveFailure, nextAt, running } = store.status();
  return {
    tool: { name: TOOL.name, version: TOOL.version },
    snapshot: current === undefined ? null : {
      organization: current.snapshot.organization,
      digest: current.snapshot.digest,
      completedAt: current.snapshot.completedAt,
      ageSeconds: computeAge(current, now),
      counts: current.snapshot.counts,
      ...describeVerification(current.snapshot),
    },
    lastSuccess: lastSuccess === undefined
      ? null
      : { at: formatTime(lastSuccess.at), durationMs: lastSuccess.durationMs },
    lastFailure: describeFailure(lastFailure),
    failuresInARow,
    stateFailure: describeFailure(saveFailure),
    nextRefreshAt: nextAt === undefined ? null : formatTime(nextAt),
    running: running === undefined ? null : {
      startedAt: formatTime(running.startedAt),
      requests: running.requests,
      lists: running.lists,
    },
  };
}

function describeVerification(
  snapshot: Pick<Snapshot, "verification" | "notes">,
): Pick<NonNullable<Status["snapshot"]>, "verification"> {
  if (snapshot.verification === undefined) return {};
  const { events, upTo } = snapshot.verification;
  const differences = listDifferences(snapshot).length;
  return { verification: { events, ...(upTo !== undefined && { upTo }), differences } };
}

function describeFailure(failure: Failure | undefined): Status["lastFailure"] {
  if (failure === undefined) return null;
  const { code, message, hint, at } = failure;
  return { at: formatTime(at), code, message, hint };
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString();
}
