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
import {
  ask,
  askProject,
  askUser,
  type Ownership,
  roleLookup,
  userGrantLookup,
} from "../zitadel/v1/by_id.ts";
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

/** A directory that knows what the lists hold. */
export function createDirectory(options: DirectoryOptions): DirectoryReader {
  const { organizationId, recorder, context } = options;
  const { client, signal } = context;
  const users = [...options.listed.users];
  const groups = [...options.listed.groups];
  const entitlements = [...options.listed.entitlements];
  const own = new Set(groups.map(({ id }) => id));
  const foreign = new Set<string>();
  /** Projects of which ZITADEL says that there are none. */
  const unknown = new Set<string>();
  const gone = { users: new Set<string>(), groups: new Set<string>() };

  async function sortGroups(
    groupIds: Iterable<string>,
    signal: AbortSignal,
  ): Promise<SortedGroups> {
    const asked = [...groupIds]
      .filter((id) => !own.has(id) && !foreign.has(id) && !unknown.has(id));
    await inParallel(asked, { ...context, signal }, async (id, signal) => {
      const found = await askProject(client, id, { organizationId, signal });
      if (found.kind === "foreign") foreign.add(id);
      if (found.kind === "unknown") unknown.add(id);
      if (found.kind !== "ours") return;
      // It came after the projects had been listed.
      own.add(id);
      groups.push(toGroup(found.row));
      const source = selecting(
        projectRoles(id),
        (row) => toEntitlement(id, row),
        ({ roleKey }) => roleLookup(id, roleKey),
      );
      entitlements.push(...await recorder.read("entitlements", source, signal, id));
    });
    return { own, foreign };
  }

  /** Users that no list holds, asked for together, and those that are still not found one by one. */
  async function completeUsers(unlisted: ReadonlyMap<string, Authorization>): Promise<void> {
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
      const found = await askUser(client, authorization.userId, { organizationId, signal });
      await addUser(authorization, found.kind === "ours" ? toUser(found.row) : found, signal);
    });
  }

  async function addUser(
    authorization: Authorization,
    found: User | Exclude<Ownership<unknown>, { kind: "ours" }>,
    signal: AbortSignal,
  ): Promise<void> {
    if (!("kind" in found)) users.push(found);
    else if (found.kind === "foreign" || await isStillThere(authorization, signal)) {
      const external = found.kind === "foreign";
      users.push(toUnlistedUser(authorization.unlisted!, { external, organizationId }));
    } else gone.users.add(authorization.userId);
  }

  /** Whether an authorization that names someone unknown is still listed: then that has been lost, and not removed. */
  async function isStillThere(
    { id, userId }: Authorization,
    signal: AbortSignal,
  ): Promise<boolean> {
    const row = await ask(client, userGrantLookup(userId, id), { organizationId, signal });
    return row !== undefined;
  }

  async function completeGroups(portions: readonly (readonly Authorization[])[]): Promise<void> {
    const named = new Map<string, Authorization>();
    for (const rows of portions) {
      for (const row of rows) if (!own.has(row.groupId)) named.set(row.groupId, row);
    }
    await sortGroups(named.keys(), signal);
    await inParallel([...named.values()], context, async (authorization, signal) => {
      const { groupId } = authorization;
      if (!unknown.has(groupId) || await isStillThere(authorization, signal)) return;
      gone.groups.add(groupId);
    });
  }

  /** Roles that were defined after the roles of their project had been listed, and given at once. */
  async function completeRoles(portions: readonly (readonly Authorization[])[]): Promise<void> {
    const defined = new Set(entitlements.map(({ id }) => id));
    const since = new Date(Date.parse(options.readAt) - VIEW_LAG_MS).toISOString();
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
      const row = await ask(client, roleLookup(groupId, roleKey), { organizationId, signal });
      if (row !== undefined) entitlements.push(toEntitlement(groupId, row));
    });
  }

  function refuseForeign(portions: readonly (readonly Authorization[])[]): void {
    for (const rows of portions) {
      for (const { id, groupId, madeBy } of rows) {
        if (madeBy === undefined || own.has(groupId) || gone.groups.has(groupId)) continue;
        throw foreignRow(USER_GRANTS.path, `row ${id}`, madeBy, organizationId);
      }
    }
  }

  return {
    sortGroups,
    async complete(portions) {
      await completeGroups(portions);
      refuseForeign(portions);
      const known = new Set(users.map(({ id }) => id));
      const unlisted = new Map<string, Authorization>();
      for (const rows of portions) {
        for (const row of rows) {
          const isEdge = row.madeBy === undefined && own.has(row.groupId) &&
            row.roleKeys.length > 0;
          if (isEdge && row.unlisted && !known.has(row.userId)) unlisted.set(row.userId, row);
        }
      }
      await completeUsers(unlisted);
      await completeRoles(portions);
      return { users, groups, entitlements, foreignGroups: foreign, gone };
    },
  };
}
