/**
 * The order in which PostgreSQL reads a list that asks for none: it hangs on the plan of the statement.
 *
 * @module
 */

/**
 * The order of lists without an order: `heap` as the rows were written last, so that an update moves a row to the
 * end; `index` by primary key; `prepared` as PostgreSQL does, by a scan at first and by an index later.
 */
export type Plan = "heap" | "index" | "prepared";

/** A page of a list. */
export interface StatementPage {
  offset: number;
  /** 0 where the request names none. */
  limit: number;
}

/** Runs of a page before the simulator started, on each connection. */
export type StatementRuns = (page: StatementPage) => number;

/** Settings of {@linkcode createPlanner}. */
export interface PlannerOptions {
  /** @default {"prepared"} */
  plan?: Plan;
  /** By default no page was ever asked for. */
  statementRuns?: StatementRuns;
  /** Connections to the database, which take turns; each has plans of its own. @default {10} */
  connections?: number;
}

/** Runs of a statement that PostgreSQL plans each by itself, before it takes one plan for all that follow. */
const CUSTOM_PLANS = 5;

/** Chooses the order of a list's keys for one request; `undefined` is the order of the heap. */
export type Planner = (
  /** The list and its filters; their values are parameters, and no part of the statement. */
  statement: string,
  page: StatementPage,
  /** The length of the list. */
  rows: number,
) => ((a: string, b: string) => number) | undefined;

/**
 * Makes a planner. Limit and offset are part of a statement's text. Its first five runs scan the table; after them one
 * general plan holds, which reads by an index where the page ends before the list does. So two pages of one list may come in
 * two orders for ever, although nobody edits it.
 */
export function createPlanner(
  { plan = "prepared", statementRuns = () => 0, connections = 10 }: PlannerOptions,
): Planner {
  if (plan === "heap") return () => undefined;
  if (plan === "index") return () => compareText;
  const runs = new Map<string, number>();
  let turn = 0;
  return (statement, page, rows) => {
    const { offset, limit } = page;
    const text = `${turn++ % connections} ${statement} ${limit} ${offset}`;
    const before = runs.get(text) ?? statementRuns(page);
    runs.set(text, before + 1);
    const endsBefore = limit > 0 && offset + limit < rows;
    return endsBefore && before >= CUSTOM_PLANS ? compareBackwards : undefined;
  };
}

/** Compares by code units. */
export const compareText = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0;

/** Another index than that of the primary key: its order has nothing to do with that of the writes. */
function compareBackwards(a: string, b: string): number {
  for (let back = 1; back <= a.length && back <= b.length; back++) {
    const [x, y] = [a.charCodeAt(a.length - back), b.charCodeAt(b.length - back)];
    if (x !== y) return x - y;
  }
  return a.length - b.length;
}
