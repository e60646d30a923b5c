/**
 * Asking for the pages of one list: sized as the server takes them, counted, and believed only if they fit themselves.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { ListAnswer, ListSource, ReadContext } from "./list_source.ts";
import type { AnswerCost } from "./server_limits.ts";

/** How often a page that does not fit itself is asked for before it ends the reading. */
const MAX_LOOKS = 3;

/** How many requests a pass may take for each page that was announced, and beyond those: for what has to be mended. */
const SLACK = { factor: 4, requests: 40 };

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
  /** How many rows were announced that are not there, twice alike and with nothing behind them. */
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

/** Pages of `source`. */
export function createPager<T>(source: ListSource<T>, context: ReadContext): Pager<T> {
  const { limits } = context;
  // Counts up with each sending and each arrival: what has a lower number was earlier.
  let tick = 0;
  let requests = 0;
  let received = 0;
  let longest = 0;
  let inPass = 0;
  // Pages that share a row need two.
  const smallest = source.ordered ? 2 : 1;

  /** The limit that the next page is asked for with. */
  function nextLimit(): number | undefined {
    const rows = limits.pageRows(source.kind);
    return rows === "unlimited" ? undefined : Math.max(smallest, rows);
  }

  /** Bounded by what was announced: a server that ignores offsets ends in an error, not in a loop. */
  function count(): void {
    requests++;
    inPass++;
    const pages = Math.ceil(longest / Math.max(1, (nextLimit() ?? UNKNOWN_ROWS) - 1));
    if (inPass > SLACK.factor * pages + SLACK.requests) {
      throw inconsistent(source.name, `${inPass - 1} requests did not come to its end`);
    }
  }

  async function look(
    offset: number,
    limit: number | undefined,
    signal: AbortSignal,
    rowsExpected: number,
  ): Promise<Look<T>> {
    count();
    const sent = ++tick;
    const asked = { offset, ...(limit !== undefined && { limit }) };
    const answer = await source.load(asked, signal);
    if (answer.kind === "page-too-large") {
      if (rowsExpected <= smallest) throw tooSmall(source.name);
      limits.refuse(source.kind, rowsExpected, answer);
      return { kind: "too-large" };
    }
    received += answer.rows.length;
    longest = Math.max(longest, answer.total);
    return judge(source, answer, { offset, limit, sent, received: ++tick });
  }

  /** Looks until two answers in a row miss the same, or one misses nothing. */
  async function lookAgain(
    first: Extract<Look<T>, { kind: "misfit" }>,
    limit: number | undefined,
    signal: AbortSignal,
  ): Promise<Page<T> | undefined> {
    let last = first;
    for (let n = 2; n <= MAX_LOOKS; n++) {
      context.onReread?.(last.reason);
      const next = await look(first.page.offset, limit, signal, first.page.rows.length);
      if (next.kind === "page") return next.page;
      if (next.kind === "too-large") return undefined;
      const isSame = next.missing === last.missing && next.missing > 0;
      last = next;
      if (isSame) return await explain(next, signal);
    }
    throw inconsistent(source.name, last.reason);
  }

  /**
   * A page that is short of what it announces, twice alike: either the server puts fewer rows into a page than it is
   * asked for, or it announces too many. What is behind the page tells.
   */
  async function explain(
    { page, reason }: Extract<Look<T>, { kind: "misfit" }>,
    signal: AbortSignal,
  ): Promise<Page<T>> {
    const { offset, rows } = page;
    if (rows.length === 0) throw inconsistent(source.name, reason);
    for (;;) {
      const limit = nextLimit();
      const behind = await look(offset + rows.length, limit, signal, limit ?? UNKNOWN_ROWS);
      // Refused is no answer to the question what is behind: ask for less.
      if (behind.kind === "too-large") continue;
      if (behind.page.rows.length > 0) {
        limits.cap(rows.length);
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
  async function lookBehind({ offset, rows }: Page<T>, signal: AbortSignal): Promise<void> {
    const limit = nextLimit();
    const behind = await look(offset + rows.length, limit, signal, limit ?? UNKNOWN_ROWS);
    if (behind.kind === "misfit") await lookAgain(behind, limit, signal);
  }

  return {
    get requests() {
      return requests;
    },
    get received() {
      return received;
    },
    async page(offset, signal) {
      for (;;) {
        const limit = nextLimit();
        const rest = longest > offset ? longest - offset : Infinity;
        const rowsExpected = Math.min(limit ?? UNKNOWN_ROWS, rest);
        const found = await look(offset, limit, signal, rowsExpected);
        if (found.kind === "too-large") continue;
        const page = found.kind === "page" ? found.page : await lookAgain(found, limit, signal);
        if (page === undefined) continue;
        if (page.isLast && page.rows.length === limit) await lookBehind(page, signal);
        // Sent without a limit, a page that is not the last holds as many rows as the server allows.
        if (limit === undefined && !page.isLast) limits.cap(page.rows.length);
        return page;
      }
    },
    async whole(limit, total) {
      const { signal } = context;
      const found = await look(0, limit, signal, Math.min(limit, total));
      if (found.kind === "too-large") return undefined;
      const page = found.kind === "page" ? found.page : await lookAgain(found, limit, signal);
      return page?.isLast ? page : undefined;
    },
    beginPass() {
      inPass = 0;
    },
    async find(row, signal) {
      requests++;
      const sent = ++tick;
      const found = await source.find(row, signal);
      return { row: found, sent, received: ++tick };
    },
    step: (rows) => nextLimit() ?? rows,
  };
}

/** Whether a page fits itself: one answer is one SQL statement, so its rows and its total are of one moment. */
function judge<T>(
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
