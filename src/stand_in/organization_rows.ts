/**
 * The true content of an organization, to compare a sync's result with.
 *
 * @module
 */
import {
  isListed,
  joinUserGrant,
  organizationRow,
  projectRow,
  roleRow,
  type Row,
  userGrantRow,
  userRow,
} from "./rows.ts";
import type { State } from "./state.ts";

/** All rows of an organization's lists, in heap order. */
export interface OrganizationRows {
  /** Absent if the organization is gone. */
  organization?: Row;
  users: Row[];
  projects: Row[];
  /** By project id; every project has an entry. */
  roles: Record<string, Row[]>;
  /** The listed ones: grants of users without a login name are hidden. */
  userGrants: Row[];
}

/** What the lists of an organization would answer now. */
export function organizationRows(state: State, organizationId: string): OrganizationRows {
  const organization = state.organizations.get(organizationId);
  const projects = [...state.projects.by("organizationId", organizationId)];
  return {
    ...(organization === undefined ? {} : { organization: organizationRow(organization) }),
    users: Array.from(state.users.by("organizationId", organizationId), userRow),
    projects: projects.map(projectRow),
    roles: Object.fromEntries(projects.map((project) => [
      project.id,
      Array.from(state.roles.by("projectId", project.id), (role) => roleRow(role, organizationId)),
    ])),
    userGrants: [...state.userGrants.by("organizationId", organizationId)]
      .filter((grant) => isListed(state, grant))
      .map((grant) => userGrantRow(joinUserGrant(state, grant))),
  };
}
