/**
 * Findings about rows that ZITADEL's lists and its events tell differently.
 *
 * @module
 */
import type { Entitlement, EventDifference, Grant, Note } from "../types.ts";
import { entitlementId } from "../ids.ts";
import { formatActorName, formatGroupName, formatUserName } from "../text/names.ts";
import { listDifferences } from "../text/notes.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import type { Found } from "./finding_rules.ts";

/** The verbs of events, as they stand behind a row. */
const EVENT_VERBS: Readonly<Record<string, string>> = {
  "user.grant.added": "given",
  "user.grant.changed": "changed",
  "user.grant.cascade.changed": "changed, as a role went,",
  "user.grant.deactivated": "deactivated",
  "user.grant.reactivated": "reactivated",
  "user.grant.removed": "removed",
  "user.grant.cascade.removed": "removed, with its user or project,",
  "project.added": "made",
  "project.changed": "changed",
  "project.deactivated": "deactivated",
  "project.reactivated": "reactivated",
  "project.removed": "removed, with its project,",
  "project.role.added": "made",
  "project.role.changed": "changed",
  "project.role.removed": "removed",
  "project.grant.removed": "removed, with its project grant,",
  "user.removed": "removed, with its user,",
};

type Difference = Extract<Note, EventDifference>;

/** Finds the rows that the lists have lost, keep, or hold otherwise than the events made them. */
export function* findEventDifferences(index: SnapshotIndex): Generator<Found> {
  for (const note of listDifferences(index.snapshot)) {
    const { groupId, userId } = note;
    const group = index.groups.get(groupId);
    const user = index.users.get(userId ?? "");
    const { entitlements, grants } = findRows(index, note);
    yield {
      rule: note.code === "phantom-group" || note.code === "phantom-entitlement"
        ? "phantom-grant"
        : note.code,
      about: formatAbout(note),
      what: `${formatContradiction(index, note)}: ${formatEvent(index, note)}`,
      ...(group && { groups: [group] }),
      ...(user && { users: [user] }),
      entitlements,
      grants,
    };
  }
}

function formatAbout({ list, groupId, roleKey = "", authorization }: Difference): string {
  if (list === "groups") return `project:${groupId}`;
  return list === "grants" ? `authorization:${authorization}` : entitlementId(groupId, roleKey);
}

function findRows(
  index: SnapshotIndex,
  { groupId, roleKey, roleKeys, listedRoleKeys = [], authorization, userId }: Difference,
): { entitlements: Entitlement[]; grants: Grant[] } {
  const keys = roleKey === undefined ? [...roleKeys ?? [], ...listedRoleKeys] : [roleKey];
  const entitlements = [...new Set(keys)]
    .map((key) => index.entitlements.get(entitlementId(groupId, key)))
    .filter((row) => row !== undefined);
  const grants = (index.grantsOfUser.get(userId ?? "") ?? [])
    .filter(({ authorizations }) => authorizations.includes(authorization ?? ""));
  return { entitlements, grants };
}

function formatContradiction(index: SnapshotIndex, note: Difference): string {
  const group = index.groups.get(note.groupId);
  const project = group === undefined ? note.groupName ?? note.groupId : formatGroupName(group);
  if (note.list === "groups") return formatGroup(note, project);
  if (note.list === "entitlements") {
    const role = `the role "${note.roleKey}" of ${project}`;
    return note.code === "lost-by-zitadel"
      ? `By ZITADEL's events there is ${role}, but the list of roles lacks it`
      : `ZITADEL lists ${role}, but by its events it is gone`;
  }
  const holder = index.users.get(note.userId ?? "");
  const user = holder === undefined ? `user ${note.userId}` : formatUserName(holder);
  const { roleKeys, listedRoleKeys, state, listedState } = note;
  const listed = `ZITADEL lists ${
    formatRoles(listedRoleKeys, listedState)
  } in ${project} for ${user}`;
  switch (note.code) {
    case "lost-by-zitadel":
      return `By ZITADEL's events ${user} holds ${formatRoles(roleKeys, state)} in ${project}, ` +
        "but the list of user grants lacks it";
    case "differs-from-events":
      return `${listed}, but by its events it is ${formatRoles(roleKeys, state)}`;
    default:
      return `${listed}, but by its events the user grant is gone`;
  }
}

function formatGroup({ code, state, listedState }: Difference, project: string): string {
  switch (code) {
    case "lost-by-zitadel":
      return `By ZITADEL's events there is a project ${project}, but the list of projects lacks it`;
    case "differs-from-events":
      return `ZITADEL lists the project ${project} as ${listedState}, but by its events it is ${state}`;
    default:
      return `ZITADEL lists the project ${project}, but by its events it is gone`;
  }
}

function formatRoles(roleKeys: readonly string[] = [], state: string | undefined): string {
  const roles = roleKeys.length === 0 ? "no role" : roleKeys.map((key) => `"${key}"`).join(", ");
  return state === "inactive" ? `${roles} (inactive)` : roles;
}

function formatEvent(index: SnapshotIndex, { event, at, by, authorization }: Difference): string {
  const grant = authorization === undefined ? "" : ` (user grant ${authorization})`;
  const who = by === undefined ? "ZITADEL" : formatActorName(by, index.users);
  return `${EVENT_VERBS[event] ?? event} by ${who} on ${at.slice(0, 10)}${grant}`;
}
