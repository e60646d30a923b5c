/**
 * The names of users, groups, entitlements and organizations: the one to show, and those to find them by.
 *
 * @module
 */
import type { Actor, Credential, Entitlement, Group, Organization, User } from "../types.ts";
import { formatAdministration, isAdministration } from "../query/administrations.ts";
import { isVisible } from "./invisible.ts";

/**
 * The name of a user to show: the first of display name, username, login name, address and id that is visible.
 */
export function formatUserName(user: User): string {
  const { displayName, username, preferredLoginName, email, id } = user;
  return firstVisible(id, displayName, username, preferredLoginName, email);
}

/** Tells whether a value of a row is an actor. */
export function isActor(value: unknown): value is Actor {
  return typeof value === "object" && value !== null && "id" in value;
}

/** The name of an actor to show: the user's in the snapshot, else ZITADEL's, else the id. */
export function formatActorName({ id, name }: Actor, users: ReadonlyMap<string, User>): string {
  const user = users.get(id);
  return user === undefined ? firstVisible(`user ${id}`, name) : formatUserName(user);
}

/** The name of a group to show: its name, else its id; an administration is named as one. */
export function formatGroupName(group: Group): string {
  const scope = formatAdministration(group);
  const name = formatAdministeredName(group);
  return scope === undefined ? name : `${name} (${scope} administration)`;
}

/** The name of a project, or of the thing that is administered: its name, else its id. */
export function formatAdministeredName({ id, of = id, name }: Group): string {
  return firstVisible(of, name);
}

/** The kind of a credential in words, such as `personal access token`. */
export function formatCredentialKind({ kind }: Pick<Credential, "kind">): string {
  return kind.replaceAll("-", " ");
}

/**
 * The name of an entitlement to show: the role's key, which tokens carry; its display name only if the key is invisible.
 */
export function formatEntitlementName({ id, roleKey, displayName }: Entitlement): string {
  return firstVisible(id, roleKey, displayName);
}

/** The name of an organization to show: its name, else its primary domain, else its id. */
export function formatOrganizationName({ id, name, primaryDomain }: Organization): string {
  return firstVisible(id, name, primaryDomain);
}

/** The names by which a user is found, apart from the id. */
export function listUserNames(user: User): string[] {
  const { username, displayName, preferredLoginName, loginNames = [], email } = user;
  return [username, displayName, preferredLoginName, ...loginNames, email]
    .filter((name) => name !== undefined);
}

/** The names by which a group is found, apart from the id. */
export function listGroupNames(group: Group): string[] {
  const names = group.name === undefined ? [] : [group.name];
  return isAdministration(group) ? [...names, formatGroupName(group)] : names;
}

/** The names by which an entitlement is found, apart from the id. */
export function listEntitlementNames({ roleKey, displayName }: Entitlement): string[] {
  return displayName === undefined ? [roleKey] : [roleKey, displayName];
}

function firstVisible(id: string, ...names: (string | undefined)[]): string {
  return names.find((name) => name !== undefined && isVisible(name)) ?? id;
}
