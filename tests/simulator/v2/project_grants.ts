/**
 * `ListProjectGrants`: projects that are delegated to other organizations.
 *
 * @module
 */
import type { Message, MessageType } from "../decode.ts";
import type { Row } from "../rows.ts";
import type { SeedProjectGrant } from "../seed.ts";
import type { State } from "../state/state.ts";
import type { Stored, Tables } from "../state/tables.ts";
import { toMicros } from "../time.ts";
import { listUserPermissions } from "../authorize.ts";
import { listContexts } from "../permissions.ts";
import type { Views } from "../state/views.ts";
import { answerPage, ID_FILTER, PAGINATION } from "./pages.ts";

/** The fields of `ListProjectGrantsRequest`. */
export const PROJECT_GRANTS_REQUEST: MessageType = {
  fields: {
    pagination: PAGINATION,
    filters: {
      repeated: {
        message: {
          fields: {
            inProjectIdsFilter: { message: { fields: { ids: { repeated: "string" } } } },
            organizationIdFilter: ID_FILTER,
            grantedOrganizationIdFilter: ID_FILTER,
          },
          oneof: "zitadel.project.v2.ProjectGrantSearchFilter.filter",
        },
      },
    },
  },
};

type Grant = Stored<SeedProjectGrant>;

/** Answers the list. Throws what ZITADEL refuses with. */
export function listProjectGrants(
  { state, views: { tables } }: { state: State; views: Views },
  callerId: string,
  request: Message,
): string {
  const filters = (request.filters ?? []) as Message[];
  const findProjectOwner = ({ projectId }: Grant) =>
    tables.projects.get(projectId)?.organizationId ?? "";
  const mayRead = (grant: Grant) =>
    [findProjectOwner(grant), grant.grantedOrganizationId].some((organizationId) => {
      const { permissions } = listUserPermissions(state, callerId, organizationId);
      const contexts = listContexts(permissions, "project.grant.read");
      return contexts === undefined || contexts.includes(grant.projectId);
    });
  return answerPage(request, {
    rows: [...tables.projectGrants.all()].filter((grant) =>
      filters.every((filter) => passes(grant, findProjectOwner(grant), filter))
    ),
    compare: (a, b) => toMicros(a.createdAt) - toMicros(b.createdAt),
    toKey: ({ id }) => id,
    isVisible: mayRead,
    toRow: (grant) => projectGrantRow(grant, findProjectOwner(grant), tables),
    list: "projectGrants",
  });
}

function passes(grant: Grant, owner: string, filter: Message): boolean {
  return Object.entries(filter).every(([name, value]) => {
    const { id, ids } = value as { id?: string; ids?: string[] };
    switch (name) {
      case "inProjectIdsFilter":
        return ids?.includes(grant.projectId) === true;
      case "organizationIdFilter":
        return owner === id;
      default:
        return grant.grantedOrganizationId === id;
    }
  });
}

function projectGrantRow(grant: Grant, owner: string, tables: Tables): Row {
  return {
    organizationId: owner,
    creationDate: grant.createdAt,
    changeDate: grant.updatedAt,
    grantedOrganizationId: grant.grantedOrganizationId,
    grantedOrganizationName: tables.organizations.get(grant.grantedOrganizationId)?.name,
    ...(grant.roleKeys.length === 0 ? {} : { grantedRoleKeys: grant.roleKeys }),
    projectId: grant.projectId,
    projectName: tables.projects.get(grant.projectId)?.name,
    state: grant.state ?? "PROJECT_GRANT_STATE_ACTIVE",
  };
}
