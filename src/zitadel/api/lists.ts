/**
 * The lists of an organization: where each is, what its rows look like, and how to read it.
 *
 * @module
 */
import type { z } from "zod";
import { mapInSlices } from "../../concurrency.ts";
import { SyncError } from "../../errors.ts";
import type { Client } from "../http/client.ts";
import { tamperedAnswer } from "../http/failure.ts";
import type { ListReading, ListSource, ReadContext } from "../lists/list_source.ts";
import { readList, tryReadList, type UnprovenReading } from "../lists/read_list.ts";
import type { PassBudget } from "../lists/read_unordered.ts";
import type { RowKind } from "../lists/server_limits.ts";
import { ask, projectRequest, roleRequest, type RowRequest, userGrantRequest } from "./by_id.ts";
import {
  type IsPlain,
  isPlainProject,
  isPlainProjectRole,
  isPlainUser,
  isPlainUserGrant,
  rowsSchema,
} from "./plain_rows.ts";
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
  /** Its name in an error. */
  name: string;
  /** Which lists have rows of about this size. */
  kind: RowKind;
  /** Where it is, for `POST`. */
  path: string;
  /** The shape of its rows. */
  row: z.ZodType<W>;
  /** Whether a row is as `row` would give it back, if there are many. */
  isPlain?: IsPlain<W>;
  /** Tells kept rows apart. */
  id: (kept: T) => string;
  /** The creation date of a kept row. */
  createdAt: (kept: T) => string | undefined;
  /** How to ask for one row; absent where the order makes that needless. */
  request?: (kept: T) => RowRequest<W>;
  /** Whether rows come in the order of their ids: of ZITADEL's list queries only that of users has an order by default. */
  ordered?: boolean;
  /** Whether some versions announce too many (github.com/zitadel/zitadel issue 10825). */
  mayAnnounceTooMany?: boolean;
  queries?: readonly unknown[];
  /** The id of the project that every row must be of. */
  projectId?: string;
  /** Whether rows of other organizations belong to it; who reads it must look at them. */
  mixed?: boolean;
  /** Makes of a row what is kept of it. */
  map: (row: W) => T;
}

/** The same list, of whose rows something else is kept. */
export function mapRows<W, K, T extends { id: string; createdAt?: string | undefined }>(
  { request: _, ...list }: List<W, K>,
  map: (row: W) => T,
  request?: (kept: T) => RowRequest<W>,
): List<W, T> {
  return {
    ...list,
    id: ({ id }) => id,
    createdAt: ({ createdAt }) => createdAt,
    map,
    ...(request && { request }),
  };
}

function identity<W>(row: W): W {
  return row;
}

const BY_ID = {
  id: ({ id }: { id: string }) => id,
  createdAt: ({ details }: { details: { creationDate?: string | undefined } }) =>
    details.creationDate,
};

/** All users, people and machines. */
export const USERS: List<WireUser> = {
  ...BY_ID,
  name: "users",
  kind: "users",
  path: "/management/v1/users/_search",
  row: userSchema,
  isPlain: isPlainUser,
  map: identity,
  ordered: true,
  mayAnnounceTooMany: true,
};

/** Those of the users of these ids that belong to the organization. */
export function usersById(userIds: readonly string[]): List<WireUser> {
  return { ...USERS, name: "users by id", queries: [{ inUserIdsQuery: { userIds } }] };
}

/** The projects that the organization owns. */
export const PROJECTS: List<Project> = {
  ...BY_ID,
  name: "projects",
  kind: "projects",
  path: "/management/v1/projects/_search",
  row: projectSchema,
  isPlain: isPlainProject,
  map: identity,
  request: ({ id }) => projectRequest(id),
};

export function projectRoles(projectId: string): List<ProjectRole> {
  return {
    ...BY_ID,
    name: `roles of project ${projectId}`,
    kind: "roles",
    path: `/management/v1/projects/${encodeURIComponent(projectId)}/roles/_search`,
    row: projectRoleSchema,
    isPlain: isPlainProjectRole,
    id: ({ key }) => key,
    map: identity,
    request: ({ key }) => roleRequest(projectId, key),
  };
}

/**
 * Everything that the organization has granted, on projects of other organizations too, and what other organizations have
 * granted on its projects: asked for together, because what is left out must be counted in the same answer.
 */
export const USER_GRANTS: List<UserGrant> = {
  ...BY_ID,
  name: "user grants",
  kind: "grants",
  path: "/management/v1/users/grants/_search",
  row: userGrantSchema,
  isPlain: isPlainUserGrant,
  queries: [{ withGrantedQuery: { withGranted: true } }],
  mixed: true,
  map: identity,
  request: ({ id, userId }) => userGrantRequest(userId, id),
};

export function userGrantsOn(projectId: string): List<UserGrant> {
  return {
    ...USER_GRANTS,
    name: `user grants on project ${projectId}`,
    queries: [{ projectIdQuery: { projectId } }, ...USER_GRANTS.queries!],
    projectId,
  };
}

/** The organization's own user grants with one role of one project. */
export function userGrantsWith(projectId: string, roleKey: string): List<UserGrant> {
  return {
    ...USER_GRANTS,
    name: `user grants with ${roleKey} on project ${projectId}`,
    queries: [{ projectIdQuery: { projectId } }, { roleKeyQuery: { roleKey } }],
    projectId,
  };
}

/** The organizations of the instance; needs `iam.read`. */
export const ORGS: List<Org> = {
  name: "organizations",
  kind: "organizations",
  path: "/admin/v1/orgs/_search",
  row: orgSchema,
  id: ({ id }) => id,
  createdAt: () => undefined,
  map: identity,
};

/** The context that all lists of one sync share. */
export interface ListsContext extends ReadContext {
  client: Client;
  /** The organization that is asked for, and that every row must belong to. */
  organizationId?: string | undefined;
}

/**
 * Reads a list.
 *
 * @throws {SyncError} `FOREIGN_ROW`: a row belongs to another organization; `RESPONSE_INVALID`: a row belongs to another
 * project than the one that was filtered by; and as {@linkcode readList} and {@linkcode Client.page} do.
 */
export function read<W, T>(context: ListsContext, list: List<W, T>): Promise<ListReading<T>> {
  return readList(toSource(context, list), context);
}

/** Reads a list, and gives it up where it is not proven within the budget. @throws As {@linkcode read}. */
export function tryRead<W, T>(
  context: ListsContext,
  list: List<W, T>,
  budget: PassBudget,
): Promise<({ kind: "complete" } & ListReading<T>) | UnprovenReading<T>> {
  return tryReadList(toSource(context, list), context, budget);
}

/** The first rows of a list, so many at most, and how many there are. @throws As {@linkcode read}. */
export async function readFew<W, T>(
  context: Pick<ListsContext, "client" | "organizationId" | "signal">,
  list: List<W, T>,
  limit: number,
): Promise<{ rows: T[]; total: number }> {
  const { load } = toSource(context, list);
  let page = await load({ offset: 0, limit }, context.signal);
  // A server that allows fewer is asked for as many as it allows.
  if (page.kind === "page-too-large") page = await load({ offset: 0 }, context.signal);
  if (page.kind === "page-too-large") {
    throw new SyncError("API_ERROR", `ZITADEL refuses a page of ${limit} ${list.name}`);
  }
  return { rows: page.rows, total: page.total };
}

function toSource<W, T>(
  { client, organizationId }: Pick<ListsContext, "client" | "organizationId">,
  list: List<W, T>,
): ListSource<T> {
  const { name, kind, path, ordered = false, mayAnnounceTooMany = false, queries, request } = list;
  const { id, createdAt } = list;
  const schema = pageSchema(rowsSchema(list.row, list.isPlain));
  const map = (row: W) => {
    refuseForeign(row, list, organizationId);
    return list.map(row);
  };
  return {
    ...{ name, kind, ordered, mayAnnounceTooMany, id, createdAt },
    async load({ offset, limit }, signal) {
      const query = {
        ...(offset > 0 && { offset }),
        ...(limit !== undefined && { limit }),
        ...(ordered && { asc: true }),
      };
      const body = { query, ...(queries && { queries }) };
      const call = { method: "POST" as const, path, organizationId, body, schema };
      const answer = await client.page({ ...call, signal });
      if (answer.kind === "page-too-large") return answer;
      const { details: { totalResult: total = 0, viewTimestamp }, result = [] } = answer.value;
      const { bytes, elapsedMs } = answer;
      const cost = { rows: result.length, bytes, elapsedMs };
      const rows = await mapInSlices(result, map, signal);
      return { kind: "page", rows, total, viewTimestamp, cost };
    },
    async find(kept, signal) {
      if (request === undefined) throw new TypeError(`Rows of ${name} are not asked for by id`);
      const row = await ask(client, request(kept), { organizationId, signal });
      return row && map(row);
    },
  };
}

/** Rows of another organization, or project, must never be taken for this one's. Organizations have no such keys. */
function refuseForeign(
  row: unknown,
  { path, projectId, mixed = false, kind }: Pick<
    List<unknown>,
    "path" | "projectId" | "mixed" | "kind"
  >,
  organizationId: string | undefined,
): void {
  if (kind === "organizations") return;
  const found = row as { id?: string; details: { resourceOwner: string }; projectId?: string };
  const isOurs = mixed || found.details.resourceOwner === organizationId;
  const isOnProject = projectId === undefined || found.projectId === projectId;
  if (isOurs && isOnProject) return;

  const which = found.id === undefined ? "a row" : `row ${found.id}`;
  throw isOurs
    ? tamperedAnswer(
      "RESPONSE_INVALID",
      `POST ${path}, filtered by project ${projectId}, answered with ${which} of project ${found.projectId}`,
    )
    : foreignRow(path, which, found.details.resourceOwner, organizationId);
}

/** The error about a row of another organization than the one that was asked for. */
export function foreignRow(
  path: string,
  which: string,
  owner: string,
  organizationId: string | undefined,
): SyncError {
  return tamperedAnswer(
    "FOREIGN_ROW",
    `POST ${path} answered with ${which} of organization ${owner}, not of ${organizationId}`,
  );
}
