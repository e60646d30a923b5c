/**
 * One pass over a list: as one answer where ZITADEL lets us, in pages otherwise.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import { allOrAbort } from "./all_or_abort.ts";

/** The most rows that one page asks for: servers of v4.20 and later refuse more by default (advisory A-10018). */
export const MAX_PAGE_SIZE = 1000;

/** The most rows that a list asked for as a whole may have. */
const MAX_WHOLE_ROWS = 10_000;

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

/** A list on the server. */
export interface ListSource<T> {
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
  /** Told how many rows have come in, and how many were announced, in the pass that runs. */
  onRows?: (rows: { received: number; reported: number }) => void;
  /** Ends the reading. */
  signal: AbortSignal;
}

/** What one list has learned about the server. */
export interface Learned {
  /** The most rows that the server puts into a page, whatever it is asked for. */
  cap: number;
  /** How many rows a page had that was too short, when that was seen for the first time. */
  short?: number;
}

/** What {@linkcode readPass} needs. */
export interface PassOptions<T> extends ListSource<T> {
  /** Whether the list may be read in pages. */
  pages: boolean;
  /** Carried on to the next pass. */
  learned: Learned;
}

/** What one pass over a list gave. */
export interface Pass<T> {
  /** Every row once, by id. */
  rows: Map<string, T>;
  /** How many rows came, overlapping ones counted once. */
  received: number;
  /** How many were announced by the first page. */
  total: number;
  /** How many were announced by the last page that said anything. */
  lastTotal: number;
  /** When ZITADEL last wrote the state of the view that it answered the first page from. */
  viewTimestamp: string | undefined;
  /** Whether a single answer held all of it. */
  statement: boolean;
}

/** A list that cannot be had in one statement. */
export interface NotWhole {
  /** How many rows ZITADEL announces. */
  announced: number;
}

/**
 * One pass over a list; a string says what shows that it moved meanwhile.
 *
 * @throws {SyncError} `API_ERROR`: ZITADEL refuses even the smallest page; and whatever `load` throws.
 */
export async function readPass<T>(
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

function tooSmall<T>({ name }: ListSource<T>): SyncError {
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
  const { load, id, ordered, onRows, signal } = options;
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
    ...await allOrAbort(
      offsets.map((offset) => (signal: AbortSignal) => loadCounted(offset, signal)),
      signal,
    ),
  ];
  // A server that ignores offsets sends the first page for ever.
  const goesOn = (page: Page<T> | "too-large" | undefined) =>
    page !== undefined && page !== "too-large" && page.rows.length >= limit &&
    (page === first || id(page.rows[0]!) !== id(first.rows[0]!));
  for (; goesOn(pages.at(-1)); offset += step) pages.push(await loadCounted(offset, signal));

  return pages.every((page) => page !== "too-large") ? pages : "too-large";
}

/** Puts pages together; a string says what shows that they do not fit. */
function collect<T>(
  pages: readonly Page<T>[],
  { id, ordered }: ListSource<T>,
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
