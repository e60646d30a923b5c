/**
 * `ListAdministrators`: who administers what, all scopes in one list.
 *
 * @module
 */
import { z } from "zod";
import {
  type Administered,
  administeredKey,
  type Administrator,
  foreignAdministrator,
} from "./administrators.ts";
import { id, text, time } from "../api/wire.ts";
import type { ConnectList } from "../api/connect.ts";

const METHOD = "zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators";

/** A row; of the four scopes there must be one, so that a row of a scope of a later release is not lost. */
const administratorSchema = z.object({
  creationDate: time,
  changeDate: time,
  user: z.object({
    id,
    organizationId: text,
    displayName: text,
    preferredLoginName: text,
  }),
  instance: z.literal(true).exactOptional(),
  organization: z.object({ id }).exactOptional(),
  project: z.object({ id }).exactOptional(),
  projectGrant: z.object({ id }).exactOptional(),
  roles: z.array(id).exactOptional(),
}).refine(
  (row) => row.instance ?? row.organization ?? row.project ?? row.projectGrant,
  "a scope that this release knows",
);

type Row = z.infer<typeof administratorSchema>;

/**
 * The administrators of these things. Filtered by them, because what else there is on the instance is counted and not shown,
 * so that the total would say nothing.
 */
export function listOfAdministrators(
  places: readonly Administered[],
): ConnectList<Row, Administrator> {
  const byKey = new Map(places.map((of) => [administeredKey(of), of]));
  const filters = [{ or: { queries: places.map(toFilter) } }];
  return {
    name: "administrators",
    kind: "administrators",
    method: METHOD,
    key: "administrators",
    row: administratorSchema,
    filters,
    sortingColumn: "ADMINISTRATOR_FIELD_NAME_USER_ID",
    // A user may administer several things.
    ordered: false,
    id: ({ of, user }) => `${administeredKey(of)} ${user.id}`,
    createdAt: ({ createdAt }) => createdAt,
    filtersFor: ({ of, user }) => [toFilter(of), { inUserIdsFilter: { ids: [user.id] } }],
    select(row) {
      const key = readKey(row);
      const of = byKey.get(key);
      if (of === undefined) throw foreignAdministrator(`/${METHOD}`, key);
      const { id, organizationId, displayName, preferredLoginName } = row.user;
      return {
        of,
        roles: row.roles ?? [],
        user: { id, organizationId, displayName, preferredLoginName },
        createdAt: row.creationDate,
        updatedAt: row.changeDate,
      };
    },
  };
}

function readKey({ instance, organization, project, projectGrant }: Row): string {
  if (instance) return "instance";
  if (organization !== undefined) return `organization ${organization.id}`;
  return project === undefined ? `project-grant ${projectGrant!.id}` : `project ${project.id}`;
}

function toFilter(of: Administered): unknown {
  switch (of.scope) {
    case "instance":
      return { resource: { instance: true } };
    case "organization":
      return { resource: { organizationId: of.id } };
    case "project":
      return { resource: { projectId: of.id } };
    case "project-grant": {
      const { projectId, grantedOrganizationId: organizationId } = of;
      return { resource: { projectGrant: { projectId, organizationId } } };
    }
  }
}
