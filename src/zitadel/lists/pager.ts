/**
 * Asking for the pages of one list: sized as the server takes them, counted, and believed only if they fit themselves.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type { ListAnswer, ListSource, ReadContext } from "./list_source.ts";
import type { AnswerCost } from "./server_limits.ts";

/** How often a page that does not fit itself is asked for before it ends the reading. */
const MAX_LOOKS = 3;

/** How many requests a pass may take for each page that was announced, and beyond those: for what has to be mended. */
const SLACK = { factor: 4, requests: 40 };

/** How much smaller than the largest possible page those of a pass may be, as a share of it. */
const DRAWN_SHARE = 0.1;

/** How many rows an answer to a request without a limit is taken to have had, if it is not known. */
const UNKNOWN_ROWS = 1000;

/** A page that fits itself. */
export interface Page<T> {
  /** How many rows were skipped. */
  offset: number;
  /** The rows, each once. */
  rows: T[];
  /** How many rows the list had then. */
  total: number;
  /** When ZITADEL last wrote the state of the view that it answered from. */
  viewTimestamp?: string | undefined;
  /** The tick at which it was asked for. */
  sent: number;
  /** The tick at which it came. */
  received: number;
  /** Whether no row of the list came after it. */
  isLast: boolean;
  /** How many rows were announced that are not there, twice the same number and nothing behind them. */
  surplus: number;
  /** What it cost. */
  cost: AnswerCost;
}

/** Asks for pages of one list. */
export interface Pager<T> {
  /** How many requests were made. */
  readonly requests: number;
  /** How many rows came, repeats included. */
  readonly received: number;
  /** Begins a pass: each may take as many requests as its pages and some more. */
  beginPass(): void;
  /** The page at an offset. @throws {SyncError} `INCONSISTENT`, `API_ERROR`, and what the list's `load` throws. */
  page(offset: number, signal: AbortSignal): Promise<Page<T>>;
  /** The whole list in one answer of `limit` rows; `undefined` if the server does not give it. @throws As `page`. */
  whole(limit: number, total: number): Promise<Page<T> | undefined>;
  /** A row asked for by its id; the ticks say when. */
  find(
    row: T,
    signal: AbortSignal,
  ): Promise<{ row: T | undefined; sent: number; received: number }>;
  /** How many rows the next page asks for, if the last one brought `rows`. */
  step(rows: number): number;
}

/** What one answer for a page came to. */
type Look<T> =
  | { kind: "page"; page: Page<T> }
  | { kind: "too-large" }
  | { kind: "misfit"; page: Page<T>; missing: number; reason: string };

type Misfit<T> = Extract<Look<T>, { kind: "misfit" }>;

/** What has been asked so far. Only the functions of this module change it. */
interface Asked<T> {
  readonly source: ListSource<T>;
  readonly context: ReadContext;
  /** Counts up with each sending and each arrival: what has a lower number was earlier. */
  tick: number;
  requests: number;
  received: number;
  /** The most rows that were announced. */
  longest: number;
  /** How many requests the pass took that runs. */
  inPass: number;
  /** Draws the size of the pages of this pass: 0 for the largest, up to 1 for the smallest. */
  draw: number;
}

/** Pages of `source`. */
export function createPager<T>(source: ListSource<T>, context: ReadContext): Pager<T> {
  const asked: Asked<T> = {
    ...{ source, context },
    ...{ tick: 0, requests: 0, received: 0, longest: 0, inPass: 0 },
    draw: drawSize(source, context),
  };
  return {
    get requests() {
      return asked.requests;
    },
    get received() {
      return asked.received;
    },
    page: (offset, signal) => askPage(asked, offset, signal),
    whole: (limit, total) => askWhole(asked, limit, total),
    beginPass() {
      asked.inPass = 0;
      asked.draw = drawSize(source, context);
    },
    async find(row, signal) {
      asked.requests++;
      const sent = ++asked.tick;
      const found = await source.find(row, signal);
      return { row: found, sent, received: ++asked.tick };
    },
    step: (rows) => nextLimit(asked) ?? rows,
  };
}

async function askPage<T>(
  asked: Asked<T>,
  offset: number,
  signal: AbortSignal,
): Promise<Page<T>> {
  const { limits } = asked.context;
  for (;;) {
    const limit = nextLimit(asked);
    const rest = asked.longest > offset ? asked.longest - offset : Infinity;
    const rowsExpected = Math.min(limit ?? UNKNOWN_ROWS, rest);
    const found = await look(asked, { offset, limit, rowsExpected }, signal);
    if (found.kind === "too-large") continue;
    const page = found.kind === "page" ? found.page : await lookAgain(asked, found, limit, signal);
    if (page === undefined) continue;
    if (page.isLast && page.rows.length === limit) await lookBehind(asked, page, signal);
    // Sent without a limit, a page that is not the last holds as many rows as the server allows.
    if (limit === undefined && !page.isLast) limits.cap(page.rows.length);
    return page;
  }
}

async function askWhole<T>(
  asked: Asked<T>,
  limit: number,
  total: number,
): Promise<Page<T> | undefined> {
  const { signal } = asked.context;
  const rowsExpected = Math.min(limit, total);
  const found = await look(asked, { offset: 0, limit, rowsExpected }, signal);
  if (found.kind === "too-large") return undefined;
  const page = found.kind === "page" ? found.page : await lookAgain(asked, found, limit, signal);
  return page?.isLast ? page : undefined;
}

/** How few rows may be asked for: pages that share a row need two. */
function smallest<T>({ source }: Asked<T>): number {
  return source.ordered ? 2 : 1;
}

/** The limit that the next page is asked for with. */
function nextLimit<T>(asked: Asked<T>): number | undefined {
  const rows = asked.context.limits.pageRows(asked.source.kind);
  if (rows === "unlimited") return undefined;
  return Math.max(smallest(asked), rows - Math.floor(asked.draw * (rows * DRAWN_SHARE + 1)));
}

/**
 * Draws how much smaller the pages of a pass are, where the list has no order.
 *
 * PostgreSQL plans a statement anew for its first five runs on a connection and by a general plan from then on, and the
 * text of the statement holds limit and offset. Without an order, rows come as the plan finds them. So pages of one size
 * come in two orders for as long as some of them have been asked for more often than others, and pass after pass lacks
 * the same rows. Pages of a size that was just drawn are new to the server, all of them.
 */
function drawSize<T>({ ordered }: ListSource<T>, { random }: ReadContext): number {
  return ordered ? 0 : random();
}

/** Bounded by what was announced: a server that ignores offsets ends in an error, not in a loop. */
function countRequest<T>(asked: Asked<T>): void {
  asked.requests++;
  asked.inPass++;
  const pages = Math.ceil(asked.longest / Math.max(1, (nextLimit(asked) ?? UNKNOWN_ROWS) - 1));
  if (asked.inPass > SLACK.factor * pages + SLACK.requests) {
    throw inconsistent(
      asked.source.name,
      `${asked.inPass - 1} requests did not come to its end`,
    );
  }
}

async function look<T>(
  asked: Asked<T>,
  { offset, limit, rowsExpected }: {
    offset: number;
    limit: number | undefined;
    rowsExpected: number;
  },
  signal: AbortSignal,
): Promise<Look<T>> {
  const { source, context } = asked;
  countRequest(asked);
  const sent = ++asked.tick;
  const answer = await source.load({ offset, ...(limit !== undefined && { limit }) }, signal);
  if (answer.kind === "page-too-large") {
    if (rowsExpected <= smallest(asked)) throw tooSmall(source.name);
    context.limits.refuse(source.kind, rowsExpected, answer);
    return { kind: "too-large" };
  }
  asked.received += answer.rows.length;
  asked.longest = Math.max(asked.longest, answer.total);
  return checkFit(source, answer, { offset, limit, sent, received: ++asked.tick });
}

/** Looks until two answers in a row miss the same, or one misses nothing. */
async function lookAgain<T>(
  asked: Asked<T>,
  first: Misfit<T>,
  limit: number | undefined,
  signal: AbortSignal,
): Promise<Page<T> | undefined> {
  const { offset, rows } = first.page;
  let last = first;
  for (let n = 2; n <= MAX_LOOKS; n++) {
    asked.context.onReread?.(last.reason);
    const next = await look(asked, { offset, limit, rowsExpected: rows.length }, signal);
    if (next.kind === "page") return next.page;
    if (next.kind === "too-large") return undefined;
    const isSame = next.missing === last.missing && next.missing > 0;
    last = next;
    if (isSame) return await explain(asked, next, signal);
  }
  throw inconsistent(asked.source.name, last.reason);
}

/**
 * A page that is short of what it announces, twice the same: either the server puts fewer rows into a page than it is asked
 * for, or it announces too many. What is behind the page tells.
 */
async function explain<T>(
  asked: Asked<T>,
  { page, reason }: Misfit<T>,
  signal: AbortSignal,
): Promise<Page<T>> {
  const { source, context } = asked;
  const { offset, rows } = page;
  if (rows.length === 0) throw inconsistent(source.name, reason);
  for (;;) {
    const behind = await askBehind(asked, page, signal);
    // Refused is no answer to the question what is behind: ask for less.
    if (behind.kind === "too-large") continue;
    if (behind.page.rows.length > 0) {
      context.limits.cap(rows.length);
      return page;
    }
    const isEnd = behind.kind === "page" && behind.page.total === 0;
    if (!isEnd || !source.mayAnnounceTooMany) throw inconsistent(source.name, reason);
    return { ...page, isLast: true, surplus: page.total - offset - rows.length };
  }
}

/**
 * What a full page leaves open: whether the number that it announces is that of the page, and not of the list. Rows
 * behind it that the number does not count contradict it; rows that have come meanwhile come with another number.
 */
async function lookBehind<T>(asked: Asked<T>, page: Page<T>, signal: AbortSignal): Promise<void> {
  const limit = nextLimit(asked);
  const behind = await askBehind(asked, page, signal);
  if (behind.kind === "misfit") await lookAgain(asked, behind, limit, signal);
}

function askBehind<T>(
  asked: Asked<T>,
  { offset, rows }: Page<T>,
  signal: AbortSignal,
): Promise<Look<T>> {
  const limit = nextLimit(asked);
  const place = { offset: offset + rows.length, limit, rowsExpected: limit ?? UNKNOWN_ROWS };
  return look(asked, place, signal);
}

/** Whether a page fits itself: one answer is one SQL statement, so its rows and its total are of one moment. */
function checkFit<T>(
  source: ListSource<T>,
  { rows, total, viewTimestamp, cost }: ListAnswer<T>,
  asked: { offset: number; limit: number | undefined; sent: number; received: number },
): Look<T> {
  const { offset, limit, sent, received } = asked;
  const isLast = offset + rows.length >= total;
  const page: Page<T> = {
    ...{ offset, rows, total, viewTimestamp, sent, received, isLast, cost },
    surplus: 0,
  };
  const announced = Math.max(0, total - offset);
  if (new Set(rows.map(source.id)).size < rows.length) {
    return { kind: "misfit", page, missing: 0, reason: "an answer held a row twice" };
  }
  if (rows.length > Math.min(announced, limit ?? Infinity)) {
    const reason = `${total} rows were announced, and there are more`;
    return { kind: "misfit", page, missing: 0, reason };
  }
  const missing = Math.min(announced, limit ?? announced) - rows.length;
  if (missing === 0 || (limit === undefined && rows.length > 0)) return { kind: "page", page };
  const reason = `${total} rows were announced, ${offset + rows.length} came`;
  return { kind: "misfit", page, missing, reason };
}

/** An answer, or a list, that contradicts itself. */
export function inconsistent(name: string, why: string): SyncError {
  return new SyncError("INCONSISTENT", `The list of ${name} contradicts itself: ${why}`, {
    hint: "Try again; if it stays so, something between here and ZITADEL changes answers, " +
      "or ZITADEL's database does not hold what it counts",
  });
}

function tooSmall(name: string): SyncError {
  return new SyncError("API_ERROR", `ZITADEL refuses even the smallest page of ${name}`, {
    hint: "One row is larger than what ZITADEL can send, or its MaxQueryLimit is too low",
  });
}
