/**
 * Differences as events, one for each change, with the names of what they are about.
 *
 * @module
 */
import { LIST_NAMES, type ListName, type Snapshot } from "../contract.ts";
import type { Change, ChangeCounts, FieldChange, SnapshotDiff } from "./diff.ts";
import { groupName, userName } from "../query/names.ts";
import { byText } from "../order.ts";

/** One change. */
export interface DiffEvent {
  /** What happened: `grant.added`, `user.changed`, `group.removed`, `entitlement.added`. */
  event: `${DiffSubject}.${keyof ChangeCounts}`;
  /** By when it had happened: the time of the later snapshot. */
  time: string;
  /** The organization. */
  organizationId: string;
  /** The id of the row. */
  id: string;
  /** The user; of events of users and grants. */
  userId?: string;
  /** The user's name to show. */
  user?: string;
  /** The project; of events of groups, entitlements and grants. */
  groupId?: string;
  /** The project's name to show. */
  group?: string;
  /** The entitlement; of events of entitlements and grants. */
  entitlementId?: string;
  /** The role's key. */
  role?: string;
  /** The state of the user, group or grant now, or before it went. */
  state?: string;
  /** What has another value now; of `changed` events. */
  fields?: FieldChange[];
}

/** What a change is of. */
export type DiffSubject = typeof SUBJECTS[ListName];

const SUBJECTS = {
  users: "user",
  groups: "group",
  entitlements: "entitlement",
  grants: "grant",
} as const satisfies Record<ListName, string>;

/** What the rows of all lists may have of each other. */
interface AnyRow {
  id: string;
  userId?: string;
  groupId?: string;
  entitlementId?: string;
  state?: string;
}

/** The changes as events, in the order of lists and ids. Names are those of the later snapshot, if they are in it. */
export function* toEvents(
  diff: SnapshotDiff,
  old: Snapshot,
  now: Snapshot,
): Generator<DiffEvent, void, undefined> {
  const users = new Map([...old.users, ...now.users].map((user) => [user.id, userName(user)]));
  const groups = new Map([...old.groups, ...now.groups].map((row) => [row.id, groupName(row)]));
  const roles = new Map(
    [...old.entitlements, ...now.entitlements].map(({ id, roleKey }) => [id, roleKey]),
  );
  for (const list of LIST_NAMES) {
    const changes: readonly Change<AnyRow>[] = diff[list];
    for (const change of changes) {
      const row = change.kind === "removed" ? change.before : change.after;
      const userId = list === "users" ? row.id : row.userId;
      const groupId = list === "groups" ? row.id : row.groupId;
      const entitlementId = list === "entitlements" ? row.id : row.entitlementId;
      yield {
        event: `${SUBJECTS[list]}.${change.kind}`,
        time: diff.new.completedAt,
        organizationId: diff.new.organization.id,
        id: change.id,
        ...(userId !== undefined && { userId, user: users.get(userId)! }),
        ...(groupId !== undefined && { groupId, group: groups.get(groupId)! }),
        ...(entitlementId !== undefined && { entitlementId, role: roles.get(entitlementId)! }),
        ...(row.state !== undefined && { state: row.state }),
        ...(change.kind === "changed" && { fields: change.fields }),
      };
    }
  }
}

/** Everything that changed about one person or one project. */
export interface DiffSection {
  /** What the section is about. */
  about: "user" | "group";
  /** Its id. */
  id: string;
  /** Its name to show. */
  name: string;
  /** The events, in the order given. */
  events: DiffEvent[];
}

/**
 * Events in sections, each in exactly one: by `user`, each person with the grants, then each project with its roles; by
 * `group`, each project with its roles and grants, then each person. Sections of one kind are in the order of names.
 */
export function groupEvents(events: Iterable<DiffEvent>, by: "user" | "group"): DiffSection[] {
  const sections = new Map<string, DiffSection>();
  for (const event of events) {
    const about = event.userId === undefined || (event.groupId !== undefined && by === "group")
      ? "group"
      : "user";
    const [id, name] = about === "user"
      ? [event.userId!, event.user!]
      : [event.groupId!, event.group!];
    const key = `${about} ${id}`;
    const section: DiffSection = sections.get(key) ?? { about, id, name, events: [] };
    section.events.push(event);
    sections.set(key, section);
  }
  const rank = ({ about }: DiffSection) => about === by ? 0 : 1;
  return [...sections.values()].sort((a, b) =>
    rank(a) - rank(b) || byText(a.name, b.name) || byText(a.id, b.id)
  );
}
