/**
 * The users, projects and roles of one organization: those that its lists hold, and those that grants name besides.
 *
 * Lists are read one after the other, and the organization lives meanwhile. Nothing is concluded from what a list lacks:
 * a user or project that a grant names and no list holds is asked for by id, and only ZITADEL's answer says whose it is.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Entitlement, Group, User } from "../snapshot/types.ts";
import { entitlementId } from "../snapshot/ids.ts";
import { inParallel } from "../zitadel/in_parallel.ts";
import { VIEW_LAG_MS } from "../zitadel/lists/completeness.ts";
import { ask, askProject, askUser, roleRequest, userGrantRequest } from "../zitadel/api/by_id.ts";
import {
  foreignRow,
  type ListsContext,
  mapRows,
  projectRoles,
  read,
  readFew,
  USER_GRANTS,
  userGrantsWith,
  usersById,
} from "../zitadel/api/lists.ts";
import type { ClassifiedProjects } from "./read_grants.ts";
import type { Recorder } from "./recorder.ts";
import { type Authorization, toEntitlement, toGroup, toUnlistedUser, toUser } from "./rows.ts";

/** How many users are asked for in one request; so few that their ids fit into one. */
const USERS_PER_REQUEST = 500;

/** How many users are asked for one by one without asking for all of them together before. */
const FEW_USERS = 10;

/** The rows of the lists. */
export interface KnownRows {
  /** The users. */
  users: User[];
  /** The projects. */
  groups: Group[];
}

/** The rows of the lists, and those that only grants name. */
export interface ResolvedRows extends KnownRows {
  /** The roles that the projects define. */
  entitlements: Entitlement[];
  /** Projects of other organizations that grants name. */
  foreignGroups: ReadonlySet<string>;
  /** The ids that were removed after the grants were read. */
  gone: RemovedIds;
}

/** Ids that were removed after the grants that name them were read. */
export interface RemovedIds {
  /** The ids of users. */
  users: ReadonlySet<string>;
  /** The ids of projects. */
  groups: ReadonlySet<string>;
}

/** Resolves the references of user grants. Only its own methods change it. */
export interface Resolver {
  /** Tells whose these projects are, beside those that are listed. */
  classifyProjects(groupIds: Iterable<string>, signal: AbortSignal): Promise<ClassifiedProjects>;
  /**
   * Resolves everything that these authorizations name, and updates in `batches` those that have changed since. `entitlements`
   * are the roles that the lists of the listed projects hold; `readGrantsOn` reads those of one project anew.
   *
   * @throws {SyncError} `FOREIGN_ROW`: an authorization of another organization is on none of the projects.
   */
  resolveReferences(batches: Authorization[][], options: ResolveOptions): Promise<ResolvedRows>;
}

/** Options of {@linkcode Resolver.resolveReferences}. */
export interface ResolveOptions {
  /** The roles of the listed projects. */
  entitlements: readonly Entitlement[];
  /** Reads all authorizations on one project. */
  readGrantsOn: (groupId: string, signal: AbortSignal) => Promise<Authorization[]>;
}

/** Options of {@linkcode createResolver}. */
export interface ResolverOptions {
  /** The rows of the lists. */
  listed: KnownRows;
  /** ZITADEL's time before the roles were read, in RFC 3339. */
  readAt: string;
  /** The organization. */
  organizationId: string;
  /** Reports, and keeps the evidence. */
  recorder: Recorder;
  context: ListsContext;
}

/** The references that are resolved so far. Only the functions of this module change it. */
interface ResolverState extends ResolverOptions {
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

type Batches = readonly (readonly Authorization[])[];

/** Makes a resolver that knows the rows of the lists. */
export function createResolver(options: ResolverOptions): Resolver {
  const { users, groups } = options.listed;
  const known: ResolverState = {
    ...options,
    users: [...users],
    groups: [...groups],
    entitlements: [],
    own: new Set(groups.map(({ id }) => id)),
    foreign: new Set(),
    unknown: new Set(),
    gone: { users: new Set(), groups: new Set() },
  };
  return {
    classifyProjects: (groupIds, signal) => classifyProjects(groupIds, known, signal),
    async resolveReferences(batches, options) {
      for (const entitlement of options.entitlements) known.entitlements.push(entitlement);
      await completeGroups(batches, known);
      refuseForeign(batches, known);
      await completeRoles(batches, known, options.readGrantsOn);
      await completeUsers(findUnlisted(batches, known), known);
      const { users, groups, entitlements, foreign: foreignGroups, gone } = known;
      return { users, groups, entitlements, foreignGroups, gone };
    },
  };
}

async function classifyProjects(
  groupIds: Iterable<string>,
  known: ResolverState,
  signal: AbortSignal,
): Promise<ClassifiedProjects> {
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
async function addGroup(group: Group, known: ResolverState, signal: AbortSignal): Promise<void> {
  const { id } = group;
  known.own.add(id);
  known.groups.push(group);
  const source = mapRows(
    projectRoles(id),
    (row) => toEntitlement(id, row),
    ({ roleKey }) => roleRequest(id, roleKey),
  );
  known.entitlements.push(...await known.recorder.read("entitlements", source, signal, id));
}

async function completeGroups(batches: Batches, known: ResolverState): Promise<void> {
  const { own, unknown, gone, context } = known;
  const named = new Map<string, Authorization>();
  for (const rows of batches) {
    for (const row of rows) if (!own.has(row.groupId)) named.set(row.groupId, row);
  }
  await classifyProjects(named.keys(), known, context.signal);
  await inParallel([...named.values()], context, async (authorization, signal) => {
    const { groupId } = authorization;
    if (!unknown.has(groupId) || await isStillThere(authorization, known, signal)) return;
    gone.groups.add(groupId);
  });
}

function refuseForeign(batches: Batches, { own, gone, organizationId }: ResolverState): void {
  for (const rows of batches) {
    for (const { id, groupId, grantingOrganizationId } of rows) {
      if (grantingOrganizationId === undefined || own.has(groupId) || gone.groups.has(groupId)) {
        continue;
      }
      throw foreignRow(USER_GRANTS.path, `row ${id}`, grantingOrganizationId, organizationId);
    }
  }
}

/** One authorization of each user whom it makes a holder and no list holds. */
function findUnlisted(batches: Batches, { users, own }: ResolverState): Map<string, Authorization> {
  const listed = new Set(users.map(({ id }) => id));
  const unlisted = new Map<string, Authorization>();
  for (const rows of batches) {
    for (const row of rows) {
      const isEdge = row.grantingOrganizationId === undefined && own.has(row.groupId) &&
        row.roleKeys.length > 0;
      if (isEdge && row.sourceRow && !listed.has(row.userId)) unlisted.set(row.userId, row);
    }
  }
  return unlisted;
}

/** Users that no list holds, asked for together, and those that are still not found one by one. */
async function completeUsers(
  unlisted: ReadonlyMap<string, Authorization>,
  known: ResolverState,
): Promise<void> {
  const { users, organizationId, context } = known;
  const missing = new Map(unlisted);
  const ids = unlisted.size > FEW_USERS ? [...unlisted.keys()] : [];
  for (let from = 0; from < ids.length; from += USERS_PER_REQUEST) {
    const source = mapRows(usersById(ids.slice(from, from + USERS_PER_REQUEST)), toUser);
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
      users.push(toUnlistedUser(authorization.sourceRow!, { external, organizationId }));
    } else known.gone.users.add(authorization.userId);
  });
}

/** A role that grants hold and the lists do not define. */
interface UndefinedRole {
  id: string;
  groupId: string;
  roleKey: string;
  /** Whether one of these grants was changed so late that the role may have been defined after it was asked for. */
  isRecent: boolean;
}

/** How often the grants of a project are read anew at most, because a role of them was removed meanwhile. */
const MAX_TURNS = 10;

/**
 * Roles that grants hold and no list defines. Those that were defined meanwhile are added. Where nobody holds one any more, it
 * was removed meanwhile, and with it what the grants held: the grants of its project are read anew. The others are held and
 * not defined indeed.
 *
 * Roles are read beside grants, and ZITADEL takes a removed role from its grants without a trace in their times.
 */
async function completeRoles(
  batches: Authorization[][],
  known: ResolverState,
  readGrantsOn: ResolveOptions["readGrantsOn"],
): Promise<void> {
  const confirmed = new Set<string>();
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const stale = await askUndefinedRoles(batches, known, confirmed);
    if (stale.size === 0) return;
    const anew = await inParallel([...stale], known.context, readGrantsOn);
    for (const [i, rows] of batches.entries()) {
      batches[i] = rows.filter(({ groupId }) => !stale.has(groupId));
    }
    batches.push(...anew);
  }
  throw new SyncError(
    "INCONSISTENT",
    "Roles were removed each of the many times that user grants were read",
    { hint: "Try again when fewer changes are made" },
  );
}

/** Asks for each role that is held and not defined. @returns The projects of which grants hold roles that are gone. */
async function askUndefinedRoles(
  batches: Batches,
  known: ResolverState,
  confirmed: Set<string>,
): Promise<Set<string>> {
  const { entitlements, organizationId, context } = known;
  const stale = new Set<string>();
  const asked = findUndefinedRoles(batches, known).filter(({ id }) => !confirmed.has(id));
  await inParallel(asked, context, async ({ id, groupId, roleKey, isRecent }, signal) => {
    if (isRecent) {
      const lookup = roleRequest(groupId, roleKey);
      const row = await ask(context.client, lookup, { organizationId, signal });
      if (row !== undefined) return void entitlements.push(toEntitlement(groupId, row));
    }
    const { total } = await readFew({ ...context, signal }, userGrantsWith(groupId, roleKey), 1);
    if (total === 0) stale.add(groupId);
    else confirmed.add(id);
  });
  return stale;
}

function findUndefinedRoles(
  batches: Batches,
  { entitlements, own, readAt }: ResolverState,
): UndefinedRole[] {
  const defined = new Map([...own].map((id) => [id, new Set<string>()]));
  for (const { groupId, roleKey } of entitlements) defined.get(groupId)!.add(roleKey);
  const since = new Date(Date.parse(readAt) - VIEW_LAG_MS).toISOString();
  const found = new Map<string, UndefinedRole>();
  for (const rows of batches) {
    for (const { groupId, roleKeys, grantingOrganizationId, updatedAt } of rows) {
      const keys = defined.get(groupId);
      if (grantingOrganizationId !== undefined || keys === undefined) continue;
      const isRecent = updatedAt === undefined || updatedAt > since;
      for (const roleKey of roleKeys) {
        if (keys.has(roleKey)) continue;
        const id = entitlementId(groupId, roleKey);
        if (found.get(id)?.isRecent) continue;
        found.set(id, { id, groupId, roleKey, isRecent });
      }
    }
  }
  return [...found.values()];
}

/** Whether an authorization that names someone unknown is still listed: then that has been lost, and not removed. */
async function isStillThere(
  { id, userId }: Authorization,
  { organizationId, context }: ResolverState,
  signal: AbortSignal,
): Promise<boolean> {
  const row = await ask(context.client, userGrantRequest(userId, id), { organizationId, signal });
  return row !== undefined;
}
