/**
 * The requests to ZITADEL that make decisions true.
 *
 * @module
 */
import type { Grant, Group } from "../types.ts";
import { byCodeUnit, byText } from "../order.ts";
import { isAdministration } from "../query/administrations.ts";
import { type Holding, toHolding } from "../query/holding.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { createRowCheck, formatGrant } from "./check_rows.ts";
import type { Decision, ReviewRow } from "./decisions.ts";

/** A user grant, or an administrator, that has to lose roles. */
export interface Removal {
  /** ZITADEL's id of the user grant; absent for manager roles. */
  authorization?: string;
  /** The user's id. */
  userId: string;
  /** The user's name to show. */
  user: string;
  /** The group's id. */
  groupId: string;
  /** The group's name to show. */
  group: string;
  /** The roles to remove. */
  remove: string[];
  /** The roles that stay; if there are none, the user grant or administrator goes. */
  keep: string[];
  /** The reviewers' comments. */
  comments: string[];
  /** The request to ZITADEL; absent if no request can do it. */
  request?: {
    method: "DELETE" | "PUT";
    path: string;
    body?: { roleKeys: string[] } | { roles: string[] };
  };
  /**
   * The roles that block any request: they stay, but the project does not define them, and ZITADEL refuses a user grant
   * that names such a role (`COMMAND-mm9F4`).
   */
  blockedBy?: string[];
}

/** The meaning of decisions for the grants of a snapshot. */
export interface Removals {
  /** The user grants and administrators to remove or change, by users, groups and ids. */
  removals: Removal[];
  /** Decisions about grants that the snapshot does not hold any more: nothing is left to do. */
  gone: Decision[];
  /** How many grants of the snapshot stay by decision. */
  keep: number;
  /** The ids of the grants of the snapshot that rows name and nobody decided on. */
  undecided: string[];
  /** How many grants of the snapshot no row names. */
  unmentioned: number;
  /** Rows that do not fit their grants and decisions that contradict each other, each with its place. */
  issues: string[];
}

/**
 * Works out the requests that carry decisions out. Each grant counts once, however many rows name it, and a decision
 * counts before a row without one.
 *
 * A request names all roles that stay, so it gives back roles that were removed since the snapshot: make requests from a
 * new snapshot only.
 *
 * @param undecided The rows without a decision.
 */
export function planRemovals(
  index: SnapshotIndex,
  decisions: readonly Decision[],
  undecided: readonly ReviewRow[] = [],
): Removals {
  const { grants } = index.snapshot;
  const check = createRowCheck(index);
  const issues: string[] = [];
  for (const row of [...decisions, ...undecided]) {
    const issue = check(row);
    if (issue !== undefined) issues.push(`${row.source}: ${issue}`);
  }
  issues.sort(byText);
  const decided = joinDecisions(decisions, (id) => formatGrant(index, id), issues);
  const known = new Set(grants.map(({ id }) => id));
  const named = new Set([...decisions, ...undecided].map(({ grantId }) => grantId));
  const leaving = grants.filter(({ id }) => decided.get(id)?.decision === "remove");
  return {
    removals: listRemovals(index, leaving, decided),
    gone: [...decided.values()].filter(({ grantId }) => !known.has(grantId)),
    keep: grants.filter(({ id }) => decided.get(id)?.decision === "keep").length,
    undecided: grants.map(({ id }) => id).filter((id) => named.has(id) && !decided.has(id)),
    unmentioned: grants.filter(({ id }) => !named.has(id)).length,
    issues,
  };
}

/** A decision about a grant, from all the rows that say the same. */
type JoinedDecision = Decision & { comments: string[] };

/** Joins the decisions about each grant, and tells those that contradict each other. */
function joinDecisions(
  decisions: readonly Decision[],
  name: (grantId: string) => string,
  issues: string[],
): Map<string, JoinedDecision> {
  const decided = new Map<string, JoinedDecision>();
  for (const decision of decisions) {
    const { grantId, comment, source } = decision;
    const comments = comment === undefined ? [] : [comment];
    const other = decided.get(grantId);
    if (other === undefined) decided.set(grantId, { ...decision, comments });
    else if (other.decision === decision.decision) other.comments.push(...comments);
    else {
      issues.push(
        `${
          name(grantId)
        }: ${other.source} says ${other.decision}, ${source} says ${decision.decision}`,
      );
    }
  }
  return decided;
}

function listRemovals(
  index: SnapshotIndex,
  leaving: readonly Grant[],
  decided: ReadonlyMap<string, JoinedDecision>,
): Removal[] {
  const authorizations = new Map<string, Holding[]>(
    leaving.flatMap((grant) => grant.authorizations).map((id) => [id, []]),
  );
  for (const grant of index.snapshot.grants) {
    for (const id of grant.authorizations) authorizations.get(id)?.push(toHolding(index, grant));
  }
  const removed = new Set(leaving.map(({ id }) => id));
  const removals = [
    ...[...authorizations].map(([authorization, holdings]) =>
      toRemoval(authorization, holdings, { removed, decided })
    ),
    ...planDismissals(index, leaving, { removed, decided }),
  ];
  return removals.sort((a, b) =>
    byText(a.user, b.user) || byText(a.group, b.group) ||
    byCodeUnit(a.authorization ?? a.groupId, b.authorization ?? b.groupId)
  );
}

/** The decisions by the ids of grants. */
interface Decided {
  removed: ReadonlySet<string>;
  decided: ReadonlyMap<string, JoinedDecision>;
}

/** The removals of manager roles: one request for all roles of one user on one thing. */
function planDismissals(
  index: SnapshotIndex,
  leaving: readonly Grant[],
  { removed, decided }: Decided,
): Removal[] {
  const dismissed = new Map(
    leaving.filter(({ groupId }) => isAdministration(index.groups.get(groupId)!))
      .map(({ groupId, userId }) => [`${groupId} ${userId}`, { groupId, userId }]),
  );
  return [...dismissed.values()].map(({ groupId, userId }) => {
    const holdings = (index.grantsOfUser.get(userId) ?? [])
      .filter((grant) => grant.groupId === groupId).map((grant) => toHolding(index, grant));
    const gone = holdings.filter(({ id }) => removed.has(id));
    const roles = holdings.filter(({ id }) => !removed.has(id)).map(({ role }) => role);
    const { user, group } = holdings[0]!;
    const path = buildMemberPath(index.groups.get(groupId)!, userId);
    return {
      ...{ userId, user, groupId, group },
      remove: gone.map(({ role }) => role),
      keep: roles,
      comments: gone.flatMap(({ id }) => decided.get(id)!.comments),
      request: roles.length === 0
        ? { method: "DELETE", path }
        : { method: "PUT", path, body: { roles } },
    };
  });
}

/** The path of a member: `RemoveOrgMember` and its like in ZITADEL's management.proto and admin.proto. */
function buildMemberPath({ kind, of = "", projectId = "" }: Group, userId: string): string {
  const member = `members/${encodeURIComponent(userId)}`;
  switch (kind) {
    case "instance-administration":
      return `/admin/v1/${member}`;
    case "project-administration":
      return `/management/v1/projects/${encodeURIComponent(of)}/${member}`;
    case "project-grant-administration":
      return `/management/v1/projects/${encodeURIComponent(projectId)}/grants/${
        encodeURIComponent(of)
      }/${member}`;
    default:
      return `/management/v1/orgs/me/${member}`;
  }
}

/** The removal for one user grant; `holdings` are all roles that it gives. */
function toRemoval(
  authorization: string,
  holdings: readonly Holding[],
  { removed, decided }: Decided,
): Removal {
  const leaving = holdings.filter(({ id }) => removed.has(id));
  const staying = holdings.filter(({ id }) => !removed.has(id));
  const undefinedRoles = staying.filter(({ defined }) => !defined).map(({ role }) => role);
  const { userId, user, groupId, group } = holdings[0]!;
  const roleKeys = staying.map(({ role }) => role);
  const path = `/management/v1/users/${encodeURIComponent(userId)}/grants/${
    encodeURIComponent(authorization)
  }`;
  return {
    authorization,
    userId,
    user,
    groupId,
    group,
    remove: leaving.map(({ role }) => role),
    keep: roleKeys,
    comments: leaving.flatMap(({ id }) => decided.get(id)!.comments),
    ...(undefinedRoles.length > 0
      ? { blockedBy: undefinedRoles }
      : roleKeys.length === 0
      ? { request: { method: "DELETE", path } }
      : { request: { method: "PUT", path, body: { roleKeys } } }),
  };
}
