/**
 * The lists of who may do what with ZITADEL itself: members, memberships, project grants, tokens and keys.
 *
 * @module
 */
import type { Message } from "../decode.ts";
import {
  grantedProjectFilters,
  memberFilters,
  noFilters,
  passes,
  projectGrantFilters,
} from "./filters.ts";
import { type ListBody, type ListEngine, type ListsOptions, readQueries } from "./list_pages.ts";
import { type Level, roleLevel } from "../permissions.ts";
import {
  findOwner,
  findPlace,
  grantedProjectRow,
  isNamed,
  joinMember,
  keyRow,
  memberRow,
  membershipRow,
  tokenRow,
} from "../rows.ts";
import type { SeedMembership } from "../seed.ts";

/** Answers each of these lists' requests. Each throws what ZITADEL refuses with. */
export interface AccessLists {
  /** Project grants that an organization received; `only` limits the list to these. */
  grantedProjects(organizationId: string, request: Message, only?: string[]): ListBody;
  /** Project grants that an organization gave: of all its projects, or of one. */
  projectGrants(
    organizationId: string,
    request: Message,
    limits: { projectId?: string; only?: string[] | undefined },
  ): ListBody;
  /** The members of an organization, project or project grant, or of the instance. */
  members(organizationId: string, level: Level, objectId: string, request: Message): ListBody;
  /** All memberships of a user. */
  memberships(userId: string, request: Message): ListBody;
  /** The Personal Access Tokens of a user of the organization. */
  tokens(organizationId: string, userId: string, request: Message): ListBody;
  /** The keys of a user of the organization. */
  keys(organizationId: string, userId: string, request: Message): ListBody;
}

/** Makes these lists. */
export function createAccessLists(
  { tables, plain, read, page }: ListEngine,
  { instance }: ListsOptions,
): AccessLists {
  const where = { tables, instance };
  /** Whether a membership concerns the organization: that of a project grant concerns both sides. */
  const belongsTo = (organizationId: string, membership: SeedMembership) =>
    findOwner(where, membership) === organizationId ||
    findPlace(where, membership) === organizationId;

  return {
    grantedProjects: (organizationId, request, only) => {
      const rows = read({
        key: `granted ${organizationId} ${only}`,
        request,
        table: "projectGrants",
        candidates: () => tables.projectGrants.by("grantedOrganizationId", organizationId),
        accepts: (grant) =>
          grant.grantedOrganizationId === organizationId &&
          (only === undefined || only.includes(grant.id)) &&
          passes(
            grantedProjectFilters,
            { name: tables.projects.get(grant.projectId)?.name },
            readQueries(request),
          ),
      });
      return page(rows, request, plain((grant) => grantedProjectRow(tables, grant)));
    },
    projectGrants: (organizationId, request, { projectId, only }) => {
      const rows = read({
        key: "given",
        request,
        fresh: true,
        table: "projectGrants",
        candidates: () => tables.projectGrants.all(),
        accepts: (grant) =>
          tables.projects.get(grant.projectId)?.organizationId === organizationId &&
          (projectId === undefined || grant.projectId === projectId) &&
          (only === undefined || only.includes(grant.id)) &&
          passes(projectGrantFilters, grant, readQueries(request)),
      });
      return page(rows, request, plain((grant) => grantedProjectRow(tables, grant)));
    },
    members: (organizationId, level, objectId, request) => {
      const rows = read({
        key: "members",
        request,
        fresh: true,
        table: "memberships",
        candidates: () => tables.memberships.by("objectId", objectId),
        accepts: (membership) =>
          roleLevel(membership.role) === level &&
          (level === "instance" || belongsTo(organizationId, membership)) &&
          passes(memberFilters, membership, readQueries(request)) &&
          isNamed(tables.loginNames.get(membership.userId)),
      });
      return page(
        rows,
        request,
        plain((row) => memberRow(joinMember(tables, row), findOwner(where, row))),
      );
    },
    memberships: (userId, request) => {
      const rows = read({
        key: `memberships ${userId}`,
        request,
        table: "memberships",
        candidates: () => tables.memberships.by("userId", userId),
        accepts: (membership) =>
          membership.userId === userId && passes(noFilters, membership, readQueries(request)),
      });
      return page(rows, request, plain((row) => membershipRow(where, row)));
    },
    tokens: (organizationId, userId, request) => {
      const rows = tables.users.get(userId)?.organizationId !== organizationId ? [] : read({
        key: `tokens ${userId}`,
        request,
        table: "personalAccessTokens",
        candidates: () => tables.personalAccessTokens.by("userId", userId),
        accepts: (token) => token.userId === userId,
      });
      return page(rows, request, plain((token) => tokenRow(token, organizationId)));
    },
    keys: (organizationId, userId, request) => {
      const rows = tables.users.get(userId)?.organizationId !== organizationId ? [] : read({
        key: `keys ${userId}`,
        request,
        table: "keys",
        candidates: () => tables.keys.by("userId", userId),
        accepts: (key) => key.userId === userId,
      });
      return page(rows, request, plain((key) => keyRow(key, organizationId)));
    },
  };
}
