/**
 * Differences as events, one for each change, with names.
 *
 * @module
 */
import type { Actor, Grant, RowOf } from "../types.ts";
import { LIST_NAMES, type ListName } from "../lists.ts";
import type { ChangeCounts, Compared, FieldChange, SnapshotDiff } from "./diff.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { readGrantedBy } from "../query/holding.ts";
import { formatGroupName, formatOrganizationName, formatUserName } from "../text/names.ts";
import { byText } from "../order.ts";

/** One change. */
export interface DiffEvent {
  /** Its kind: `grant.added`, `user.changed`, `group.removed`, `entitlement.added`, `organization.changed`. */
  event: `${DiffSubject}.${keyof ChangeCounts}`;
  /** The time of the later snapshot, by which it had happened. */
  time: string;
  /** The organization. */
  organizationId: string;
  /** The id of the row. */
  id: string;
  /** The organization's name to show, for events of the organization itself. */
  organization?: string;
  /** The user's id, for events of users and grants. */
  userId?: string;
  /** The user's name to show. */
  user?: string;
  /** The project's id, for events of groups, entitlements and grants. */
  groupId?: string;
  /** The project's name to show. */
  group?: string;
  /** The entitlement's id, for events of entitlements and grants. */
  entitlementId?: string;
  /** The role's key. */
  role?: string;
  /** The kind of the credential, for events of credentials. */
  credential?: string;
  /** The state of the organization, user, group or grant now, or the last one before it was removed. */
  state?: string;
  /** The name to show of the user who gave it, if that was asked for; for new grants. */
  grantedBy?: string;
  /** The id of that user. */
  grantedById?: string;
  /** The time when it was given. */
  grantedAt?: string;
  /** The changed fields, for `changed` events. */
  fields?: FieldChange[];
}

/** The subject of a change. */
export type DiffSubject =
  | "organization"
  | "user"
  | "group"
  | "entitlement"
  | "grant"
  | "credential";

/** The subjects of changes by list. */
export const LIST_SUBJECTS = {
  users: "user",
  groups: "group",
  entitlements: "entitlement",
  grants: "grant",
  credentials: "credential",
} as const satisfies Record<ListName, DiffSubject>;

/** Changes without the rows of the later snapshot. A {@linkcode SnapshotDiff} has them too. */
export type ChangeSet =
  & { old: Compared; counts: SnapshotDiff["counts"]; organization: FieldChange[] }
  & { [List in ListName]: readonly ChangeOf<RowOf<List>>[] };

/** The change of one row, whose later state is in the later snapshot. */
export type ChangeOf<Row> =
  | { kind: "added"; id: string }
  | { kind: "removed"; id: string; before: Row }
  | { kind: "changed"; id: string; fields: FieldChange[] };

/** The keys that rows of some lists have. */
interface AnyRow {
  id: string;
  userId?: string;
  groupId?: string;
  entitlementId?: string;
  state?: string;
  kind?: string;
  grantedBy?: Actor;
  grantedAt?: string;
}

/** Tells the changes up to a snapshot as events, in the order of lists and ids, with its names. */
export function* toEvents(
  changes: ChangeSet,
  { snapshot, users, groups, entitlements }: SnapshotIndex,
): Generator<DiffEvent, void, undefined> {
  const { organization, completedAt: time } = snapshot;
  const common = { time, organizationId: organization.id };
  if (changes.organization.length > 0) {
    yield {
      event: "organization.changed",
      ...common,
      id: organization.id,
      organization: formatOrganizationName(organization),
      state: organization.state,
      fields: changes.organization,
    };
  }
  const findUser = createFinder(users, changes.users);
  const findGroup = createFinder(groups, changes.groups);
  const findEntitlement = createFinder(entitlements, changes.entitlements);
  const grants = changes.grants.some(({ kind }) => kind !== "removed")
    ? new Map(snapshot.grants.map((grant) => [grant.id, grant]))
    : new Map<string, Grant>();
  const find: { [List in ListName]: (id: string) => AnyRow | undefined } = {
    users: findUser,
    groups: findGroup,
    entitlements: findEntitlement,
    grants: createFinder(grants, changes.grants),
    credentials: createFinder(
      new Map(snapshot.credentials?.map((row) => [row.id, row])),
      changes.credentials,
    ),
  };
  for (const list of LIST_NAMES) {
    for (const change of changes[list]) {
      // A row that was not removed is in the snapshot, as the changes lead up to it.
      const row = find[list](change.id)!;
      const userId = list === "users" ? row.id : row.userId;
      const groupId = list === "groups" ? row.id : row.groupId;
      const entitlementId = list === "entitlements" ? row.id : row.entitlementId;
      yield {
        event: `${LIST_SUBJECTS[list]}.${change.kind}`,
        ...common,
        id: change.id,
        ...(userId !== undefined && { userId, user: formatUserName(findUser(userId)!) }),
        ...(groupId !== undefined && { groupId, group: formatGroupName(findGroup(groupId)!) }),
        ...(entitlementId !== undefined &&
          { entitlementId, role: findEntitlement(entitlementId)!.roleKey }),
        ...(row.state !== undefined && { state: row.state }),
        ...(row.kind !== undefined && list === "credentials" && { credential: row.kind }),
        ...(change.kind === "added" && readGrantedBy(row, users)),
        ...(change.kind === "changed" && { fields: change.fields }),
      };
    }
  }
}

function createFinder<Row>(
  rows: ReadonlyMap<string, Row>,
  changes: readonly ChangeOf<Row>[],
): (id: string) => Row | undefined {
  const removed = new Map(
    changes.flatMap((change) => change.kind === "removed" ? [[change.id, change.before]] : []),
  );
  return (id) => rows.get(id) ?? removed.get(id);
}

/** All changes of one user, project or organization. */
export interface DiffSection {
  /** The kind of its subject. */
  about: "organization" | "user" | "group";
  /** Its id. */
  id: string;
  /** Its name to show. */
  name: string;
  /** The events, in the order given. */
  events: DiffEvent[];
}

/**
 * Divides events into sections, each into exactly one. The organization comes first. By `user`, the users with their grants
 * follow, then the projects with their roles; by `group`, the projects with their roles and grants, then the users. Sections
 * of one kind are in the order of names.
 */
export function groupEvents(events: Iterable<DiffEvent>, by: "user" | "group"): DiffSection[] {
  const sections = new Map<string, DiffSection>();
  for (const event of events) {
    const subject = toSection(event, by);
    const key = `${subject.about} ${subject.id}`;
    const section: DiffSection = sections.get(key) ?? { ...subject, events: [] };
    section.events.push(event);
    sections.set(key, section);
  }
  const rank = ({ about }: DiffSection) => about === "organization" ? 0 : about === by ? 1 : 2;
  return [...sections.values()].sort((a, b) =>
    rank(a) - rank(b) || byText(a.name, b.name) || byText(a.id, b.id)
  );
}

function toSection(event: DiffEvent, by: "user" | "group"): Omit<DiffSection, "events"> {
  const { userId, groupId } = event;
  if (userId !== undefined && (groupId === undefined || by === "user")) {
    return { about: "user", id: userId, name: event.user! };
  }
  return groupId === undefined
    ? { about: "organization", id: event.id, name: event.organization! }
    : { about: "group", id: groupId, name: event.group! };
}
