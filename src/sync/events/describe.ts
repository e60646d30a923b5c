/**
 * What comparing lists with events came to, as a snapshot tells it.
 *
 * @module
 */
import type { EventDifference, Note } from "../../snapshot/contract.ts";
import type { Difference } from "./compare_events.ts";
import type { Replay } from "./replay_events.ts";
import type { Verified } from "./verify.ts";

/** The notes, in the order of their codes and rows. */
export function toNotes({ differences, skippedRows }: Verified, { unknownTypes }: Replay): Note[] {
  const notes = differences.map(toNote);
  const collect = (why: string) => {
    const rows = skippedRows.filter((skipped) => skipped.why === why).map(({ row }) => row);
    const ids = (list: "groups" | "grants") =>
      rows.flatMap((row) => row.list === list ? [row.id] : []).sort();
    return { groupIds: ids("groups"), authorizations: ids("grants") };
  };
  const cut = collect("cut");
  if (cut.groupIds.length + cut.authorizations.length > 0) {
    notes.push({ code: "events-cut", ...cut });
  }
  const unknown = collect("unknown-event");
  if (unknownTypes.size + unknown.groupIds.length + unknown.authorizations.length > 0) {
    notes.push({ code: "unknown-events", types: [...unknownTypes.keys()].sort(), ...unknown });
  }
  return notes;
}

const PHANTOMS = {
  groups: "phantom-group",
  entitlements: "phantom-entitlement",
  grants: "phantom-grant",
} as const;

function toNote({ kind, row, ...difference }: Difference): Note {
  const code = kind === "lost"
    ? "lost-by-zitadel"
    : kind === "differs"
    ? "differs-from-events"
    : PHANTOMS[row.list];
  const { name, userId, roleKeys, state, listed, last } = difference;
  const about: EventDifference = {
    list: row.list,
    groupId: difference.groupId,
    ...(kind === "lost" && name && { groupName: name }),
    ...(row.list === "entitlements" && { roleKey: row.roleKey }),
    ...(row.list === "grants" && { authorization: row.id }),
    ...(userId && { userId }),
    ...(roleKeys && { roleKeys: [...roleKeys] }),
    ...(listed?.roleKeys && { listedRoleKeys: [...listed.roleKeys] }),
    ...(state && { state }),
    ...(listed && { listedState: listed.state }),
    event: last.type,
    at: last.at,
    ...(last.by && { by: last.by }),
  };
  return { code, ...about };
}
