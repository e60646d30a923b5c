/**
 * One grant with everything that a reader wants to know about it: the row that all views are made of.
 *
 * @module
 */
import type { Grant, Group, Organization, User } from "../types.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { formatActorName, formatGroupName, formatUserName } from "../text/names.ts";

/** Somebody holds something. A key is absent where ZITADEL did not say. */
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
  /** The id of what is held. */
  entitlementId: string;
  /** The role's key. */
  role: string;
  /** The role's name for people. */
  roleName?: string;
  /** `false`: the project does not define the role. */
  defined: boolean;
  /** Whether the user grant is in force. */
  state: Grant["state"];
  /** What keeps the holder from using it, as far as the snapshot knows; empty if nothing. */
  obstacles: Obstacle[];
  /** When the first user grant that gives it was created. */
  since?: string;
  /** When the last of them was changed. */
  changedAt?: string;
  /** The name to show of who gave it last; absent if ZITADEL did, or if that was not asked for. */
  grantedBy?: string;
  /** Who that is. */
  grantedById?: string;
  /** When it was given last. */
  grantedAt?: string;
  /** ZITADEL's ids of the user grants that give it. */
  authorizations: string[];
}

/** Why a grant gives nothing at the moment: what is not in force, and its state. */
export type Obstacle =
  | "organization-inactive"
  | `user-${Exclude<User["state"], "active" | "initial" | "unknown">}`
  | "group-inactive"
  | "grant-inactive";

/** A grant of the snapshot, with the names and states of what it joins. */
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

/** Whether nothing that a snapshot knows keeps a user in this state from signing in; the first time counts too. */
export function maySignIn(state: User["state"]): boolean {
  return !isBlocked(state);
}

function isBlocked(
  state: User["state"],
): state is Exclude<User["state"], "active" | "initial" | "unknown"> {
  return state !== "active" && state !== "initial" && state !== "unknown";
}

/** What a grant depends on. */
export interface GrantParts {
  /** The organization that gives it. */
  organization: Pick<Organization, "state">;
  /** Who holds it. */
  user: Pick<User, "state">;
  /** In which project. */
  group: Pick<Group, "state">;
  /** The grant itself. */
  grant: Pick<Grant, "state">;
}

/** What keeps a user from using a grant. */
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

/** What keeps a user in this state from signing in, such as `locked`; `undefined` if nothing does. */
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

/** Who gave a grant last and when, as far as the snapshot knows. */
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

/** Who gave it and when, such as `given by Ada Okafor on 2026-03-18`; absent where that is not known. */
export function formatGrantedBy(
  { grantedBy = "ZITADEL", grantedAt }: Pick<Holding, "grantedBy" | "grantedAt">,
): string | undefined {
  return grantedAt && `given by ${grantedBy} on ${grantedAt.slice(0, 10)}`;
}

/** What a reader should know about a grant, in a few words each. */
export function listRemarks(holding: Holding): string[] {
  const giving = formatGrantedBy(holding);
  return [
    ...holding.obstacles.map(formatObstacle),
    ...(holding.external ? ["user of another organization"] : []),
    ...(holding.defined ? [] : ["role not defined by the project"]),
    ...(giving === undefined ? [] : [giving]),
  ];
}
