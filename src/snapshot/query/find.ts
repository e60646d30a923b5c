/**
 * What people mean when they type the name of a user, a project or a role.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../contract.ts";

/** The rows that a text means: none, the one, or several to choose from. */
export type Matches<T> = readonly T[];

/** The users that a text names: by id, else by any of their names or their address, else by these in any case. */
export function matchingUsers(users: readonly User[], text: string): Matches<User> {
  return matching(users, text, namesOfUser);
}

/** The groups that a text names: by id, else by name, else by name in any case. */
export function matchingGroups(groups: readonly Group[], text: string): Matches<Group> {
  return matching(groups, text, namesOfGroup);
}

/** The entitlements that a text names: by id, else by role key or role name, else by these in any case. */
export function matchingEntitlements(
  entitlements: readonly Entitlement[],
  text: string,
): Matches<Entitlement> {
  return matching(entitlements, text, namesOfEntitlement);
}

/** By what a user can be named, apart from the id. */
export function namesOfUser(user: User): string[] {
  const { username, displayName, preferredLoginName, loginNames = [], email } = user;
  return [username, displayName, preferredLoginName, ...loginNames, email]
    .filter((name) => name !== undefined);
}

/** By what a group can be named, apart from the id. */
export function namesOfGroup({ name }: Group): string[] {
  return name === undefined ? [] : [name];
}

/** By what an entitlement can be named, apart from the id. */
export function namesOfEntitlement({ roleKey, displayName }: Entitlement): string[] {
  return displayName === undefined ? [roleKey] : [roleKey, displayName];
}

function matching<T extends { id: string }>(
  rows: readonly T[],
  text: string,
  namesOf: (row: T) => string[],
): Matches<T> {
  const byId = rows.filter(({ id }) => id === text);
  if (byId.length > 0) return byId;
  const exact = rows.filter((row) => namesOf(row).includes(text));
  if (exact.length > 0) return exact;
  const wanted = folded(text);
  return rows.filter((row) => namesOf(row).some((name) => folded(name) === wanted));
}

function folded(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
