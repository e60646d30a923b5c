/**
 * Lists of ZITADEL's v2 services, by Connect: where each is, what its rows look like, and how to read it.
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../../errors.ts";
import type { ListReading, ListSource } from "../lists/list_source.ts";
import { readList } from "../lists/read_list.ts";
import { createServerLimits, MAX_PAGE_SIZE, type RowKind } from "../lists/server_limits.ts";
import type { ListsContext } from "./lists.ts";
import { uint64 } from "./wire.ts";

/** A list of a v2 service, of whose rows `T` is kept. */
export interface ConnectList<W, T> {
  /** The name of the list in errors. */
  name: string;
  /** Which lists have rows of about this size. */
  kind: RowKind;
  /** The service and the method, such as `zitadel.user.v2.UserService/ListKeys`. */
  method: string;
  /** The key of the rows in an answer. */
  key: string;
  /** The schema of its rows. */
  row: z.ZodType<W>;
  /** The rows that are asked for, all of which the token may see. */
  filters: readonly unknown[];
  /** The column that it is sorted by; by creation date if absent. */
  sortingColumn?: string;
  /** Whether rows come in the order of their ids. */
  ordered: boolean;
  /** The id of a row. */
  id: (kept: T) => string;
  /** When the row was created. */
  createdAt: (kept: T) => string | undefined;
  /** Makes of a row what is kept of it. @throws {SyncError} `FOREIGN_ROW`: it was not asked for. */
  map: (row: W) => T;
  /** The filters for one row; needed where there is no order. */
  filtersFor?: (kept: T) => readonly unknown[];
}

/**
 * Reads a list, proven as every list is. There is no whole list here: no v2 service gives more than 1000 rows at once.
 *
 * @throws {SyncError} `PERMISSION_MISSING`: ZITADEL counts rows that it does not show; and as {@linkcode readList} does.
 */
export async function readConnect<W, T>(
  context: ListsContext,
  list: ConnectList<W, T>,
): Promise<ListReading<T>> {
  // Pages that this service takes say nothing of the v1 lists.
  const limits = createServerLimits({
    pageSize: connectPageSize(context, list),
    timeoutMs: Infinity,
  });
  return await readList(toSource(context, list), { ...context, limits });
}

/** The most rows to ask for in one request. */
export function connectPageSize(
  { limits }: Pick<ListsContext, "limits">,
  { kind }: Pick<ConnectList<unknown, unknown>, "kind">,
): number {
  const rows = limits.pageRows(kind);
  return rows === "unlimited" ? MAX_PAGE_SIZE : Math.min(rows, MAX_PAGE_SIZE);
}

/** The number of rows of a list, by asking for one of them. @throws {SyncError} As {@linkcode readConnect}. */
export async function countConnect<W, T>(
  context: Pick<ListsContext, "client" | "organizationId" | "signal">,
  list: ConnectList<W, T>,
): Promise<number> {
  const page = await toSource(context, list).load({ offset: 0, limit: 1 }, context.signal);
  return page.kind === "page" ? page.total : 0;
}

/**
 * Makes the error of a server that has no such service say so: it is older, or something in between lets no v2 through.
 * Other errors stay as they are.
 */
function explainMissingService(error: unknown, method: string): unknown {
  if (!(error instanceof SyncError) || error.details?.errorId !== undefined) return error;
  const { status } = error.details ?? {};
  if (![404, 405, 415, 501].includes(status as number)) return error;
  return new SyncError(
    "CONFIG_INVALID",
    `There is no ${method.split("/")[0]} at this address (POST /${method} returned ${status}): ` +
      "administrators and credentials need it",
    {
      hint:
        "Update ZITADEL to version 4, let everything in front of it pass /zitadel.* on, or read " +
        "without administrators and credentials",
      details: error.details!,
      cause: error,
    },
  );
}

function toSource<W, T>(
  { client, organizationId }: Pick<ListsContext, "client" | "organizationId">,
  list: ConnectList<W, T>,
): ListSource<T> {
  const { name, kind, ordered, id, createdAt, sortingColumn } = list;
  const path = `/${list.method}`;
  const schema = answerSchema(list.key, z.array(list.row));
  const call = (pagination: object, filters: readonly unknown[], signal: AbortSignal) =>
    client.page({
      method: "POST",
      path,
      organizationId,
      body: { pagination, filters, ...(sortingColumn && { sortingColumn }) },
      schema,
      signal,
    }).catch((error) => {
      throw explainMissingService(error, list.method);
    });
  return {
    ...{ name, kind, ordered, mayAnnounceTooMany: false, id, createdAt },
    async load({ offset, limit = MAX_PAGE_SIZE }, signal) {
      const answer = await call(
        { limit, asc: true, ...(offset > 0 && { offset }) },
        list.filters,
        signal,
      );
      if (answer.kind === "page-too-large") return answer;
      const { rows, total, appliedLimit } = answer.value;
      if (rows.length < Math.min(appliedLimit, total - offset)) throw hiddenRows(path, name);
      const { bytes, elapsedMs } = answer;
      const cost = { rows: rows.length, bytes, elapsedMs };
      return { kind: "page", rows: rows.map(list.map), total, cost };
    },
    async find(kept, signal) {
      if (list.filtersFor === undefined) {
        throw new TypeError(`Rows of ${name} are not asked for by id`);
      }
      const answer = await call({ limit: 100, asc: true }, list.filtersFor(kept), signal);
      if (answer.kind === "page-too-large") return undefined;
      return answer.value.rows.map(list.map).find((row) => id(row) === id(kept));
    },
  };
}

/** One page: rows that the token may not see are taken out after they were counted. */
interface ConnectPage<T> {
  rows: T[];
  total: number;
  appliedLimit: number;
}

/** `pagination` is in each of ZITADEL's own answers; zero values are left out. */
function answerSchema<T>(key: string, rows: z.ZodType<T[]>): z.ZodType<ConnectPage<T>> {
  return z.object({
    pagination: z.object({ totalResult: uint64, appliedLimit: uint64 }),
    [key]: rows.exactOptional(),
  }).transform((answer) => {
    const { totalResult = 0, appliedLimit = 0 } = answer.pagination as {
      totalResult?: number;
      appliedLimit?: number;
    };
    return { rows: (answer[key] ?? []) as T[], total: totalResult, appliedLimit };
  });
}

function hiddenRows(path: string, name: string): SyncError {
  return new SyncError(
    "PERMISSION_MISSING",
    `POST ${path} counts ${name} that it does not show: the token's user may not see all of them`,
    { hint: "Give the service user the role ORG_OWNER_VIEWER in the organization" },
  );
}
