/**
 * Which role carries which permissions: ZITADEL's default mapping, cut to what reading needs where the whole was not
 * recorded.
 *
 * @module
 */

/** The kind of object that a role is held on. */
export type Level = "instance" | "organization" | "project" | "projectGrant";

/** The level of a role, told by its name. */
export function roleLevel(role: string): Level {
  if (role.startsWith("IAM_")) return "instance";
  if (role.startsWith("ORG_")) return "organization";
  return role.startsWith("PROJECT_GRANT_") ? "projectGrant" : "project";
}

const READ_USERS = ["user.read", "user.global.read", "user.grant.read", "user.membership.read"];
const READ_PROJECTS = ["project.read", "project.role.read"];
const READ_MEMBERS = ["org.member.read", "project.member.read", "project.grant.member.read"];
const READ_ORGANIZATION = ["org.read", ...READ_USERS, ...READ_PROJECTS, "project.grant.read"];

/** The permissions of each role, in the order in which ZITADEL lists them. */
const PERMISSIONS: Readonly<Record<string, readonly string[]>> = {
  // deno-fmt-ignore
  IAM_OWNER_VIEWER: [
    "iam.read", "iam.policy.read", "iam.member.read", "iam.idp.read", "iam.action.read", "iam.flow.read",
    "iam.restrictions.read", "iam.feature.read", "iam.web_key.read", "iam.debug.read", "org.read",
    "org.member.read", "org.idp.read", "org.action.read", "org.flow.read", "org.feature.read", "user.read",
    "user.global.read", "user.grant.read", "user.membership.read", "user.feature.read", "policy.read",
    "project.read", "project.member.read", "project.role.read", "project.app.read", "project.grant.read",
    "project.grant.member.read", "events.read", "milestones.read", "action.target.read",
    "action.execution.read", "userschema.read", "session.read", "group.read", "group.user.read",
  ],
  // deno-fmt-ignore
  ORG_OWNER_VIEWER: [
    "org.read", "org.member.read", "org.idp.read", "org.action.read", "org.flow.read", "org.feature.read",
    "user.read", "user.global.read", "user.grant.read", "user.membership.read", "user.feature.read",
    "policy.read", "project.read", "project.member.read", "project.role.read", "project.app.read",
    "project.grant.read", "project.grant.member.read", "project.grant.user.grant.read", "group.read",
    "group.user.read",
  ],
  // deno-fmt-ignore
  ORG_USER_MANAGER: [
    "org.read", "user.read", "user.global.read", "user.write", "user.delete", "user.grant.read",
    "user.grant.write", "user.grant.delete", "user.membership.read", "user.feature.read",
    "user.feature.write", "user.feature.delete", "policy.read", "project.read", "project.role.read",
    "session.read", "session.delete",
  ],
  // deno-fmt-ignore
  PROJECT_OWNER_VIEWER: [
    "policy.read", "project.read", "project.member.read", "project.role.read", "project.app.read",
    "project.grant.read", "project.grant.member.read", "user.read", "user.global.read", "user.grant.read",
    "user.membership.read",
  ],
  IAM_OWNER: ["iam.read", "iam.member.read", ...READ_ORGANIZATION, ...READ_MEMBERS],
  IAM_LOGIN_CLIENT: ["iam.read", ...READ_ORGANIZATION],
  IAM_ORG_MANAGER: READ_ORGANIZATION,
  IAM_USER_MANAGER: READ_ORGANIZATION,
  ORG_OWNER: [...READ_ORGANIZATION, ...READ_MEMBERS],
  ORG_USER_PERMISSION_EDITOR: READ_ORGANIZATION,
  ORG_PROJECT_PERMISSION_EDITOR: READ_ORGANIZATION,
  ORG_SETTINGS_MANAGER: ["org.read"],
  ORG_PROJECT_CREATOR: ["user.global.read", "policy.read", "project.read:self", "project.create"],
  PROJECT_OWNER: [
    ...READ_PROJECTS,
    "project.member.read",
    "project.grant.read",
    "project.grant.member.read",
    ...READ_USERS,
  ],
  PROJECT_GRANT_OWNER: [
    "project.read",
    "project.grant.read",
    "project.grant.member.read",
    ...READ_USERS,
  ],
  PROJECT_GRANT_OWNER_VIEWER: [
    "project.read",
    "project.grant.read",
    "project.grant.member.read",
    ...READ_USERS,
  ],
};

/** The permissions of a role held on an object; below the organization each names it, as in `user.read:<id>`. */
export function listPermissions(role: string, objectId: string): string[] {
  const permissions = PERMISSIONS[role] ?? [];
  const level = roleLevel(role);
  if (level === "instance" || level === "organization") return [...permissions];
  return permissions.map((permission) => `${permission}:${objectId}`);
}

/** The objects that a permission is limited to; `undefined` if it is not. */
export function listContexts(
  permissions: readonly string[],
  permission: string,
): string[] | undefined {
  if (permissions.includes(permission)) return undefined;
  const prefix = `${permission}:`;
  return permissions.filter((held) => held.startsWith(prefix)).map((held) =>
    held.slice(prefix.length)
  );
}
