/**
 * The texts in which rows are searched.
 *
 * @module
 */
import type { Credential, Entitlement, Grant, Group, User } from "../types.ts";
import { foldText } from "../text/fold.ts";
import { listEntitlementNames, listGroupNames, listUserNames } from "../text/names.ts";

/** The texts in which words are searched, folded by `foldText`. Each is made on first use, and kept. */
export interface SearchTexts {
  /** A user's names, addresses, description and id. */
  users(user: User): string;
  /** A group's name and id. */
  groups(group: Group): string;
  /** An entitlement's key, name and role group, and the name and id of its group. */
  entitlements(entitlement: Entitlement): string;
  /** The texts of the user and the entitlement of a grant, and the ids of its user grants. */
  grants(grant: Grant): string;
  /** The text of a credential's user, its kind and its id. */
  credentials(credential: Credential): string;
}

/** The rows of a snapshot by id. */
interface RowsById {
  readonly users: ReadonlyMap<string, User>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly entitlements: ReadonlyMap<string, Entitlement>;
}

/** Prepares the texts of a snapshot's rows. */
export function createSearchTexts(index: RowsById): SearchTexts {
  const ofUser = remember((user: User) =>
    joinTexts([
      ...listUserNames(user),
      user.firstName,
      user.lastName,
      user.description,
      user.id,
    ])
  );
  const ofGroup = remember((group: Group) => joinTexts([...listGroupNames(group), group.id]));
  const ofEntitlement = remember((entitlement: Entitlement) =>
    joinTexts([...listEntitlementNames(entitlement), entitlement.roleGroup]) +
    `\n${ofGroup(index.groups.get(entitlement.groupId)!)}`
  );
  return {
    users: ofUser,
    groups: ofGroup,
    entitlements: ofEntitlement,
    grants: ({ userId, entitlementId, authorizations }) =>
      [
        ofUser(index.users.get(userId)!),
        ofEntitlement(index.entitlements.get(entitlementId)!),
        joinTexts(authorizations),
      ].join("\n"),
    credentials: ({ id, kind, userId }) =>
      [ofUser(index.users.get(userId)!), joinTexts([kind, id])].join("\n"),
  };
}

/** Joins texts by line feeds, so that no word is found across two of them. */
function joinTexts(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).map(foldText).join("\n");
}

function remember<Row extends object>(make: (row: Row) => string): (row: Row) => string {
  const made = new WeakMap<Row, string>();
  return (row) => {
    const known = made.get(row);
    if (known !== undefined) return known;
    const text = make(row);
    made.set(row, text);
    return text;
  };
}
