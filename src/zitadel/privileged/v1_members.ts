/**
 * The members of the organization, its projects, their loans and the instance, and these loans: the v1 lists.
 *
 * @module
 */
import { z } from "zod";
import type { Administered, Administrator } from "./administrators.ts";
import type { List } from "../api/lists.ts";
import { details, id, rowSchema, text } from "../api/wire.ts";

/** A row of a list of members. */
const memberSchema = z.object({
  userId: id,
  details,
  roles: z.array(id).exactOptional(),
  displayName: text,
  preferredLoginName: text,
  userResourceOwner: text,
});

type Member = z.infer<typeof memberSchema>;

/** A loan of a project to an organization, which ZITADEL calls a project grant. */
const projectGrantSchema = z.object({
  grantId: id,
  details,
  grantedOrgId: id,
  projectId: id,
  projectName: text,
});

/** A loan of a project to an organization. */
export type ProjectGrant = z.infer<typeof projectGrantSchema>;

/** The members of one thing. */
export function members(of: Administered): List<Member, Administrator> {
  const path = memberPath(of);
  return {
    name: of.scope === "instance" ? "members of the instance" : `members of ${of.scope} ${of.id}`,
    kind: "administrators",
    path,
    row: memberSchema,
    id: ({ user }) => user.id,
    createdAt: ({ createdAt }) => createdAt,
    // A member belongs to whoever owns what is administered: that may be the instance, or the lender of a project.
    mixed: of.scope === "instance" || of.scope === "project-grant",
    select: ({ userId, roles = [], details, displayName, preferredLoginName, ...row }) => ({
      of,
      roles,
      user: {
        id: userId,
        organizationId: row.userResourceOwner,
        displayName,
        preferredLoginName,
      },
      createdAt: details.creationDate,
      updatedAt: details.changeDate,
    }),
    lookup: ({ user }) => ({
      method: "POST",
      path,
      body: { query: { limit: 1 }, queries: [{ userIdQuery: { userId: user.id } }] },
      schema: rowSchema(memberSchema, ({ userId }) => userId === user.id),
      goneErrors: [],
    }),
  };
}

function memberPath(of: Administered): string {
  switch (of.scope) {
    case "instance":
      return "/admin/v1/members/_search";
    case "organization":
      return "/management/v1/orgs/me/members/_search";
    case "project":
      return `/management/v1/projects/${encodeURIComponent(of.id)}/members/_search`;
    case "project-grant":
      return `/management/v1/projects/${encodeURIComponent(of.projectId)}/grants/${
        encodeURIComponent(of.id)
      }/members/_search`;
  }
}

/** The loans of the organization's own projects. A project is lent to an organization once. */
export const GIVEN_PROJECT_GRANTS: List<ProjectGrant> = projectGrants({
  name: "project grants given",
  path: "/management/v1/projectgrants/_search",
  filtersFor: ({ projectId, grantedOrgId }) => [
    { projectIdQuery: { projectId } },
    { grantedOrgIdQuery: { grantedOrgId } },
  ],
});

/** The projects of other organizations that are lent to this one: they belong to the lender. */
export const RECEIVED_PROJECT_GRANTS: List<ProjectGrant> = {
  ...projectGrants({
    name: "project grants received",
    path: "/management/v1/granted_projects/_search",
    filtersFor: ({ projectName = "" }) =>
      projectName === ""
        ? []
        : [{ nameQuery: { name: projectName, method: "TEXT_QUERY_METHOD_EQUALS" } }],
  }),
  mixed: true,
};

function projectGrants(
  { name, path, filtersFor }: {
    name: string;
    path: string;
    filtersFor: (row: ProjectGrant) => readonly unknown[];
  },
): List<ProjectGrant> {
  return {
    ...{ name, path },
    kind: "project-grants",
    row: projectGrantSchema,
    id: ({ grantId }) => grantId,
    createdAt: ({ details }) => details.creationDate,
    select: (row) => row,
    // There is no filter by id.
    lookup: (row) => ({
      method: "POST",
      path,
      body: { query: { limit: 1000 }, queries: filtersFor(row) },
      schema: rowSchema(projectGrantSchema, ({ grantId }) => grantId === row.grantId),
      goneErrors: [],
    }),
  };
}
