/**
 * The lists of an organization: where each is, what its rows look like, and how to read it.
 *
 * @module
 */
import type { z } from "zod";
import { SyncError } from "../../errors.ts";
import type { Client } from "../http/client.ts";
import { type ReadList, readList, type ReadListOptions, readWholeList } from "../read_list.ts";
import type { LoadPage, NotWhole, Paging } from "../read_pass.ts";
import {
  type Org,
  orgSchema,
  pageSchema,
  type Project,
  type ProjectRole,
  projectRoleSchema,
  projectSchema,
  type UserGrant,
  userGrantSchema,
  userSchema,
  type WireUser,
} from "./wire.ts";

/** One of ZITADEL's lists, with rows of the shape `W`, of which `T` is kept. */
export interface List<W, T = W> {
  /** What it is called in an error. */
  name: string;
  /** Where it is, for `POST`. */
  path: string;
  /** What its rows look like. */
  row: z.ZodType<W>;
  /** What tells rows apart, of what is kept. */
  id: (kept: T) => string;
  /** Whether rows come in the order of their ids; only those of users do (zitadel-wire.md 3.2). */
  ordered?: boolean;
  /** The filters. */
  queries?: readonly unknown[];
  /** The id of the project that every row must be of. */
  projectId?: string;
  /** What is kept of a row; it is called as soon as the row has come in. */
  keep: (row: W) => T;
}

/** The same list, of whose rows something else is kept. */
export function keeping<W, K, T extends { id: string }>(
  list: List<W, K>,
  keep: (row: W) => T,
): List<W, T> {
  return { ...list, id: ({ id }) => id, keep };
}

function whole<W>(row: W): W {
  return row;
}

/** All users, people and machines. */
export const USERS: List<WireUser> = {
  name: "users",
  path: "/management/v1/users/_search",
  row: userSchema,
  id: ({ id }) => id,
  keep: whole,
  ordered: true,
};

/** The projects that the organization owns. */
export const PROJECTS: List<Project> = {
  name: "projects",
  path: "/management/v1/projects/_search",
  row: projectSchema,
  id: ({ id }) => id,
  keep: whole,
};

/** The roles of a project. */
export function projectRoles(projectId: string): List<ProjectRole> {
  return {
    name: `roles of project ${projectId}`,
    path: `/management/v1/projects/${encodeURIComponent(projectId)}/roles/_search`,
    row: projectRoleSchema,
    id: ({ key }) => key,
    keep: whole,
  };
}

/** Everything that the organization has granted, on projects of other organizations too. */
export const USER_GRANTS: List<UserGrant> = {
  name: "user grants",
  path: "/management/v1/users/grants/_search",
  row: userGrantSchema,
  id: ({ id }) => id,
  keep: whole,
};

/** What the organization has granted on one project. */
export function userGrantsOn(projectId: string): List<UserGrant> {
  return {
    ...USER_GRANTS,
    name: `user grants on project ${projectId}`,
    queries: [{ projectIdQuery: { projectId } }],
    projectId,
  };
}

/** The organizations of the instance; needs `iam.read`. */
export const ORGS: List<Org> = {
  name: "organizations",
  path: "/admin/v1/orgs/_search",
  row: orgSchema,
  id: ({ id }) => id,
  keep: whole,
};

/** What the lists of one sync share. */
export interface ListsContext {
  /** Calls ZITADEL. */
  client: Client;
  /** The organization that is asked for, and that every row must belong to. */
  organizationId?: string | undefined;
  /** What is known of the server; changed by what the lists find out. */
  paging: Paging;
  /** Reads lists that must be paged once only. */
  singlePass: boolean;
  /** Told how many rows of a list have come in and how many were announced. */
  onRows?: (rows: { received: number; reported: number }) => void;
  /** Told why a list is read again. */
  onReread?: (reason: string) => void;
  /** Ends the reading. */
  signal: AbortSignal;
}

/**
 * Reads a list.
 *
 * @throws {SyncError} `FOREIGN_ROW`: a row belongs to another organization; `RESPONSE_INVALID`: a row belongs to another
 * project than the one that was filtered by; and as {@linkcode readList} and {@linkcode Client.page} do.
 */
export function read<W, T>(context: ListsContext, list: List<W, T>): Promise<ReadList<T>> {
  return readList(toOptions(context, list));
}

/** Reads a list if one statement gives all of it; otherwise says how many rows it has. @throws As {@linkcode read}. */
export function readWhole<W, T>(
  context: ListsContext,
  list: List<W, T>,
): Promise<ReadList<T> | NotWhole> {
  return readWholeList(toOptions(context, list));
}

/** Any row of a list, and how many there are. @throws As {@linkcode read}. */
export async function readOne<W, T>(
  context: ListsContext,
  list: List<W, T>,
): Promise<{ row: T | undefined; total: number }> {
  const page = await toLoad(context, list)({ offset: 0, limit: 1, signal: context.signal });
  if (page === "too-large") throw new TypeError("A page of one row cannot be refused as too large");
  return { row: page.rows[0], total: page.total };
}

function toOptions<W, T>(context: ListsContext, list: List<W, T>): ReadListOptions<T> {
  const { paging, singlePass, signal, onRows, onReread } = context;
  const { name, id, ordered = false } = list;
  return {
    name,
    load: toLoad(context, list),
    id,
    ordered,
    paging,
    singlePass,
    signal,
    ...(onRows && { onRows }),
    ...(onReread && { onReread }),
  };
}

function toLoad<W, T>({ client, organizationId }: ListsContext, list: List<W, T>): LoadPage<T> {
  const { path, ordered = false, queries, projectId, keep } = list;
  const schema = pageSchema(list.row);
  return async ({ offset, limit, signal }) => {
    const query = { ...(offset > 0 && { offset }), limit, ...(ordered && { asc: true }) };
    const answer = await client.page({
      method: "POST",
      path,
      organizationId,
      body: { query, ...(queries && { queries }) },
      schema,
      signal,
    });
    if (answer.kind === "page-too-large") return "too-large";
    const { details: { totalResult = 0, viewTimestamp } = {}, result = [] } = answer.value;
    for (const row of result) refuseForeign(row, { organizationId, projectId, path });
    return {
      rows: result.map(keep),
      total: totalResult,
      ...(viewTimestamp !== undefined && { viewTimestamp }),
    };
  };
}

/** Rows of another organization, or project, must never be taken for this one's. Organizations have no such keys. */
function refuseForeign(
  row: unknown,
  { organizationId, projectId, path }: {
    organizationId: string | undefined;
    projectId: string | undefined;
    path: string;
  },
): void {
  const found = row as { id?: string; details?: { resourceOwner: string }; projectId?: string };
  const isOurs = found.details === undefined || found.details.resourceOwner === organizationId;
  const isOnProject = projectId === undefined || found.projectId === projectId;
  if (isOurs && isOnProject) return;

  const which = found.id === undefined ? "a row" : `row ${found.id}`;
  const hint = "Something between here and ZITADEL changes requests or answers, such as a cache";
  throw isOurs
    ? new SyncError(
      "RESPONSE_INVALID",
      `POST ${path}, filtered by project ${projectId}, answered with ${which} of project ${found.projectId}`,
      { hint },
    )
    : new SyncError(
      "FOREIGN_ROW",
      `POST ${path} answered with ${which} of organization ${found.details?.resourceOwner}, not of ${organizationId}`,
      { hint },
    );
}
