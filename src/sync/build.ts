/**
 * From mapped rows to the lists of a snapshot: sorted, every reference resolved.
 *
 * @module
 */
import { createPause } from "../concurrency.ts";
import { SyncError } from "../errors.ts";
import type { Actor, Entitlement, Grant, Group, Note, User } from "../snapshot/types.ts";
import type { ListName } from "../snapshot/lists.ts";
import { grantId } from "../snapshot/ids.ts";
import { byTime } from "../rfc3339.ts";
import { byCodeUnit } from "../snapshot/order.ts";
import type { RemovedIds } from "./resolve_references.ts";
import { type Authorization, toUndefinedEntitlement } from "./rows.ts";

/** After how many rows others may run. */
const ROWS_AT_A_TIME = 1000;

/** Finds who gave a role of a user grant last, and when. */
export type FindGrantOrigin = (
  authorizationId: string,
  roleKey: string,
) => { by: Actor | undefined; at: string } | undefined;

/** The rows of an organization, every list complete, in any order. */
export interface Rows {
  /** The organization's users, and the others that grants on its projects name. */
  users: readonly User[];
  /** Its projects. */
  groups: readonly Group[];
  /** The roles that its projects define. */
  entitlements: readonly Entitlement[];
  /** The user grants, in batches of any size. Each is released before the next one is asked for. */
  authorizations: Iterable<readonly Authorization[]>;
  /** Projects that grants name and that belong to other organizations. */
  foreignGroups: ReadonlySet<string>;
  /** The ids that are gone, though grants that were read before name them. */
  gone: RemovedIds;
  /** Finds who gave a role, if that was asked for. */
  findGrantOrigin?: FindGrantOrigin | undefined;
  /** The administrators, if they were read. */
  administration?: Administration | undefined;
}

/** Administered things, the manager roles on them, and the holders. */
export interface Administration {
  groups: Group[];
  entitlements: Entitlement[];
  grants: Grant[];
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

/** The holders of one entitlement, while grants are gathered. */
interface Holders {
  entitlement: Entitlement;
  grants: Grant[];
}

/** The authorizations that make no grants. */
interface LeftOut {
  withoutRoles: string[];
  foreign: number;
  madeByOthers: Map<string, number>;
  unlisted: Authorization[];
}

/**
 * Builds the lists. The same rows in any order give the same lists. It takes a second where there are hundreds of thousands
 * of grants, and lets others run meanwhile.
 *
 * @throws {SyncError} `RESPONSE_INVALID`: ids of ZITADEL make two of ours the same.
 * @throws The reason of `signal`, once that is aborted.
 */
export async function buildContent(rows: Rows, signal?: AbortSignal): Promise<Content> {
  const pause = createPause(signal);
  const roles = new Map<string, Map<string, Holders>>(rows.groups.map(({ id }) => [id, new Map()]));
  for (const entitlement of rows.entitlements) {
    roles.get(entitlement.groupId)!.set(entitlement.roleKey, { entitlement, grants: [] });
  }

  const left: LeftOut = { withoutRoles: [], foreign: 0, madeByOthers: new Map(), unlisted: [] };
  const gathering = { roles, left, rows };
  for (const batch of rows.authorizations) {
    for (const [i, authorization] of batch.entries()) {
      gather(authorization, gathering);
      if (i % ROWS_AT_A_TIME === 0) await pause();
    }
  }

  const holders = [...roles.values()].flatMap((byKey) => [...byKey.values()]);
  const more = rows.administration ?? { groups: [], entitlements: [], grants: [] };
  const defined = holders.map(({ entitlement }) => entitlement);
  const entitlements = refuseRepeated(sortById([...defined, ...more.entitlements]));
  // Their ids begin with `administration:` and go before those that begin with `project:`.
  const grants: Grant[] = sortById([...more.grants]);
  for (const some of inOrder(holders)) {
    for (const grant of mergeRepeated(some)) grants.push(grant);
    await pause();
  }
  const sorted = {
    users: sortById([...rows.users]),
    groups: sortById([...rows.groups, ...more.groups]),
  };
  return { ...sorted, entitlements, grants, notes: toNotes(left, sorted.users) };
}

function gather(
  authorization: Authorization,
  { roles, left, rows: { foreignGroups, gone, findGrantOrigin } }: {
    roles: Map<string, Map<string, Holders>>;
    left: LeftOut;
    rows: Rows;
  },
): void {
  const { groupId, roleKeys, grantingOrganizationId } = authorization;
  const byKey = roles.get(groupId);
  if (gone.groups.has(groupId) || gone.users.has(authorization.userId)) return;
  if (grantingOrganizationId !== undefined) {
    left.madeByOthers.set(groupId, (left.madeByOthers.get(groupId) ?? 0) + 1);
  } else if (foreignGroups.has(groupId)) {
    left.foreign++;
  } else if (byKey === undefined) {
    left.unlisted.push(authorization);
  } else if (roleKeys.length === 0) {
    left.withoutRoles.push(authorization.id);
  } else {
    for (const roleKey of roleKeys) {
      let holders = byKey.get(roleKey);
      if (holders === undefined) {
        holders = { entitlement: toUndefinedEntitlement(groupId, roleKey), grants: [] };
        byKey.set(roleKey, holders);
      }
      const grant = toGrant(authorization, holders.entitlement);
      const origin = findGrantOrigin?.(authorization.id, roleKey);
      holders.grants.push(origin === undefined ? grant : withGrantedBy(grant, origin));
    }
  }
}

function toGrant(authorization: Authorization, { id: entitlementId, groupId }: Entitlement): Grant {
  const { userId, state, createdAt, updatedAt } = authorization;
  const id = grantId(entitlementId, userId);
  const authorizations = [authorization.id];
  // In one piece, as nearly always: there may be hundreds of thousands of these.
  if (createdAt !== undefined && updatedAt !== undefined) {
    return { id, entitlementId, groupId, userId, state, authorizations, createdAt, updatedAt };
  }
  return {
    ...{ id, entitlementId, groupId, userId, state, authorizations },
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
  };
}

/** The grant with who gave it last, in the order of the contract's keys. */
function withGrantedBy(
  { createdAt, updatedAt, ...grant }: Grant,
  { by, at }: NonNullable<ReturnType<FindGrantOrigin>>,
): Grant {
  return {
    ...grant,
    ...(by !== undefined && { grantedBy: by }),
    grantedAt: at,
    ...(createdAt !== undefined && { createdAt }),
    ...(updatedAt !== undefined && { updatedAt }),
  };
}

/** Grants in batches, each sorted, that one after the other are sorted as well: one for each entitlement. */
function* inOrder(holders: readonly Holders[]): Generator<Grant[], void, undefined> {
  const batches = holders
    .filter(({ grants }) => grants.length > 0)
    .map(({ entitlement, grants }) => ({ begin: grantId(entitlement.id, ""), grants }))
    .sort((a, b) => byCodeUnit(a.begin, b.begin));
  // A role key that itself looks like the id of a grant puts one batch between the rows of another.
  const nested = batches.some(({ begin }, i) => batches[i + 1]?.begin.startsWith(begin));
  if (nested) yield sortById(batches.flatMap(({ grants }) => grants));
  // The ids of a batch have one beginning and end with the user's, which are shorter to compare.
  else {for (const { grants } of batches) {
      yield grants.sort((a, b) => byCodeUnit(a.userId, b.userId));
    }}
}

function toNotes(
  { withoutRoles, foreign, madeByOthers, unlisted }: LeftOut,
  users: readonly User[],
): Note[] {
  const notes: Note[] = [];
  if (withoutRoles.length > 0) {
    notes.push({ code: "authorizations-without-roles", authorizations: withoutRoles.sort() });
  }
  if (madeByOthers.size > 0) {
    const groups = [...madeByOthers].map(([groupId, count]) => ({ groupId, count }));
    groups.sort((a, b) => byCodeUnit(a.groupId, b.groupId));
    const count = groups.reduce((sum, group) => sum + group.count, 0);
    notes.push({ code: "grants-by-other-organizations", count, groups });
  }
  if (foreign > 0) notes.push({ code: "grants-on-foreign-groups", count: foreign });
  if (unlisted.length > 0) {
    notes.push({
      code: "groups-not-listed",
      groupIds: [...new Set(unlisted.map(({ groupId }) => groupId))].sort(),
      authorizations: unlisted.map(({ id }) => id).sort(),
    });
  }
  // Every user that was listed says which organization it belongs to.
  const unlistedUsers = users.filter((user) => !user.external && user.organizationId === undefined);
  if (unlistedUsers.length > 0) {
    notes.push({ code: "users-not-listed", userIds: unlistedUsers.map(({ id }) => id) });
  }
  const nameless = users.filter((user) =>
    user.organizationId !== undefined && !user.external &&
    user.loginNames === undefined && user.preferredLoginName === undefined
  );
  if (nameless.length > 0) {
    notes.push({ code: "users-without-login-name", userIds: nameless.map(({ id }) => id) });
  }
  return notes;
}

/** Two authorizations may give a user the same role; that is one edge. */
function mergeRepeated(sorted: Grant[]): Grant[] {
  if (!sorted.some(({ id }, i) => sorted[i - 1]?.id === id)) return sorted;
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
      "A role key, or an id that was chosen by hand, holds a colon; rename that role or user in ZITADEL",
  });
}

function merge(a: Grant, b: Grant): Grant {
  const states = [a.state, b.state];
  const times = (key: "createdAt" | "updatedAt") =>
    [a[key], b[key]].filter((time) => time !== undefined).sort(byTime);
  const createdAt = times("createdAt").at(0);
  const updatedAt = times("updatedAt").at(-1);
  const { grantedBy: _by, grantedAt: _at, ...rest } = a;
  const merged: Grant = {
    ...rest,
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
  const [last] = [a, b].sort(byGrantedAtDescending);
  const { grantedBy: by, grantedAt: at } = last!;
  return at === undefined ? merged : withGrantedBy(merged, { by, at });
}

function byGrantedAtDescending(a: Grant, b: Grant): number {
  return byTime(b.grantedAt ?? "", a.grantedAt ?? "") ||
    byCodeUnit(a.grantedBy?.id ?? "", b.grantedBy?.id ?? "");
}

function sortById<T extends { id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => byCodeUnit(a.id, b.id));
}
