/**
 * Rows as ZITADEL's lists answer them: protobuf's JSON, without zero values.
 *
 * @module
 */
import type {
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
import type { LoginNames, Stored, Tables } from "./tables.ts";

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

/** How ZITADEL shows a human; empty for a machine. */
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

/** What a user grant's row tells of other rows. */
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

/** A row of `memberships/me/_search`. */
export function membershipRow(state: InstanceTables, membership: Stored<SeedMembership>): Row {
  const { userId, role, otherRoles = [], objectId = "" } = membership;
  const owner = findOwner(state, membership);
  const row = { userId, details: details(membership, owner), roles: [role, ...otherRoles] };
  switch (roleLevel(role)) {
    case "instance":
      return { ...row, displayName: state.instance.name, iam: true };
    case "organization":
      return { ...row, displayName: state.organizations.get(objectId)?.name, orgId: objectId };
    case "project":
      return { ...row, displayName: state.projects.get(objectId)?.name, projectId: objectId };
    case "projectGrant": {
      const projectId = state.projectGrants.get(objectId)?.projectId ?? "";
      const displayName = state.projects.get(projectId)?.name;
      return { ...row, displayName, projectGrantId: objectId };
    }
  }
}

/** The tables of an instance that has a name. */
export interface InstanceTables extends Tables {
  readonly instance: { readonly id: string; readonly name: string };
}

/** The organization, or the instance, that a membership belongs to. */
export function findOwner(state: InstanceTables, { role, objectId = "" }: SeedMembership): string {
  switch (roleLevel(role)) {
    case "instance":
      return state.instance.id;
    case "organization":
      return objectId;
    case "project":
      return state.projects.get(objectId)?.organizationId ?? "";
    case "projectGrant":
      return state.projectGrants.get(objectId)?.grantedOrganizationId ?? "";
  }
}
