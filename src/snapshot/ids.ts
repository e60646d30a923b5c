/**
 * The ids of entitlements and grants, by the convention of the baton connectors (`type:resource:slug`).
 *
 * A role key may hold any character, `:` too: these ids are built and compared, never split.
 *
 * @module
 */

/** The id of a role of a project. */
export function entitlementId(groupId: string, roleKey: string): string {
  return `project:${groupId}:${roleKey}`;
}

/** The id of the edge between an entitlement and a user. */
export function grantId(entitlementId: string, userId: string): string {
  return `${entitlementId}:user:${userId}`;
}
