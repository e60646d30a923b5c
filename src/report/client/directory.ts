/**
 * The snapshot as the views ask for it: looked up, and in the order of names.
 *
 * @module
 */
import type { Entitlement, Group, Snapshot, User } from "../../snapshot/contract.ts";
import { indexSnapshot, type Lookup } from "../../snapshot/query/index_snapshot.ts";
import { groupName, userName } from "../../snapshot/query/names.ts";
import { byCodeUnit, byText } from "../../snapshot/order.ts";
import { folded } from "./words.ts";

/** A snapshot with its indexes. Each is made when it is first asked for. */
export interface Directory {
  /** The snapshot itself. */
  readonly snapshot: Snapshot;
  /** Its rows by id and by what they belong to. */
  readonly lookup: Lookup;
  /** Users by name. */
  readonly usersByName: readonly User[];
  /** Projects by name. */
  readonly groupsByName: readonly Group[];
  /** Entitlements by the name of their project, then by their key. */
  readonly entitlementsByName: readonly Entitlement[];
  /** How many grants a user holds. */
  countOfUser(userId: string): number;
  /** How many grants an entitlement has. */
  countOfEntitlement(entitlementId: string): number;
  /** What a user is searched by. */
  buildSearchText(user: User): string;
}

/** Prepares a snapshot. */
export function createDirectory(snapshot: Snapshot): Directory {
  const lookup = indexSnapshot(snapshot);
  const searchTexts = new WeakMap<User, string>();
  let users: readonly User[] | undefined;
  let groups: readonly Group[] | undefined;
  let entitlements: readonly Entitlement[] | undefined;
  return {
    snapshot,
    lookup,
    get usersByName() {
      return users ??= inOrder(snapshot.users, userName);
    },
    get groupsByName() {
      return groups ??= inOrder(snapshot.groups, groupName);
    },
    get entitlementsByName() {
      return entitlements ??= this.groupsByName.flatMap(({ id }) =>
        inOrder(lookup.entitlementsOfGroup.get(id) ?? [], ({ roleKey }) => roleKey)
      );
    },
    countOfUser: (id) => lookup.grantsOfUser.get(id)?.length ?? 0,
    countOfEntitlement: (id) => lookup.grantsOfEntitlement.get(id)?.length ?? 0,
    buildSearchText(user) {
      const known = searchTexts.get(user);
      if (known !== undefined) return known;
      const names = [user.displayName, user.username, user.preferredLoginName, user.email, user.id];
      const text = folded(names.filter((name) => name !== undefined).join("\n"));
      searchTexts.set(user, text);
      return text;
    },
  };
}

function inOrder<Row extends { id: string }>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): readonly Row[] {
  return rows.toSorted((a, b) => byText(nameOf(a), nameOf(b)) || byCodeUnit(a.id, b.id));
}
