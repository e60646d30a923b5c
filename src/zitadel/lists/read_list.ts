/**
 * Reading one list so that no row is missing and none stands there twice.
 *
 * ZITADEL pages by offset. Between two pages rows move: an insert or a removal shifts all that follow, and where a list
 * has no order, a mere update repeats one row and hides another, while the number of rows still fits the announced
 * total (seen on a real server). Only one answer is one SQL statement. So a list is asked for as a whole first; where it
 * must be paged, {@link file://./read_ordered.ts} and {@link file://./read_unordered.ts} say how it is proven.
 *
 * Complete is what holds every row that was in ZITADEL's list during the whole time that it was read, once, each as it
 * was at some moment of that time; what came or went meanwhile may be in it or not.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type { ListEvidence, ListReading, ListSource, ReadContext } from "./list_source.ts";
import { createPager, inconsistent, type Page, type Pager } from "./pager.ts";
import { readOrdered } from "./read_ordered.ts";
import { type PassBudget, readUnordered } from "./read_unordered.ts";

/** A list that changed too much to be proven in the passes that were allowed. */
export interface UnprovenReading<T> {
  kind: "unproven";
  rows: T[];
  /** How many rows the first page announced. */
  announced: number;
  /** Whether the last passes showed the same rows. */
  isStill: boolean;
  requests: number;
}

/**
 * Reads a list.
 *
 * @throws {SyncError} `INCONSISTENT`: it contradicts itself, or could not be proven in many passes; `API_ERROR`: ZITADEL
 * refuses even the smallest page; and whatever the source's `load` throws.
 */
export async function readList<T>(
  source: ListSource<T>,
  context: ReadContext,
): Promise<ListReading<T>> {
  const reading = await tryReadList(source, context);
  if (reading.kind === "complete") return reading;
  throw unproven(source.name, reading);
}

/** The error about a list that could not be proven. */
export function unproven<T>(
  name: string,
  { announced, rows, isStill }: UnprovenReading<T>,
): SyncError {
  if (isStill) return inconsistent(name, `${announced} rows were announced, ${rows.length} came`);
  return new SyncError(
    "INCONSISTENT",
    `The list of ${name} changed each of the many times that it was read`,
    { hint: "Try again when fewer changes are made" },
  );
}

/**
 * Reads a list; where it has no order, must be paged, and is not proven within the budget, gives it up.
 *
 * @throws As {@linkcode readList}.
 */
export async function tryReadList<T>(
  source: ListSource<T>,
  context: ReadContext,
  budget?: PassBudget,
): Promise<({ kind: "complete" } & ListReading<T>) | UnprovenReading<T>> {
  const pager = createPager(source, context);
  const startedAt = new Date(context.now()).toISOString();
  const first = await pager.page(0, context.signal);

  const complete = (
    rows: T[],
    facts: Pick<ListEvidence, "method" | "reported" | "passes" | "repaired">,
    announcedTooMany: boolean,
  ) => ({
    kind: "complete" as const,
    rows,
    announcedTooMany,
    evidence: {
      reported: facts.reported,
      received: facts.method === "statement" ? rows.length : pager.received,
      distinct: rows.length,
      requests: pager.requests,
      method: facts.method,
      passes: facts.passes,
      repaired: facts.repaired,
      startedAt,
      completedAt: new Date(context.now()).toISOString(),
      ...(first.viewTimestamp !== undefined && { viewTimestamp: first.viewTimestamp }),
    },
  });

  if (!first.isLast) context.onRows?.({ received: first.rows.length, reported: first.total });
  const whole = first.isLast ? first : await readWhole(first, { source, pager, context });
  if (whole !== undefined) {
    const { rows, total: reported, surplus } = whole;
    context.onRows?.({ received: rows.length, reported });
    return complete(rows, { method: "statement", reported, passes: 1, repaired: 0 }, surplus > 0);
  }
  if (source.ordered) {
    const pages = await readOrdered(first, { source, pager, context });
    const { reported, passes, repaired, announcedTooMany } = pages;
    const facts = { method: "anchored" as const, reported, passes, repaired };
    return complete([...pages.rows.values()], facts, announcedTooMany);
  }
  const pages = await readUnordered(first, { source, pager, context, budget });
  if (pages.kind === "unproven") {
    return { ...pages, announced: first.total, requests: pager.requests };
  }
  const { reported, passes, repaired } = pages;
  return complete(pages.rows, { method: "reconciled", reported, passes, repaired }, false);
}

/** The whole list in one answer, if the server may be expected to give it. */
async function readWhole<T>(
  first: Page<T>,
  { source, pager, context: { limits } }: {
    source: ListSource<T>;
    pager: Pager<T>;
    context: ReadContext;
  },
): Promise<Page<T> | undefined> {
  const limit = limits.wholeRows(source.kind, first.total, first.cost);
  return limit === undefined ? undefined : await pager.whole(limit, first.total);
}
