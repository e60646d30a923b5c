/**
 * The users, projects and roles of one organization: those that its lists hold, and those that grants name besides.
 *
 * Lists are read one after the other, and the organization lives meanwhile. Nothing is concluded from what a list lacks:
 * whoever a grant names and no list holds is asked for by id, and only ZITADEL's answer says whose it is.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../snapshot/contract.ts";
import { entitlementId } from "../snapshot/ids.ts";
import { inParallel } from "../zitadel/in_parallel.ts";
import { ask, askProject, askUser, roleLookup, userGrantLookup } from "../zitadel/v1/by_id.ts";
import {
  foreignRow,
  type ListsContext,
  projectRoles,
  read,
  selecting,
  USER_GRANTS,
  usersOf,
} from "../zitadel/v1/lists.ts";
import type { SortedGroups } from "./read_grants.ts";
import type { Recorder } from "./recorder.ts";
import { type Authorization, toEntitlement, toGroup, toUnlistedUser, toUser } from "./rows.ts";

/** How many users are asked for in one request; so few that their ids fit into one. */
const USERS_PER_REQUEST = 500;

/** How many users are asked for one by one without asking for all of them together before. */
const FEW_USERS = 10;

/** How much older than a list a grant must be for the list to hold the roles that it names, in milliseconds. */
const VIEW_LAG_MS = 5 * 60_000;

/** What the lists hold. */
export interface ListedRows {
  /** The users. */
  users: User[];
  /** The projects. */
  groups: Group[];
  /** The roles that they define. */
  entitlements: Entitlement[];
}

/** What the lists hold and what grants name. */
export interface Directory extends ListedRows {
  /** Projects of other organizations that grants name. */
  foreignGroups: ReadonlySet<string>;
  /** Users and projects that were removed after their grants were read. */
  gone: { users: ReadonlySet<string>; groups: ReadonlySet<string> };
}

/** Finds out who and what grants name. It has one owner: only its methods change it. */
export interface DirectoryReader {
  /** Whose the projects are: all that are listed, and these. */
  sortGroups(groupIds: Iterable<string>, signal: AbortSignal): Promise<SortedGroups>;
  /**
   * Everything that these authorizations name.
   *
   * @throws {SyncError} `FOREIGN_ROW`: an authorization of another organization is on none of the projects.
   */
  complete(portions: readonly (readonly Authorization[])[]): Promise<Directory>;
}

/** What {@linkcode createDirectory} needs. */
export interface DirectoryOptions {
  /** What the lists hold. */
  listed: ListedRows;
  /** ZITADEL's time before the roles were read, in RFC 3339. */
  readAt: string;
  /** The organization. */
  organizationId: string;
  /** Reports, and keeps the evidence. */
  recorder: Recorder;
  /** What the lists of this sync share. */
  context: ListsContext;
}

/** What is known so far, and what to ask with. Only the functions of this module change it. */
interface Known extends DirectoryOptions {
  users: User[];
  groups: Group[];
  entitlements: Entitlement[];
  /** The ids of `groups`. */
  own: Set<string>;
  /** Projects of other organizations. */
  foreign: Set<string>;
  /** Projects of which ZITADEL says that there are none. */
  unknown: Set<string>;
  gone: { users: Set<string>; groups: Set<string> };
}

type Portions = readonly (readonly Authorization[])[];

/** A directory that knows what the lists hold. */
export function createDirectory(options: DirectoryOptions): DirectoryReader {
  const { users, groups, entitlements } = options.listed;
  const known: Known = {
    ...options,
    users: [...users],
    groups: [...groups],
    entitlements: [...entitlements],
    own: new Set(groups.map(({ id }) => id)),
    foreign: new Set(),
    unknown: new Set(),
    gone: { users: new Set(), groups: new Set() },
  };
  return {
    sortGroups: (groupIds, signal) => sortGroups(groupIds, known, signal),
    async complete(portions) {
      await completeGroups(portions, known);
      refuseForeign(portions, known);
      await completeUsers(findUnlisted(portions, known), known);
      await completeRoles(portions, known);
      const { users, groups, entitlements, foreign: foreignGroups, gone } = known;
      return { users, groups, entitlements, foreignGroups, gone };
    },
  };
}

async function sortGroups(
  groupIds: Iterable<string>,
  known: Known,
  signal: AbortSignal,
): Promise<SortedGroups> {
  const { own, foreign, unknown, organizationId, context } = known;
  const asked = [...groupIds].filter((id) => !own.has(id) && !foreign.has(id) && !unknown.has(id));
  await inParallel(asked, { ...context, signal }, async (id, signal) => {
    const found = await askProject(context.client, id, { organizationId, signal });
    if (found.kind === "foreign") foreign.add(id);
    if (found.kind === "unknown") unknown.add(id);
    if (found.kind === "ours") await addGroup(toGroup(found.row), known, signal);
  });
  return { own, foreign };
}

/** A project that came after the projects had been listed, and its roles. */
async function addGroup(group: Group, known: Known, signal: AbortSignal): Promise<void> {
  const { id } = group;
  known.own.add(id);
  known.groups.push(group);
  const source = selecting(
    projectRoles(id),
    (row) => toEntitlement(id, row),
    ({ roleKey }) => roleLookup(id, roleKey),
  );
  known.entitlements.push(...await known.recorder.read("entitlements", source, signal, id));
}

async function completeGroups(portions: Portions, known: Known): Promise<void> {
  const { own, unknown, gone, context } = known;
  const named = new Map<string, Authorization>();
  for (const rows of portions) {
    for (const row of rows) if (!own.has(row.groupId)) named.set(row.groupId, row);
  }
  await sortGroups(named.keys(), known, context.signal);
  await inParallel([...named.values()], context, async (authorization, signal) => {
    const { groupId } = authorization;
    if (!unknown.has(groupId) || await isStillThere(authorization, known, signal)) return;
    gone.groups.add(groupId);
  });
}

function refuseForeign(portions: Portions, { own, gone, organizationId }: Known): void {
  for (const rows of portions) {
    for (const { id, groupId, madeBy } of rows) {
      if (madeBy === undefined || own.has(groupId) || gone.groups.has(groupId)) continue;
      throw foreignRow(USER_GRANTS.path, `row ${id}`, madeBy, organizationId);
    }
  }
}

/** One authorization of each user whom it makes a holder and no list holds. */
function findUnlisted(portions: Portions, { users, own }: Known): Map<string, Authorization> {
  const listed = new Set(users.map(({ id }) => id));
  const unlisted = new Map<string, Authorization>();
  for (const rows of portions) {
    for (const row of rows) {
      const isEdge = row.madeBy === undefined && own.has(row.groupId) && row.roleKeys.length > 0;
      if (isEdge && row.unlisted && !listed.has(row.userId)) unlisted.set(row.userId, row);
    }
  }
  return unlisted;
}

/** Users that no list holds, asked for together, and those that are still not found one by one. */
async function completeUsers(
  unlisted: ReadonlyMap<string, Authorization>,
  known: Known,
): Promise<void> {
  const { users, organizationId, context } = known;
  const missing = new Map(unlisted);
  const ids = unlisted.size > FEW_USERS ? [...unlisted.keys()] : [];
  for (let from = 0; from < ids.length; from += USERS_PER_REQUEST) {
    const source = selecting(usersOf(ids.slice(from, from + USERS_PER_REQUEST)), toUser);
    const { rows } = await read({ ...context, onRows: undefined }, source);
    for (const user of rows) {
      if (missing.delete(user.id)) users.push(user);
    }
  }
  await inParallel([...missing.values()], context, async (authorization, signal) => {
    const found = await askUser(context.client, authorization.userId, { organizationId, signal });
    if (found.kind === "ours") users.push(toUser(found.row));
    else if (found.kind === "foreign" || await isStillThere(authorization, known, signal)) {
      const external = found.kind === "foreign";
      users.push(toUnlistedUser(authorization.unlisted!, { external, organizationId }));
    } else known.gone.users.add(authorization.userId);
  });
}

/** Roles that were defined after the roles of their project had been listed, and given at once. */
async function completeRoles(portions: Portions, known: Known): Promise<void> {
  const { entitlements, own, readAt, organizationId, context } = known;
  const defined = new Set(entitlements.map(({ id }) => id));
  const since = new Date(Date.parse(readAt) - VIEW_LAG_MS).toISOString();
  const missing = new Map<string, { groupId: string; roleKey: string }>();
  for (const rows of portions) {
    for (const { groupId, roleKeys, madeBy, updatedAt } of rows) {
      const isRecent = updatedAt === undefined || updatedAt > since;
      if (!isRecent || madeBy !== undefined || !own.has(groupId)) continue;
      for (const roleKey of roleKeys) {
        const id = entitlementId(groupId, roleKey);
        if (!defined.has(id)) missing.set(id, { groupId, roleKey });
      }
    }
  }
  await inParallel([...missing.values()], context, async ({ groupId, roleKey }, signal) => {
    const row = await ask(context.client, roleLookup(groupId, roleKey), { organizationId, signal });
    if (row !== undefined) entitlements.push(toEntitlement(groupId, row));
  });
}

/** Whether an authorization that names someone unknown is still listed: then that has been lost, and not removed. */
async function isStillThere(
  { id, userId }: Authorization,
  { organizationId, context }: Known,
  signal: AbortSignal,
): Promise<boolean> {
  const row = await ask(context.client, userGrantLookup(userId, id), { organizationId, signal });
  return row !== undefined;
}
