/**
 * The lists of an organization: where each is, what its rows look like, and how to read it.
 *
 * @module
 */
import type { z } from "zod";
import { SyncError } from "../errors.ts";
import type { Client } from "./client.ts";
import {
  type LoadPage,
  type NotWhole,
  type Paging,
  type ReadList,
  readList,
  type ReadListOptions,
  readWholeList,
} from "./read_list.ts";
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

/** One of ZITADEL's lists. */
export interface List<T> {
  /** What it is called in an error. */
  name: string;
  /** Where it is, for `POST`. */
  path: string;
  /** What its rows look like. */
  row: z.ZodType<T>;
  /** What tells rows apart. */
  id: (row: T) => string;
  /** Whether rows come in the order of their ids; only those of users do (zitadel-wire.md 3.2). */
  ordered?: boolean;
  /** The filters. */
  queries?: readonly unknown[];
  /** Looks at each row as it comes in, and may keep less of it. */
  keep?: (row: T) => T;
}

/** All users, people and machines. */
export const USERS: List<WireUser> = {
  name: "users",
  path: "/management/v1/users/_search",
  row: userSchema,
  id: ({ id }) => id,
  ordered: true,
};

/** The projects that the organization owns. */
export const PROJECTS: List<Project> = {
  name: "projects",
  path: "/management/v1/projects/_search",
  row: projectSchema,
  id: ({ id }) => id,
};

/** The roles of a project. */
export function projectRoles(projectId: string): List<ProjectRole> {
  return {
    name: `roles of project ${projectId}`,
    path: `/management/v1/projects/${encodeURIComponent(projectId)}/roles/_search`,
    row: projectRoleSchema,
    id: ({ key }) => key,
  };
}

/** Everything that the organization has granted, on projects of other organizations too. */
export const USER_GRANTS: List<UserGrant> = {
  name: "user grants",
  path: "/management/v1/users/grants/_search",
  row: userGrantSchema,
  id: ({ id }) => id,
};

/** What the organization has granted on one project. Reading it throws `RESPONSE_INVALID` if the filter has no effect. */
export function userGrantsOn(projectId: string): List<UserGrant> {
  return {
    ...USER_GRANTS,
    name: `user grants on project ${projectId}`,
    queries: [{ projectIdQuery: { projectId } }],
    keep: (row) => {
      if (row.projectId === projectId) return row;
      throw new SyncError(
        "RESPONSE_INVALID",
        `POST ${USER_GRANTS.path} for project ${projectId} answered with a row of project ${row.projectId}`,
        { hint: "Something between here and ZITADEL changes requests or answers" },
      );
    },
  };
}

/** The organizations of the instance; needs `iam.read`. */
export const ORGS: List<Org> = {
  name: "organizations",
  path: "/admin/v1/orgs/_search",
  row: orgSchema,
  id: ({ id }) => id,
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
  onRows?: ReadListOptions<unknown>["onRows"];
  /** Told why a list is read again. */
  onReread?: ReadListOptions<unknown>["onReread"];
  /** Ends the reading. */
  signal: AbortSignal;
}

/**
 * Reads a list.
 *
 * @throws {SyncError} `FOREIGN_ROW`: a row belongs to another organization; and as {@linkcode readList} and
 * {@linkcode Client.page} do.
 */
export function read<T>(context: ListsContext, list: List<T>): Promise<ReadList<T>> {
  return readList(toOptions(context, list));
}

/** Reads a list if one statement gives all of it; otherwise says how many rows it has. @throws As {@linkcode read}. */
export function readWhole<T>(
  context: ListsContext,
  list: List<T>,
): Promise<ReadList<T> | NotWhole> {
  return readWholeList(toOptions(context, list));
}

/** Any row of a list, and how many there are. @throws As {@linkcode read}. */
export async function readOne<T>(
  context: ListsContext,
  list: List<T>,
): Promise<{ row: T | undefined; total: number }> {
  const page = await toLoad(context, list)({ offset: 0, limit: 1, signal: context.signal });
  if (page === "too-large") throw new TypeError("A page of one row cannot be refused as too large");
  return { row: page.rows[0], total: page.total };
}

function toOptions<T>(context: ListsContext, list: List<T>): ReadListOptions<T> {
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

function toLoad<T>({ client, organizationId }: ListsContext, list: List<T>): LoadPage<T> {
  const { path, ordered = false, queries, keep = (row) => row } = list;
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
    if (answer.kind === "too-large") return "too-large";
    const { details: { totalResult = 0, viewTimestamp } = {}, result = [] } = answer.value;
    for (const row of result) refuseForeign(row, organizationId, path);
    return {
      rows: result.map(keep),
      total: totalResult,
      ...(viewTimestamp !== undefined && { viewTimestamp }),
    };
  };
}

/** Rows of another organization must never be taken for this one's. Organizations themselves have no such key. */
function refuseForeign(row: unknown, organizationId: string | undefined, path: string): void {
  const { details, id } = row as { details?: { resourceOwner: string }; id?: string };
  if (details === undefined || details.resourceOwner === organizationId) return;
  const which = id === undefined ? "a row" : `row ${id}`;
  throw new SyncError(
    "FOREIGN_ROW",
    `POST ${path} answered with ${which} of organization ${details.resourceOwner}, not of ${organizationId}`,
    { hint: "Something between here and ZITADEL changes requests or answers, such as a cache" },
  );
}
