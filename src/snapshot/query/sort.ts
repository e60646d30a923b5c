/**
 * The orders in which people look at rows.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../types.ts";
import { byTime } from "../../rfc3339.ts";
import { byCodeUnit, byText } from "../order.ts";
import type { Holding } from "./holding.ts";
import { formatEntitlementName, formatGroupName, formatUserName } from "../text/names.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";

/** What rows are sorted by; `undefined` is what ZITADEL did not say. */
export type SortValue = string | number | undefined;

/** How to sort. */
export interface SortOptions {
  /** The greatest first. @default {false} */
  descending?: boolean | undefined;
  /** The values are times of the snapshot. @default {false} */
  isTime?: boolean | undefined;
}

/** Rows in the order of a value of each; equal ones stay in the order in which they are, those without one come last. */
export function sortRowsBy<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => SortValue,
  { descending = false, isTime = false }: SortOptions = {},
): Row[] {
  const sign = descending ? -1 : 1;
  const byString = isTime ? byTime : byText;
  return rows.map((row) => ({ row, value: valueOf(row) }))
    .sort(({ value: a }, { value: b }) => {
      if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
      return sign *
        (typeof a === "number" && typeof b === "number" ? a - b : byString(`${a}`, `${b}`));
    })
    .map(({ row }) => row);
}

/** Users by name. */
export function sortUsers(users: readonly User[]): User[] {
  return sortByName(users, formatUserName);
}

/** Groups by name. */
export function sortGroups(groups: readonly Group[]): Group[] {
  return sortByName(groups, formatGroupName);
}

/** All entitlements of a snapshot by the name of their group, then by their own. */
export function sortEntitlements(index: SnapshotIndex): Entitlement[] {
  return sortGroups(index.snapshot.groups).flatMap(({ id }) =>
    sortByName(index.entitlementsOfGroup.get(id) ?? [], formatEntitlementName)
  );
}

function sortByName<Row extends { id: string }>(
  rows: readonly Row[],
  readName: (row: Row) => string,
): Row[] {
  return rows.map((row) => ({ row, name: readName(row) }))
    .sort((a, b) => byText(a.name, b.name) || byCodeUnit(a.row.id, b.row.id))
    .map(({ row }) => row);
}

/** By what holdings are sorted, each name together with what tells equal names apart. */
const HOLDING_IDS = { user: "userId", group: "groupId", role: "entitlementId" } as const;

/** Holdings by the names of what they join, in the order of importance. */
export function sortHoldings(
  holdings: readonly Holding[],
  by: readonly (keyof typeof HOLDING_IDS)[],
): Holding[] {
  return holdings.toSorted((a, b) => {
    for (const name of by) {
      const id = HOLDING_IDS[name];
      const order = byText(a[name], b[name]) || byCodeUnit(a[id], b[id]);
      if (order !== 0) return order;
    }
    return byCodeUnit(a.id, b.id);
  });
}
