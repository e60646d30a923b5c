/**
 * `ListAdministrators`: the members of everything in one list.
 *
 * @module
 */
import { listUserPermissions } from "../authorize.ts";
import type { FieldType, Message, MessageType } from "../decode.ts";
import { refusals, Refused } from "../errors.ts";
import { type Level, listContexts, roleLevel } from "../permissions.ts";
import { buildDisplayName, findOwner, isNamed, listRoles, type Row } from "../rows.ts";
import type { SeedMembership } from "../seed.ts";
import type { State } from "../state/state.ts";
import { membershipId, type Stored, type Tables } from "../state/tables.ts";
import { toMicros } from "../time.ts";
import type { Views } from "../state/views.ts";
import { answerPage, ID_FILTER, PAGINATION, passesTime, TIMESTAMP_FILTER } from "./pages.ts";

type Member = Stored<SeedMembership>;

const FILTER: { fields: Record<string, FieldType>; oneof: string } = {
  fields: {
    creationDate: TIMESTAMP_FILTER,
    changeDate: TIMESTAMP_FILTER,
    inUserIdsFilter: { message: { fields: { ids: { repeated: "string" } } } },
    userOrganizationId: ID_FILTER,
    resource: {
      message: {
        fields: {
          instance: "true",
          organizationId: "string",
          projectId: "string",
          projectGrant: {
            message: { fields: { projectId: "string", organizationId: "string" } },
          },
        },
        oneof: "zitadel.internal_permission.v2.ResourceFilter.resource",
      },
    },
    role: { message: { fields: { roleKey: "string" } } },
  },
  oneof: "zitadel.internal_permission.v2.AdministratorSearchFilter.filter",
};
FILTER.fields.and = { message: { fields: { queries: { repeated: { message: FILTER } } } } };
FILTER.fields.or = FILTER.fields.and;
FILTER.fields.not = { message: { fields: { query: { message: FILTER } } } };

/** The fields of `ListAdministratorsRequest`. */
export const ADMINISTRATORS_REQUEST: MessageType = {
  fields: {
    pagination: PAGINATION,
    sortingColumn: {
      enum: {
        ADMINISTRATOR_FIELD_NAME_UNSPECIFIED: 0,
        ADMINISTRATOR_FIELD_NAME_USER_ID: 1,
        ADMINISTRATOR_FIELD_NAME_CREATION_DATE: 2,
        ADMINISTRATOR_FIELD_NAME_CHANGE_DATE: 3,
      },
    },
    filters: { repeated: { message: FILTER } },
  },
};

/** Answers the list. Throws what ZITADEL refuses with. */
export function listAdministrators(
  { state, views: { tables } }: { state: State; views: Views },
  callerId: string,
  request: Message,
): string {
  const filters = (request.filters ?? []) as Message[];
  if (filters.some(hasEmptyOr)) throw new Refused(refusals.database);
  const rows = [...tables.memberships.all()].filter((member) =>
    isNamed(tables.loginNames.get(member.userId)) &&
    filters.every((filter) => passes(member, filter, tables))
  );
  return answerPage(request, {
    rows,
    compare: COMPARISONS[Number(request.sortingColumn ?? 0)] ?? COMPARISONS[0]!,
    toKey: membershipId,
    isVisible: createVisibility(state, callerId),
    toRow: (member) => administratorRow(member, state, tables),
    list: "administrators",
  });
}

/** ZITADEL makes an empty pair of brackets of it, which the database refuses. */
function hasEmptyOr({ or, and, not }: Message): boolean {
  const queriesOf = (filter: unknown) => ((filter as Message)?.queries ?? []) as Message[];
  return or !== undefined && queriesOf(or).length === 0 ||
    [...queriesOf(or), ...queriesOf(and)].some(hasEmptyOr) ||
    not !== undefined && hasEmptyOr(((not as Message).query ?? {}) as Message);
}

const byTime = (read: (member: Member) => string) => (a: Member, b: Member) =>
  toMicros(read(a)) - toMicros(read(b));

/** By `sortingColumn`. */
const COMPARISONS: readonly ((a: Member, b: Member) => number)[] = [
  byTime((member) => member.createdAt),
  (a, b) => a.userId < b.userId ? -1 : a.userId > b.userId ? 1 : 0,
  byTime((member) => member.createdAt),
  byTime((member) => member.updatedAt),
];

function passes(member: Member, filter: Message, tables: Tables): boolean {
  return Object.entries(filter).every(([name, value]) => {
    const fields = value as Message;
    switch (name) {
      case "creationDate":
        return passesTime(toMicros(member.createdAt), fields);
      case "changeDate":
        return passesTime(toMicros(member.updatedAt), fields);
      case "inUserIdsFilter":
        return ((fields.ids ?? []) as string[]).includes(member.userId);
      case "userOrganizationId":
        return tables.users.get(member.userId)?.organizationId === fields.id;
      case "resource":
        return belongsTo(member, fields, tables);
      case "role":
        return listRoles(member).includes(String(fields.roleKey ?? ""));
      case "and":
        return ((fields.queries ?? []) as Message[]).every((one) => passes(member, one, tables));
      case "or":
        return ((fields.queries ?? []) as Message[]).some((one) => passes(member, one, tables));
      default:
        return !passes(member, (fields.query ?? {}) as Message, tables);
    }
  });
}

function belongsTo(member: Member, resource: Message, tables: Tables): boolean {
  const level = roleLevel(member.role);
  if (resource.instance === true) return level === "instance";
  if (resource.organizationId !== undefined) {
    return level === "organization" && member.objectId === resource.organizationId;
  }
  if (resource.projectId !== undefined) {
    return level === "project" && member.objectId === resource.projectId;
  }
  const { projectId, organizationId } = (resource.projectGrant ?? {}) as Message;
  const grant = tables.projectGrants.get(member.objectId ?? "");
  return level === "projectGrant" && grant?.projectId === projectId &&
    grant?.grantedOrganizationId === organizationId;
}

const PERMISSIONS: Readonly<Record<Level, string>> = {
  instance: "iam.member.read",
  organization: "org.member.read",
  project: "project.member.read",
  projectGrant: "project.grant.member.read",
};

/** Which rows a caller may see: their own, and those of what they may read the members of. */
function createVisibility(state: State, callerId: string): (member: Member) => boolean {
  const known = new Map<string, string[]>();
  const permissionsIn = (organizationId: string) => {
    const found = known.get(organizationId) ??
      listUserPermissions(state, callerId, organizationId).permissions;
    known.set(organizationId, found);
    return found;
  };

  return (member) => {
    if (member.userId === callerId) return true;
    const level = roleLevel(member.role);
    const grant = level === "projectGrant"
      ? state.projectGrants.get(member.objectId ?? "")
      : undefined;
    const owner = findOwner({ tables: state, instance: state.instance }, member);
    // A project grant is the affair of both sides.
    const places = grant === undefined ? [owner] : [owner, grant.grantedOrganizationId];
    return places.some((place) => {
      const contexts = listContexts(permissionsIn(place), PERMISSIONS[level]);
      if (contexts === undefined) return true;
      return contexts.includes(member.objectId ?? "") || contexts.includes(grant?.projectId ?? "");
    });
  };
}

function administratorRow(
  member: Member,
  { instance, lastEvent }: State,
  tables: Tables,
): Row {
  const { userId, objectId = "" } = member;
  const user = tables.users.get(userId);
  const displayName = user && buildDisplayName(user);
  return {
    creationDate: member.createdAt,
    changeDate: member.updatedAt,
    user: {
      id: userId,
      preferredLoginName: tables.loginNames.get(userId)?.names[0],
      // Machines have none here.
      ...(displayName ? { displayName } : {}),
      // Members are listed with the organization of their user, also of one who was removed.
      organizationId: user?.organizationId ?? lastEvent(userId)?.aggregate.owner,
    },
    ...resourceRow(roleLevel(member.role), objectId, {
      tables,
      owner: findOwner({ tables, instance }, member),
    }),
    roles: listRoles(member),
  };
}

function resourceRow(
  level: Level,
  id: string,
  { tables, owner }: { tables: Tables; owner: string },
): Row {
  switch (level) {
    case "instance":
      return { instance: true };
    case "organization":
      return { organization: { id, name: tables.organizations.get(id)?.name } };
    case "project":
      return { project: { id, name: tables.projects.get(id)?.name, organizationId: owner } };
    case "projectGrant": {
      const grant = tables.projectGrants.get(id);
      return {
        projectGrant: {
          id,
          projectId: grant?.projectId,
          projectName: tables.projects.get(grant?.projectId ?? "")?.name,
          organizationId: owner,
          grantedOrganizationId: grant?.grantedOrganizationId,
        },
      };
    }
  }
}
