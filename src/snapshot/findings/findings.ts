/**
 * Findings: the parts of a snapshot that deserve a second look.
 *
 * @module
 */
import {
  type Finding,
  FINDING_RULES,
  type FindingOptions,
  type Found,
  SEVERITIES,
} from "./finding_rules.ts";
import { findEventDifferences } from "./event_findings.ts";
import { DAY_MS } from "../../rfc3339.ts";
import { createGoneFormat } from "./gone_users.ts";
import { findConfusables } from "../text/confusables.ts";
import type { Grant, User } from "../types.ts";
import { indexSnapshot, type SnapshotIndex } from "../query/index_snapshot.ts";
import { hasAdministrations, withoutAdministrations } from "../query/administrations.ts";
import { findAdministrators, findCredentials } from "./privileged_findings.ts";
import { formatCount } from "../text/format_count.ts";
import { formatBlock } from "../query/holding.ts";
import { formatEntitlementName, formatGroupName, formatUserName } from "../text/names.ts";
import { byCodeUnit } from "../order.ts";

/** A user is broad only with this many times the roles that users with roles have on average. */
const BROAD_FACTOR = 2;

/** Fewer roles than this are never broad. */
const FEWEST_BROAD = 3;

/**
 * Lists everything in a snapshot that deserves a second look, the most urgent first.
 *
 * The same snapshot gives the same findings: the age of a grant is counted to the time of the snapshot, not to now.
 */
export function listFindings(index: SnapshotIndex, options: FindingOptions = {}): Finding[] {
  const { staleDays = 365, broadest = 5 } = options;
  const rank = (finding: Finding) => SEVERITIES.indexOf(finding.severity);
  const rules = Object.keys(FINDING_RULES);
  // Administrators must not change the findings about projects.
  const projects = hasAdministrations(index.snapshot)
    ? indexSnapshot(withoutAdministrations(index.snapshot))
    : index;
  const found = [
    ...findEventDifferences(index),
    ...findGhostRoles(projects),
    ...findDoubtfulHolders(projects),
    ...findLookAlikeRoles(projects),
    ...findStaleGrants(projects, staleDays),
    ...findBroadUsers(projects, broadest),
    ...findUnused(projects),
    ...findUsersWithoutGrants(index),
    ...findAdministrators(index, options),
    ...findCredentials(index, options),
  ];
  return found.map(toFinding).sort((a, b) =>
    rank(a) - rank(b) || rules.indexOf(a.rule) - rules.indexOf(b.rule) || byCodeUnit(a.id, b.id)
  );
}

function toFinding({ rule, about, what, severity, ...found }: Found): Finding {
  const { why, action, severity: usual } = FINDING_RULES[rule];
  const ids = (rows: readonly { id: string }[] = []) => rows.map(({ id }) => id);
  return {
    id: `${rule}:${about}`,
    rule,
    severity: severity ?? usual,
    what,
    why,
    action,
    userIds: ids(found.users),
    groupIds: ids(found.groups),
    entitlementIds: ids(found.entitlements),
    grantIds: ids(found.grants),
    ...(found.credentials && { credentialIds: ids(found.credentials) }),
  };
}

function* findGhostRoles(index: SnapshotIndex): Generator<Found> {
  for (const entitlement of index.snapshot.entitlements) {
    if (entitlement.defined) continue;
    const group = index.groups.get(entitlement.groupId)!;
    const grants = index.grantsOfEntitlement.get(entitlement.id) ?? [];
    const holders = collectUsers(index, grants);
    yield {
      rule: "ghost-role",
      about: entitlement.id,
      what: `${formatUsers(holders)} ${holders.length === 1 ? "holds" : "hold"} ` +
        `${quote(formatEntitlementName(entitlement))} in ${
          formatGroupName(group)
        }, which has no such role`,
      users: holders,
      groups: [group],
      entitlements: [entitlement],
      grants,
    };
  }
}

function* findDoubtfulHolders(index: SnapshotIndex): Generator<Found> {
  const formatGone = createGoneFormat(index.snapshot);
  for (const user of index.snapshot.users) {
    const grants = index.grantsOfUser.get(user.id) ?? [];
    if (grants.length === 0) continue;
    const about = `user:${user.id}`;
    const held = `holds ${formatCount(grants.length, "role")} in ${formatGroups(index, grants)}`;
    const common = { about, users: [user], grants };
    const blocked = formatBlock(user.state);
    const gone = formatGone(user);
    if (gone !== undefined) {
      yield {
        ...common,
        rule: "removed-user",
        what: `${formatUserName(user)} is ${gone} and still ${held}`,
      };
    } else if (blocked !== undefined) {
      yield {
        ...common,
        rule: "blocked-user",
        what: `${formatUserName(user)} is ${blocked} and still ${held}`,
      };
    }
    // A user that ZITADEL's list has lost need not belong to another organization.
    if (user.external && (gone === undefined || user.state === "deleted")) {
      const home = user.organizationId === undefined
        ? "another organization"
        : `the organization ${user.organizationId}`;
      yield {
        ...common,
        rule: "external-user",
        what: `${formatUserName(user)} of ${home} ${held}`,
      };
    }
    if (user.type === "machine" && user.description === undefined && !user.external) {
      yield {
        ...common,
        rule: "machine-without-description",
        what: `${formatUserName(user)} ${held}, and nothing says what it is for`,
      };
    }
  }
}

function* findLookAlikeRoles(index: SnapshotIndex): Generator<Found> {
  for (const [groupId, entitlements] of index.entitlementsOfGroup) {
    const group = index.groups.get(groupId)!;
    const byKey = new Map(entitlements.map((row) => [row.roleKey, row]));
    for (const keys of findConfusables([...byKey.keys()])) {
      const rows = keys.map((key) => byKey.get(key)!);
      yield {
        rule: "look-alike-roles",
        about: rows.map(({ id }) => id).sort(byCodeUnit).join(" "),
        what: `${formatGroupName(group)} has roles that look the same: ${
          keys.map(quote).join(", ")
        }`,
        groups: [group],
        entitlements: rows,
      };
    }
  }
}

function* findStaleGrants(index: SnapshotIndex, staleDays: number): Generator<Found> {
  const { snapshot } = index;
  const readAt = Date.parse(snapshot.completedAt);
  for (const grant of snapshot.grants) {
    const changedAt = grant.updatedAt ?? grant.createdAt;
    if (changedAt === undefined || grant.state === "inactive") continue;
    const days = Math.floor((readAt - Date.parse(changedAt)) / DAY_MS);
    if (days < staleDays) continue;
    const user = index.users.get(grant.userId)!;
    const group = index.groups.get(grant.groupId)!;
    const entitlement = index.entitlements.get(grant.entitlementId)!;
    yield {
      rule: "stale-grant",
      about: grant.id,
      what: `${formatUserName(user)} holds ${quote(formatEntitlementName(entitlement))} in ` +
        `${formatGroupName(group)} since ${changedAt.slice(0, 10)}, unchanged for ${days} days`,
      users: [user],
      groups: [group],
      entitlements: [entitlement],
      grants: [grant],
    };
  }
}

function* findBroadUsers(index: SnapshotIndex, broadest: number): Generator<Found> {
  const held = [...index.grantsOfUser];
  const average = index.snapshot.grants.length / Math.max(1, held.length);
  const least = Math.max(FEWEST_BROAD, BROAD_FACTOR * average);
  const broad = held.filter(([, grants]) => grants.length >= least)
    .sort(([a, x], [b, y]) => y.length - x.length || byCodeUnit(a, b))
    .slice(0, broadest);
  for (const [userId, grants] of broad) {
    const user = index.users.get(userId)!;
    yield {
      rule: "broad-user",
      about: `user:${userId}`,
      what:
        `${formatUserName(user)} holds ${formatCount(grants.length, "role")} in ${
          formatGroups(index, grants)
        }; ` +
        `users with roles have ${average.toFixed(1)} on average`,
      users: [user],
      grants,
    };
  }
}

function* findUnused(index: SnapshotIndex): Generator<Found> {
  for (const group of index.snapshot.groups) {
    const entitlements = index.entitlementsOfGroup.get(group.id) ?? [];
    if (!index.grantsOfGroup.has(group.id)) {
      yield {
        rule: "unused-group",
        about: `project:${group.id}`,
        severity: entitlements.length === 0 ? "info" : "low",
        what: entitlements.length === 0
          ? `${formatGroupName(group)} has no roles`
          : `${formatGroupName(group)} has ${
            formatCount(entitlements.length, "role")
          }, and nobody holds any`,
        groups: [group],
        entitlements,
      };
      continue;
    }
    for (const entitlement of entitlements) {
      if (index.grantsOfEntitlement.has(entitlement.id)) continue;
      yield {
        rule: "unused-role",
        about: entitlement.id,
        what: `Nobody holds ${quote(formatEntitlementName(entitlement))} in ${
          formatGroupName(group)
        }`,
        groups: [group],
        entitlements: [entitlement],
      };
    }
  }
}

function* findUsersWithoutGrants(index: SnapshotIndex): Generator<Found> {
  for (const user of index.snapshot.users) {
    if (index.grantsOfUser.has(user.id)) continue;
    if (user.state !== "active" && user.state !== "initial") continue;
    yield {
      rule: "user-without-grants",
      about: `user:${user.id}`,
      what:
        `${formatUserName(user)} is ${user.state === "active" ? "active" : "invited"} and holds ` +
        "no role in any project",
      users: [user],
    };
  }
}

function collectUsers(index: SnapshotIndex, grants: readonly Grant[]): User[] {
  return [...new Set(grants.map(({ userId }) => userId))].map((id) => index.users.get(id)!);
}

/** Number of names that are listed; more are only counted. */
const NAMED = 3;

function formatUsers(users: readonly User[]): string {
  return formatList(users.map(formatUserName), "user");
}

function formatGroups(index: SnapshotIndex, grants: readonly Grant[]): string {
  const ids = new Set(grants.map(({ groupId }) => groupId));
  return formatList([...ids].map((id) => formatGroupName(index.groups.get(id)!)), "project");
}

function formatList(names: readonly string[], what: string): string {
  if (names.length > NAMED) return formatCount(names.length, what);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function quote(name: string): string {
  return `"${name}"`;
}
