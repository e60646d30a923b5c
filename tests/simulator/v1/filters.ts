/**
 * The filters of the lists: how they are read, checked and applied.
 *
 * @module
 */
import type { FieldType, Message, MessageType } from "../decode.ts";
import { refusals, Refused } from "../errors.ts";
import type { JoinedUser, JoinedUserGrant } from "../rows.ts";
import type {
  SeedMembership,
  SeedOrganization,
  SeedProject,
  SeedProjectGrant,
  SeedRole,
  SeedUser,
} from "../seed.ts";

/** One key of `queries[]`. */
interface Filter<T> {
  /** The filter's message, as validation errors name it. */
  message: string;
  fields: Record<string, FieldType>;
  test: (row: T, query: Message) => boolean;
}

/** All filters of a list. */
export interface Filters<T> {
  /** The message around the filters, such as `zitadel.user.v1.SearchQuery`. */
  message: string;
  filters: Record<string, Filter<T>>;
}

const METHODS = {
  TEXT_QUERY_METHOD_EQUALS: 0,
  TEXT_QUERY_METHOD_EQUALS_IGNORE_CASE: 1,
  TEXT_QUERY_METHOD_STARTS_WITH: 2,
  TEXT_QUERY_METHOD_STARTS_WITH_IGNORE_CASE: 3,
  TEXT_QUERY_METHOD_CONTAINS: 4,
  TEXT_QUERY_METHOD_CONTAINS_IGNORE_CASE: 5,
  TEXT_QUERY_METHOD_ENDS_WITH: 6,
  TEXT_QUERY_METHOD_ENDS_WITH_IGNORE_CASE: 7,
};
const USER_TYPES = { TYPE_UNSPECIFIED: 0, TYPE_HUMAN: 1, TYPE_MACHINE: 2 };
const USER_STATES = {
  USER_STATE_UNSPECIFIED: 0,
  USER_STATE_ACTIVE: 1,
  USER_STATE_INACTIVE: 2,
  USER_STATE_DELETED: 3,
  USER_STATE_LOCKED: 4,
  USER_STATE_SUSPEND: 5,
  USER_STATE_INITIAL: 6,
};

function matches(value: string | undefined, wanted: string, method: number): boolean {
  if (value === undefined) return false;
  if (method % 2 === 1) return matches(value.toLowerCase(), wanted.toLowerCase(), method - 1);
  if (method === 0) return value === wanted;
  if (method === 2) return value.startsWith(wanted);
  return method === 4 ? value.includes(wanted) : value.endsWith(wanted);
}

function text<T>(
  message: string,
  field: string,
  valueOf: (row: T) => string | undefined,
): Filter<T> {
  return {
    message,
    fields: { [field]: "string", method: { enum: METHODS } },
    test: (row, query) =>
      matches(valueOf(row), String(query[field] ?? ""), Number(query.method ?? 0)),
  };
}

function equal<T>(
  message: string,
  field: string,
  type: FieldType,
  valueOf: (row: T) => string | number,
): Filter<T> {
  return {
    message,
    fields: { [field]: type },
    test: (row, query) => valueOf(row) === (query[field] ?? (type === "string" ? "" : 0)),
  };
}

const userType = (user: SeedUser) => user.human === undefined ? 2 : 1;

/** The filters of `users/_search`. */
export const userFilters: Filters<JoinedUser> = {
  message: "zitadel.user.v1.SearchQuery",
  filters: {
    userNameQuery: text("UserNameQuery", "userName", ({ user }) => user.userName),
    firstNameQuery: text("FirstNameQuery", "firstName", ({ user }) => user.human?.firstName),
    lastNameQuery: text("LastNameQuery", "lastName", ({ user }) => user.human?.lastName),
    emailQuery: text("EmailQuery", "emailAddress", ({ user }) => user.human?.email),
    stateQuery: equal(
      "StateQuery",
      "state",
      { enum: USER_STATES },
      ({ user }) => USER_STATES[user.state ?? "USER_STATE_ACTIVE"],
    ),
    typeQuery: equal("TypeQuery", "type", { enum: USER_TYPES }, ({ user }) => userType(user)),
    loginNameQuery: {
      ...text("LoginNameQuery", "loginName", () => undefined),
      test: ({ loginNames }, query) =>
        loginNames?.names.some((name) =>
          matches(name, String(query.loginName ?? ""), Number(query.method ?? 0))
        ) === true,
    },
    inUserIdsQuery: {
      message: "InUserIDQuery",
      fields: { userIds: { repeated: "string" } },
      test: ({ user }, query) => (query.userIds as string[]).includes(user.id),
    },
  },
};

/** The filters of `projects/_search`. */
export const projectFilters: Filters<SeedProject> = {
  message: "zitadel.project.v1.ProjectQuery",
  filters: {
    nameQuery: text("ProjectNameQuery", "name", (project) => project.name),
    projectResourceOwnerQuery: equal(
      "ProjectResourceOwnerQuery",
      "resourceOwner",
      "string",
      (project) => project.organizationId,
    ),
  },
};

/** The filters of `projects/{projectId}/roles/_search`. */
export const roleFilters: Filters<SeedRole> = {
  message: "zitadel.project.v1.RoleQuery",
  filters: {
    keyQuery: text("RoleKeyQuery", "key", (role) => role.key),
    displayNameQuery: text("RoleDisplayNameQuery", "displayName", (role) => role.displayName),
  },
};

/** The filters of `users/grants/_search`. */
export const userGrantFilters: Filters<JoinedUserGrant> = {
  message: "zitadel.user.v1.UserGrantQuery",
  filters: {
    projectIdQuery: equal(
      "UserGrantProjectIDQuery",
      "projectId",
      "string",
      ({ grant }) => grant.projectId,
    ),
    userIdQuery: equal("UserGrantUserIDQuery", "userId", "string", ({ grant }) => grant.userId),
    // Widens the list instead of filtering it, whatever its value.
    withGrantedQuery: {
      message: "UserGrantWithGrantedQuery",
      fields: { withGranted: "bool" },
      test: () => true,
    },
    roleKeyQuery: {
      ...text("UserGrantRoleKeyQuery", "roleKey", () => undefined),
      test: ({ grant }, query) => grant.roleKeys.includes(String(query.roleKey ?? "")),
    },
    projectGrantIdQuery: equal(
      "UserGrantProjectGrantIDQuery",
      "projectGrantId",
      "string",
      ({ grant }) => grant.projectGrantId ?? "",
    ),
    userNameQuery: text("UserGrantUserNameQuery", "userName", ({ user }) => user?.userName),
    projectNameQuery: text(
      "UserGrantProjectNameQuery",
      "projectName",
      ({ project }) => project?.name,
    ),
    userTypeQuery: equal(
      "UserGrantUserTypeQuery",
      "type",
      { enum: USER_TYPES },
      ({ user }) => user === undefined ? 0 : userType(user),
    ),
  },
};

/** The filters of `projectgrants/_search`. */
export const projectGrantFilters: Filters<SeedProjectGrant> = {
  message: "zitadel.project.v1.ProjectGrantQuery",
  filters: {
    projectIdQuery: equal(
      "GrantProjectIDQuery",
      "projectId",
      "string",
      (grant) => grant.projectId,
    ),
    grantedOrgIdQuery: equal(
      "GrantedOrgIDQuery",
      "grantedOrgId",
      "string",
      (grant) => grant.grantedOrganizationId,
    ),
  },
};

/** The filters of the lists of members. */
export const memberFilters: Filters<SeedMembership> = {
  message: "zitadel.member.v1.SearchQuery",
  filters: {
    userIdQuery: equal("UserIDQuery", "userId", "string", (member) => member.userId),
  },
};

/** The filters of `granted_projects/_search`, by the name of the project. */
export const grantedProjectFilters: Filters<{ name: string | undefined }> = {
  message: "zitadel.project.v1.ProjectQuery",
  filters: { nameQuery: text("ProjectNameQuery", "name", (project) => project.name) },
};

/** The filters of `orgs/_search`. */
export const organizationFilters: Filters<SeedOrganization> = {
  message: "zitadel.org.v1.OrgQuery",
  filters: {
    nameQuery: text("OrgNameQuery", "name", (organization) => organization.name),
    idQuery: equal("OrgIDQuery", "id", "string", (organization) => organization.id),
  },
};

/** For lists whose filters a sync never sends. */
export const noFilters: Filters<unknown> = { message: "", filters: {} };

/** Names that ZITADEL knows and the simulator does not: better to stop than to answer too much. */
const UNKNOWN_HERE = [
  ..."nickNameQuery displayNameQuery inUserEmailsQuery orQuery andQuery notQuery".split(" "),
  ..."orgNameQuery orgDomainQuery domainQuery orgQuery projectQuery iamQuery".split(" "),
];

/** The type of `queries[]`. */
export function queriesType<T>({ message, filters }: Filters<T>): FieldType {
  const known = Object.entries(filters).map(([key, { fields }]) =>
    [key, { message: { fields } }] as const
  );
  const unknown = UNKNOWN_HERE.filter((key) => !(key in filters)).map((key) =>
    [key, { message: { fields: {} } }] as const
  );
  const type: MessageType = {
    fields: Object.fromEntries([...known, ...unknown]),
    oneof: `${message}.query`,
  };
  return { repeated: { message: type } };
}

/** Checks filters as ZITADEL's generated validation does. Throws what it refuses with. */
export function validateQueries<T>(
  { message, filters }: Filters<T>,
  request: string,
  queries: Message[],
): void {
  const short = message.split(".").at(-1);
  for (const [index, query] of queries.entries()) {
    const outer = `invalid ${request}.Queries[${index}]: embedded message failed validation`;
    const [key] = Object.keys(query);
    if (key === undefined) {
      throw new Refused(
        refusals.validation(`${outer} | caused by: invalid ${short}.Query: value is required`),
      );
    }
    const filter = filters[key];
    if (filter === undefined) throw new Error(`The simulator does not know the filter ${key}`);
    const values = query[key] as Message;
    for (const [field, value] of Object.entries(values)) {
      const type = filter.fields[field];
      const reason = typeof value === "string" && [...value].length > 200
        ? "value length must be at most 200 runes"
        : typeof type === "object" && "enum" in type &&
            !Object.values(type.enum).includes(value as number)
        ? "value must be one of the defined enum values"
        : undefined;
      if (reason === undefined) continue;
      const inner = `invalid ${short}.${capital(key)}: embedded message failed validation`;
      throw new Refused(
        refusals.validation(
          `${outer} | caused by: ${inner} | caused by: invalid ${filter.message}.${
            capital(field)
          }: ${reason}`,
        ),
      );
    }
    if (key === "inUserIdsQuery" && ((values.userIds as string[] | undefined) ?? []).length === 0) {
      throw new Refused(refusals.emptyIds);
    }
  }
}

/** Whether a row passes all filters. */
export function passes<T>({ filters }: Filters<T>, row: T, queries: Message[]): boolean {
  return queries.every((query) =>
    Object.entries(query).every(([key, values]) => filters[key]?.test(row, values as Message))
  );
}

function capital(field: string): string {
  return (field[0] ?? "").toUpperCase() + field.slice(1);
}
