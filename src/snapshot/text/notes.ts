/**
 * The notes of a snapshot in words.
 *
 * @module
 */
import { formatCount, formatNumber } from "./format_count.ts";
import type { EventDifference, Note, Snapshot } from "../types.ts";

/** Number of ids that are named; the others are only counted. */
const NAMED_IDS = 5;

/** A note as a clause, without a full stop. */
export function formatNote(note: Note): string {
  switch (note.code) {
    case "other-organizations-unknown":
      return "The token may not list the organizations of this instance, so there may be others";
    case "instance-administrators-unknown":
      return "The token may not see who administers the instance, so they are not in this snapshot: " +
        "the role IAM_OWNER_VIEWER shows them";
    case "reported-count-differs": {
      const where = note.groupId === undefined ? "" : ` of group ${note.groupId}`;
      return `ZITADEL announced ${formatNumber(note.reported)} ${note.list}${where} and sent ` +
        `${formatNumber(note.distinct)}, again and again (some 4.x releases count wrongly)`;
    }
    case "authorizations-without-roles":
      return "Authorizations that hold no role and so give nothing: " +
        formatIds(note.authorizations);
    case "grants-on-foreign-groups":
      return "Authorizations on projects of other organizations, which are not part of this " +
        `snapshot: ${formatNumber(note.count)}`;
    case "grants-by-other-organizations":
      return "Authorizations that other organizations made on projects of this one, which are not part " +
        `of this snapshot: ${formatNumber(note.count)} on ${
          formatIds(note.groups.map(({ groupId }) => groupId))
        }`;
    case "users-without-login-name":
      return `Users without a login name, whose grants ZITADEL hides: ${formatIds(note.userIds)}`;
    case "users-not-listed":
      return "Users who hold something, but whom ZITADEL does not know: removed, or lost from its list: " +
        formatIds(note.userIds);
    case "groups-not-listed":
      return "Projects that ZITADEL has lost from its list, left out together with the grants on them: " +
        formatIds(note.groupIds);
    case "lost-by-zitadel":
      return `ZITADEL's list has lost ${formatDifference(note)}`;
    case "phantom-grant":
    case "phantom-group":
    case "phantom-entitlement":
      return `ZITADEL still lists ${formatDifference(note)}`;
    case "differs-from-events":
      return `ZITADEL's events make something else of ${formatDifference(note)}`;
    case "events-cut":
      return "Projects and user grants not compared with events, the first of which are gone: " +
        formatIds([...note.groupIds, ...note.authorizations]);
    case "unknown-events":
      return `Events that this release does not know (${
        note.types.join(", ") || "of types that were not asked for"
      }); not compared: ${formatIds([...note.groupIds, ...note.authorizations])}`;
  }
}

/** The row of a difference, and the last event of it. */
function formatDifference(note: EventDifference): string {
  const { list, groupId, roleKey, authorization, userId, event, at, by } = note;
  const what = list === "groups"
    ? `project ${groupId}`
    : list === "entitlements"
    ? `the role "${roleKey}" of project ${groupId}`
    : `user grant ${authorization} of user ${userId} on project ${groupId}`;
  const who = by === undefined ? "ZITADEL" : by.name ?? `user ${by.id}`;
  return `${what} (${event} on ${at.slice(0, 10)} by ${who})`;
}

/** The notes on which ZITADEL's lists and its events disagree. */
export function listDifferences(
  { notes }: Pick<Snapshot, "notes">,
): Extract<Note, EventDifference>[] {
  return notes.filter((note) => "event" in note);
}

/** The result of comparing with events, as a clause without a full stop; `undefined` if nothing was compared. */
export function formatVerification(
  snapshot: Pick<Snapshot, "verification" | "notes">,
): string | undefined {
  const { verification } = snapshot;
  if (verification === undefined) return undefined;
  const { events, upTo, agreed, notCompared } = verification;
  if (events === 0) {
    return "the event store holds no event of this organization: nothing was compared";
  }
  const differences = listDifferences(snapshot).length;
  const skipped = notCompared.groups + notCompared.entitlements + notCompared.grants;
  const until = upTo === undefined ? "" : ` up to ${upTo}`;
  return `compared with ${formatCount(events, "event")}${until}: ` +
    `${differences === 0 ? "no difference" : formatCount(differences, "difference")}, ` +
    `${formatCount(agreed.grants, "user grant")}, ${formatCount(agreed.groups, "project")} and ` +
    `${formatCount(agreed.entitlements, "role")} agree` +
    (skipped === 0 ? "" : `, ${formatCount(skipped, "row")} could not be compared`);
}

/** Number of user grants that other organizations made on a project: their holders are not in the snapshot. */
export function countGrantsByOthers({ notes }: Pick<Snapshot, "notes">, groupId: string): number {
  for (const note of notes) {
    if (note.code !== "grants-by-other-organizations") continue;
    return note.groups.find((group) => group.groupId === groupId)?.count ?? 0;
  }
  return 0;
}

function formatIds(ids: readonly string[]): string {
  if (ids.length === 0) return "0";
  const some = ids.slice(0, NAMED_IDS).join(", ");
  return `${formatNumber(ids.length)} (${some}${ids.length > NAMED_IDS ? " and others" : ""})`;
}
