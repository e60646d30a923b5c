/**
 * One list of a snapshot as JSON, filtered.
 *
 * @module
 */
import type { Entitlement, Grant, Group, ListName, Snapshot, User } from "../snapshot/contract.ts";

/** What the lists can be filtered by. All lists take all filters: each says whose or which access is looked at. */
export const FILTERS = {
  userId: "the user's id",
  userName: "the user's display name, in any case",
  login: "one of the user's login names, the user name or the e-mail address, in any case",
  groupId: "the project's id",
  groupName: "the project's name, in any case",
  entitlementId: "the entitlement's id",
  roleKey: "the role's key",
} as const;

/** The name of a filter. */
export type FilterName = keyof typeof FILTERS;

/** For each filter the values of which one must fit; a filter that is not there lets everything through. */
export type Filters = ReadonlyMap<FilterName, ReadonlySet<string>>;

/** So many rows are looked at between two chances to do something else. */
const ROWS_A_PIECE = 500;

/**
 * The JSON text of one list of a snapshot with what tells which snapshot it is, in pieces of a few milliseconds of
 * work; some are empty.
 *
 * A user or a group is in the answer if it fits by itself, and if it has a grant that fits where the filters speak of
 * something else too.
 */
export function* listText(
  snapshot: Snapshot,
  list: ListName,
  filters: Filters,
): Generator<string, void, undefined> {
  const { digest, completedAt, organization } = snapshot;
  yield `{\n"organizationId":${JSON.stringify(organization.id)},\n"digest":"${digest}",\n` +
    `"completedAt":"${completedAt}",\n"${list}":[`;
  const fits = yield* selection(snapshot, list, filters);
  const rows: readonly { id: string }[] = snapshot[list];
  let separator = "\n";
  for (let start = 0; start < rows.length; start += ROWS_A_PIECE) {
    const lines = rows.slice(start, start + ROWS_A_PIECE).filter(fits).map((row) =>
      JSON.stringify(row)
    );
    yield lines.length === 0 ? "" : `${separator}${lines.join(",\n")}`;
    if (lines.length > 0) separator = ",\n";
  }
  yield "\n]\n}\n";
}

type Fits = (row: { id: string }) => boolean;

function* selection(
  snapshot: Snapshot,
  list: ListName,
  filters: Filters,
): Generator<string, Fits, undefined> {
  const users = yield* idsOf(snapshot.users, {
    userId: (user: User) => [user.id],
    userName: (user: User) => [lower(user.displayName)],
    login: (user: User) =>
      [user.username, user.email, user.preferredLoginName, ...(user.loginNames ?? [])].map(lower),
  }, filters);
  const groups = yield* idsOf(snapshot.groups, {
    groupId: (group: Group) => [group.id],
    groupName: (group: Group) => [lower(group.name)],
  }, filters);
  const entitlements = yield* idsOf(snapshot.entitlements, {
    entitlementId: (entitlement: Entitlement) => [entitlement.id],
    roleKey: (entitlement: Entitlement) => [entitlement.roleKey],
  }, filters);

  const isSelected = (grant: Grant) =>
    (users?.has(grant.userId) ?? true) && (groups?.has(grant.groupId) ?? true) &&
    (entitlements?.has(grant.entitlementId) ?? true);
  const held = (id: (grant: Grant) => string) =>
    idsOfGrants(snapshot.grants, (grant) => isSelected(grant) ? id(grant) : undefined);

  switch (list) {
    case "grants":
      return (row) => isSelected(row as Grant);
    case "users": {
      const holders = groups || entitlements ? yield* held(({ userId }) => userId) : undefined;
      return ({ id }) => (users?.has(id) ?? true) && (holders?.has(id) ?? true);
    }
    case "groups": {
      const reached = users || entitlements ? yield* held(({ groupId }) => groupId) : undefined;
      return ({ id }) => (groups?.has(id) ?? true) && (reached?.has(id) ?? true);
    }
    case "entitlements": {
      const given = users ? yield* held(({ entitlementId }) => entitlementId) : undefined;
      return (row) =>
        (entitlements?.has(row.id) ?? true) &&
        (groups?.has((row as Entitlement).groupId) ?? true) &&
        (given?.has(row.id) ?? true);
    }
  }
}

/** The ids of the rows that fit all filters which `fields` knows; `undefined` if none of them is there. */
function* idsOf<T extends { id: string }>(
  rows: readonly T[],
  fields: Partial<Record<FilterName, (row: T) => (string | undefined)[]>>,
  filters: Filters,
): Generator<string, Set<string> | undefined, undefined> {
  const tests = Object.entries(fields).flatMap(([name, values]) => {
    const wanted = filters.get(name as FilterName);
    return wanted === undefined
      ? []
      : [(row: T) => values(row).some((value) => value !== undefined && wanted.has(value))];
  });
  if (tests.length === 0) return undefined;
  const ids = new Set<string>();
  for (let start = 0; start < rows.length; start += ROWS_A_PIECE) {
    for (const row of rows.slice(start, start + ROWS_A_PIECE)) {
      if (tests.every((test) => test(row))) ids.add(row.id);
    }
    yield "";
  }
  return ids;
}

function* idsOfGrants(
  grants: readonly Grant[],
  idOf: (grant: Grant) => string | undefined,
): Generator<string, Set<string>, undefined> {
  const ids = new Set<string>();
  for (let start = 0; start < grants.length; start += ROWS_A_PIECE) {
    for (const grant of grants.slice(start, start + ROWS_A_PIECE)) {
      const id = idOf(grant);
      if (id !== undefined) ids.add(id);
    }
    yield "";
  }
  return ids;
}

/** Names are compared in lower case: people do not remember how a name was written. */
function lower(name: string | undefined): string | undefined {
  return name?.toLowerCase();
}

const IN_ANY_CASE: ReadonlySet<FilterName> = new Set(["userName", "login", "groupName"]);

/** The filters that a query asks for. */
export function parseFilters(
  query: Readonly<Partial<Record<FilterName, readonly string[] | undefined>>>,
): Filters {
  const filters = new Map<FilterName, Set<string>>();
  for (const name of Object.keys(FILTERS) as FilterName[]) {
    const values = query[name];
    if (values === undefined) continue;
    filters.set(
      name,
      new Set(IN_ANY_CASE.has(name) ? values.map((value) => value.toLowerCase()) : values),
    );
  }
  return filters;
}
