/**
 * Reading the four lists, each as soon as what it needs is there.
 *
 * Users and projects at once; the roles of each project as soon as the projects are known; user grants beside them, as
 * soon as the users are known too: then it is known whose personal data need not be kept with each of them.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Entitlement, Group, User } from "../snapshot/types.ts";
import { allOrAbort } from "../zitadel/all_or_abort.ts";
import { inParallel } from "../zitadel/in_parallel.ts";
import { projectRequest, roleRequest } from "../zitadel/api/by_id.ts";
import { type ListsContext, mapRows, projectRoles, PROJECTS, USERS } from "../zitadel/api/lists.ts";
import type { UserGrant, WireUser } from "../zitadel/api/wire.ts";
import { createResolver, type ResolvedRows, type Resolver } from "./resolve_references.ts";
import { createSecretRecord } from "./privileged.ts";
import type { SyncEvent } from "./progress.ts";
import { readGrants, readGrantsOn } from "./read_grants.ts";
import { createRecorder, type Recorder } from "./recorder.ts";
import { type Authorization, authorizations, toEntitlement, toGroup, toUser } from "./rows.ts";

/** Options of {@linkcode readLists}. */
export interface ReadListsOptions {
  /** The id of the token's own user, if it belongs to the organization. */
  ownUserId: string | undefined;
  /** Learns what happens. */
  report: (event: SyncEvent) => void;
}

/** The rows of the lists, and the means to ask for more of them. */
export interface ReadLists {
  /** Everything that they hold and that user grants name. */
  named: ResolvedRows;
  /** The user grants. */
  batches: Authorization[][];
  /** Those of the list of users, by id. */
  users: ReadonlyMap<string, User>;
  /** Makes of a user grant what is kept of it. */
  select: (row: UserGrant) => Authorization;
  /** Reads the user grants again, without evidence of it. */
  readGrantsAgain: (signal: AbortSignal) => Promise<Authorization[][]>;
  /** The ids of machines that have a client secret. */
  machinesWithSecret: ReadonlySet<string>;
  /** The evidence. */
  recorder: Recorder;
}

/** Reads them, and asks for what user grants name and these lists lack. @throws {SyncError} As each of the lists does. */
export async function readLists(
  context: ListsContext & { organizationId: string },
  { ownUserId, report }: ReadListsOptions,
): Promise<ReadLists> {
  const recorder = createRecorder(context, report);
  const secrets = createSecretRecord();
  let users!: Promise<User[]>;
  let groups!: Promise<Group[]>;
  const [, , entitlements, grants] = await allOrAbort<
    [User[], Group[], Entitlement[], ReadGrantsBeside]
  >([
    (signal) => users = readUsers(recorder, { ownUserId, onUser: secrets.onUser }, signal),
    (signal) => groups = readGroups(recorder, signal),
    async (signal) => await readRoles(await groups, recorder, { ...context, signal }),
    async (signal) => {
      const listed = { users: await users, groups: await groups };
      return await readGrantsBeside(listed, recorder, { ...context, signal });
    },
  ], context.signal);
  const { resolver, batches, ...found } = grants;
  const named = await resolver.resolveReferences(batches, {
    entitlements,
    readGrantsOn: (groupId, signal) =>
      readGrantsOn(groupId, { recorder, select: found.select }, signal),
  });
  return { named, batches, ...found, machinesWithSecret: secrets.machineIds, recorder };
}

async function readUsers(
  recorder: Recorder,
  { ownUserId, onUser }: { ownUserId: string | undefined; onUser: (row: WireUser) => void },
  signal: AbortSignal,
): Promise<User[]> {
  const source = mapRows(USERS, (row) => {
    onUser(row);
    return toUser(row);
  });
  const users = await recorder.read("users", source, signal);
  requireUser(users, ownUserId);
  recorder.finish("users", users.length);
  return users;
}

async function readGroups(recorder: Recorder, signal: AbortSignal): Promise<Group[]> {
  const source = mapRows(PROJECTS, toGroup, ({ id }) => projectRequest(id));
  const groups = await recorder.read("groups", source, signal);
  recorder.finish("groups", groups.length);
  return groups;
}

async function readRoles(
  groups: readonly Group[],
  recorder: Recorder,
  context: ListsContext,
): Promise<Entitlement[]> {
  const roles = await inParallel(groups, context, ({ id }, signal) => {
    const source = mapRows(
      projectRoles(id),
      (row) => toEntitlement(id, row),
      ({ roleKey }) => roleRequest(id, roleKey),
    );
    return recorder.read("entitlements", source, signal, id);
  });
  const entitlements = roles.flat();
  recorder.finish("entitlements", entitlements.length);
  return entitlements;
}

/** The user grants, and the means to resolve them. */
type ReadGrantsBeside = Pick<ReadLists, "batches" | "users" | "select" | "readGrantsAgain"> & {
  resolver: Resolver;
};

async function readGrantsBeside(
  listed: { users: User[]; groups: Group[] },
  recorder: Recorder,
  context: ListsContext & { organizationId: string },
): Promise<ReadGrantsBeside> {
  const { organizationId } = context;
  // By ZITADEL's clock, as the times that it is compared with.
  const projects = recorder.evidence().find(({ list }) => list === "groups")!;
  const readAt = projects.viewTimestamp ?? projects.startedAt;
  const resolver = createResolver({ listed, readAt, organizationId, recorder, context });
  const users = new Map(listed.users.map((user) => [user.id, user]));
  const select = authorizations(users, organizationId);
  const reading = {
    select,
    projects: listed.groups.length,
    classifyProjects: resolver.classifyProjects,
  };
  const batches = await readGrants({ ...reading, recorder, context });
  recorder.finish("grants", batches.reduce((sum, { length }) => sum + length, 0));
  const readGrantsAgain = (signal: AbortSignal) => {
    const again = { ...context, signal };
    return readGrants({ ...reading, recorder: createRecorder(again, () => {}), context: again });
  };
  return { batches, users, select, readGrantsAgain, resolver };
}

/** A list that lacks the user whose token reads it is not the list of that organization. */
function requireUser(users: readonly { id: string }[], id: string | undefined): void {
  if (id === undefined || users.some((user) => user.id === id)) return;
  throw new SyncError(
    "INCONSISTENT",
    `The list of users lacks the token's own user (${id}), who belongs to the organization`,
    {
      hint:
        "Something between here and ZITADEL cuts answers, or ZITADEL's database has lost users: " +
        "ask whoever runs it",
    },
  );
}
