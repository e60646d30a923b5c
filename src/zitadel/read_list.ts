/**
 * Reading one list so that nothing is missing and nothing stands there twice.
 *
 * ZITADEL pages by offset. Between two pages rows move: an insert or a delete shifts all that follow, and where a list
 * has no order, a mere update repeats one row and hides another, while the number of rows still fits the announced
 * total (seen on a real server). Only one answer is one SQL statement. So a list is asked for as a whole where ZITADEL
 * lets us; where it must be paged, it is read until two passes in a row agree.
 *
 * Why two passes prove it: every row was there when the first pass read it and when the second did, so all of them
 * were there when the second pass began. The first page of the second pass says how many there were at that moment.
 * If that is their number, they are the list at that moment.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import { deepEquals } from "./deep_equals.ts";
import { sideBySide } from "./side_by_side.ts";

/** The most rows that one page asks for: servers of v4.20 and later refuse more by default (advisory A-10018). */
export const MAX_PAGE_SIZE = 1000;

/** The most rows that a list asked for as a whole may have. */
const MAX_WHOLE_ROWS = 10_000;

/** How often a list is read at most, before it counts as one that never stands still. */
const MAX_PASSES = 4;

/** One page of a list. */
export interface Page<T> {
  /** The rows. */
  rows: T[];
  /** How many rows the list had when the page was made; 0 where ZITADEL does not say, as past the end. */
  total: number;
  /** When ZITADEL last wrote the state of the view that it answered from. */
  viewTimestamp?: string;
}

/** Asks for a page; `too-large` if ZITADEL refuses one of that size. */
export type LoadPage<T> = (
  page: { offset: number; limit: number; signal: AbortSignal },
) => Promise<Page<T> | "too-large">;

/** What the lists of one sync have learned about the server. */
export interface Paging {
  /** How many rows a page asks for; shrinks when ZITADEL refuses it. */
  limit: number;
  /** Whether it still makes sense to ask for a whole list. */
  whole: boolean;
}

/** What {@linkcode readList} needs. */
export interface ReadListOptions<T> {
  /** What the list is called in an error. */
  name: string;
  /** Asks for a page. */
  load: LoadPage<T>;
  /** What tells rows apart. */
  id: (row: T) => string;
  /**
   * Whether the pages come in the order of ids. Then each overlaps the one before by a row, which shows at once when
   * something moved.
   */
  ordered: boolean;
  /** What is known of the server; changed by what this list finds out. */
  paging: Paging;
  /** Reads a list that must be paged once only. */
  singlePass: boolean;
  /** Told how many rows have come in, and how many were announced, in the pass that runs. */
  onRows?: (rows: { received: number; reported: number }) => void;
  /** Told why the list is read again. */
  onReread?: (reason: string) => void;
  /** Ends the reading. */
  signal: AbortSignal;
}

/** A list, and how we know that it is complete. */
export interface ReadList<T> {
  /** Every row once. */
  rows: T[];
  /** How we know; the keys are those of the snapshot's evidence. */
  evidence: {
    reported: number;
    received: number;
    distinct: number;
    requests: number;
    method: "statement" | "passes" | "anchored" | "single-pass";
    passes: number;
    viewTimestamp?: string;
  };
}

/** What one list has learned about the server. */
interface Learned {
  /** The most rows that the server puts into a page, whatever it is asked for. */
  cap: number;
  /** How many rows a page had that was too short, when that was seen for the first time. */
  short?: number;
}

/** What a pass needs. */
interface PassOptions<T> extends ReadListOptions<T> {
  /** Whether the list may be read in pages. */
  pages: boolean;
  /** Carried on to the next pass. */
  learned: Learned;
}

/** What one pass over a list gave. */
interface Pass<T> {
  rows: Map<string, T>;
  /** Overlapping rows counted once. */
  received: number;
  /** Announced by the first page. */
  total: number;
  /** Announced by the last page that said anything. */
  lastTotal: number;
  viewTimestamp: string | undefined;
  /** Whether a single answer held all of it. */
  statement: boolean;
}

/**
 * Reads a list.
 *
 * @throws {SyncError} `INCONSISTENT`: it changed during every pass; `API_ERROR`: ZITADEL refuses even the smallest
 * page; and whatever `load` throws.
 */
export async function readList<T>(options: ReadListOptions<T>): Promise<ReadList<T>> {
  const list = await readPasses({ ...options, pages: true });
  if ("rows" in list) return list;
  throw new TypeError("A list that may be paged is always read");
}

/** A list that cannot be had in one statement. */
export interface NotWhole {
  /** How many rows ZITADEL announces. */
  announced: number;
}

/**
 * Reads a list if one answer can hold all of it, and leaves it at that if not.
 *
 * @throws As {@linkcode readList}.
 */
export function readWholeList<T>(options: ReadListOptions<T>): Promise<ReadList<T> | NotWhole> {
  return readPasses({ ...options, pages: false });
}

async function readPasses<T>(
  options: ReadListOptions<T> & { pages: boolean },
): Promise<ReadList<T> | NotWhole> {
  const { name, ordered, singlePass, onReread } = options;
  let requests = 0;
  const load: LoadPage<T> = async (asked) => {
    requests++;
    const page = await options.load(asked);
    return page === "too-large" || previous === undefined
      ? page
      : reuse(page, previous.rows, options.id);
  };

  const learned: Learned = { cap: Infinity };
  let previous: Pass<T> | undefined;
  // How many passes in a row have given the same rows and the same total.
  let agreeing = 0;
  for (let passes = 1; passes <= MAX_PASSES; passes++) {
    const pass = await readPass({ ...options, load, learned });
    if (typeof pass === "object" && "announced" in pass) return pass;
    if (typeof pass === "string") {
      previous = undefined;
      agreeing = 0;
      onReread?.(pass);
      continue;
    }
    const agrees = previous !== undefined && isSame(previous.rows, pass.rows);
    agreeing = agrees && previous!.total === pass.total ? agreeing + 1 : 1;
    const method = proof(pass, { agrees, agreeing, ordered, singlePass });
    if (method !== undefined) {
      return {
        rows: [...pass.rows.values()],
        evidence: {
          reported: method === "single-pass" || method === "anchored" ? pass.lastTotal : pass.total,
          received: pass.received,
          distinct: pass.rows.size,
          requests,
          method,
          passes,
          ...(pass.viewTimestamp !== undefined && { viewTimestamp: pass.viewTimestamp }),
        },
      };
    }
    if (previous !== undefined || pass.statement) onReread?.(difference(previous, pass, agrees));
    previous = pass;
  }
  throw new SyncError(
    "INCONSISTENT",
    `The list of ${name} changed each of the ${MAX_PASSES} times that it was read`,
    {
      hint:
        "Try again when fewer changes are made. --single-pass reads once and takes what comes: " +
        "rows may then be missing, and the snapshot's evidence says so",
    },
  );
}

function proof<T>(
  pass: Pass<T>,
  { agrees, agreeing, ordered, singlePass }: {
    agrees: boolean;
    agreeing: number;
    ordered: boolean;
    singlePass: boolean;
  },
): ReadList<T>["evidence"]["method"] | undefined {
  const { rows: { size }, total, lastTotal } = pass;
  // Some 4.x builds announce too many users (zitadel-wire.md 0.1): the same rows and the same number again is what
  // there is.
  if (pass.statement) return size === total || agreeing >= 2 ? "statement" : undefined;
  if (singlePass) {
    return size === lastTotal || agreeing >= 2 ? (ordered ? "anchored" : "single-pass") : undefined;
  }
  if (agrees && size === total) return "passes";
  // Without an order only the number rules out a row that was hidden twice; with one, a third pass does.
  return ordered && agreeing >= 3 ? "passes" : undefined;
}

function difference<T>(previous: Pass<T> | undefined, pass: Pass<T>, agrees: boolean): string {
  return previous === undefined || agrees
    ? `${pass.total} rows were announced, ${pass.rows.size} came`
    : "two passes differ";
}

/** Whether both are the same rows; a row that came again unchanged is the very same object. */
function isSame<T>(a: Map<string, T>, b: Map<string, T>): boolean {
  if (a.size !== b.size) return false;
  for (const [id, row] of b) if (a.get(id) !== row) return false;
  return true;
}

/** Puts the row of the pass before in the place of one that came again unchanged, so that memory holds it once. */
function reuse<T>(page: Page<T>, previous: Map<string, T>, id: (row: T) => string): Page<T> {
  const rows = page.rows.map((row) => {
    const before = previous.get(id(row));
    return before !== undefined && deepEquals(before, row) ? before : row;
  });
  return { ...page, rows };
}

/** One pass over the list, or what shows that it moved meanwhile. */
async function readPass<T>(
  options: PassOptions<T>,
): Promise<Pass<T> | NotWhole | string> {
  const { load, paging, learned, ordered, signal } = options;
  // An overlap of one row needs two.
  const smallest = ordered ? 2 : 1;
  for (;;) {
    if (learned.cap < smallest) throw tooSmall(options);
    const limit = Math.max(smallest, Math.min(paging.limit, learned.cap));
    const first = await load({ offset: 0, limit, signal });
    if (first === "too-large") {
      shrink(options, limit, smallest);
      continue;
    }
    options.onRows?.({ received: first.rows.length, reported: first.total });

    const whole = await readWhole(first, limit, options);
    if (whole === "capped") continue;
    if (whole === "moved") return "a page was shorter than announced";
    if (whole !== undefined) return collect([whole], options);
    if (!options.pages) return { announced: first.total };

    const pages = await readPages(first, limit, options);
    if (pages === "too-large") {
      shrink(options, limit, smallest);
      continue;
    }
    return collect(pages, options);
  }
}

/** Asks for less from now on. Another list may have learned it meanwhile. */
function shrink<T>(options: PassOptions<T>, refused: number, smallest: number): void {
  if (refused <= smallest) throw tooSmall(options);
  const { paging } = options;
  paging.whole = false;
  paging.limit = Math.min(paging.limit, Math.floor(refused / 2));
}

function tooSmall<T>({ name }: ReadListOptions<T>): SyncError {
  return new SyncError("API_ERROR", `ZITADEL refuses even the smallest page of ${name}`, {
    hint: "One row is larger than the 4 MiB that ZITADEL can send, or its MaxQueryLimit is too low",
  });
}

/**
 * The answer that holds the whole list: the first page if it does, or else one that is asked for. `undefined` if there
 * is none; `moved` if it was shorter than announced, and `capped` if the server turns out to send fewer rows than asked
 * for, which `learned` then knows.
 */
async function readWhole<T>(
  first: Page<T>,
  limit: number,
  { load, paging, learned, signal }: PassOptions<T>,
): Promise<Page<T> | "moved" | "capped" | undefined> {
  const isWhole = async (page: Page<T>, limit: number) => {
    if (page.rows.length === page.total) return true;
    if (page.rows.length >= limit) return false;
    if (page.total < page.rows.length) return true;
    // Short, and yet more were announced: either the number is wrong, or the server caps pages without a word.
    const next = await load({ offset: page.rows.length, limit, signal });
    if (next === "too-large" || next.rows.length === 0) return true;
    // Once, a row may just have been added; a server that caps pages does so again.
    if (learned.short !== page.rows.length || page.rows.length === 0) {
      learned.short = page.rows.length;
      return "moved";
    }
    learned.cap = page.rows.length;
    return "capped";
  };

  const firstIsWhole = await isWhole(first, limit);
  if (firstIsWhole) return firstIsWhole === true ? first : firstIsWhole;
  const mayAsk = paging.whole && learned.cap === Infinity;
  if (!mayAsk || first.total <= limit || first.total > MAX_WHOLE_ROWS) return undefined;

  // A tenth more than announced, for what is added meanwhile.
  const wholeLimit = Math.min(first.total + Math.ceil(first.total / 10), MAX_WHOLE_ROWS);
  const whole = await load({ offset: 0, limit: wholeLimit, signal });
  if (whole === "too-large") {
    paging.whole = false;
    return undefined;
  }
  const wholeIsWhole = await isWhole(whole, wholeLimit);
  if (wholeIsWhole) return wholeIsWhole === true ? whole : wholeIsWhole;
  return undefined;
}

/** All pages: the announced ones side by side, then on until one is short. */
async function readPages<T>(
  first: Page<T>,
  limit: number,
  options: PassOptions<T>,
): Promise<Page<T>[] | "too-large"> {
  const { load, ordered, onRows, signal } = options;
  const overlap = ordered ? 1 : 0;
  const step = limit - overlap;
  const offsets: number[] = [];
  let offset = step;
  for (; offset + overlap < first.total; offset += step) offsets.push(offset);

  let received = first.rows.length;
  const loadCounted = async (offset: number, signal: AbortSignal) => {
    const page = await load({ offset, limit, signal });
    if (page === "too-large") return page;
    received += Math.max(0, page.rows.length - overlap);
    onRows?.({ received, reported: Math.max(page.total, first.total) });
    return page;
  };
  const pages: (Page<T> | "too-large")[] = [
    first,
    ...await sideBySide(
      offsets.map((offset) => (signal: AbortSignal) => loadCounted(offset, signal)),
      signal,
    ),
  ];
  const isFull = (page: Page<T> | "too-large" | undefined) =>
    page !== undefined && page !== "too-large" && page.rows.length >= limit;
  for (; isFull(pages.at(-1)); offset += step) pages.push(await loadCounted(offset, signal));

  return pages.every((page) => page !== "too-large") ? pages : "too-large";
}

/** Puts pages together; a string says what shows that they do not fit. */
function collect<T>(
  pages: readonly Page<T>[],
  { id, ordered }: ReadListOptions<T>,
): Pass<T> | string {
  const rows = new Map<string, T>();
  const full = pages[0]!.rows.length;
  let received = 0;
  let last: string | undefined;
  let ended = false;
  for (const [i, page] of pages.entries()) {
    if (ended) {
      if (page.rows.length > 0) return "a page was short, and rows followed";
      continue;
    }
    ended = page.rows.length < full;
    const isAnchored = ordered && i > 0;
    if (isAnchored && (page.rows[0] === undefined || id(page.rows[0]) !== last)) {
      return "a page did not begin where the page before ended";
    }
    for (const row of isAnchored ? page.rows.slice(1) : page.rows) {
      last = id(row);
      if (rows.has(last)) return "a row came twice";
      rows.set(last, row);
      received++;
    }
  }
  const announcing = pages.filter(({ total }) => total > 0);
  return {
    rows,
    received,
    total: pages[0]!.total,
    lastTotal: announcing.at(-1)?.total ?? 0,
    viewTimestamp: pages[0]!.viewTimestamp,
    statement: pages.length === 1,
  };
}
