/**
 * What a report says of the changes since its baseline: without the rows that its own snapshot holds already.
 *
 * @module
 */
import type { ListName, Snapshot } from "../snapshot/contract.ts";
import type { Change, Compared, FieldChange, SnapshotDiff } from "../snapshot/diff/diff.ts";

/** What became of one row. The row itself is in the snapshot, unless it was removed. */
export type ReportChange<T> =
  | { kind: "added"; id: string }
  | { kind: "removed"; id: string; before: T }
  | { kind: "changed"; id: string; fields: FieldChange[] };

/** The changes since the baseline. */
export type ReportChanges =
  & { old: Compared; counts: SnapshotDiff["counts"] }
  & { [List in ListName]: ReportChange<Snapshot[List][number]>[] };

/** The part of a diff that a report needs beside the later snapshot. */
export function toReportChanges(diff: SnapshotDiff): ReportChanges {
  return {
    old: diff.old,
    counts: diff.counts,
    users: diff.users.map(withoutAfter),
    groups: diff.groups.map(withoutAfter),
    entitlements: diff.entitlements.map(withoutAfter),
    grants: diff.grants.map(withoutAfter),
  };
}

function withoutAfter<T>(change: Change<T>): ReportChange<T> {
  const { id } = change;
  switch (change.kind) {
    case "added":
      return { kind: "added", id };
    case "removed":
      return { kind: "removed", id, before: change.before };
    case "changed":
      return { kind: "changed", id, fields: change.fields };
  }
}
