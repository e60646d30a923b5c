/**
 * Reading a list that comes in the order of its ids, in pages.
 *
 * Why one pass proves it: a page holds every row of the list between its first row and its last one, at its moment.
 * Where two pages share a row, every id from the first row of the one to the last row of the other lies within one of
 * them. The first page begins the list, the last one ends it. So a row that was there all the time lies within one of
 * the pages, and stood on it, whatever came and went beside it and whichever page was read first.
 *
 * @module
 */
import { inParallel } from "../in_parallel.ts";
import type { ListSource, ReadContext } from "./list_source.ts";
import { inconsistent, type Page, type Pager } from "./pager.ts";

/** How often the list is read at most while fewer rows come than are announced. */
const MAX_PASSES = 5;

/** The rows of the pages. */
export interface OrderedRows<T> {
  /** Every row once. */
  rows: Map<string, T>;
  /** How many rows the last page announced. */
  reported: number;
  passes: number;
  /** How many gaps between pages were closed. */
  repaired: number;
  /** Whether more rows are announced than there are. */
  announcedTooMany: boolean;
}

/** The rows of which it is known that none is missing between them, from the beginning of the list. */
interface Covered<T> {
  rows: Map<string, T>;
  /** Where the page begins that is to bring what follows: with the last of the rows, if nothing has moved. */
  at: number;
  /** How much further back the next page begins if this one shares no row with them. */
  back: number;
  /** The page that ended the list, once there is one. */
  last?: Page<T>;
  repaired: number;
}

/**
 * Reads all pages, `first` being the one that begins the list.
 *
 * @throws {SyncError} `INCONSISTENT`: fewer rows come than are announced, however often it is read.
 */
export async function readOrdered<T>(
  first: Page<T>,
  { source, pager, context }: { source: ListSource<T>; pager: Pager<T>; context: ReadContext },
): Promise<OrderedRows<T>> {
  const covered: Covered<T> = { rows: new Map(), at: 0, back: 1, repaired: 0 };
  let page = first;
  for (let passes = 1;; passes++) {
    const before = covered.rows.size;
    const last = await readOnce(page, covered, { source, pager, context });
    // Rows that were put between others that had been read may be out. But a server that sends the same rows at every
    // offset would come to its end as well, so the missing ones are looked for.
    const missing = last.total - last.surplus - covered.rows.size;
    if (missing <= 0) {
      const { rows, repaired } = covered;
      return {
        ...{ rows, repaired, passes, reported: last.total },
        announcedTooMany: last.surplus > 0,
      };
    }
    const why = `${last.total} rows were announced, ${covered.rows.size} came`;
    if (passes > 1 && covered.rows.size === before || passes >= MAX_PASSES) {
      throw inconsistent(source.name, why);
    }
    context.onReread?.(why);
    pager.beginPass();
    page = await pager.page(0, context.signal);
  }
}

async function readOnce<T>(
  first: Page<T>,
  covered: Covered<T>,
  parts: { source: ListSource<T>; pager: Pager<T>; context: ReadContext },
): Promise<Page<T>> {
  const { source } = parts;
  delete covered.last;
  cover(first, covered, source);
  for (const page of await readAnnounced(first, parts)) {
    while (!isJoined(page, covered, source)) {
      // The list ended before this page: what is on it has come meanwhile.
      if (covered.last !== undefined) return covered.last;
      covered.repaired++;
      await goOn(covered, parts);
    }
    cover(page, covered, source);
  }
  while (covered.last === undefined) await goOn(covered, parts);
  return covered.last;
}

/** The pages that the first one announces, read side by side, each beginning with the row that ends the one before. */
async function readAnnounced<T>(
  first: Page<T>,
  { pager, context }: { pager: Pager<T>; context: ReadContext },
): Promise<Page<T>[]> {
  const offsets: number[] = [];
  const step = Math.max(1, pager.step(first.rows.length) - 1);
  if (!first.isLast) {
    for (let at = first.rows.length - 1; at + 1 < first.total; at += step) offsets.push(at);
  }
  let received = first.rows.length;
  return await inParallel(offsets, context, async (offset, signal) => {
    const page = await pager.page(offset, signal);
    received += Math.max(0, page.rows.length - 1);
    context.onRows?.({ received, reported: first.total });
    return page;
  });
}

/** Asks for the page that follows what is covered, or, where rows before it came or went, for one that reaches it. */
async function goOn<T>(
  covered: Covered<T>,
  { source, pager, context }: { source: ListSource<T>; pager: Pager<T>; context: ReadContext },
): Promise<void> {
  const page = await pager.page(covered.at, context.signal);
  if (!isJoined(page, covered, source)) {
    // So many rows were removed before it that it begins behind what is covered.
    covered.at = Math.max(0, covered.at - covered.back);
    covered.back *= 4;
    return;
  }
  covered.back = 1;
  const before = covered.rows.size;
  cover(page, covered, source);
  // So many rows were put in before it that it lies within what is covered.
  if (covered.rows.size === before) covered.at = page.offset + page.rows.length - 1;
}

function isJoined<T>(page: Page<T>, { rows }: Covered<T>, { id }: ListSource<T>): boolean {
  return page.offset === 0 || page.rows.some((row) => rows.has(id(row)));
}

function cover<T>(page: Page<T>, covered: Covered<T>, { id }: ListSource<T>): void {
  const last = page.rows.at(-1);
  const reachesFurther = last !== undefined && !covered.rows.has(id(last));
  for (const row of page.rows) covered.rows.set(id(row), row);
  if (reachesFurther) covered.at = page.offset + page.rows.length - 1;
  if (page.isLast) covered.last = page;
}
