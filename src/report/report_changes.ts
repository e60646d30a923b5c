/**
 * The changes since the baseline of a report, without the rows that its own snapshot holds.
 *
 * @module
 */
import type { Change, SnapshotDiff } from "../snapshot/diff/diff.ts";
import type { ChangeOf, ChangeSet } from "../snapshot/diff/diff_events.ts";

/** The part of a diff that a report needs beside the later snapshot. */
export function toReportChanges(diff: SnapshotDiff): ChangeSet {
  return {
    old: diff.old,
    counts: diff.counts,
    organization: diff.organization,
    users: diff.users.map(withoutAfter),
    groups: diff.groups.map(withoutAfter),
    entitlements: diff.entitlements.map(withoutAfter),
    grants: diff.grants.map(withoutAfter),
    credentials: diff.credentials.map(withoutAfter),
  };
}

function withoutAfter<T>(change: Change<T>): ChangeOf<T> {
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
