/**
 * Orders of rows for people.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../types.ts";
import { byTime } from "../../rfc3339.ts";
import { byCodeUnit, byText } from "../order.ts";
import type { Holding } from "./holding.ts";
import { formatEntitlementName, formatGroupName, formatUserName } from "../text/names.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";

/** A value to sort by; `undefined` if ZITADEL did not say. */
export type SortValue = string | number | undefined;

/** Options of {@linkcode sortRowsBy}. */
export interface SortOptions {
  /** Whether the greatest come first. @default {false} */
  descending?: boolean | undefined;
  /** Whether the values are times of the snapshot. @default {false} */
  isTime?: boolean | undefined;
}

/** Sorts rows by a value of each. Equal rows keep their order; rows without a value come last. */
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

/** Sorts users by name. */
export function sortUsers(users: readonly User[]): User[] {
  return sortByName(users, formatUserName);
}

/** Sorts groups by name. */
export function sortGroups(groups: readonly Group[]): Group[] {
  return sortByName(groups, formatGroupName);
}

/** Sorts all entitlements of a snapshot by the name of their group, then by their own. */
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

/** The names by which holdings are sorted, each with the id that tells equal names apart. */
const HOLDING_IDS = { user: "userId", group: "groupId", role: "entitlementId" } as const;

/** Sorts holdings by the names of users, groups or roles, in the order given. */
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
