/**
 * Filters, order and pages of lists, over the Management API and the v2 services.
 *
 * @module
 */
import { HTTPException } from "hono/http-exception";
import { type Event, type Row, ROWS } from "./rows.ts";

/** A request for a list: `query` and `queries` over the Management API, `pagination` and `filters` over v2. */
export interface ListRequest {
  query?: Page;
  queries?: Filter[];
  pagination?: Page;
  filters?: Filter[];
  sortingColumn?: string;
}

/** A page of a list. */
export interface Page {
  offset?: number;
  limit?: number;
  /** The least first. */
  asc?: boolean;
}

/** A filter by its name: one key, and its values. */
type Filter = Record<string, Values>;

// deno-lint-ignore no-explicit-any -- each filter knows its own values
type Values = any;

/** The test of each filter. */
const FILTERS: Readonly<Record<string, (row: Row, values: Values) => boolean>> = {
  withGrantedQuery: () => true,
  inUserIdsQuery: ({ id }, { userIds }) => userIds.includes(id),
  projectIdQuery: (row, { projectId }) => row.projectId === projectId,
  roleKeyQuery: ({ roleKeys }, { roleKey }) => (roleKeys as string[] ?? []).includes(roleKey),
  keyQuery: (row, { key }) => row.key === key,
  nameQuery: (row, { name }) => (row.projectName ?? row.name) === name,
  grantedOrgIdQuery: (row, { grantedOrgId }) => row.grantedOrgId === grantedOrgId,
  or: (row, { queries }) => queries.some((filter: Filter) => passes(row, filter)),
  inUserIdsFilter: ({ user }, { ids }) => ids.includes((user as Row).id),
  organizationIdFilter: (row, { id }) => row.organizationId === id,
  userIdFilter: (row, { id }) => row.userId === id,
  resource: (row, { instance, organizationId, projectId, projectGrant }) => {
    const idOf = (key: string) => (row[key] as Row | undefined)?.id;
    if (instance) return row.instance === true;
    if (organizationId !== undefined) return idOf("organization") === organizationId;
    if (projectId !== undefined) return idOf("project") === projectId;
    const found = row.projectGrant as Row | undefined;
    return found?.projectId === projectGrant.projectId &&
      found?.grantedOrganizationId === projectGrant.organizationId;
  },
};

/** Whether a row passes a filter. Throws for one that the demo does not know: better to stop than to answer too much. */
export function passes(row: Row, filter: Filter): boolean {
  return Object.entries(filter).every(([name, values]) => {
    const test = FILTERS[name];
    if (test === undefined) throw new Error(`The demo does not know the filter ${name}`);
    return test(row, values);
  });
}

/** Rows by their ids or by their creation dates, the greatest first unless asked otherwise. */
export function sortRows(
  rows: readonly Row[],
  sortingColumn: string,
  { asc = false }: Page = {},
): Row[] {
  const read = sortingColumn.endsWith("ID")
    ? (row: Row) => row.id ?? ""
    : (row: Row) => toSortable(row.creationDate ?? row.details?.creationDate ?? "");
  const [less, more] = asc ? [-1, 1] : [1, -1];
  return rows.toSorted((a, b) => read(a) < read(b) ? less : read(a) > read(b) ? more : 0);
}

/** A time as a text whose order is that of times: ZITADEL writes as many digits of a second as it needs. */
function toSortable(time: string): string {
  return time.replace(/(?:\.(\d+))?Z$/, (_, digits = "") => `.${digits.padEnd(6, "0")}`);
}

/** No list answers more rows, since version 4.20. */
const MAX_ROWS = 1000;

/** The page that was asked for. */
export function cutPage(
  rows: Row[],
  { offset = 0, limit = 0 }: Page = {},
  defaultLimit: number,
): { page: Row[]; limit: number } {
  if (limit > MAX_ROWS) {
    const res = refusal(400, { code: 3, message: "Limit exceeded", id: "QUERY-4M0fs" });
    throw new HTTPException(400, { res });
  }
  const applied = limit || defaultLimit;
  return { page: rows.slice(offset, offset + applied), limit: applied };
}

/** Events in the order in which they were written, filtered by when they were done. */
export function findEvents(
  { eventTypes = [], aggregateTypes = [], resourceOwner, aggregateId, from, asc, limit = 0 }: {
    eventTypes?: string[];
    aggregateTypes?: string[];
    resourceOwner?: string;
    aggregateId?: string;
    from?: string;
    asc?: boolean;
    limit?: number;
  },
): Event[] {
  const isIn = (items: string[], item: string) => items.length === 0 || items.includes(item);
  const found = ROWS.events.filter(({ type, aggregate, creationDate }) =>
    isIn(eventTypes, type.type) && isIn(aggregateTypes, aggregate.type.type) &&
    (resourceOwner === undefined || aggregate.resourceOwner === resourceOwner) &&
    (aggregateId === undefined || aggregate.id === aggregateId) &&
    (from === undefined ||
      (asc
        ? toSortable(creationDate) > toSortable(from)
        : toSortable(creationDate) < toSortable(from)))
  );
  return (asc ? found : found.toReversed()).slice(0, Math.min(limit || MAX_ROWS, MAX_ROWS));
}

/** An error of ZITADEL. */
export function refusal(
  status: number,
  { code, message, id }: { code: number; message: string; id?: string },
): Response {
  if (id === undefined) return Response.json({ code, message }, { status });
  const details = [{ "@type": "type.googleapis.com/zitadel.v1.ErrorDetail", id, message }];
  return Response.json({ code, message: `${message} (${id})`, details }, { status });
}
