/**
 * Asking for single rows by their id.
 *
 * @module
 */
import type { z } from "zod";
import { SyncError } from "../../errors.ts";
import type { Client } from "../http/client.ts";
import {
  type Project,
  projectByIdSchema,
  type ProjectRole,
  projectRoleSchema,
  rowSchema,
  userByIdSchema,
  type UserGrant,
  userGrantByIdSchema,
  userGrantSchema,
  type WireUser,
} from "./wire.ts";

/** Where one row is. */
export interface RowRequest<W> {
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  /** The shape of the answer, cut to the row; `undefined` where it holds none. */
  schema: z.ZodType<W | undefined>;
  /** The ids of the errors that say that there is no such row. */
  goneErrors: readonly string[];
}

/** The owner of a user or a project that a grant names. */
export type Ownership<W> =
  | { kind: "ours"; row: W }
  /** It belongs to another organization. */
  | { kind: "foreign" }
  /** There is none: it was removed, or the view has lost it. */
  | { kind: "unknown" };

/** How ZITADEL tells a project that is not ours: the error ids of its 404 (seen on a build of July 2026). */
const PROJECT_ERRORS = { foreign: "MANAG-SFf2a", unknown: "QUERY-fk2fs" };

/** How ZITADEL tells a user who is not ours. */
const USER_ERRORS = { foreign: "MANAG-fpo4B", unknown: "QUERY-Dfbg2" };

const EQUALS = "TEXT_QUERY_METHOD_EQUALS";

export function projectRequest(id: string): RowRequest<Project> {
  return {
    method: "GET",
    path: `/management/v1/projects/${encodeURIComponent(id)}`,
    schema: projectByIdSchema.transform(({ project }) => project),
    goneErrors: Object.values(PROJECT_ERRORS),
  };
}

/** A role: there is no way to ask for one by its key but a filter. */
export function roleRequest(projectId: string, key: string): RowRequest<ProjectRole> {
  return {
    method: "POST",
    path: `/management/v1/projects/${encodeURIComponent(projectId)}/roles/_search`,
    body: { query: { limit: 1 }, queries: [{ keyQuery: { key, method: EQUALS } }] },
    schema: rowSchema(projectRoleSchema, (row) => row.key === key),
    goneErrors: [],
  };
}

/** A user grant that the organization has made. */
export function userGrantRequest(userId: string, id: string): RowRequest<UserGrant> {
  return {
    method: "GET",
    path: `/management/v1/users/${encodeURIComponent(userId)}/grants/${encodeURIComponent(id)}`,
    schema: userGrantByIdSchema.transform(({ userGrant }) => userGrant),
    goneErrors: ["QUERY-wIPkA"],
  };
}

/** A user grant that another organization has made on a project of this one: only the list has it. */
export function partnerGrantRequest(
  { id, userId, projectId }: { id: string; userId: string; projectId: string },
): RowRequest<UserGrant> {
  const queries = [
    { projectIdQuery: { projectId } },
    { userIdQuery: { userId } },
    { withGrantedQuery: { withGranted: true } },
  ];
  return {
    method: "POST",
    path: "/management/v1/users/grants/_search",
    body: { query: { limit: 100 }, queries },
    schema: rowSchema(userGrantSchema, (row) => row.id === id),
    goneErrors: [],
  };
}

export interface AskContext {
  organizationId: string | undefined;
  signal: AbortSignal;
}

/** The row; `undefined` if ZITADEL says that there is none. @throws {SyncError} As {@linkcode Client.call}. */
export async function ask<W>(
  client: Client,
  { goneErrors, ...lookup }: RowRequest<W>,
  context: AskContext,
): Promise<W | undefined> {
  const row = await unlessError(goneErrors, () => client.call({ ...lookup, ...context }));
  return typeof row === "string" ? undefined : row;
}

/** Asks whose a user is. @throws {SyncError} As {@linkcode Client.call}. */
export function askUser(
  client: Client,
  id: string,
  context: AskContext,
): Promise<Ownership<WireUser>> {
  return askOwnership(client, USER_ERRORS, {
    ...context,
    path: `/management/v1/users/${encodeURIComponent(id)}`,
    schema: userByIdSchema.transform(({ user }) => user),
  });
}

/** Asks whose a project is. @throws {SyncError} As {@linkcode Client.call}. */
export function askProject(
  client: Client,
  id: string,
  context: AskContext,
): Promise<Ownership<Project>> {
  const { path, schema } = projectRequest(id);
  return askOwnership(client, PROJECT_ERRORS, {
    ...context,
    path,
    schema: schema as z.ZodType<Project>,
  });
}

async function askOwnership<W extends { details: { resourceOwner: string } }>(
  client: Client,
  errors: { foreign: string; unknown: string },
  call: AskContext & { path: string; schema: z.ZodType<W> },
): Promise<Ownership<W>> {
  const row = await unlessError(
    Object.values(errors),
    () => client.call({ method: "GET", ...call }),
  );
  if (row === errors.foreign) return { kind: "foreign" };
  if (typeof row === "string") return { kind: "unknown" };
  // The check is ZITADEL's; this one is for what stands between.
  return row.details.resourceOwner === call.organizationId
    ? { kind: "ours", row }
    : { kind: "foreign" };
}

/** The result of `call`, or the id of its error, if it is one of these. */
async function unlessError<T>(
  errorIds: readonly string[],
  call: () => Promise<T>,
): Promise<T | string> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const errorId = errorIds.find((id) => id === error.details?.errorId);
    if (errorId === undefined) throw error;
    return errorId;
  }
}
