/**
 * The ids of entitlements and grants, and of what ZITADEL gives none, by the convention of the baton connectors (`type:resource:slug`).
 *
 * A role key may hold any character, `:` too: these ids are built and compared, never split.
 *
 * @module
 */

/** The id of a role of a project. */
export function entitlementId(groupId: string, roleKey: string): string {
  return `project:${groupId}:${roleKey}`;
}

/** The id of the administration of something. */
export function administrationId(scope: string, of: string): string {
  return `administration:${scope}:${of}`;
}

/** Whether an id is that of an administration, or of a manager role on one. */
export function isAdministrationId(id: string): boolean {
  return id.startsWith("administration:");
}

/** The id of a manager role on what is administered. */
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

/** The id of the secret of a client: ZITADEL gives it none. */
export function clientSecretId(userId: string): string {
  return `client-secret:${userId}`;
}

/** The id of the edge between an entitlement and a user. */
export function grantId(entitlementId: string, userId: string): string {
  return `${entitlementId}:user:${userId}`;
}
