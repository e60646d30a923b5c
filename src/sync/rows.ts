/**
 * From one row of ZITADEL to one row of a snapshot.
 *
 * @module
 */
import type { Project, ProjectRole, UserGrant, WireUser } from "../zitadel/api/wire.ts";
import type { Entitlement, Grant, Group, User } from "../snapshot/types.ts";
import { entitlementId } from "../snapshot/ids.ts";

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

const GROUP_STATES: Readonly<Record<string, Group["state"]>> = {
  PROJECT_STATE_ACTIVE: "active",
  PROJECT_STATE_INACTIVE: "inactive",
};

/** Compared, and not looked up as the key of an object, which takes longer: there are very many of them. */
function toGrantState(state: string | undefined): Grant["state"] {
  if (state === "USER_GRANT_STATE_ACTIVE") return "active";
  return state === "USER_GRANT_STATE_INACTIVE" ? "inactive" : "unknown";
}

/** A user that ZITADEL lists. */
export function toUser(row: WireUser): User {
  const { details, human, machine } = row;
  const state = USER_STATES[row.state ?? ""] ?? "unknown";
  const names = row.loginNames?.filter((name) => name !== "").sort();
  const loginNames = names?.length === 0 ? undefined : names;
  if (human === undefined) {
    return omitEmpty<User>({
      id: row.id,
      type: machine && "machine",
      state,
      username: row.userName,
      displayName: machine?.name,
      preferredLoginName: row.preferredLoginName,
      loginNames,
      description: machine?.description,
      organizationId: details.resourceOwner,
      external: false,
      createdAt: details.creationDate,
      updatedAt: lastChange(details),
    });
  }
  const { profile, email: { email, isEmailVerified = false } = {} } = human;
  return omitEmpty<User>({
    id: row.id,
    type: "human",
    state,
    username: row.userName,
    displayName: profile?.displayName,
    firstName: profile?.firstName,
    lastName: profile?.lastName,
    email,
    emailVerified: email ? isEmailVerified : undefined,
    preferredLoginName: row.preferredLoginName,
    loginNames,
    organizationId: details.resourceOwner,
    external: false,
    createdAt: details.creationDate,
    updatedAt: lastChange(details),
  });
}

/**
 * A user that only a grant names, and that is not in the organization's list: of another organization (`external`), or
 * lost by the list.
 *
 * `grantedOrgId` is the user's own organization, in spite of its name; some versions leave it out, or fill it for other
 * grants only, so that it names an organization but never decides whose the user is.
 */
export function toUnlistedUser(
  row: UserGrant,
  { external, organizationId }: { external: boolean; organizationId: string },
): User {
  const owner = row.grantedOrgId === organizationId ? undefined : row.grantedOrgId;
  return omitEmpty<User>({
    id: row.userId,
    type: USER_TYPES[row.userType ?? ""],
    state: "unknown",
    username: row.userName,
    displayName: row.displayName,
    firstName: row.firstName,
    lastName: row.lastName,
    email: row.email,
    preferredLoginName: row.preferredLoginName,
    organizationId: external ? owner : undefined,
    external,
  });
}

/** A project that ZITADEL lists. */
export function toGroup(row: Project): Group {
  const { details } = row;
  return omitEmpty<Group>({
    id: row.id,
    kind: "project",
    name: row.name,
    state: GROUP_STATES[row.state ?? ""] ?? "unknown",
    roleAssertion: row.projectRoleAssertion ?? false,
    roleCheck: row.projectRoleCheck ?? false,
    projectCheck: row.hasProjectCheck ?? false,
    createdAt: details.creationDate,
    updatedAt: lastChange(details),
  });
}

/** A role that a project defines. */
export function toEntitlement(groupId: string, row: ProjectRole): Entitlement {
  const { details } = row;
  return omitEmpty<Entitlement>({
    id: entitlementId(groupId, row.key),
    groupId,
    roleKey: row.key,
    displayName: row.displayName,
    roleGroup: row.group,
    defined: true,
    createdAt: details.creationDate,
    updatedAt: lastChange(details),
  });
}

/** A role that grants hold and the project does not define. */
export function toUndefinedEntitlement(groupId: string, roleKey: string): Entitlement {
  return { id: entitlementId(groupId, roleKey), groupId, roleKey, defined: false };
}

/**
 * A user grant until its roles become grants: there may be hundreds of thousands, so it has one shape
 * and holds what is in memory anyway.
 */
export interface Authorization {
  /** ZITADEL's id of the user grant. */
  id: string;
  /** The holder of the roles. */
  userId: string;
  /** The project. */
  groupId: string;
  /** The roles; none is legal. */
  roleKeys: readonly string[];
  /** Whether it is in force. */
  state: Grant["state"];
  /** The organization that made it, if that is another one. */
  grantingOrganizationId: string | undefined;
  /** When it was created. */
  createdAt: string | undefined;
  /** When it was last changed. */
  updatedAt: string | undefined;
  /** The row itself, if it names a user that is not listed. */
  sourceRow: UserGrant | undefined;
}

const NO_ROLES: readonly string[] = [];

/** Gives the same string for the same text each time, so that memory holds it once: most are repeated very often. */
export function createTextShare(): (text: string) => string {
  const shared = new Map<string, string>();
  return (text) => {
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return known ?? text;
  };
}

/** Makes {@linkcode Authorization}s that share the strings of listed users and of each other. */
export function authorizations(
  users: ReadonlyMap<string, { id: string }>,
  organizationId: string,
): (row: UserGrant) => Authorization {
  const share = createTextShare();
  return (row) => {
    const user = users.get(row.userId);
    return {
      id: row.id,
      userId: user?.id ?? row.userId,
      groupId: share(row.projectId),
      roleKeys: row.roleKeys?.map(share) ?? NO_ROLES,
      state: toGrantState(row.state),
      grantingOrganizationId: row.details.resourceOwner === organizationId
        ? undefined
        : row.details.resourceOwner,
      createdAt: row.details.creationDate,
      updatedAt: lastChange(row.details),
      sourceRow: user === undefined ? row : undefined,
    };
  };
}

/** When a row was last changed: mostly when it was created, and then both are one string in memory. */
function lastChange(
  { creationDate, changeDate }: {
    creationDate?: string | undefined;
    changeDate?: string | undefined;
  },
): string | undefined {
  return changeDate === creationDate ? creationDate : changeDate;
}

/**
 * A row without what ZITADEL did not say: neither `undefined` nor an empty string, its keys in the order given. A row
 * that says everything is given back as it is: an object that is written in one piece takes the least memory.
 */
export function omitEmpty<T extends object>(row: { [K in keyof T]: T[K] | undefined }): T {
  for (const key in row) {
    if (hasValue(row[key])) continue;
    return Object.fromEntries(Object.entries(row).filter(([, value]) => hasValue(value))) as T;
  }
  return row as T;
}

function hasValue(value: unknown): boolean {
  return value !== undefined && value !== "";
}
