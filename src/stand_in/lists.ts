/**
 * The lists: which rows, in which order, how many of them.
 *
 * @module
 */
import type { Message } from "./decode.ts";
import { refusals, Refused } from "./errors.ts";
import {
  noFilters,
  organizationFilters,
  passes,
  projectFilters,
  roleFilters,
  userFilters,
  userGrantFilters,
} from "./filters.ts";
import { createListCache, findRows, type ListOf } from "./list_cache.ts";
import {
  grantedProjectRow,
  isListed,
  joinUser,
  joinUserGrant,
  membershipRow,
  organizationRow,
  projectRow,
  roleRow,
  type Row,
  userGrantRow,
  userRow,
} from "./rows.ts";
import { createRowTexts, joinRows, type RowText, type RowTexts } from "./row_texts.ts";
import type { SeedUser, SeedUserGrant } from "./seed.ts";
import { roleId, type Stored, type TableName, type TableRow, type Tables } from "./tables.ts";
import { timestamp } from "./time.ts";
import type { Views } from "./views.ts";
import { listDetailsSize } from "./wire_size.ts";

/** How large an answer may be, in bytes of protobuf, and who refuses a larger one: see {@linkcode refusals}. */
export interface MessageLimit {
  by: "receiver" | "sender";
  /** @default {4 MiB for the receiver, 10 MiB for the sender} */
  bytes?: number;
}

/** What lists depend on. */
export interface ListsOptions {
  instance: { id: string; name: string };
  views: Views;
  now: () => number;
  mode?: "legacy" | "v4.20";
  maxQueryLimit?: number;
  messageLimit?: MessageLimit;
  plan?: "heap" | "index";
  shuffle?: () => number;
  inflateUserTotal?: boolean;
}

/** A list's answer: JSON. */
export type ListBody = Uint8Array<ArrayBuffer>;

/** Answers each list's request. Each throws what ZITADEL refuses with. */
export interface Lists {
  users(organizationId: string, request: Message): ListBody;
  /** `only` limits the list to these projects. */
  projects(organizationId: string, request: Message, only?: string[]): ListBody;
  roles(organizationId: string, request: Message, projectId: string): ListBody;
  userGrants(organizationId: string, request: Message): ListBody;
  grantedProjects(organizationId: string, request: Message, only?: string[]): ListBody;
  organizations(request: Message): ListBody;
  memberships(userId: string, request: Message): ListBody;
}

const readQueries = (request: Message) => (request.queries ?? []) as Message[];
const compareText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;

/** Makes the lists of an instance. */
export function createLists(options: ListsOptions): Lists {
  const { views: { tables } } = options;
  const rowTexts = createRowTexts(options.views);
  const texts = createTexts(tables, rowTexts);
  const plain = <T>(toRow: (row: T) => Row) => (row: T) => rowTexts.write(toRow(row));
  const read = createReader(options);
  const page = createPager(options);

  return {
    users: (organizationId, request) => {
      const asc = ((request.query ?? {}) as Message).asc === true;
      const column = Number(request.sortingColumn ?? 0);
      const rows = read({
        key: `users ${organizationId} ${column} ${asc}`,
        queries: readQueries(request),
        table: "users",
        candidates: () => candidateUsers(tables, organizationId, readQueries(request)),
        accepts: (user) =>
          user.organizationId === organizationId &&
          passes(userFilters, joinUser(tables, user), readQueries(request)),
        order: byColumn(column, asc),
      });
      const total = options.inflateUserTotal
        ? rows.reduce((sum, user) => sum + Math.max(1, user.metadata ?? 0), 0)
        : rows.length;
      return page(rows, request, texts.user, total);
    },
    projects: (organizationId, request, only) => {
      const rows = read({
        key: `projects ${organizationId} ${only}`,
        queries: readQueries(request),
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
      const owner = tables.projects.get(projectId)?.organizationId;
      const rows = owner !== organizationId ? [] : read({
        key: `roles ${projectId}`,
        queries: readQueries(request),
        table: "roles",
        candidates: () => tables.roles.by("projectId", projectId),
        accepts: (role) =>
          role.projectId === projectId && passes(roleFilters, role, readQueries(request)),
      });
      return page(rows, request, (role) => texts.role(role, organizationId));
    },
    userGrants: (organizationId, request) =>
      page(read(userGrantsOf(tables, organizationId, request)), request, texts.userGrant),
    grantedProjects: (organizationId, request, only) => {
      const rows = read({
        key: `granted ${organizationId} ${only}`,
        queries: readQueries(request),
        table: "projectGrants",
        candidates: () => tables.projectGrants.by("grantedOrganizationId", organizationId),
        accepts: (grant) =>
          grant.grantedOrganizationId === organizationId &&
          (only === undefined || only.includes(grant.id)),
      });
      return page(rows, request, plain((grant) => grantedProjectRow(tables, grant)));
    },
    organizations: (request) => {
      const rows = read({
        key: "organizations",
        queries: readQueries(request),
        table: "organizations",
        candidates: () => tables.organizations.all(),
        accepts: (organization) => passes(organizationFilters, organization, readQueries(request)),
      });
      return page(rows, request, plain(organizationRow));
    },
    memberships: (userId, request) => {
      const rows = read({
        key: `memberships ${userId}`,
        queries: readQueries(request),
        table: "memberships",
        candidates: () => tables.memberships.by("userId", userId),
        accepts: (membership) =>
          membership.userId === userId && passes(noFilters, membership, readQueries(request)),
      });
      const instance = { ...tables, instance: options.instance };
      return page(rows, request, plain((row) => membershipRow(instance, row)));
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

/** What {@linkcode createReader} needs to know of a list. */
interface Listing<Name extends TableName> extends Omit<ListOf<Name>, "compare"> {
  /** Tells the list from all others, its filters apart. */
  key: string;
  queries: Message[];
  /** The order that ZITADEL asks the database for; absent where it asks for none. */
  order?: (a: TableRow<Name>, b: TableRow<Name>) => number;
}

function userGrantsOf(
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
    queries,
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

/** The filters whose lists are asked for again and again, and hang on nothing but what {@linkcode ListOf} knows. */
const KEPT_FILTERS = new Set(["projectIdQuery", "withGrantedQuery"]);

/** Finds the rows of lists in the order in which the database happens to read them. */
function createReader(
  { views, plan = "heap", shuffle }: ListsOptions,
): <Name extends TableName>(listing: Listing<Name>) => readonly TableRow<Name>[] {
  const cache = createListCache(views);
  return (listing) => {
    const { key, queries, order, table } = listing;
    const heap = views.tables[table] as unknown as { key: (row: unknown) => string };
    const compare = order ??
      (plan === "heap" ? undefined : (a, b) => compareText(heap.key(a), heap.key(b)));
    const list = { ...listing, compare };
    const kept = queries.every((query) => Object.keys(query).every((one) => KEPT_FILTERS.has(one)));
    const rows = kept ? cache.rows(`${key} ${JSON.stringify(queries)}`, list) : findRows(list);
    return order !== undefined || shuffle === undefined ? rows : shuffled(rows, shuffle);
  };
}

/** Answers with the page that a request asks for. */
function createPager(options: ListsOptions): <T>(
  rows: readonly T[],
  request: Message,
  toText: (row: T) => RowText,
  total?: number,
) => ListBody {
  const { now, mode = "v4.20", maxQueryLimit = 1000 } = options;
  const capped = mode === "v4.20" && maxQueryLimit > 0;
  const check = createSizeCheck(options.messageLimit ?? { by: "receiver" });

  return (rows, request, toText, total = rows.length) => {
    const query = (request.query ?? {}) as { offset?: number; limit?: number };
    if (capped && (query.limit ?? 0) > maxQueryLimit) throw new Refused(refusals.limitExceeded);
    const limit = query.limit || (capped ? maxQueryLimit : Infinity);
    const offset = query.offset ?? 0;
    const found = rows.slice(offset, offset + limit).map(toText);
    const viewTimestamp = timestamp(now());
    const details = found.length === 0
      ? { viewTimestamp }
      : { totalResult: String(total), viewTimestamp };
    check(found, details);
    const head = `{"details":${JSON.stringify(details)}`;
    return found.length === 0
      ? joinRows(head, [], "}")
      : joinRows(`${head},"result":[`, found, "]}");
  };
}

const MIB = 1024 * 1024;

/** Refuses a page that gRPC would not carry. */
function createSizeCheck(
  { by, bytes: limit = by === "receiver" ? 4 * MIB : 10 * MIB }: MessageLimit,
): (rows: RowText[], details: { [key: string]: string }) => void {
  return (rows, details) => {
    const bytes = rows.reduce((sum, { size }) => sum + size, listDetailsSize(details));
    if (bytes <= limit) return;
    throw new Refused(
      by === "receiver"
        ? refusals.messageTooLarge(bytes, limit)
        : refusals.messageTooLargeToSend(bytes, limit),
    );
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

function shuffled<T>(rows: readonly T[], random: () => number): T[] {
  const copy = [...rows];
  for (let end = copy.length - 1; end > 0; end--) {
    const other = Math.floor(random() * (end + 1));
    [copy[end], copy[other]] = [copy[other]!, copy[end]!];
  }
  return copy;
}

/** How users compare by a `sortingColumn`; by default by id. Machines have no names and count as the largest. */
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
