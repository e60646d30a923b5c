/**
 * Filters by name, for programs: what the lists that are served can be asked by.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../types.ts";
import { foldName } from "../text/fold.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { formatGroupName, formatUserName } from "../text/names.ts";
import { collectIds, type Selection } from "./select.ts";

/** What lists can be filtered by, each with what it means. All lists take all filters. */
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

/** For each filter the values of which one must fit; a filter that is not there lets everything through. */
export type Filters = ReadonlyMap<FilterName, readonly string[]>;

/** The selection that filters mean in a snapshot, worked out in slices of a few milliseconds. */
export function* resolveFilters(
  { snapshot }: SnapshotIndex,
  filters: Filters,
): Generator<void, Selection, undefined> {
  const userIds = yield* findIds<User>(snapshot.users, filters, {
    userId: ({ id }) => [id],
    userName: (user) => [formatUserName(user)],
    login: ({ username, email, preferredLoginName, loginNames = [] }) =>
      [username, email, preferredLoginName, ...loginNames].filter((name) => name !== undefined),
  });
  const groupIds = yield* findIds<Group>(snapshot.groups, filters, {
    groupId: ({ id }) => [id],
    groupName: (group) => [formatGroupName(group)],
  });
  const entitlementIds = yield* findIds<Entitlement>(snapshot.entitlements, filters, {
    entitlementId: ({ id }) => [id],
    roleKey: ({ roleKey }) => [roleKey],
  });
  return { userIds, groupIds, entitlementIds };
}

/** Ids are compared as they are, names are folded. */
const IDS: ReadonlySet<FilterName> = new Set(["userId", "groupId", "entitlementId"]);

/** The ids of the rows that fit all filters that `fields` knows; `undefined` if none of them is asked for. */
function* findIds<Row extends { id: string }>(
  rows: readonly Row[],
  filters: Filters,
  fields: Partial<Record<FilterName, (row: Row) => string[]>>,
): Generator<void, Set<string> | undefined, undefined> {
  const tests = (Object.keys(fields) as FilterName[]).flatMap((name) => {
    const values = filters.get(name);
    if (values === undefined) return [];
    const fold = IDS.has(name) ? (text: string) => text : foldName;
    const wanted = new Set(values.map(fold).filter((text) => text !== ""));
    return [(row: Row) => fields[name]!(row).some((value) => wanted.has(fold(value)))];
  });
  if (tests.length === 0) return undefined;
  return yield* collectIds(rows, (row) => tests.every((fits) => fits(row)) ? row.id : undefined);
}
