/**
 * The methods of the v1 API that the simulator knows: what each asks of its caller, and what it answers.
 *
 * @module
 */
import type { Caller } from "../authorize.ts";
import type { FieldType, Message } from "../decode.ts";
import { refusals, Refused } from "../errors.ts";
import { EVENT_FIELDS, listEvents } from "./events.ts";
import {
  type Filters,
  grantedProjectFilters,
  memberFilters,
  noFilters,
  organizationFilters,
  projectFilters,
  projectGrantFilters,
  roleFilters,
  userFilters,
  userGrantFilters,
} from "./filters.ts";
import type { ListBody } from "./list_pages.ts";
import type { Lists } from "./lists.ts";
import { listContexts } from "../permissions.ts";
import {
  isListed,
  joinUser,
  joinUserGrant,
  organizationRow,
  projectRow,
  userGrantRow,
  userRow,
} from "../rows.ts";
import type { State } from "../state/state.ts";
import type { Views } from "../state/views.ts";

/** The input of a method. */
export interface Call {
  caller: Caller;
  request: Message;
  /** The parts of the path that have a name. */
  params: Readonly<Record<string, string>>;
}

/** One method of the API. */
export interface Method {
  verb: "GET" | "POST" | "DELETE";
  path: string;
  permission: string;
  /** The name of the part of the path that a permission for single objects must be for. */
  checked?: string;
  /** The name of the request's message, in validation errors. */
  request: string;
  /** The list's filters; absent where the body is not read. */
  // deno-lint-ignore no-explicit-any -- each list filters its own rows
  filters?: Filters<any>;
  sorting?: FieldType;
  /** The fields of the request, where it is not that of a list. */
  fields?: Readonly<Record<string, FieldType>>;
  /** The answer as JSON. */
  answer: (call: Call) => string | ListBody;
}

const USER_FIELD_NAMES: FieldType = {
  enum: Object.fromEntries(
    "UNSPECIFIED USER_NAME FIRST_NAME LAST_NAME NICK_NAME DISPLAY_NAME EMAIL STATE TYPE CREATION_DATE"
      .split(" ").map((name, number) => [`USER_FIELD_NAME_${name}`, number]),
  ),
};

/** The sources of the methods' answers. */
export interface MethodsOptions {
  state: State;
  views: Views;
  lists: Lists;
}

/** All methods. */
export function listMethods(options: MethodsOptions): Method[] {
  return [
    ...listSearches(options),
    ...listAccessSearches(options),
    ...listLookups(options),
    ...listOwnMethods(options),
  ];
}

function listSearches({ state, lists }: MethodsOptions): Method[] {
  return [
    {
      verb: "POST",
      path: "/management/v1/users/_search",
      permission: "user.read",
      request: "ListUsersRequest",
      filters: userFilters,
      sorting: USER_FIELD_NAMES,
      answer: ({ caller, request }) => lists.users(caller.organizationId, request),
    },
    {
      verb: "POST",
      path: "/management/v1/projects/_search",
      permission: "project.read",
      request: "ListProjectsRequest",
      filters: projectFilters,
      answer: ({ caller, request }) =>
        lists.projects(
          caller.organizationId,
          request,
          listContexts(caller.permissions, "project.read"),
        ),
    },
    {
      verb: "POST",
      path: "/management/v1/projects/:projectId/roles/_search",
      permission: "project.role.read",
      checked: "projectId",
      request: "ListProjectRolesRequest",
      filters: roleFilters,
      answer: ({ caller, request, params }) =>
        lists.roles(caller.organizationId, request, params.projectId!),
    },
    {
      verb: "POST",
      path: "/management/v1/users/grants/_search",
      permission: "user.grant.read",
      request: "ListUserGrantRequest",
      filters: userGrantFilters,
      answer: ({ caller, request }) => lists.userGrants(caller.organizationId, request),
    },
    {
      verb: "POST",
      path: "/management/v1/granted_projects/_search",
      permission: "project.read",
      request: "ListGrantedProjectsRequest",
      filters: grantedProjectFilters,
      answer: ({ caller, request }) =>
        lists.grantedProjects(
          caller.organizationId,
          request,
          listContexts(caller.permissions, "project.read"),
        ),
    },
    {
      verb: "POST",
      path: "/admin/v1/orgs/_search",
      permission: "iam.read",
      request: "ListOrgsRequest",
      filters: organizationFilters,
      answer: ({ request }) => lists.organizations(request),
    },
    {
      verb: "POST",
      path: "/admin/v1/events/_search",
      permission: "iam.read",
      request: "ListEventsRequest",
      fields: EVENT_FIELDS,
      answer: ({ request }) => listEvents(state, request),
    },
  ];
}

/** Lists of access to ZITADEL itself. */
function listAccessSearches({ state, lists }: MethodsOptions): Method[] {
  return [
    {
      verb: "POST",
      path: "/management/v1/orgs/me/members/_search",
      permission: "org.member.read",
      request: "ListOrgMembersRequest",
      filters: memberFilters,
      answer: ({ caller, request }) =>
        lists.members(caller.organizationId, "organization", caller.organizationId, request),
    },
    {
      verb: "POST",
      path: "/management/v1/projects/:projectId/members/_search",
      permission: "project.member.read",
      checked: "projectId",
      request: "ListProjectMembersRequest",
      filters: memberFilters,
      answer: ({ caller, request, params }) =>
        lists.members(caller.organizationId, "project", params.projectId!, request),
    },
    {
      verb: "POST",
      path: "/management/v1/projects/:projectId/grants/:grantId/members/_search",
      permission: "project.grant.member.read",
      checked: "projectId",
      request: "ListProjectGrantMembersRequest",
      filters: memberFilters,
      answer: ({ caller, request, params }) =>
        lists.members(caller.organizationId, "projectGrant", params.grantId!, request),
    },
    {
      verb: "POST",
      path: "/admin/v1/members/_search",
      permission: "iam.member.read",
      request: "ListIAMMembersRequest",
      filters: memberFilters,
      answer: ({ caller, request }) =>
        lists.members(caller.organizationId, "instance", state.instance.id, request),
    },
    {
      verb: "POST",
      path: "/management/v1/users/:userId/memberships/_search",
      permission: "user.membership.read",
      request: "ListUserMembershipsRequest",
      filters: noFilters,
      answer: ({ request, params }) => lists.memberships(params.userId!, request),
    },
    {
      verb: "POST",
      path: "/management/v1/projectgrants/_search",
      permission: "project.grant.read",
      request: "ListAllProjectGrantsRequest",
      filters: projectGrantFilters,
      // The contexts of a permission are projects, and this list compares them with project grants.
      answer: ({ caller, request }) =>
        lists.projectGrants(caller.organizationId, request, {
          only: listContexts(caller.permissions, "project.grant.read"),
        }),
    },
    {
      verb: "POST",
      path: "/management/v1/projects/:projectId/grants/_search",
      permission: "project.grant.read",
      checked: "projectId",
      request: "ListProjectGrantsRequest",
      filters: projectGrantFilters,
      answer: ({ caller, request, params }) =>
        lists.projectGrants(caller.organizationId, request, { projectId: params.projectId! }),
    },
    {
      verb: "POST",
      path: "/management/v1/users/:userId/pats/_search",
      permission: "user.read",
      request: "ListPersonalAccessTokensRequest",
      filters: noFilters,
      answer: ({ caller, request, params }) =>
        lists.tokens(caller.organizationId, params.userId!, request),
    },
    {
      verb: "POST",
      path: "/management/v1/users/:userId/keys/_search",
      permission: "user.read",
      request: "ListMachineKeysRequest",
      filters: noFilters,
      answer: ({ caller, request, params }) =>
        lists.keys(caller.organizationId, params.userId!, request),
    },
  ];
}

/** Single objects by their id: from the views, too, so what a view lost is not found. */
function listLookups({ state, views: { tables } }: MethodsOptions): Method[] {
  return [
    {
      verb: "GET",
      path: "/management/v1/orgs/me",
      permission: "org.read",
      request: "GetMyOrgRequest",
      answer: ({ caller }) =>
        JSON.stringify({ org: ownOrganization(state, caller.organizationId) }),
    },
    {
      verb: "GET",
      path: "/management/v1/users/:id",
      permission: "user.read",
      request: "GetUserByIDRequest",
      answer: ({ caller, params }) => {
        const user = tables.users.get(params.id!);
        if (user === undefined) throw new Refused(refusals.userNotFound);
        if (user.organizationId !== caller.organizationId) {
          throw new Refused(refusals.userOfAnother);
        }
        return JSON.stringify({ user: userRow(joinUser(tables, user)) });
      },
    },
    {
      verb: "DELETE",
      path: "/management/v1/users/:id",
      permission: "user.delete",
      request: "RemoveUserRequest",
      answer: ({ params }) => {
        if (state.users.get(params.id!) === undefined) throw new Refused(refusals.userNotFound);
        state.removeUser(params.id!);
        return "{}";
      },
    },
    {
      verb: "GET",
      path: "/management/v1/projects/:id",
      permission: "project.read",
      checked: "id",
      request: "GetProjectByIDRequest",
      answer: ({ caller, params }) => {
        const project = tables.projects.get(params.id!);
        if (project === undefined) throw new Refused(refusals.projectNotFound);
        if (project.organizationId !== caller.organizationId) {
          throw new Refused(refusals.projectOfAnother);
        }
        return JSON.stringify({ project: projectRow(project) });
      },
    },
    {
      verb: "GET",
      path: "/management/v1/users/:userId/grants/:grantId",
      permission: "user.grant.read",
      request: "GetUserGrantByIDRequest",
      // The user's id is not looked at.
      answer: ({ caller, params }) => {
        const grant = tables.userGrants.get(params.grantId!);
        if (
          grant === undefined || grant.organizationId !== caller.organizationId ||
          !isListed(tables, grant)
        ) {
          throw new Refused(refusals.userGrantNotFound);
        }
        return JSON.stringify({ userGrant: userGrantRow(joinUserGrant(tables, grant)) });
      },
    },
  ];
}

/** Methods that answer about their caller. */
function listOwnMethods({ views: { tables }, lists }: MethodsOptions): Method[] {
  return [
    {
      verb: "GET",
      path: "/auth/v1/users/me",
      permission: "authenticated",
      request: "GetMyUserRequest",
      answer: ({ caller }) => JSON.stringify({ user: userRow(joinUser(tables, caller.user)) }),
    },
    {
      verb: "POST",
      path: "/auth/v1/memberships/me/_search",
      permission: "authenticated",
      request: "ListMyMembershipsRequest",
      filters: noFilters,
      answer: ({ caller, request }) => lists.memberships(caller.user.id, request),
    },
    {
      verb: "POST",
      path: "/auth/v1/permissions/zitadel/me/_search",
      permission: "authenticated",
      request: "ListMyZitadelPermissionsRequest",
      answer: ({ caller: { permissions } }) =>
        JSON.stringify(permissions.length === 0 ? {} : { result: permissions }),
    },
  ];
}

/** Straight from the events, so fresher than any list. */
function ownOrganization(state: State, id: string): Record<string, unknown> {
  const last = state.lastEvent(id);
  const stored = state.organizations.get(id);
  if (stored === undefined || last === undefined) return { id };
  return organizationRow({ ...stored, sequence: last.sequence, updatedAt: last.at });
}
