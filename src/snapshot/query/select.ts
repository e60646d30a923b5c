/**
 * Which rows of a list are asked for: the one meaning of all filters, of commands, of HTTP and of the page.
 *
 * @module
 */
import type { Credential, Entitlement, Grant, Group, RowOf, User } from "../types.ts";
import type { ListName } from "../lists.ts";
import { listRows } from "../types.ts";
import { matchesWords, splitWords } from "../text/fold.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";

/**
 * Which rows are asked for; all that is given must hold.
 *
 * What speaks of the rows themselves is asked of them. What speaks of something else is asked by how they belong
 * together: an entitlement belongs to its group whether somebody holds it or not; a user, and with them the credentials,
 * belongs to a group or an entitlement by a grant, and then one grant must fit all that is given.
 */
export interface Selection {
  /** One of these rows, by id. */
  ids?: ReadonlySet<string> | undefined;
  /** One of these users, by id. */
  userIds?: ReadonlySet<string> | undefined;
  /** One of these groups, by id. */
  groupIds?: ReadonlySet<string> | undefined;
  /** One of these entitlements, by id. */
  entitlementIds?: ReadonlySet<string> | undefined;
  /** Users of this type. */
  type?: "human" | "machine" | undefined;
  /** Whether users are of another organization. */
  external?: boolean | undefined;
  /** One of these states, of the rows that are listed. */
  states?: readonly string[] | undefined;
  /** Each word of it stands in what the listed rows are searched by, in any case, width and accent. */
  text?: string | undefined;
}

/** So many rows are looked at between two chances to do something else. */
const ROWS_A_SLICE = 500;

/**
 * The rows that are asked for, in the order of the snapshot.
 *
 * @example
 * ```ts
 * import { indexSnapshot, selectRows, type Snapshot } from "@zitadel-sync/zitadel-sync";
 *
 * function countLockedMachines(snapshot: Snapshot): number {
 *   const selection = { type: "machine", states: ["locked"] } as const;
 *   return selectRows(indexSnapshot(snapshot), "users", selection).length;
 * }
 * ```
 */
export function selectRows<List extends ListName>(
  index: SnapshotIndex,
  list: List,
  selection: Selection,
): RowOf<List>[] {
  return listRows(index.snapshot, list).filter(createRowFilter(index, list, selection));
}

/** Tells of each row of a list whether it is asked for. */
export function createRowFilter<List extends ListName>(
  index: SnapshotIndex,
  list: List,
  selection: Selection,
): (row: RowOf<List>) => boolean {
  const work = prepareRowFilter(index, list, selection);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** As {@linkcode createRowFilter}, in slices of a few milliseconds of work. */
export function* prepareRowFilter<List extends ListName>(
  index: SnapshotIndex,
  list: List,
  selection: Selection,
): Generator<void, (row: RowOf<List>) => boolean, undefined> {
  const { ids, states, text } = selection;
  const belongs = (yield* prepareBelonging(index, list, selection)) as (
    row: RowOf<List>,
  ) => boolean;
  const words = splitWords(text ?? "");
  // Not even looked at without words: the texts want indexes.
  const searchText = words.length === 0
    ? undefined
    : index.searchTexts[list] as (row: RowOf<List>) => string;
  return (row) =>
    (ids?.has(row.id) ?? true) &&
    (states === undefined || ("state" in row && states.includes(row.state))) && belongs(row) &&
    (searchText === undefined || matchesWords(searchText(row), words));
}

/** Tells of each row of a list whether it belongs to the users, groups and entitlements that are asked for. */
function* prepareBelonging(
  index: SnapshotIndex,
  list: ListName,
  selection: Selection,
): Generator<void, (row: never) => boolean, undefined> {
  const { snapshot } = index;
  const { groupIds, entitlementIds } = selection;
  const { asksUsers, fitsUser, fitsGrant } = createTests(index, selection);
  const fitsId = (ids: ReadonlySet<string> | undefined, id: string) => ids?.has(id) ?? true;
  const collect = (readId: (grant: Grant) => string) =>
    collectIds(snapshot.grants, (grant) => fitsGrant(grant) ? readId(grant) : undefined);

  switch (list) {
    case "users": {
      const asksMore = groupIds !== undefined || entitlementIds !== undefined;
      const holders = asksMore ? yield* collect(({ userId }) => userId) : undefined;
      return (user: User) => fitsUser(user) && fitsId(holders, user.id);
    }
    case "groups": {
      const places = asksUsers
        ? yield* collect(({ groupId }) => groupId)
        : entitlementIds && (yield* collectIds(
          snapshot.entitlements,
          ({ id, groupId }) => entitlementIds.has(id) ? groupId : undefined,
        ));
      return ({ id }: Group) => fitsId(groupIds, id) && fitsId(places, id);
    }
    case "entitlements": {
      const held = asksUsers ? yield* collect(({ entitlementId }) => entitlementId) : undefined;
      return ({ id, groupId }: Entitlement) =>
        fitsId(entitlementIds, id) && fitsId(groupIds, groupId) && fitsId(held, id);
    }
    case "grants":
      return fitsGrant;
    case "credentials": {
      const asksMore = groupIds !== undefined || entitlementIds !== undefined;
      const holders = asksMore ? yield* collect(({ userId }) => userId) : undefined;
      return ({ userId }: Credential) =>
        fitsUser(index.users.get(userId)!) && fitsId(holders, userId);
    }
  }
}

/** What a selection asks of a user and of a grant. */
function createTests(
  index: SnapshotIndex,
  { userIds, groupIds, entitlementIds, type, external }: Selection,
): {
  asksUsers: boolean;
  fitsUser: (user: User) => boolean;
  fitsGrant: (grant: Grant) => boolean;
} {
  // An index of users is wanted only for what their ids do not tell.
  const asksMoreThanId = type !== undefined || external !== undefined;
  const fitsUser = (user: User) =>
    (userIds?.has(user.id) ?? true) && (type === undefined || user.type === type) &&
    (external === undefined || user.external === external);
  return {
    asksUsers: userIds !== undefined || asksMoreThanId,
    fitsUser,
    fitsGrant: ({ userId, groupId, entitlementId }) =>
      (userIds?.has(userId) ?? true) && (groupIds?.has(groupId) ?? true) &&
      (entitlementIds?.has(entitlementId) ?? true) &&
      (!asksMoreThanId || fitsUser(index.users.get(userId)!)),
  };
}

/** The ids that `readId` gives of rows; `undefined` is none. */
export function* collectIds<Row>(
  rows: readonly Row[],
  readId: (row: Row) => string | undefined,
): Generator<void, Set<string>, undefined> {
  const ids = new Set<string>();
  for (let start = 0; start < rows.length; start += ROWS_A_SLICE) {
    for (const row of rows.slice(start, start + ROWS_A_SLICE)) {
      const id = readId(row);
      if (id !== undefined) ids.add(id);
    }
    yield;
  }
  return ids;
}
