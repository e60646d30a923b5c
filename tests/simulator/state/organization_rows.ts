/**
 * The rows of an organization's lists, to compare a sync's result with.
 *
 * @module
 */
import {
  isListed,
  joinUser,
  joinUserGrant,
  organizationRow,
  projectRow,
  roleRow,
  type Row,
  userGrantRow,
  userRow,
} from "../rows.ts";
import type { Tables } from "./tables.ts";

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

/** The rows that the lists of an organization would answer now. */
export function organizationRows(tables: Tables, organizationId: string): OrganizationRows {
  const organization = tables.organizations.get(organizationId);
  const projects = [...tables.projects.by("organizationId", organizationId)];
  return {
    ...(organization === undefined ? {} : { organization: organizationRow(organization) }),
    users: Array.from(
      tables.users.by("organizationId", organizationId),
      (user) => userRow(joinUser(tables, user)),
    ),
    projects: projects.map(projectRow),
    roles: Object.fromEntries(projects.map((project) => [
      project.id,
      Array.from(tables.roles.by("projectId", project.id), (role) => roleRow(role, organizationId)),
    ])),
    userGrants: [...tables.userGrants.by("organizationId", organizationId)]
      .filter((grant) => isListed(tables, grant))
      .map((grant) => userGrantRow(joinUserGrant(tables, grant))),
  };
}
