/**
 * Reading a list that has no order, in pages.
 *
 * An update moves a row to the end of such a list, so that the next page repeats one row and hides another. Passes are
 * therefore merged by id, until the number of rows proves that none is missing: {@link file://./completeness.ts} says how.
 *
 * @module
 */
import { inParallel } from "../in_parallel.ts";
import type { ListSource, ReadContext } from "./list_source.ts";
import { inconsistent, type Page, type Pager } from "./pager.ts";
import { type CompletenessProof, createCompletenessProof } from "./completeness.ts";

/** How often a list is read at most: each pass may be disturbed by a removal, so a busy list needs some. */
const MAX_PASSES = 40;

/** How many rows that slipped from a pass are asked for by id at most, while there is no proof: more than a page's worth. */
const MAX_FOUND = 100;

/** After how many passes in a row that show the same rows a list counts as one that nobody edits. */
const STILL_PASSES = 4;

/**
 * On how many pages of a pass the same row comes first where offsets do not matter. A server that answers in two orders
 * may show a row on two of them (see {@link file://./pager.ts}).
 */
const REPEATED_PAGES = 3;

/** The rows of the pages. */
export interface UnorderedRows<T> {
  /** Every row once, as it was seen last. */
  rows: T[];
  /** How many rows were announced at the moment that the proof is about. */
  reported: number;
  passes: number;
  /** How many rows had slipped from the pages of a pass and were found by their id. */
  repaired: number;
}

/** How reading pages ended. */
export type UnorderedReading<T> =
  | ({ kind: "complete" } & UnorderedRows<T>)
  /** The list was read as often as allowed: these are the rows that were seen, in the end no others (`isStill`) or others. */
  | { kind: "unproven"; rows: T[]; passes: number; isStill: boolean };

/** How much reading a list may take before it counts as one that is better read otherwise: both must be used up. */
export interface PassBudget {
  passes: number;
  requests: number;
}

/** Reads all pages, `first` being the one without an offset. */
export async function readUnordered<T>(
  first: Page<T>,
  { source, pager, context, budget = { passes: MAX_PASSES, requests: 0 } }: {
    source: ListSource<T>;
    pager: Pager<T>;
    context: ReadContext;
    budget?: PassBudget | undefined;
  },
): Promise<UnorderedReading<T>> {
  const parts = { source, pager, context };
  const proof = createCompletenessProof(source);
  let page = first;
  let repaired = 0;
  let still = 0;
  let stuck = 0;
  for (let passes = 1;; passes++) {
    const start = proof.observations;
    const pass = await readPages(page, proof, parts);
    let reported = proof.proven();
    if (reported === undefined && passes > 1) {
      const unseen = proof.unseenSince(start);
      // That a pass shows what the one before has shown proves nothing: the rows it lacks may be in another order's pages.
      still = pass.hasMoved || unseen.length > 0 ? 0 : still + 1;
      stuck = pass.ignoresOffsets ? Math.min(stuck + 1, still) : 0;
      if (stuck >= STILL_PASSES) {
        throw inconsistent(
          source.name,
          `${page.total} rows were announced, ${proof.size} came`,
        );
      }
      if (unseen.length <= Math.max(MAX_FOUND, proof.observations - start)) {
        repaired += await findUnseen(unseen, proof, parts);
        reported = proof.proven();
      }
    }
    const unseen = proof.unseenSince(start);
    if (reported !== undefined) {
      repaired += await findUnseen(unseen, proof, parts);
      return { kind: "complete", rows: proof.rows(), reported, passes, repaired };
    }
    const isUsedUp = passes >= budget.passes && pager.requests >= budget.requests;
    if (isUsedUp || passes >= MAX_PASSES) {
      const isStill = still >= STILL_PASSES;
      return { kind: "unproven", rows: proof.rows(), passes, isStill };
    }
    context.onReread?.("rows came, went or moved while it was read");
    pager.beginPass();
    page = await pager.page(0, context.signal);
  }
}

/** The pages of one pass: those that are announced side by side, and on while more are announced. */
async function readPages<T>(
  first: Page<T>,
  proof: CompletenessProof<T>,
  { source, pager, context }: { source: ListSource<T>; pager: Pager<T>; context: ReadContext },
): Promise<{ hasMoved: boolean; ignoresOffsets: boolean }> {
  const firstRows = new Map<string, number>();
  let received = 0;
  let total = 0;
  let hasMoved = false;
  const take = (page: Page<T>) => {
    const added = proof.add(page);
    // Past the end ZITADEL announces nothing.
    if (added > 0 || page.total > 0 && page.total !== first.total) hasMoved = true;
    const [row] = page.rows;
    if (row !== undefined) firstRows.set(source.id(row), (firstRows.get(source.id(row)) ?? 0) + 1);
    received += page.rows.length;
    total = Math.max(total, page.total);
    if (page !== first) context.onRows?.({ received, reported: first.total });
  };
  take(first);
  let end = first.rows.length;
  let gaps: { from: number; to: number }[] = [];
  while (gaps.length > 0 || end < total) {
    if (end < total) gaps.push({ from: end, to: total });
    end = Math.max(end, total);
    const step = pager.step(first.rows.length);
    const parts = gaps.flatMap(({ from, to }) => cut(from, to, step));
    const pages = await inParallel(
      parts,
      context,
      ({ from }, signal) => pager.page(from, signal),
    );
    pages.forEach(take);
    // The server may have turned out to take smaller pages than these.
    gaps = pages.flatMap(({ offset, rows, isLast }, i) => {
      const { to } = parts[i]!;
      const from = offset + rows.length;
      return isLast || from >= to ? [] : [{ from, to }];
    });
  }
  const ignoresOffsets = [...firstRows.values()].some((pages) => pages >= REPEATED_PAGES);
  return { hasMoved, ignoresOffsets };
}

function cut(from: number, to: number, step: number): { from: number; to: number }[] {
  const count = Math.ceil((to - from) / step);
  return Array.from({ length: count }, (_, i) => ({
    from: from + i * step,
    to: Math.min(to, from + (i + 1) * step),
  }));
}

/** Asks for rows that a pass did not show: they are gone, or had slipped from page to page. @returns How many are there. */
async function findUnseen<T>(
  unseen: readonly T[],
  proof: CompletenessProof<T>,
  { source, pager, context }: { source: ListSource<T>; pager: Pager<T>; context: ReadContext },
): Promise<number> {
  let there = 0;
  await inParallel(unseen, context, async (row, signal) => {
    const found = await pager.find(row, signal);
    proof.addFound(source.id(row), found);
    if (found.row !== undefined) there++;
  });
  return there;
}
