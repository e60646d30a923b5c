/**
 * Rows by the names that people type.
 *
 * @module
 */
import { isAdministration } from "./administrations.ts";
import type { Entitlement, Group, User } from "../types.ts";
import { foldName } from "../text/fold.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { listEntitlementNames, listGroupNames, listUserNames } from "../text/names.ts";

/**
 * Finds the users that a text names: the one with that id, else all with that username, display name, login name or
 * address. Case, width and blanks do not count, so a text may name several users.
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

/** Prepares {@linkcode findUsers} for many questions: the names are folded once. */
export function createUserFinder(users: readonly User[]): (text: string) => User[] {
  return createFinder(users, listUserNames);
}

/**
 * Finds the groups that a text names: the one with that id, else all of that name, as {@linkcode findUsers} compares
 * names. Projects come before administrations of the same name.
 */
export function findGroups(groups: readonly Group[], text: string): Group[] {
  return preferProjects(findNamed(groups, text, listGroupNames));
}

/** Finds the groups that a text names, and among them those with a role that another text names. */
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

/** Prepares {@linkcode findGroups} for many questions: the names are folded once. */
export function createGroupFinder(groups: readonly Group[]): (text: string) => Group[] {
  const find = createFinder(groups, listGroupNames);
  return (text) => preferProjects(find(text));
}

/**
 * Finds the entitlements that a text names: the one with that id, else all with that role key or display name, as
 * {@linkcode findUsers} compares names.
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
  // An invisible text leaves nothing to compare; such a row is found by its id.
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
    // By the rule of `findNamed`, among the candidates alone.
    const known = byId.get(text);
    return findNamed(
      known === undefined ? named.get(foldName(text)) ?? [] : [known],
      text,
      listNames,
    );
  };
}
