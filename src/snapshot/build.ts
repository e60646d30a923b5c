/**
 * From what ZITADEL sent to the lists of a snapshot: mapped, sorted, every reference resolved.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Project, ProjectRole, UserGrant, WireUser } from "../zitadel/wire.ts";
import type { Entitlement, Grant, Group, ListName, Note, User } from "./contract.ts";
import { entitlementId, grantId } from "./ids.ts";

/** What was read of an organization, every list complete. */
export interface Rows {
  /** The organization. */
  organizationId: string;
  /** Its users. */
  users: readonly WireUser[];
  /** Its projects. */
  projects: readonly Project[];
  /** The roles of each project, by the project's id. */
  projectRoles: ReadonlyMap<string, readonly ProjectRole[]>;
  /** Its user grants. Those whose user is listed need no more than ids, roles, state and times. */
  userGrants: readonly UserGrant[];
  /** How many more user grants there are, on projects of other organizations, that were not read. */
  unreadForeignGrants: number;
}

/** The lists of a snapshot, and the notes that come from building them. */
export interface Content {
  /** Sorted by id. */
  users: User[];
  /** Sorted by id. */
  groups: Group[];
  /** Sorted by id. */
  entitlements: Entitlement[];
  /** Sorted by id. */
  grants: Grant[];
  /** In the order of their codes. */
  notes: Note[];
}

/** Builds the lists. The same rows in any order give the same lists. */
export function buildContent(rows: Rows): Content {
  const { organizationId, userGrants } = rows;
  const users = new Map(rows.users.map((row) => [row.id, toUser(row)]));
  const groups = new Map(rows.projects.map((row) => [row.id, toGroup(row)]));
  const entitlements = new Map<string, Map<string, Entitlement>>();
  for (const { id: groupId } of groups.values()) {
    const roles = rows.projectRoles.get(groupId) ?? [];
    entitlements.set(groupId, new Map(roles.map((row) => [row.key, toEntitlement(groupId, row)])));
  }

  const grants: Grant[] = [];
  const withoutRoles: string[] = [];
  const unlisted: UserGrant[] = [];
  let foreign = rows.unreadForeignGrants;
  for (const row of userGrants) {
    const group = groups.get(row.projectId);
    if (row.projectGrantId !== undefined) {
      foreign++;
    } else if (group === undefined) {
      unlisted.push(row);
    } else if (row.roleKeys === undefined || row.roleKeys.length === 0) {
      withoutRoles.push(row.id);
    } else {
      const user = users.get(row.userId) ?? toUnlistedUser(row, organizationId);
      users.set(row.userId, user);
      const roles = entitlements.get(group.id)!;
      for (const roleKey of row.roleKeys) {
        const entitlement = roles.get(roleKey) ?? toUndefinedEntitlement(group.id, roleKey);
        roles.set(roleKey, entitlement);
        grants.push(toGrant(row, entitlement, user));
      }
    }
  }

  return {
    users: sortById([...users.values()]),
    groups: sortById([...groups.values()]),
    entitlements: refuseRepeated(
      sortById([...entitlements.values()].flatMap((roles) => [...roles.values()])),
    ),
    grants: mergeRepeated(sortById(grants)),
    notes: toNotes({
      withoutRoles,
      foreign,
      unlisted,
      // Every user that was listed says which organization it belongs to.
      unlistedUsers: [...users.values()].filter((user) =>
        !user.external && user.organizationId === undefined
      ),
    }),
  };
}

function toNotes({ withoutRoles, foreign, unlisted, unlistedUsers }: {
  withoutRoles: string[];
  foreign: number;
  unlisted: UserGrant[];
  unlistedUsers: User[];
}): Note[] {
  const notes: Note[] = [];
  if (withoutRoles.length > 0) {
    notes.push({ code: "authorizations-without-roles", authorizations: withoutRoles.sort() });
  }
  if (foreign > 0) notes.push({ code: "grants-on-foreign-groups", count: foreign });
  if (unlisted.length > 0) {
    notes.push({
      code: "groups-not-listed",
      groupIds: [...new Set(unlisted.map(({ projectId }) => projectId))].sort(),
      authorizations: unlisted.map(({ id }) => id).sort(),
    });
  }
  if (unlistedUsers.length > 0) {
    notes.push({ code: "users-not-listed", userIds: unlistedUsers.map(({ id }) => id).sort() });
  }
  return notes;
}

const USER_STATES: Readonly<Record<string, User["state"]>> = {
  USER_STATE_ACTIVE: "active",
  USER_STATE_INACTIVE: "inactive",
  USER_STATE_DELETED: "deleted",
  USER_STATE_LOCKED: "locked",
  USER_STATE_SUSPEND: "suspended",
  USER_STATE_INITIAL: "initial",
};

const USER_TYPES: Readonly<Record<string, "human" | "machine">> = {
  TYPE_HUMAN: "human",
  TYPE_MACHINE: "machine",
};

function toUser({ details, human, machine, ...row }: WireUser): User {
  const email = human?.email?.email;
  return present<User>({
    id: row.id,
    type: human ? "human" : machine ? "machine" : undefined,
    state: USER_STATES[row.state ?? ""] ?? "unknown",
    username: row.userName,
    displayName: human?.profile?.displayName ?? machine?.name,
    firstName: human?.profile?.firstName,
    lastName: human?.profile?.lastName,
    email,
    emailVerified: email ? human?.email?.isEmailVerified ?? false : undefined,
    preferredLoginName: row.preferredLoginName,
    loginNames: row.loginNames?.filter((name) => name !== "").sort(),
    description: machine?.description,
    organizationId: details.resourceOwner,
    external: false,
    createdAt: details.creationDate,
    updatedAt: details.changeDate,
  });
}

/**
 * A user that only a grant names. `grantedOrgId` is the user's own organization, in spite of its name (zitadel-wire.md
 * 1.7); some versions leave it out.
 */
function toUnlistedUser(row: UserGrant, organizationId: string): User {
  const external = row.grantedOrgId !== organizationId;
  return present<User>({
    id: row.userId,
    type: USER_TYPES[row.userType ?? ""],
    state: "unknown",
    username: row.userName,
    displayName: row.displayName,
    firstName: row.firstName,
    lastName: row.lastName,
    email: row.email,
    emailVerified: undefined,
    preferredLoginName: row.preferredLoginName,
    loginNames: undefined,
    description: undefined,
    organizationId: external ? row.grantedOrgId : undefined,
    external,
    createdAt: undefined,
    updatedAt: undefined,
  });
}

const GROUP_STATES: Readonly<Record<string, Group["state"]>> = {
  PROJECT_STATE_ACTIVE: "active",
  PROJECT_STATE_INACTIVE: "inactive",
};

function toGroup({ details, ...row }: Project): Group {
  return present<Group>({
    id: row.id,
    kind: "project",
    name: row.name,
    state: GROUP_STATES[row.state ?? ""] ?? "unknown",
    roleAssertion: row.projectRoleAssertion ?? false,
    roleCheck: row.projectRoleCheck ?? false,
    projectCheck: row.hasProjectCheck ?? false,
    createdAt: details.creationDate,
    updatedAt: details.changeDate,
  });
}

function toEntitlement(groupId: string, { details, ...row }: ProjectRole): Entitlement {
  return present<Entitlement>({
    id: entitlementId(groupId, row.key),
    groupId,
    roleKey: row.key,
    displayName: row.displayName,
    roleGroup: row.group,
    defined: true,
    createdAt: details.creationDate,
    updatedAt: details.changeDate,
  });
}

function toUndefinedEntitlement(groupId: string, roleKey: string): Entitlement {
  return { id: entitlementId(groupId, roleKey), groupId, roleKey, defined: false };
}

const GRANT_STATES: Readonly<Record<string, Grant["state"]>> = {
  USER_GRANT_STATE_ACTIVE: "active",
  USER_GRANT_STATE_INACTIVE: "inactive",
};

function toGrant(
  { id, state, details: { creationDate, changeDate } }: UserGrant,
  entitlement: Entitlement,
  user: User,
): Grant {
  return {
    id: grantId(entitlement.id, user.id),
    // The ids of rows that stand in the snapshot already, so that each is held in memory once.
    entitlementId: entitlement.id,
    groupId: entitlement.groupId,
    userId: user.id,
    state: GRANT_STATES[state ?? ""] ?? "unknown",
    authorizations: [id],
    ...(creationDate !== undefined && { createdAt: creationDate }),
    ...(changeDate !== undefined && { updatedAt: changeDate }),
  };
}

/** Two authorizations may give a user the same role; that is one edge. */
function mergeRepeated(sorted: readonly Grant[]): Grant[] {
  const merged: Grant[] = [];
  for (const grant of sorted) {
    const last = merged.at(-1);
    if (last?.id !== grant.id) merged.push(grant);
    else if (last.userId === grant.userId) merged[merged.length - 1] = merge(last, grant);
    else throw sameId("grants", grant.id);
  }
  return merged;
}

/** Ids of projects and role keys that themselves look like our ids could make two entitlements one. */
function refuseRepeated(sorted: Entitlement[]): Entitlement[] {
  const repeated = sorted.find(({ id }, i) => sorted[i - 1]?.id === id);
  if (repeated === undefined) return sorted;
  throw sameId("entitlements", repeated.id);
}

function sameId(list: ListName, id: string): SyncError {
  return new SyncError("RESPONSE_INVALID", `Two ${list} would have the same id: ${id}`, {
    hint:
      "A project, role or user in ZITADEL has an id that holds a colon; rename that role or user",
  });
}

function merge(a: Grant, b: Grant): Grant {
  const states = [a.state, b.state];
  const times = (key: "createdAt" | "updatedAt") =>
    [a[key], b[key]].filter((time) => time !== undefined).sort(byTime);
  const createdAt = times("createdAt").at(0);
  const updatedAt = times("updatedAt").at(-1);
  return {
    ...a,
    // One authorization in force is enough.
    state: states.includes("active")
      ? "active"
      : states.includes("unknown")
      ? "unknown"
      : "inactive",
    authorizations: [...new Set([...a.authorizations, ...b.authorizations])].sort(),
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
  };
}

/** RFC 3339 in UTC with fractions of any length: without the `Z`, a longer one is the later one. */
function byTime(a: string, b: string): number {
  return byCodeUnit(a.slice(0, -1), b.slice(0, -1));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sortById<T extends { id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => byCodeUnit(a.id, b.id));
}

/** A row without what ZITADEL did not say: neither `undefined` nor an empty string, its keys in the order given. */
function present<T>(row: { [K in keyof Required<T>]: T[K] | undefined }): T {
  const result: Record<string, unknown> = {};
  for (const key in row) {
    const value = row[key];
    if (value !== undefined && value !== "") result[key] = value;
  }
  return result as T;
}
