/**
 * The rows of lists in their order, found once and then kept as the views change: so that a page costs what is on it.
 *
 * @module
 */
import { isNamed } from "../rows.ts";
import type { TableName, TableRow, Tables } from "../state/tables.ts";
import { type Change, pickChange, type Views } from "../state/views.ts";

/** The rows of a list, and their order. */
export interface ListOf<Name extends TableName> {
  table: Name;
  /** The rows to choose from, all of which the list holds if `accepts` says so. */
  candidates: () => Iterable<TableRow<Name>>;
  accepts: (row: TableRow<Name>) => boolean;
  /** The list's order; by default that of the heap. */
  compare: ((a: TableRow<Name>, b: TableRow<Name>) => number) | undefined;
}

/** Lists that are kept. */
export interface ListCache {
  /** The rows of a list. They change with the views: copy what shall stay. */
  rows<Name extends TableName>(key: string, list: ListOf<Name>): readonly TableRow<Name>[];
}

interface Known {
  table: TableName;
  rows: object[];
  accepts: (row: object) => boolean;
  compare: ((a: object, b: object) => number) | undefined;
}

/** Makes an empty cache over views. */
export function createListCache(views: Views): ListCache {
  const known = new Map<string, Known>();
  views.subscribe((change) => {
    for (const effect of [change, ...listEffects(change, views.tables)]) {
      for (const list of known.values()) {
        if (list.table === effect.table) apply(list, effect);
      }
    }
  });

  return {
    rows(key, list) {
      const found = known.get(key);
      if (found !== undefined) return found.rows as TableRow<typeof list.table>[];
      const rows = findRows(list);
      known.set(key, { ...list, rows } as unknown as Known);
      return rows;
    },
  };
}

/** The rows of a list as they are now. */
export function findRows<Name extends TableName>(
  { candidates, accepts, compare }: ListOf<Name>,
): TableRow<Name>[] {
  const rows = [...candidates()].filter(accepts);
  return compare === undefined ? rows : rows.sort(compare);
}

function apply({ rows, accepts, compare }: Known, { before, after }: Change): void {
  const index = before === undefined ? -1 : rows.indexOf(before);
  if (index >= 0) rows.splice(index, 1);
  if (after === undefined || !accepts(after)) return;
  if (compare === undefined) rows.push(after);
  else rows.splice(findPlace(rows, after, compare), 0, after);
}

function findPlace(
  rows: readonly object[],
  row: object,
  compare: (a: object, b: object) => number,
): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(rows[middle]!, row) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Which user grants are listed depends on the login names of their users, and on who owns their projects. */
function listEffects(change: Change, { userGrants }: Tables): Change[] {
  const names = pickChange("loginNames", change);
  const project = pickChange("projects", change);
  const grants = names !== undefined && isNamed(names.before) !== isNamed(names.after)
    ? userGrants.by("userId", names.key)
    : project !== undefined && (project.before === undefined) !== (project.after === undefined)
    ? userGrants.by("projectId", project.key)
    : [];
  return Array.from(grants, (grant) => ({
    table: "userGrants",
    key: grant.id,
    before: grant,
    after: grant,
  }));
}
