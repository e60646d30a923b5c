/**
 * The ids that ZITADEL does not give, by the convention of the baton connectors (`type:resource:slug`).
 *
 * A role key may hold any character, also `:`. Build and compare these ids, never split them.
 *
 * @module
 */

/** The id of a role of a project. */
export function entitlementId(groupId: string, roleKey: string): string {
  return `project:${groupId}:${roleKey}`;
}

/** The id of an administration: `of` is the thing administered. */
export function administrationId(scope: string, of: string): string {
  return `administration:${scope}:${of}`;
}

/** Tells whether an id is that of an administration or of a manager role. */
export function isAdministrationId(id: string): boolean {
  return id.startsWith("administration:");
}

/** The id of a manager role of an administration. */
export function managerRoleId(administrationId: string, role: string): string {
  return `${administrationId}:${role}`;
}

/** The id of a role, or of a manager role, of a group. */
export function buildEntitlementId(
  { id, kind }: { id: string; kind: string },
  roleKey: string,
): string {
  return kind === "project" ? entitlementId(id, roleKey) : managerRoleId(id, roleKey);
}

/** The id of a client secret. */
export function clientSecretId(userId: string): string {
  return `client-secret:${userId}`;
}

/** The id of a grant. */
export function grantId(entitlementId: string, userId: string): string {
  return `${entitlementId}:user:${userId}`;
}
