/**
 * The pages of one list: sized as the server takes them, counted, and believed only if their rows match their own total.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type { ListAnswer, ListSource, ReadContext } from "./list_source.ts";
import type { AnswerCost } from "./server_limits.ts";

/** How often a page whose rows do not match its total is fetched before it ends the reading. */
const MAX_FETCHES = 3;

/** How many requests a pass may take for each page that was announced, and beyond those: for what has to be mended. */
const SLACK = { factor: 4, requests: 40 };

/** How much smaller than the largest possible page those of a pass may be, as a share of it. */
const DRAWN_SHARE = 0.1;

/** How many rows an answer to a request without a limit is taken to have had, if it is not known. */
const UNKNOWN_ROWS = 1000;

/** A page whose rows match its own total. */
export interface Page<T> {
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
  cost: AnswerCost;
}

/** Asks for pages of one list. */
export interface Pager<T> {
  readonly requests: number;
  /** How many rows came, repeats included. */
  readonly received: number;
  /** Begins a pass: each has a page size of its own, and may take as many requests as its pages and some more. */
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

/** A page that was fetched, and whether it can be believed. */
type FetchedPage<T> =
  | { kind: "page"; page: Page<T> }
  | { kind: "too-large" }
  | { kind: "inconsistent"; page: Page<T>; missing: number; reason: string };

type InconsistentPage<T> = Extract<FetchedPage<T>, { kind: "inconsistent" }>;

interface PagerState<T> {
  readonly source: ListSource<T>;
  readonly context: ReadContext;
  /** Counts up with each sending and each arrival: a lower number was earlier. */
  tick: number;
  requests: number;
  received: number;
  /** The most rows that were announced. */
  longest: number;
  /** How many requests the running pass took. */
  inPass: number;
  /** Draws the size of the pages of this pass: 0 for the largest, up to 1 for the smallest. */
  draw: number;
}

export function createPager<T>(source: ListSource<T>, context: ReadContext): Pager<T> {
  const state: PagerState<T> = {
    ...{ source, context },
    ...{ tick: 0, requests: 0, received: 0, longest: 0, inPass: 0 },
    draw: drawSize(source, context),
  };
  return {
    get requests() {
      return state.requests;
    },
    get received() {
      return state.received;
    },
    page: (offset, signal) => readPage(state, offset, signal),
    whole: (limit, total) => readWhole(state, limit, total),
    beginPass() {
      state.inPass = 0;
      state.draw = drawSize(source, context);
    },
    async find(row, signal) {
      state.requests++;
      const sent = ++state.tick;
      const found = await source.find(row, signal);
      return { row: found, sent, received: ++state.tick };
    },
    step: (rows) => nextLimit(state) ?? rows,
  };
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

async function readPage<T>(
  state: PagerState<T>,
  offset: number,
  signal: AbortSignal,
): Promise<Page<T>> {
  const { limits } = state.context;
  for (;;) {
    const limit = nextLimit(state);
    const rest = state.longest > offset ? state.longest - offset : Infinity;
    const rowsExpected = Math.min(limit ?? UNKNOWN_ROWS, rest);
    const fetched = await fetchPage(state, { offset, limit, rowsExpected }, signal);
    if (fetched.kind === "too-large") continue;
    const page = fetched.kind === "page"
      ? fetched.page
      : await refetchPage(state, fetched, limit, signal);
    if (page === undefined) continue;
    if (page.isLast && page.rows.length === limit) await checkNothingFollows(state, page, signal);
    // Sent without a limit, a page that is not the last holds as many rows as the server allows.
    if (limit === undefined && !page.isLast) limits.cap(page.rows.length);
    return page;
  }
}

async function readWhole<T>(
  state: PagerState<T>,
  limit: number,
  total: number,
): Promise<Page<T> | undefined> {
  const { signal } = state.context;
  const rowsExpected = Math.min(limit, total);
  const fetched = await fetchPage(state, { offset: 0, limit, rowsExpected }, signal);
  if (fetched.kind === "too-large") return undefined;
  const page = fetched.kind === "page"
    ? fetched.page
    : await refetchPage(state, fetched, limit, signal);
  return page?.isLast ? page : undefined;
}

/** How few rows may be asked for: pages that share a row need two. */
function smallest<T>({ source }: PagerState<T>): number {
  return source.ordered ? 2 : 1;
}

function nextLimit<T>(state: PagerState<T>): number | undefined {
  const rows = state.context.limits.pageRows(state.source.kind);
  if (rows === "unlimited") return undefined;
  return Math.max(smallest(state), rows - Math.floor(state.draw * (rows * DRAWN_SHARE + 1)));
}

/** Bounded by the announced rows: a server that ignores offsets ends in an error, not in a loop. */
function countRequest<T>(state: PagerState<T>): void {
  state.requests++;
  state.inPass++;
  const pages = Math.ceil(state.longest / Math.max(1, (nextLimit(state) ?? UNKNOWN_ROWS) - 1));
  if (state.inPass > SLACK.factor * pages + SLACK.requests) {
    throw inconsistent(
      state.source.name,
      `${state.inPass - 1} requests did not come to its end`,
    );
  }
}

async function fetchPage<T>(
  state: PagerState<T>,
  { offset, limit, rowsExpected }: {
    offset: number;
    limit: number | undefined;
    rowsExpected: number;
  },
  signal: AbortSignal,
): Promise<FetchedPage<T>> {
  const { source, context } = state;
  countRequest(state);
  const sent = ++state.tick;
  const answer = await source.load({ offset, ...(limit !== undefined && { limit }) }, signal);
  if (answer.kind === "page-too-large") {
    if (rowsExpected <= smallest(state)) throw tooSmall(source.name);
    context.limits.refuse(source.kind, rowsExpected, answer);
    return { kind: "too-large" };
  }
  state.received += answer.rows.length;
  state.longest = Math.max(state.longest, answer.total);
  return validatePage(source, answer, { offset, limit, sent, received: ++state.tick });
}

/** Fetches a page until two answers in a row miss the same, or one misses nothing. */
async function refetchPage<T>(
  state: PagerState<T>,
  first: InconsistentPage<T>,
  limit: number | undefined,
  signal: AbortSignal,
): Promise<Page<T> | undefined> {
  const { offset, rows } = first.page;
  let last = first;
  for (let n = 2; n <= MAX_FETCHES; n++) {
    state.context.onReread?.(last.reason);
    const next = await fetchPage(state, { offset, limit, rowsExpected: rows.length }, signal);
    if (next.kind === "page") return next.page;
    if (next.kind === "too-large") return undefined;
    const isSame = next.missing === last.missing && next.missing > 0;
    last = next;
    if (isSame) return await resolveShortPage(state, next, signal);
  }
  throw inconsistent(state.source.name, last.reason);
}

/**
 * Decides about a page that twice had the same number of rows too few: either the server puts fewer rows into a page than
 * it is asked for, or it announces too many. The rows behind the page tell.
 */
async function resolveShortPage<T>(
  state: PagerState<T>,
  { page, reason }: InconsistentPage<T>,
  signal: AbortSignal,
): Promise<Page<T>> {
  const { source, context } = state;
  const { offset, rows } = page;
  if (rows.length === 0) throw inconsistent(source.name, reason);
  for (;;) {
    const next = await fetchNext(state, page, signal);
    // A refusal does not tell whether rows follow: the next request asks for fewer.
    if (next.kind === "too-large") continue;
    if (next.page.rows.length > 0) {
      context.limits.cap(rows.length);
      return page;
    }
    const isEnd = next.kind === "page" && next.page.total === 0;
    // Only users were ever announced too high.
    if (!isEnd || !source.mayAnnounceTooMany) throw inconsistent(source.name, reason);
    return { ...page, isLast: true, surplus: page.total - offset - rows.length };
  }
}

/**
 * Checks that a full page announces the rows of the list, and not only its own. Rows behind it that the number does not
 * count contradict it; rows that have come meanwhile come with another number.
 */
async function checkNothingFollows<T>(
  state: PagerState<T>,
  page: Page<T>,
  signal: AbortSignal,
): Promise<void> {
  const limit = nextLimit(state);
  const next = await fetchNext(state, page, signal);
  if (next.kind === "inconsistent") await refetchPage(state, next, limit, signal);
}

function fetchNext<T>(
  state: PagerState<T>,
  { offset, rows }: Page<T>,
  signal: AbortSignal,
): Promise<FetchedPage<T>> {
  const limit = nextLimit(state);
  const place = { offset: offset + rows.length, limit, rowsExpected: limit ?? UNKNOWN_ROWS };
  return fetchPage(state, place, signal);
}

/** Checks the rows of a page against its total: one answer is one SQL statement, so both are of one moment. */
function validatePage<T>(
  source: ListSource<T>,
  { rows, total, viewTimestamp, cost }: ListAnswer<T>,
  { offset, limit, sent, received }: {
    offset: number;
    limit: number | undefined;
    sent: number;
    received: number;
  },
): FetchedPage<T> {
  const isLast = offset + rows.length >= total;
  const page: Page<T> = {
    ...{ offset, rows, total, viewTimestamp, sent, received, isLast, cost },
    surplus: 0,
  };
  const announced = Math.max(0, total - offset);
  if (new Set(rows.map(source.id)).size < rows.length) {
    return { kind: "inconsistent", page, missing: 0, reason: "an answer held a row twice" };
  }
  if (rows.length > Math.min(announced, limit ?? Infinity)) {
    const reason = `${total} rows were announced, and there are more`;
    return { kind: "inconsistent", page, missing: 0, reason };
  }
  const missing = Math.min(announced, limit ?? announced) - rows.length;
  if (missing === 0 || (limit === undefined && rows.length > 0)) return { kind: "page", page };
  const reason = `${total} rows were announced, ${offset + rows.length} came`;
  return { kind: "inconsistent", page, missing, reason };
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
