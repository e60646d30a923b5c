/**
 * One grant with the names and states of its user, project and role: the row of all views.
 *
 * @module
 */
import type { Grant, Group, Organization, User } from "../types.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { formatActorName, formatGroupName, formatUserName } from "../text/names.ts";

/** A grant, told in full. A key is absent if ZITADEL did not say. */
export interface Holding {
  /** The grant's id. */
  id: string;
  /** The user's id. */
  userId: string;
  /** The user's name to show. */
  user: string;
  /** The name that is unique in the organization. */
  username?: string;
  /** A person's address. */
  email?: string;
  /** A person or a machine. */
  userType?: "human" | "machine";
  /** Whether the user can sign in. */
  userState: User["state"];
  /** `true`: the user belongs to another organization. */
  external: boolean;
  /** The project's id. */
  groupId: string;
  /** The project's name to show. */
  group: string;
  /** Whether the project is in use. */
  groupState: Group["state"];
  /** The entitlement's id. */
  entitlementId: string;
  /** The role's key. */
  role: string;
  /** The role's name for people. */
  roleName?: string;
  /** `false`: the project does not define the role. */
  defined: boolean;
  /** Whether the user grant is in force. */
  state: Grant["state"];
  /** The reasons why the holder cannot use it, as far as the snapshot knows. */
  obstacles: Obstacle[];
  /** The creation of the first user grant that gives it. */
  since?: string;
  /** The last change of any of them. */
  changedAt?: string;
  /** The name to show of the user who gave it last; absent if ZITADEL did, or if that was not asked for. */
  grantedBy?: string;
  /** The id of that user. */
  grantedById?: string;
  /** The time when it was given last. */
  grantedAt?: string;
  /** ZITADEL's ids of the user grants that give it. */
  authorizations: string[];
}

/** A reason why a grant gives nothing at the moment. */
export type Obstacle =
  | "organization-inactive"
  | `user-${Exclude<User["state"], "active" | "initial" | "unknown">}`
  | "group-inactive"
  | "grant-inactive";

/** Joins a grant with the names and states of its user, project and role. */
export function toHolding(index: SnapshotIndex, grant: Grant): Holding {
  const user = index.users.get(grant.userId)!;
  const group = index.groups.get(grant.groupId)!;
  const entitlement = index.entitlements.get(grant.entitlementId)!;
  return {
    id: grant.id,
    userId: user.id,
    user: formatUserName(user),
    ...(user.username !== undefined && { username: user.username }),
    ...(user.email !== undefined && { email: user.email }),
    ...(user.type !== undefined && { userType: user.type }),
    userState: user.state,
    external: user.external,
    groupId: group.id,
    group: formatGroupName(group),
    groupState: group.state,
    entitlementId: entitlement.id,
    role: entitlement.roleKey,
    ...(entitlement.displayName !== undefined && { roleName: entitlement.displayName }),
    defined: entitlement.defined,
    state: grant.state,
    obstacles: listObstacles({ organization: index.snapshot.organization, user, group, grant }),
    ...(grant.createdAt !== undefined && { since: grant.createdAt }),
    ...(grant.updatedAt !== undefined && { changedAt: grant.updatedAt }),
    ...readGrantedBy(grant, index.users),
    authorizations: grant.authorizations,
  };
}

/** Tells whether a user in this state may sign in, also for the first time, as far as a snapshot knows. */
export function maySignIn(state: User["state"]): boolean {
  return !isBlocked(state);
}

function isBlocked(
  state: User["state"],
): state is Exclude<User["state"], "active" | "initial" | "unknown"> {
  return state !== "active" && state !== "initial" && state !== "unknown";
}

/** The rows that a grant depends on. */
export interface GrantParts {
  /** The organization that gives it. */
  organization: Pick<Organization, "state">;
  /** The holder. */
  user: Pick<User, "state">;
  /** The project. */
  group: Pick<Group, "state">;
  /** The grant itself. */
  grant: Pick<Grant, "state">;
}

/** Lists the reasons why a user cannot use a grant. */
export function listObstacles({ organization, user, group, grant }: GrantParts): Obstacle[] {
  const obstacles: Obstacle[] = [];
  if (organization.state === "inactive") obstacles.push("organization-inactive");
  if (isBlocked(user.state)) obstacles.push(`user-${user.state}`);
  if (group.state === "inactive") obstacles.push("group-inactive");
  if (grant.state === "inactive") obstacles.push("grant-inactive");
  return obstacles;
}

const OBSTACLES: Readonly<Record<Obstacle, readonly [what: string, state: string]>> = {
  "organization-inactive": ["organization", "deactivated"],
  "user-inactive": ["user", "deactivated"],
  "user-locked": ["user", "locked"],
  "user-suspended": ["user", "suspended"],
  "user-deleted": ["user", "removed"],
  "group-inactive": ["project", "deactivated"],
  "grant-inactive": ["user grant", "deactivated"],
};

/** The reason why a user in this state cannot sign in, such as `locked`; `undefined` if there is none. */
export function formatBlock(state: User["state"]): string | undefined {
  return isBlocked(state) ? OBSTACLES[`user-${state}`][1] : undefined;
}

/** An obstacle in a few words, such as `user locked`. */
export function formatObstacle(obstacle: Obstacle): string {
  return OBSTACLES[obstacle].join(" ");
}

/** Obstacles as a clause, such as `the user is locked, the project is deactivated`. */
export function formatObstacles(obstacles: readonly Obstacle[]): string {
  return obstacles.map((obstacle) => `the ${OBSTACLES[obstacle].join(" is ")}`).join(", ");
}

/** Reads who gave a grant last and when, as far as the snapshot knows. */
export function readGrantedBy(
  { grantedBy, grantedAt }: Pick<Grant, "grantedBy" | "grantedAt">,
  users: ReadonlyMap<string, User>,
): Pick<Holding, "grantedBy" | "grantedById" | "grantedAt"> {
  return {
    ...(grantedBy !== undefined && {
      grantedBy: formatActorName(grantedBy, users),
      grantedById: grantedBy.id,
    }),
    ...(grantedAt !== undefined && { grantedAt }),
  };
}

/** A clause such as `given by Ada Okafor on 2026-03-18`; `undefined` if that is not known. */
export function formatGrantedBy(
  { grantedBy = "ZITADEL", grantedAt }: Pick<Holding, "grantedBy" | "grantedAt">,
): string | undefined {
  return grantedAt && `given by ${grantedBy} on ${grantedAt.slice(0, 10)}`;
}

/** Remarks on a grant for a reader, in a few words each. */
export function listRemarks(holding: Holding): string[] {
  const giving = formatGrantedBy(holding);
  return [
    ...holding.obstacles.map(formatObstacle),
    ...(holding.external ? ["user of another organization"] : []),
    ...(holding.defined ? [] : ["role not defined by the project"]),
    ...(giving === undefined ? [] : [giving]),
  ];
}
