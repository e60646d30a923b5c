/**
 * Pages of lists: rows in the order of the database, cut, and refused if they are too large.
 *
 * @module
 */
import type { Message } from "../decode.ts";
import { refusals, Refused } from "../errors.ts";
import { createListCache, findRows, type ListOf } from "./list_cache.ts";
import { createPlanner, type Plan, type StatementRuns } from "./plans.ts";
import type { Row } from "../rows.ts";
import { createRowTexts, joinRows, measureRows, type RowText, type RowTexts } from "./row_texts.ts";
import type { TableName, TableRow, Tables } from "../state/tables.ts";
import { timestamp } from "../time.ts";
import type { Views } from "../state/views.ts";
import { listDetailsSize } from "./wire_size.ts";

/** The largest answer in bytes of protobuf, and the side that refuses a larger one. */
export interface MessageLimit {
  by: "receiver" | "sender";
  /** @default {4 MiB for the receiver, 10 MiB for the sender} */
  bytes?: number;
}

/** Settings of the lists. */
export interface ListsOptions {
  instance: { id: string; name: string };
  views: Views;
  /** The organization that a project belongs to, whatever the views hold of it. */
  findProjectOwner: (projectId: string) => string | undefined;
  now: () => number;
  mode?: "legacy" | "v4.20";
  maxQueryLimit?: number;
  messageLimit?: MessageLimit;
  plan?: Plan;
  statementRuns?: StatementRuns;
  connections?: number;
  shuffle?: () => number;
  inflateUserTotal?: boolean;
}

/** A list's answer: JSON. */
export type ListBody = Uint8Array<ArrayBuffer>;

/** The filters of a request. */
export const readQueries = (request: Message): Message[] => (request.queries ?? []) as Message[];

/** A list to read. */
export interface Listing<Name extends TableName> extends Omit<ListOf<Name>, "compare"> {
  /** Tells the list from all others, its filters apart. */
  key: string;
  request: Message;
  /** Found anew for each request, since what it holds hangs on more than {@linkcode ListOf} knows. */
  fresh?: true;
  /** The order that ZITADEL asks the database for; absent where it asks for none. */
  order?: (a: TableRow<Name>, b: TableRow<Name>) => number;
}

/** The filters whose lists are asked for again and again, and hang on nothing but what {@linkcode ListOf} knows. */
const KEPT_FILTERS = new Set(["projectIdQuery", "withGrantedQuery"]);

/** The parts that all lists share. */
export interface ListEngine {
  tables: Tables;
  texts: RowTexts;
  /** Makes texts that are not kept. */
  plain: <T>(toRow: (row: T) => Row) => (row: T) => RowText;
  read: <Name extends TableName>(listing: Listing<Name>) => readonly TableRow<Name>[];
  page: <T>(
    rows: readonly T[],
    request: Message,
    toText: (row: T) => RowText,
    total?: number,
  ) => ListBody;
}

/** Makes the engine of an instance. */
export function createListEngine(options: ListsOptions): ListEngine {
  const texts = createRowTexts(options.views);
  return {
    tables: options.views.tables,
    texts,
    plain: (toRow) => (row) => texts.write(toRow(row)),
    read: createReader(options),
    page: createPager(options),
  };
}

/** Finds the rows of lists in the order of the database. */
function createReader(options: ListsOptions): ListEngine["read"] {
  const { views, shuffle } = options;
  const cache = createListCache(views);
  const choosePlan = createPlanner(options);
  return (listing) => {
    if (readPage(listing.request).offset >= 2 ** 63) {
      throw new Refused(listing.table === "users" ? refusals.databaseOfUsers : refusals.database);
    }
    const { key, request, order, table, fresh } = listing;
    const queries = readQueries(request);
    const heap = views.tables[table] as unknown as { key: (row: unknown) => string };
    const kept = !fresh &&
      queries.every((query) => Object.keys(query).every((one) => KEPT_FILTERS.has(one)));
    const find = (name: string, compare: ListOf<typeof table>["compare"]) => {
      const list = { ...listing, compare };
      const id = `${key} ${name} ${JSON.stringify(queries)}`;
      return kept ? cache.rows(id, list) : findRows(list);
    };
    if (order !== undefined) return find("", order);

    const scanned = find("scan", undefined);
    const filters = queries.flatMap((query) => Object.keys(query)).sort();
    const statement = `${table} ${filters}`;
    const compareKeys = choosePlan(statement, readPage(request), scanned.length);
    const rows = compareKeys === undefined
      ? scanned
      : find("index", (a, b) => compareKeys(heap.key(a), heap.key(b)));
    return shuffle === undefined ? rows : shuffled(rows, shuffle);
  };
}

/** The page that a request asks for; a limit of 0 is none. */
function readPage({ query }: Message): { offset: number; limit: number } {
  return { offset: 0, limit: 0, ...(query as { offset?: number; limit?: number } | undefined) };
}

/** Answers with the page that a request asks for. */
function createPager(options: ListsOptions): ListEngine["page"] {
  const { now, mode = "v4.20", maxQueryLimit = 1000 } = options;
  const capped = mode === "v4.20" && maxQueryLimit > 0;
  const check = createSizeCheck(options.messageLimit ?? { by: "receiver" });

  return (rows, request, toText, total = rows.length) => {
    const asked = readPage(request);
    if (capped && asked.limit > maxQueryLimit) throw new Refused(refusals.limitExceeded);
    const limit = asked.limit || (capped ? maxQueryLimit : Infinity);
    const { offset } = asked;
    const found = rows.slice(offset, offset + limit).map(toText);
    const viewTimestamp = timestamp(now());
    const details = found.length === 0
      ? { viewTimestamp }
      : { totalResult: String(total), viewTimestamp };
    check(found, details);
    const head = `{"details":${JSON.stringify(details)}`;
    return found.length === 0
      ? joinRows(head, [], "}")
      : joinRows(`${head},"result":[`, found, "]}");
  };
}

const MIB = 1024 * 1024;

/** Refuses a page that gRPC would not carry. */
function createSizeCheck(
  { by, bytes: limit = by === "receiver" ? 4 * MIB : 10 * MIB }: MessageLimit,
): (rows: RowText[], details: { [key: string]: string }) => void {
  return (rows, details) => {
    const around = listDetailsSize(details);
    const bytes = around + measureRows(rows, limit - around);
    if (bytes <= limit) return;
    throw new Refused(
      by === "receiver"
        ? refusals.messageTooLarge(bytes, limit)
        : refusals.messageTooLargeToSend(bytes, limit),
    );
  };
}

function shuffled<T>(rows: readonly T[], random: () => number): T[] {
  const copy = [...rows];
  for (let end = copy.length - 1; end > 0; end--) {
    const other = Math.floor(random() * (end + 1));
    [copy[end], copy[other]] = [copy[other]!, copy[end]!];
  }
  return copy;
}
