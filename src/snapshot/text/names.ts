/**
 * What to call a user, a group, an entitlement or an organization when people read it, and by what they find it.
 *
 * @module
 */
import type { Actor, Credential, Entitlement, Group, Organization, User } from "../types.ts";
import { formatAdministration, isAdministration } from "../query/administrations.ts";
import { isVisible } from "./invisible.ts";

/**
 * The name of a user to show: the first of display name, username, login name, address and id of which there is
 * anything to see.
 */
export function formatUserName(user: User): string {
  const { displayName, username, preferredLoginName, email, id } = user;
  return firstVisible(id, displayName, username, preferredLoginName, email);
}

/** Whether a value of a row is somebody who did something. */
export function isActor(value: unknown): value is Actor {
  return typeof value === "object" && value !== null && "id" in value;
}

/** The name of who did something: as the snapshot has the user, else as ZITADEL told it, else the id. */
export function formatActorName({ id, name }: Actor, users: ReadonlyMap<string, User>): string {
  const user = users.get(id);
  return user === undefined ? firstVisible(`user ${id}`, name) : formatUserName(user);
}

/** The name of a group to show: its name, else its id; of an administration with what it is of behind it. */
export function formatGroupName(group: Group): string {
  const scope = formatAdministration(group);
  const name = formatAdministeredName(group);
  return scope === undefined ? name : `${name} (${scope} administration)`;
}

/** The name of what a group is, or is the administration of: its name, else its id. */
export function formatAdministeredName({ id, of = id, name }: Group): string {
  return firstVisible(of, name);
}

/** What a credential is, in words, such as `personal access token`. */
export function formatCredentialKind({ kind }: Pick<Credential, "kind">): string {
  return kind.replaceAll("-", " ");
}

/**
 * The name of an entitlement to show: the role's key, which tokens carry. Its display name is a text of its own, and
 * stands in only for a key that cannot be seen.
 */
export function formatEntitlementName({ id, roleKey, displayName }: Entitlement): string {
  return firstVisible(id, roleKey, displayName);
}

/** The name of an organization to show: its name, else its primary domain, else its id. */
export function formatOrganizationName({ id, name, primaryDomain }: Organization): string {
  return firstVisible(id, name, primaryDomain);
}

/** By what a user is found, apart from the id. */
export function listUserNames(user: User): string[] {
  const { username, displayName, preferredLoginName, loginNames = [], email } = user;
  return [username, displayName, preferredLoginName, ...loginNames, email]
    .filter((name) => name !== undefined);
}

/** By what a group is found, apart from the id. */
export function listGroupNames(group: Group): string[] {
  const names = group.name === undefined ? [] : [group.name];
  return isAdministration(group) ? [...names, formatGroupName(group)] : names;
}

/** By what an entitlement is found, apart from the id. */
export function listEntitlementNames({ roleKey, displayName }: Entitlement): string[] {
  return displayName === undefined ? [roleKey] : [roleKey, displayName];
}

function firstVisible(id: string, ...names: (string | undefined)[]): string {
  return names.find((name) => name !== undefined && isVisible(name)) ?? id;
}
