/**
 * The lists of what an organization holds: which rows, in which order.
 *
 * @module
 */
import { type AccessLists, createAccessLists } from "./access_lists.ts";
import type { Message } from "../decode.ts";
import {
  organizationFilters,
  passes,
  projectFilters,
  roleFilters,
  userFilters,
  userGrantFilters,
} from "./filters.ts";
import {
  createListEngine,
  type ListBody,
  type ListEngine,
  type Listing,
  type ListsOptions,
  readQueries,
} from "./list_pages.ts";
import { compareText } from "./plans.ts";
import {
  isListed,
  joinUser,
  joinUserGrant,
  organizationRow,
  projectRow,
  roleRow,
  userGrantRow,
  userRow,
} from "../rows.ts";
import type { RowText, RowTexts } from "./row_texts.ts";
import type { SeedUser, SeedUserGrant } from "../seed.ts";
import { roleId, type Stored, type TableRow, type Tables } from "../state/tables.ts";

/** Answers the request of each list of what an organization holds. Each throws what ZITADEL refuses with. */
export interface ContentLists {
  users(organizationId: string, request: Message): ListBody;
  /** `only` limits the list to these projects. */
  projects(organizationId: string, request: Message, only?: string[]): ListBody;
  roles(organizationId: string, request: Message, projectId: string): ListBody;
  userGrants(organizationId: string, request: Message): ListBody;
  organizations(request: Message): ListBody;
}

/** All lists. */
export type Lists = ContentLists & AccessLists;

/** Makes the lists of an instance. */
export function createLists(options: ListsOptions): Lists {
  const engine = createListEngine(options);
  return { ...createContentLists(engine, options), ...createAccessLists(engine, options) };
}

function createContentLists(
  { tables, texts: rowTexts, plain, read, page }: ListEngine,
  { inflateUserTotal, findProjectOwner }: ListsOptions,
): ContentLists {
  const texts = createTexts(tables, rowTexts);
  return {
    users: (organizationId, request) => {
      const asc = ((request.query ?? {}) as Message).asc === true;
      const column = Number(request.sortingColumn ?? 0);
      const rows = read({
        key: `users ${organizationId} ${column} ${asc}`,
        request,
        table: "users",
        candidates: () => candidateUsers(tables, organizationId, readQueries(request)),
        accepts: (user) =>
          user.organizationId === organizationId &&
          passes(userFilters, joinUser(tables, user), readQueries(request)),
        order: byColumn(column, asc),
      });
      const total = inflateUserTotal
        ? rows.reduce((sum, user) => sum + Math.max(1, user.metadata ?? 0), 0)
        : rows.length;
      return page(rows, request, texts.user, total);
    },
    projects: (organizationId, request, only) => {
      const rows = read({
        key: `projects ${organizationId} ${only}`,
        request,
        table: "projects",
        candidates: () => tables.projects.by("organizationId", organizationId),
        accepts: (project) =>
          project.organizationId === organizationId &&
          (only === undefined || only.includes(project.id)) &&
          passes(projectFilters, project, readQueries(request)),
      });
      return page(rows, request, texts.project);
    },
    roles: (organizationId, request, projectId) => {
      const rows = findProjectOwner(projectId) !== organizationId ? [] : read({
        key: `roles ${projectId}`,
        request,
        table: "roles",
        candidates: () => tables.roles.by("projectId", projectId),
        accepts: (role) =>
          role.projectId === projectId && passes(roleFilters, role, readQueries(request)),
      });
      return page(rows, request, (role) => texts.role(role, organizationId));
    },
    userGrants: (organizationId, request) =>
      page(read(findUserGrants(tables, organizationId, request)), request, texts.userGrant),
    organizations: (request) => {
      const rows = read({
        key: "organizations",
        request,
        table: "organizations",
        candidates: () => tables.organizations.all(),
        accepts: (organization) => passes(organizationFilters, organization, readQueries(request)),
      });
      return page(rows, request, plain(organizationRow));
    },
  };
}

/** Asking for users by id is answered by id. */
function candidateUsers(
  tables: Tables,
  organizationId: string,
  queries: Message[],
): Iterable<Stored<SeedUser>> {
  const ids = queries.find((query) => "inUserIdsQuery" in query)?.inUserIdsQuery as
    | { userIds: string[] }
    | undefined;
  if (ids === undefined) return tables.users.by("organizationId", organizationId);
  return [...new Set(ids.userIds)].flatMap((id) => tables.users.get(id) ?? []);
}

function findUserGrants(
  tables: Tables,
  organizationId: string,
  request: Message,
): Listing<"userGrants"> {
  const queries = readQueries(request);
  const value = (filter: string, field: string) =>
    (queries.find((query) => filter in query)?.[filter] as Message | undefined)?.[field] as
      | string
      | undefined;
  const projectId = value("projectIdQuery", "projectId");
  const userId = value("userIdQuery", "userId");
  const granted = queries.some((query) => "withGrantedQuery" in query);
  return {
    key: `grants ${organizationId}`,
    request,
    table: "userGrants",
    candidates: () =>
      userId !== undefined
        ? tables.userGrants.by("userId", userId)
        : projectId !== undefined
        ? tables.userGrants.by("projectId", projectId)
        : granted
        ? tables.userGrants.all()
        : tables.userGrants.by("organizationId", organizationId),
    accepts: (grant) =>
      (grant.organizationId === organizationId ||
        granted && tables.projects.get(grant.projectId)?.organizationId === organizationId) &&
      isListed(tables, grant) &&
      (queries.length === 0 || passes(userGrantFilters, joinUserGrant(tables, grant), queries)),
  };
}

/** The texts of the rows that are read by the thousand, kept until something in them changes. */
function createTexts(tables: Tables, texts: RowTexts) {
  return {
    user(user: Stored<SeedUser>): RowText {
      return texts.keep("users", user.id, () => userRow(joinUser(tables, user)));
    },
    project(project: TableRow<"projects">): RowText {
      return texts.keep("projects", project.id, () => projectRow(project));
    },
    role(role: TableRow<"roles">, organizationId: string): RowText {
      const id = roleId(role.projectId, role.key);
      return texts.keep("roles", id, () => roleRow(role, organizationId));
    },
    userGrant(grant: Stored<SeedUserGrant>): RowText {
      return texts.keep("userGrants", grant.id, () => userGrantRow(joinUserGrant(tables, grant)));
    },
  };
}

/** The order of users by a `sortingColumn`, by default by id. Machines have no names and come last. */
function byColumn(
  column: number,
  asc: boolean,
): (a: Stored<SeedUser>, b: Stored<SeedUser>) => number {
  const readColumn = COLUMNS[column] ?? ((user: Stored<SeedUser>) => user.id);
  return (a, b) => {
    const [x, y] = [readColumn(a), readColumn(b)];
    const order = x === y ? 0 : x === undefined ? 1 : y === undefined ? -1 : compareText(x, y);
    return asc ? order : -order;
  };
}

const COLUMNS: Record<number, (user: Stored<SeedUser>) => string | undefined> = {
  1: (user) => user.userName.toLowerCase(),
  2: (user) => user.human?.firstName.toLowerCase(),
  3: (user) => user.human?.lastName.toLowerCase(),
  6: (user) => user.human?.email.toLowerCase(),
  9: (user) => user.createdAt,
};
