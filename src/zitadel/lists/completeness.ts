/**
 * When which row was seen, and what follows from it: whether all rows of a list without an order are known.
 *
 * Why a number proves it. Each page is one SQL statement; it tells how many rows the list had at its moment m. A row was
 * in the list at m if it was
 * - on that page itself, or
 * - seen before m and seen, or found by its id, after m: rows that are removed do not come back (an id is given once; a
 *   role whose key is used again has another creation date, and counts as another row), or
 * - seen after m, and created well before what the view had reached at m.
 * If as many rows are known in this way to have been there as were announced, there was no other one at m. A row that was
 * there the whole time was there at m, so it is among them. Rows that came or went meanwhile may be known or not; they
 * only make that another moment has to be found for which the numbers meet. Every page offers one.
 *
 * "Before" and "after" are told by ticks that count sendings and arrivals: a statement runs somewhere between the two,
 * so that of two pages that were under way together neither is before the other.
 *
 * @module
 */
import type { Page } from "./pager.ts";

/**
 * How long before the state of the view a row must have been created to count as having been in it, in milliseconds.
 * `viewTimestamp` is a heartbeat; views were seen to lag by 20 s under load, and may by a minute.
 */
export const VIEW_LAG_MS = 5 * 60_000;

/** An answer that showed rows. */
interface Observation {
  sent: number;
  received: number;
  /** How many rows were announced; absent where nothing was. */
  total?: number;
  /** Rows created before this time, as the beginning of an RFC 3339 text, were in the view. */
  reached?: string;
}

/** When one row was seen. */
interface SeenRow<T> {
  row: T;
  createdAt: string | undefined;
  /** Indexes of the observations that showed it first and last. */
  first: number;
  last: number;
  /** Whether ZITADEL has said since that it is gone. */
  gone: boolean;
}

/** The observations of a list, and whether they prove it complete. Only its own methods change it. */
export interface CompletenessProof<T> {
  /** How many rows have been seen and are not known to be gone. */
  readonly size: number;
  /** How many observations there have been; a number to give to {@linkcode unseenSince}. */
  readonly observations: number;
  /** Every row that is not known to be gone, as it was seen last. */
  rows(): T[];
  /** A page showed its rows. @returns How many of them were new. */
  add(page: Page<T>): number;
  /** A row was asked for by its id; `row` is absent if it is gone. */
  addFound(id: string, found: { row: T | undefined; sent: number; received: number }): void;
  /** The rows that no observation showed since there were so many of them, and that are not known to be gone. */
  unseenSince(observations: number): T[];
  /** How many rows were announced at a moment at which all of them are known; `undefined` if there is none yet. */
  proven(): number | undefined;
}

export function createCompletenessProof<T>(
  { id, createdAt }: { id: (row: T) => string; createdAt: (row: T) => string | undefined },
): CompletenessProof<T> {
  const observations: Observation[] = [];
  const seen = new Map<string, SeenRow<T>>();
  let gone = 0;

  function see(row: T, observation: number): boolean {
    const key = id(row);
    const before = seen.get(key);
    const created = createdAt(row);
    if (before?.gone) gone--;
    if (before !== undefined && before.createdAt === created) {
      before.gone = false;
      // Pages are added in the order of their offsets, which need not be that in which they were made.
      if (observations[observation]!.received < observations[before.first]!.received) {
        before.first = observation;
      }
      if (observations[observation]!.sent < observations[before.last]!.sent) return false;
      before.row = row;
      before.last = observation;
      return false;
    }
    seen.set(key, { row, createdAt: created, first: observation, last: observation, gone: false });
    return true;
  }

  return {
    get size() {
      return seen.size - gone;
    },
    get observations() {
      return observations.length;
    },
    rows: () => [...seen.values()].filter(({ gone }) => !gone).map(({ row }) => row),
    add({ offset, rows, total, viewTimestamp, sent, received }) {
      // Where nothing is said of the view, only what was seen before and after counts.
      const reached = viewTimestamp === undefined ? "" : earlier(viewTimestamp, VIEW_LAG_MS);
      // Past the end of a list ZITADEL announces nothing, which is not an empty list.
      const announces = total > 0 || offset === 0;
      const observation =
        observations.push({ sent, received, reached, ...(announces && { total }) }) - 1;
      let added = 0;
      for (const row of rows) if (see(row, observation)) added++;
      return added;
    },
    addFound(key, { row, sent, received }) {
      const observation = observations.push({ sent, received }) - 1;
      const before = seen.get(key);
      if (row !== undefined) see(row, observation);
      else if (before !== undefined && !before.gone) {
        before.gone = true;
        gone++;
      }
    },
    unseenSince(count) {
      const unseen = [...seen.values()].filter(({ last, gone }) => last < count && !gone);
      return unseen.map(({ row }) => row);
    },
    proven: () => findProvenTotal(observations, seen.values()),
  };
}

/** Finds an observation at whose moment all announced rows are known, and tells how many these were. */
function findProvenTotal(
  observations: readonly Observation[],
  rows: Iterable<SeenRow<unknown>>,
): number | undefined {
  // Nearly all rows are older than the reading: of those only the last observation counts, and they are counted by it.
  const earliest = observations[0]?.reached ?? "";
  const settled = new Array<number>(observations.length).fill(0);
  const recent: SeenRow<unknown>[] = [];
  for (const row of rows) {
    const { createdAt } = row;
    if (createdAt !== undefined && createdAt < earliest) settled[row.last]!++;
    else recent.push(row);
  }
  const at = observations.findIndex(({ total }, i) =>
    total !== undefined && countKnown(i, { observations, settled, recent }) === total
  );
  return at < 0 ? undefined : observations[at]!.total;
}

/** Counts the rows that are known to have been in the list when a page was made. */
function countKnown(
  at: number,
  { observations, settled, recent }: {
    observations: readonly Observation[];
    settled: readonly number[];
    recent: readonly SeenRow<unknown>[];
  },
): number {
  const { sent, received, reached } = observations[at]!;
  let known = settled[at]!;
  for (const [i, observation] of observations.entries()) {
    if (observation.sent > received) known += settled[i]!;
  }
  for (const { first, last, createdAt } of recent) {
    const after = last === at || observations[last]!.sent > received;
    const before = first === at || observations[first]!.received < sent ||
      (createdAt !== undefined && createdAt < reached!);
    if (after && before) known++;
  }
  return known;
}

/** The beginning of a time so much earlier, as RFC 3339 texts are compared. */
function earlier(time: string, ms: number): string {
  return new Date(Date.parse(time) - ms).toISOString().slice(0, 19);
}
