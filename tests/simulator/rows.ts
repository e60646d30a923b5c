/**
 * Rows as ZITADEL's lists answer them: protobuf's JSON, without zero values.
 *
 * @module
 */
import type {
  SeedKey,
  SeedMembership,
  SeedOrganization,
  SeedProject,
  SeedProjectGrant,
  SeedRole,
  SeedUser,
  SeedUserGrant,
  Written,
} from "./seed.ts";
import { roleLevel } from "./permissions.ts";
import type { LoginNames, PersonalAccessToken, Stored, Tables } from "./state/tables.ts";
import { shorten } from "./time.ts";

/** A JSON object. */
export type Row = { [key: string]: unknown };

/** Leaves out what protobuf's JSON leaves out; messages stay, even if they are empty. */
function compact(row: Row): Row {
  const kept: Row = {};
  for (const key in row) {
    const value = row[key];
    if (value === undefined || value === "" || value === false) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    kept[key] = value;
  }
  return kept;
}

function details(row: Required<Written>, resourceOwner: string): Row {
  return {
    sequence: String(row.sequence),
    creationDate: row.createdAt,
    changeDate: row.updatedAt,
    resourceOwner,
  };
}

/** A row of `orgs/_search`. */
export function organizationRow(organization: Stored<SeedOrganization>): Row {
  return {
    id: organization.id,
    details: details(organization, organization.id),
    state: organization.state ?? "ORG_STATE_ACTIVE",
    name: organization.name,
    primaryDomain: organization.primaryDomain,
  };
}

/** A user with what the view of login names tells. */
export interface JoinedUser {
  user: Stored<SeedUser>;
  loginNames: LoginNames | undefined;
}

/** Looks up what belongs to a user. */
export function joinUser(tables: Tables, user: Stored<SeedUser>): JoinedUser {
  return { user, loginNames: tables.loginNames.get(user.id) };
}

/** The display name of a human; empty for a machine. */
export function buildDisplayName(user: SeedUser): string {
  const human = user.human;
  return human === undefined ? "" : human.displayName ?? `${human.firstName} ${human.lastName}`;
}

/** A row of `users/_search`. */
export function userRow({ user, loginNames }: JoinedUser): Row {
  const { human, machine } = user;
  return compact({
    id: user.id,
    details: details(user, user.organizationId),
    state: user.state ?? "USER_STATE_ACTIVE",
    userName: user.userName,
    loginNames: loginNames?.names,
    preferredLoginName: loginNames?.names[0],
    human: human && compact({
      profile: compact({
        firstName: human.firstName,
        lastName: human.lastName,
        nickName: human.nickName,
        displayName: buildDisplayName(user),
        preferredLanguage: human.preferredLanguage ?? "und",
        gender: human.gender,
      }),
      email: compact({ email: human.email, isEmailVerified: human.emailVerified ?? true }),
      phone: human.phone === undefined ? {} : { phone: human.phone, isPhoneVerified: true },
      passwordChanged: human.passwordChanged,
    }),
    machine: machine && compact({
      name: machine.name,
      description: machine.description,
      hasSecret: machine.hasSecret,
      accessTokenType: machine.jwt ? "ACCESS_TOKEN_TYPE_JWT" : undefined,
    }),
  });
}

/** A row of `projects/_search`. */
export function projectRow(project: Stored<SeedProject>): Row {
  return compact({
    id: project.id,
    details: details(project, project.organizationId),
    name: project.name,
    state: project.state ?? "PROJECT_STATE_ACTIVE",
    projectRoleAssertion: project.roleAssertion,
    projectRoleCheck: project.roleCheck,
    hasProjectCheck: project.projectCheck,
    privateLabelingSetting: project.privateLabeling,
  });
}

/** A row of `projects/{projectId}/roles/_search`; `organizationId` owns the project. */
export function roleRow(role: Stored<SeedRole>, organizationId: string): Row {
  return compact({
    key: role.key,
    details: details(role, organizationId),
    displayName: role.displayName,
    group: role.group,
  });
}

/** A user grant with the rows that its own row shows fields of. */
export interface JoinedUserGrant {
  grant: Stored<SeedUserGrant>;
  user: Stored<SeedUser> | undefined;
  loginNames: LoginNames | undefined;
  userOrganization: SeedOrganization | undefined;
  project: Stored<SeedProject> | undefined;
  organization: SeedOrganization | undefined;
}

/** Looks up what belongs to a user grant. */
export function joinUserGrant(tables: Tables, grant: Stored<SeedUserGrant>): JoinedUserGrant {
  const user = tables.users.get(grant.userId);
  return {
    grant,
    user,
    loginNames: tables.loginNames.get(grant.userId),
    userOrganization: user && tables.organizations.get(user.organizationId),
    project: tables.projects.get(grant.projectId),
    organization: tables.organizations.get(grant.organizationId),
  };
}

/** Whether lists show the grant: ZITADEL hides those whose user has no login name. */
export function isListed(tables: Tables, grant: SeedUserGrant): boolean {
  return isNamed(tables.loginNames.get(grant.userId));
}

/** Whether there is a login name. */
export function isNamed(loginNames: LoginNames | undefined): boolean {
  return loginNames !== undefined && loginNames.names.length > 0;
}

/** A row of `users/grants/_search`. */
export function userGrantRow(joined: JoinedUserGrant): Row {
  const { grant, user, loginNames, userOrganization, project, organization } = joined;
  return compact({
    id: grant.id,
    details: details(grant, grant.organizationId),
    roleKeys: grant.roleKeys,
    state: grant.state ?? "USER_GRANT_STATE_ACTIVE",
    userId: grant.userId,
    userName: user?.userName,
    firstName: user?.human?.firstName,
    lastName: user?.human?.lastName,
    email: user?.human?.email,
    displayName: user && buildDisplayName(user),
    orgId: grant.organizationId,
    orgName: organization?.name,
    orgDomain: organization?.primaryDomain,
    projectId: grant.projectId,
    projectName: project?.name,
    projectGrantId: grant.projectGrantId,
    preferredLoginName: loginNames?.names[0],
    userType: user && (user.human ? "TYPE_HUMAN" : "TYPE_MACHINE"),
    grantedOrgId: userOrganization?.id,
    grantedOrgName: userOrganization?.name,
    grantedOrgDomain: userOrganization?.primaryDomain,
  });
}

/** A row of `granted_projects/_search`. */
export function grantedProjectRow(tables: Tables, grant: Stored<SeedProjectGrant>): Row {
  const project = tables.projects.get(grant.projectId);
  const owner = project && tables.organizations.get(project.organizationId);
  return compact({
    grantId: grant.id,
    grantedOrgId: grant.grantedOrganizationId,
    grantedOrgName: tables.organizations.get(grant.grantedOrganizationId)?.name,
    grantedRoleKeys: grant.roleKeys,
    state: grant.state ?? "PROJECT_GRANT_STATE_ACTIVE",
    projectId: grant.projectId,
    projectName: project?.name,
    projectOwnerId: owner?.id,
    projectOwnerName: owner?.name,
    details: details(grant, owner?.id ?? ""),
  });
}

/** A membership with the rows that its own row shows fields of. */
export interface JoinedMember {
  membership: Stored<SeedMembership>;
  user: Stored<SeedUser> | undefined;
  loginNames: LoginNames | undefined;
}

/** Looks up what belongs to a membership. */
export function joinMember(tables: Tables, membership: Stored<SeedMembership>): JoinedMember {
  return {
    membership,
    user: tables.users.get(membership.userId),
    loginNames: tables.loginNames.get(membership.userId),
  };
}

/** A row of a list of members; `owner` owns what they are members of. */
export function memberRow({ membership, user, loginNames }: JoinedMember, owner: string): Row {
  return compact({
    userId: membership.userId,
    details: details(membership, owner),
    roles: listRoles(membership),
    preferredLoginName: loginNames?.names[0],
    email: user?.human?.email,
    firstName: user?.human?.firstName,
    lastName: user?.human?.lastName,
    displayName: user && (user.machine?.name ?? buildDisplayName(user)),
    userType: user && (user.human === undefined ? "TYPE_MACHINE" : "TYPE_HUMAN"),
    userResourceOwner: user?.organizationId,
  });
}

/** All roles of a membership. */
export function listRoles({ role, otherRoles = [] }: SeedMembership): string[] {
  return [role, ...otherRoles];
}

/** ZITADEL's time for a credential that never expires. */
export const NEVER = "9999-12-31T23:59:59Z";

/** A row of `users/{userId}/pats/_search`. */
export function tokenRow(token: PersonalAccessToken, organizationId: string): Row {
  return {
    id: token.id,
    details: details(token, organizationId),
    expirationDate: shorten(token.expiresAt ?? NEVER),
    scopes: token.scopes,
  };
}

/** A row of `users/{userId}/keys/_search`. */
export function keyRow(key: Stored<SeedKey>, organizationId: string): Row {
  return {
    id: key.id,
    details: details(key, organizationId),
    type: "KEY_TYPE_JSON",
    expirationDate: shorten(key.expiresAt ?? NEVER),
  };
}

/** A row of `memberships/me/_search`. */
export function membershipRow(where: Instance, membership: Stored<SeedMembership>): Row {
  const { tables } = where;
  const { userId, role, objectId = "" } = membership;
  const owner = findOwner(where, membership);
  const row = { userId, details: details(membership, owner), roles: listRoles(membership) };
  switch (roleLevel(role)) {
    case "instance":
      return { ...row, displayName: where.instance.name, iam: true };
    case "organization":
      return { ...row, displayName: tables.organizations.get(objectId)?.name, orgId: objectId };
    case "project":
      return { ...row, displayName: tables.projects.get(objectId)?.name, projectId: objectId };
    case "projectGrant": {
      const projectId = tables.projectGrants.get(objectId)?.projectId ?? "";
      const displayName = tables.projects.get(projectId)?.name;
      return { ...row, displayName, projectGrantId: objectId };
    }
  }
}

/** An instance and its tables. */
export interface Instance {
  readonly instance: { readonly id: string; readonly name: string };
  readonly tables: Tables;
}

/** The organization, or the instance, that owns what a membership is for. */
export function findOwner(where: Instance, membership: SeedMembership): string {
  const { role, objectId = "" } = membership;
  if (roleLevel(role) !== "projectGrant") return findPlace(where, membership);
  const { tables } = where;
  const projectId = tables.projectGrants.get(objectId)?.projectId ?? "";
  return tables.projects.get(projectId)?.organizationId ?? "";
}

/** The organization in which a membership counts, or the instance. */
export function findPlace(
  { tables, instance }: Instance,
  { role, objectId = "" }: SeedMembership,
): string {
  switch (roleLevel(role)) {
    case "instance":
      return instance.id;
    case "organization":
      return objectId;
    case "project":
      return tables.projects.get(objectId)?.organizationId ?? "";
    case "projectGrant":
      return tables.projectGrants.get(objectId)?.grantedOrganizationId ?? "";
  }
}
