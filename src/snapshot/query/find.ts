/**
 * What people mean when they type the name of a user, a group or an entitlement.
 *
 * @module
 */
import { isAdministration } from "./administrations.ts";
import type { Entitlement, Group, User } from "../types.ts";
import { foldName } from "../text/fold.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { listEntitlementNames, listGroupNames, listUserNames } from "../text/names.ts";

/**
 * The users that a text names: by id the one, else all that have it among their names: username, display name, login
 * names, address. Names are the same whatever their case, width and blanks, so the text may name several: ask which.
 *
 * @example
 * ```ts
 * import { findUsers, type User } from "@zitadel-sync/zitadel-sync";
 *
 * const users: User[] = [
 *   { id: "1", username: "ada", displayName: "Ada Okafor", state: "active", external: false },
 *   { id: "2", username: "ADA", state: "inactive", external: false },
 * ];
 * const names = (text: string) => findUsers(users, text).map(({ id }) => id).join();
 * console.log(names("ada  okafor"), names("Ada"), names("2")); // 1 1,2 2
 * ```
 */
export function findUsers(users: readonly User[], text: string): User[] {
  return findNamed(users, text, listUserNames);
}

/** As {@linkcode findUsers}, to be asked again and again: the names are folded once. */
export function createUserFinder(users: readonly User[]): (text: string) => User[] {
  return createFinder(users, listUserNames);
}

/**
 * The groups that a text names: by id the one, else all of that name, as names are compared by {@linkcode findUsers}. A
 * project goes before what is its administration, which is called the same.
 */
export function findGroups(groups: readonly Group[], text: string): Group[] {
  return preferProjects(findNamed(groups, text, listGroupNames));
}

/** The groups that a text names and that have a role which another text names. */
export function findGroupsWithRole(index: SnapshotIndex, text: string, role: string): Group[] {
  const named = findNamed(index.snapshot.groups, text, listGroupNames);
  const having = named.filter(({ id }) =>
    findEntitlements(index.entitlementsOfGroup.get(id) ?? [], role).length > 0
  );
  return preferProjects(having.length === 0 ? named : having);
}

function preferProjects(groups: Group[]): Group[] {
  const projects = groups.filter((group) => !isAdministration(group));
  return projects.length === 0 ? groups : projects;
}

/** As {@linkcode findGroups}, to be asked again and again: the names are folded once. */
export function createGroupFinder(groups: readonly Group[]): (text: string) => Group[] {
  const find = createFinder(groups, listGroupNames);
  return (text) => preferProjects(find(text));
}

/**
 * The entitlements that a text names: by id the one, else all that have it as role key or display name, as names are
 * compared by {@linkcode findUsers}.
 */
export function findEntitlements(
  entitlements: readonly Entitlement[],
  text: string,
): Entitlement[] {
  return findNamed(entitlements, text, listEntitlementNames);
}

function findNamed<Row extends { id: string }>(
  rows: readonly Row[],
  text: string,
  listNames: (row: Row) => string[],
): Row[] {
  const byId = rows.filter(({ id }) => id === text);
  if (byId.length > 0) return byId;
  const wanted = foldName(text);
  // Of a text that does not show nothing is left to compare, and an id always helps.
  return wanted === ""
    ? []
    : rows.filter((row) => listNames(row).some((name) => foldName(name) === wanted));
}

function createFinder<Row extends { id: string }>(
  rows: readonly Row[],
  listNames: (row: Row) => string[],
): (text: string) => Row[] {
  const named = new Map<string, Row[]>();
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of rows) {
    for (const name of new Set(listNames(row).map(foldName))) {
      const same = named.get(name);
      if (same === undefined) named.set(name, [row]);
      else same.push(row);
    }
  }
  return (text) => {
    // By the rule of `findNamed`, among those alone that may fit.
    const known = byId.get(text);
    return findNamed(
      known === undefined ? named.get(foldName(text)) ?? [] : [known],
      text,
      listNames,
    );
  };
}
