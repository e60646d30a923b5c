/**
 * Selections of rows: the one meaning of all filters, of commands, HTTP and the page.
 *
 * @module
 */
import type { Credential, Entitlement, Grant, Group, RowOf, User } from "../types.ts";
import type { ListName } from "../lists.ts";
import { listRows } from "../types.ts";
import { matchesWords, splitWords } from "../text/fold.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";

/**
 * A selection of rows; all given conditions must hold.
 *
 * A condition on other rows follows their relations: an entitlement belongs to its group, held or not. A user, with their
 * credentials, belongs to a group or entitlement by a grant, and a single grant must fit all conditions.
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
  /** Whether users belong to another organization. */
  external?: boolean | undefined;
  /** Rows in one of these states. */
  states?: readonly string[] | undefined;
  /** Rows whose texts hold every word of this, in any case, width and accent. */
  text?: string | undefined;
}

/**
 * Selects rows of a list, in the order of the snapshot.
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

/** Makes a test of whether a row of a list is selected. */
export function createRowFilter<List extends ListName>(
  index: SnapshotIndex,
  list: List,
  selection: Selection,
): (row: RowOf<List>) => boolean {
  const { ids, states, text } = selection;
  const belongs = createBelonging(index, list, selection) as (row: RowOf<List>) => boolean;
  const words = splitWords(text ?? "");
  // The texts need indexes, so they are made only if there are words.
  const searchText = words.length === 0
    ? undefined
    : index.searchTexts[list] as (row: RowOf<List>) => string;
  return (row) =>
    (ids?.has(row.id) ?? true) &&
    (states === undefined || ("state" in row && states.includes(row.state))) && belongs(row) &&
    (searchText === undefined || matchesWords(searchText(row), words));
}

/** Makes a test of whether a row belongs to the selected users, groups and entitlements. */
function createBelonging(
  index: SnapshotIndex,
  list: ListName,
  selection: Selection,
): (row: never) => boolean {
  const { snapshot } = index;
  const { groupIds, entitlementIds } = selection;
  const { asksUsers, fitsUser, fitsGrant } = createTests(index, selection);
  const fitsId = (ids: ReadonlySet<string> | undefined, id: string) => ids?.has(id) ?? true;
  const collect = (readId: (grant: Grant) => string) =>
    new Set(snapshot.grants.filter(fitsGrant).map(readId));

  switch (list) {
    case "users": {
      const asksMore = groupIds !== undefined || entitlementIds !== undefined;
      const holders = asksMore ? collect(({ userId }) => userId) : undefined;
      return (user: User) => fitsUser(user) && fitsId(holders, user.id);
    }
    case "groups": {
      const places = asksUsers ? collect(({ groupId }) => groupId) : entitlementIds && new Set(
        snapshot.entitlements.filter(({ id }) => entitlementIds.has(id))
          .map(({ groupId }) => groupId),
      );
      return ({ id }: Group) => fitsId(groupIds, id) && fitsId(places, id);
    }
    case "entitlements": {
      const held = asksUsers ? collect(({ entitlementId }) => entitlementId) : undefined;
      return ({ id, groupId }: Entitlement) =>
        fitsId(entitlementIds, id) && fitsId(groupIds, groupId) && fitsId(held, id);
    }
    case "grants":
      return fitsGrant;
    case "credentials": {
      const asksMore = groupIds !== undefined || entitlementIds !== undefined;
      const holders = asksMore ? collect(({ userId }) => userId) : undefined;
      return ({ userId }: Credential) =>
        fitsUser(index.users.get(userId)!) && fitsId(holders, userId);
    }
  }
}

/** The conditions of a selection on users and grants. */
function createTests(
  index: SnapshotIndex,
  { userIds, groupIds, entitlementIds, type, external }: Selection,
): {
  asksUsers: boolean;
  fitsUser: (user: User) => boolean;
  fitsGrant: (grant: Grant) => boolean;
} {
  // Ids alone need no index of users.
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
