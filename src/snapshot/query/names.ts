/**
 * What to call a user, a group or an entitlement when people read it.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../contract.ts";

/** The name of a user to show: the first of display name, username, login name, address and id that there is. */
export function userName(user: User): string {
  return user.displayName ?? user.username ?? user.preferredLoginName ?? user.email ?? user.id;
}

/** The name of a group to show: its name, else its id. */
export function groupName(group: Group): string {
  return group.name ?? group.id;
}

/** The name of an entitlement to show: the role's key, which tokens carry; its display name is a text of its own. */
export function entitlementName(entitlement: Entitlement): string {
  return entitlement.roleKey;
}
