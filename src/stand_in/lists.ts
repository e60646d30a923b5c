/**
 * The lists: which rows, in which order, how many of them.
 *
 * @module
 */
import type { Message } from "./decode.ts";
import { refusals, Refused } from "./errors.ts";
import {
  type Filters,
  noFilters,
  organizationFilters,
  passes,
  projectFilters,
  roleFilters,
  userFilters,
  userGrantFilters,
} from "./filters.ts";
import {
  grantedProjectRow,
  isListed,
  joinUserGrant,
  membershipRow,
  organizationRow,
  projectRow,
  roleRow,
  userGrantRow,
  userRow,
} from "./rows.ts";
import { createRowTexts, measureRow, type RowText } from "./row_texts.ts";
import type { SeedUser } from "./seed.ts";
import { roleId, type State, type Stored } from "./state.ts";
import { timestamp } from "./time.ts";
import { listDetailsSize } from "./wire_size.ts";

/** What lists depend on. */
export interface ListsOptions {
  state: State;
  now: () => number;
  mode?: "legacy" | "v4.20";
  maxQueryLimit?: number;
  plan?: "heap" | "index";
  shuffle?: () => number;
  inflateUserTotal?: boolean;
}

/** Answers each list's request with JSON text. Each throws what ZITADEL refuses with. */
export interface Lists {
  users(organizationId: string, request: Message): string;
  /** `only` limits the list to these projects. */
  projects(organizationId: string, request: Message, only?: string[]): string;
  roles(organizationId: string, request: Message, projectId: string): string;
  userGrants(organizationId: string, request: Message): string;
  grantedProjects(organizationId: string, request: Message, only?: string[]): string;
  organizations(request: Message): string;
  memberships(userId: string, request: Message): string;
}

/** What gRPC receives at most, in bytes. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

const readQueries = (request: Message) => (request.queries ?? []) as Message[];
const compare = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;

/** Makes the lists of an instance. */
export function createLists(options: ListsOptions): Lists {
  const { state, now, mode = "v4.20", maxQueryLimit = 1000, plan = "heap", shuffle } = options;
  const texts = createRowTexts();
  const views = new Map<string, unknown[]>();
  let viewsOf = state.version;

  /** The rows of a list, found once until something is written. */
  function view<T>(key: string, find: () => T[]): T[] {
    if (viewsOf !== state.version) {
      views.clear();
      viewsOf = state.version;
    }
    const known = views.get(key) as T[] | undefined;
    if (known !== undefined) return known;
    const found = find();
    views.set(key, found);
    return found;
  }

  function unordered<T>(key: string, toKey: (row: T) => string, find: () => Iterable<T>): T[] {
    const rows = view(key, () => {
      const found = [...find()];
      return plan === "heap" ? found : found.sort((a, b) => compare(toKey(a), toKey(b)));
    });
    return shuffle === undefined ? rows : shuffled(rows, shuffle);
  }

  function keep<T>(filters: Filters<T>, request: Message): (row: T) => boolean {
    const queries = readQueries(request);
    return (row) => passes(filters, row, queries);
  }

  function page<T>(
    rows: T[],
    request: Message,
    readStateText: (row: T) => RowText,
    total = rows.length,
  ): string {
    const query = (request.query ?? {}) as { offset?: number; limit?: number };
    const capped = mode === "v4.20" && maxQueryLimit > 0;
    if (capped && (query.limit ?? 0) > maxQueryLimit) throw new Refused(refusals.limitExceeded);
    const limit = query.limit || (capped ? maxQueryLimit : Infinity);
    const offset = query.offset ?? 0;
    const found = rows.slice(offset, offset + limit).map(readStateText);
    const viewTimestamp = timestamp(now());
    const details = found.length === 0
      ? { viewTimestamp }
      : { totalResult: String(total), viewTimestamp };
    checkSize(found, details);
    const result = found.length === 0 ? "" : `,"result":[${found.map(({ text }) => text)}]`;
    return `{"details":${JSON.stringify(details)}${result}}`;
  }

  return {
    users(organizationId, request) {
      const asc = ((request.query ?? {}) as Message).asc === true;
      const column = Number(request.sortingColumn ?? 0);
      const key = `users ${organizationId} ${column} ${asc} ${
        JSON.stringify(readQueries(request))
      }`;
      const rows = view(key, () => {
        const found = [...state.users.by("organizationId", organizationId)]
          .filter(keep(userFilters, request));
        return found.sort(byColumn(column, asc));
      });
      const total = options.inflateUserTotal
        ? rows.reduce((sum, user) => sum + Math.max(1, user.metadata ?? 0), 0)
        : rows.length;
      return page(
        rows,
        request,
        (user) => texts.of("users", user.id, [user], () => userRow(user)),
        total,
      );
    },
    projects(organizationId, request, only) {
      const key = `projects ${organizationId} ${only} ${JSON.stringify(readQueries(request))}`;
      const rows = unordered(
        key,
        (project) => project.id,
        () =>
          [...state.projects.by("organizationId", organizationId)]
            .filter((project) => only === undefined || only.includes(project.id))
            .filter(keep(projectFilters, request)),
      );
      return page(
        rows,
        request,
        (project) => texts.of("projects", project.id, [project], () => projectRow(project)),
      );
    },
    roles(organizationId, request, projectId) {
      const key = `roles ${organizationId} ${projectId} ${JSON.stringify(readQueries(request))}`;
      const rows = unordered(key, (role) => role.key, () => {
        const owner = state.projects.get(projectId)?.organizationId;
        if (owner !== organizationId) return [];
        return [...state.roles.by("projectId", projectId)].filter(keep(roleFilters, request));
      });
      return page(rows, request, (role) => {
        const id = roleId(projectId, role.key);
        return texts.of("roles", id, [role], () => roleRow(role, organizationId));
      });
    },
    userGrants(organizationId, request) {
      const queries = readQueries(request);
      const key = `grants ${organizationId} ${JSON.stringify(queries)}`;
      const rows = unordered(key, (grant) => grant.id, () => {
        const projectId = (queries.find((query) => "projectIdQuery" in query)
          ?.projectIdQuery as Message | undefined)?.projectId as string | undefined;
        const granted = queries.some((query) => "withGrantedQuery" in query);
        const candidates = projectId !== undefined
          ? state.userGrants.by("projectId", projectId)
          : granted
          ? state.userGrants.all()
          : state.userGrants.by("organizationId", organizationId);
        return [...candidates].filter((grant) =>
          (grant.organizationId === organizationId ||
            granted &&
              state.projects.get(grant.projectId)?.organizationId === organizationId) &&
          isListed(state, grant) &&
          (queries.length === 0 || passes(userGrantFilters, joinUserGrant(state, grant), queries))
        );
      });
      return page(rows, request, (grant) => {
        const joined = joinUserGrant(state, grant);
        const parts = [
          grant,
          joined.user,
          joined.userOrganization,
          joined.project,
          joined.organization,
        ];
        return texts.of("userGrants", grant.id, parts, () => userGrantRow(joined));
      });
    },
    grantedProjects(organizationId, request, only) {
      const rows = unordered(
        `granted ${organizationId} ${only}`,
        (grant) => grant.id,
        () =>
          [...state.projectGrants.by("grantedOrganizationId", organizationId)]
            .filter((grant) => only === undefined || only.includes(grant.id)),
      );
      return page(
        rows,
        request,
        (grant) => ({ text: JSON.stringify(grantedProjectRow(state, grant)) }),
      );
    },
    organizations(request) {
      const key = `organizations ${JSON.stringify(readQueries(request))}`;
      const rows = unordered(
        key,
        (organization) => organization.id,
        () => [...state.organizations.all()].filter(keep(organizationFilters, request)),
      );
      return page(
        rows,
        request,
        (organization) => ({ text: JSON.stringify(organizationRow(organization)) }),
      );
    },
    memberships(userId, request) {
      const rows = unordered(
        `memberships ${userId}`,
        ({ role, objectId }) => `${role} ${objectId}`,
        () => [...state.memberships.by("userId", userId)].filter(keep(noFilters, request)),
      );
      return page(
        rows,
        request,
        (membership) => ({ text: JSON.stringify(membershipRow(state, membership)) }),
      );
    },
  };
}

/** Refuses a page that gRPC would not carry. Sizes are summed only where the text is long enough to matter. */
function checkSize(rows: RowText[], details: { [key: string]: string }): void {
  // A character of JSON is at most three bytes of protobuf, and the field names of JSON come on top.
  const characters = rows.reduce((sum, { text }) => sum + text.length, 0);
  if (characters * 3 <= MAX_MESSAGE_BYTES) return;
  const bytes = rows.reduce((sum, row) => sum + measureRow(row), listDetailsSize(details));
  if (bytes > MAX_MESSAGE_BYTES) {
    throw new Refused(refusals.messageTooLarge(bytes, MAX_MESSAGE_BYTES));
  }
}

function shuffled<T>(rows: T[], random: () => number): T[] {
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
    const order = x === y ? 0 : x === undefined ? 1 : y === undefined ? -1 : compare(x, y);
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
