/**
 * Project grants: the v1 lists of those that the organization gave, and of those that it received.
 *
 * @module
 */
import { z } from "zod";
import type { List } from "../api/lists.ts";
import { details, id, rowSchema, text } from "../api/wire.ts";

const projectGrantSchema = z.object({
  grantId: id,
  details,
  grantedOrgId: id,
  projectId: id,
  projectName: text,
});

/** A project that is granted to an organization. */
export type ProjectGrant = z.infer<typeof projectGrantSchema>;

/** Those of the organization's own projects. A project is granted to an organization once. */
export const GIVEN_PROJECT_GRANTS: List<ProjectGrant> = projectGrants({
  name: "project grants given",
  path: "/management/v1/projectgrants/_search",
  filtersFor: ({ projectId, grantedOrgId }) => [
    { projectIdQuery: { projectId } },
    { grantedOrgIdQuery: { grantedOrgId } },
  ],
});

/** Those of projects of other organizations to this one: they belong to the other organization. */
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
    map: (row) => row,
    // There is no filter by id.
    request: (row) => ({
      method: "POST",
      path,
      body: { query: { limit: 1000 }, queries: filtersFor(row) },
      schema: rowSchema(projectGrantSchema, ({ grantId }) => grantId === row.grantId),
      goneErrors: [],
    }),
  };
}
