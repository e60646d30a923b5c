/**
 * Filters by name, for programs: the parameters of the lists that are served.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../types.ts";
import { foldName } from "../text/fold.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { formatGroupName, formatUserName } from "../text/names.ts";
import { createPause } from "../../concurrency.ts";
import type { Selection } from "./select.ts";

/** How many rows are looked at between two pauses. */
const ROWS_A_SLICE = 500;

/** The filters, each with its meaning. All lists take all filters. */
export const FILTERS = {
  userId: "the user's id",
  userName: "the user's name as it is shown, in any case and width",
  login:
    "one of the user's login names, the user name or the e-mail address, in any case and width",
  groupId: "the project's id",
  groupName: "the project's name, in any case and width",
  entitlementId: "the entitlement's id",
  roleKey: "the role's key, in any case and width",
} as const;

/** The name of a filter. */
export type FilterName = keyof typeof FILTERS;

/** For each filter its values, one of which must fit. A filter that is absent accepts everything. */
export type Filters = ReadonlyMap<FilterName, readonly string[]>;

/** A value of a filter that no row of the snapshot has, whatever list is asked for. */
export interface UnmatchedValue {
  /** The filter. */
  filter: FilterName;
  /** The value, as it was given. */
  value: string;
}

/** Filters resolved in a snapshot. */
export interface ResolvedFilters {
  selection: Selection;
  /** The values that fit no row: they explain an empty selection. */
  unmatched: UnmatchedValue[];
}

/** Resolves filters to a selection in a snapshot, with pauses: folding names of many rows takes its time. */
export async function resolveFilters(
  { snapshot }: SnapshotIndex,
  filters: Filters,
): Promise<ResolvedFilters> {
  const tests = createTests(filters);
  const userIds = await findIds<User>(snapshot.users, tests, {
    userId: ({ id }) => [id],
    userName: (user) => [formatUserName(user)],
    login: ({ username, email, preferredLoginName, loginNames = [] }) =>
      [username, email, preferredLoginName, ...loginNames].filter((name) => name !== undefined),
  });
  const groupIds = await findIds<Group>(snapshot.groups, tests, {
    groupId: ({ id }) => [id],
    groupName: (group) => [formatGroupName(group)],
  });
  const entitlementIds = await findIds<Entitlement>(snapshot.entitlements, tests, {
    entitlementId: ({ id }) => [id],
    roleKey: ({ roleKey }) => [roleKey],
  });
  const unmatched = tests.flatMap(({ filter, values, matched, fold }) =>
    values.filter((value) => !matched.has(fold(value))).map((value) => ({ filter, value }))
  );
  return { selection: { userIds, groupIds, entitlementIds }, unmatched };
}

/** The filters that take ids, which are not folded. */
const IDS: ReadonlySet<FilterName> = new Set(["userId", "groupId", "entitlementId"]);

/** A filter that was given. */
interface FilterTest {
  filter: FilterName;
  values: readonly string[];
  /** The folded values that some row has. */
  matched: Set<string>;
  fold: (text: string) => string;
  /** Whether one of these texts is one of the values. */
  fits: (texts: readonly string[]) => boolean;
}

function createTests(filters: Filters): FilterTest[] {
  return [...filters].map(([filter, values]) => {
    const fold = IDS.has(filter) ? (text: string) => text : foldName;
    const wanted = new Set(values.map(fold).filter((text) => text !== ""));
    const matched = new Set<string>();
    const fits = (texts: readonly string[]) => {
      const found = texts.map(fold).filter((text) => wanted.has(text));
      for (const text of found) matched.add(text);
      return found.length > 0;
    };
    return { filter, values, matched, fold, fits };
  });
}

/** Finds the ids of the rows that fit the filters of `fields`; `undefined` if none of these is given. */
async function findIds<Row extends { id: string }>(
  rows: readonly Row[],
  tests: readonly FilterTest[],
  fields: Partial<Record<FilterName, (row: Row) => string[]>>,
): Promise<Set<string> | undefined> {
  const asked = tests.filter(({ filter }) => filter in fields);
  if (asked.length === 0) return undefined;
  const pause = createPause();
  const ids = new Set<string>();
  for (const [n, row] of rows.entries()) {
    // Each filter looks at each row, so that a value counts as matched whatever the others say.
    const failed = asked.filter(({ filter, fits }) => !fits(fields[filter]!(row)));
    if (failed.length === 0) ids.add(row.id);
    if (n % ROWS_A_SLICE === 0) await pause();
  }
  return ids;
}
