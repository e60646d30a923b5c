/**
 * What an auditor would ask about: the parts of a snapshot that deserve a second look.
 *
 * @module
 */
import { findEventDifferences } from "./event_findings.ts";
import { DAY_MS } from "../../rfc3339.ts";
import { createGoneFormat } from "./gone_users.ts";
import { findConfusables } from "../text/confusables.ts";
import type { Credential, Entitlement, Grant, Group, User } from "../types.ts";
import { indexSnapshot, type SnapshotIndex } from "../query/index_snapshot.ts";
import { hasAdministrations, withoutAdministrations } from "../query/administrations.ts";
import { findAdministrators, findCredentials } from "./privileged_findings.ts";
import { formatBlock } from "../query/holding.ts";
import { formatEntitlementName, formatGroupName, formatUserName } from "../text/names.ts";
import { byCodeUnit } from "../order.ts";

/** How much a finding matters, the most urgent first. */
export const SEVERITIES = ["high", "medium", "low", "info"] as const;

/** How much a finding matters. */
export type Severity = typeof SEVERITIES[number];

/** What all findings of one rule have in common. */
export interface FindingRule {
  /** The rule in a few words. */
  title: string;
  /** Why it matters. */
  why: string;
  /** What to do about it. */
  action: string;
  /** How much its findings matter; some may matter more or less. */
  severity: Severity;
}

/** The id of a rule. */
export type FindingRuleId =
  | "lost-by-zitadel"
  | "phantom-grant"
  | "differs-from-events"
  | "removed-administrator"
  | "blocked-administrator"
  | "endless-administrator-credential"
  | "external-administrator"
  | "machine-administrator"
  | "many-owners"
  | "single-owner"
  | "credential-of-removed-user"
  | "credential-of-blocked-user"
  | "endless-credential"
  | "long-lived-credential"
  | "expiring-credential"
  | "expired-credential"
  | "machine-without-credential"
  | "ghost-role"
  | "removed-user"
  | "blocked-user"
  | "external-user"
  | "look-alike-roles"
  | "stale-grant"
  | "machine-without-description"
  | "broad-user"
  | "unused-group"
  | "unused-role"
  | "user-without-grants";

/** All rules by their ids, in the order in which findings of one severity are told. */
export const FINDING_RULES: Readonly<Record<FindingRuleId, FindingRule>> = {
  "lost-by-zitadel": {
    title: "Lost from ZITADEL's list",
    why:
      "Whoever gave it believes that it is in force. ZITADEL makes tokens from the list that lacks " +
      "it, so they do not carry it; and when the list is repaired it is back, without a review.",
    action:
      "If it is meant, remove it by its id and give it again; if not, remove it. Whoever runs " +
      "ZITADEL can have the list built anew.",
    severity: "high",
  },
  "phantom-grant": {
    title: "Removed, and still in ZITADEL's list",
    why:
      "Somebody took it away and ZITADEL lists it all the same. Tokens are made from that list: " +
      "they may still carry the role.",
    action:
      "Have whoever runs ZITADEL build the list anew, as it cannot be removed again; until then " +
      "deactivate the user, or the role in the application.",
    severity: "high",
  },
  "differs-from-events": {
    title: "Listed otherwise than it was made",
    why:
      "ZITADEL makes tokens from its list, which lacks a change: they may carry roles that were " +
      "taken away, or lack those that were given.",
    action: "Change it again, to what it should be, and see whether the list follows; else have " +
      "whoever runs ZITADEL build the list anew.",
    severity: "high",
  },
  "ghost-role": {
    title: "Role that the project does not define",
    why: "Tokens may still carry the role, but the console does not show it, so no review of the " +
      "project's roles finds it.",
    action: "Remove the role from the user grants, or define it in the project again.",
    severity: "high",
  },
  "removed-administrator": {
    title: "Administrator whom ZITADEL does not know",
    why:
      "Nobody holds this power, and it counts as if somebody did: an organization seems to have " +
      "an owner more than it has.",
    action: "Remove the manager roles.",
    severity: "high",
  },
  "blocked-administrator": {
    title: "Administrator who cannot sign in",
    why:
      "Whoever unlocks or reactivates the account gives back the power over everything that it " +
      "administers. Leavers look like this.",
    action: "Remove the manager roles of leavers; unlock or reactivate the others.",
    severity: "high",
  },
  "endless-administrator-credential": {
    title: "Credential of an administrator that never expires",
    why: "Whoever finds it in an old file or log administers for ever.",
    action: "Make a new one with an end, give it to whatever uses the old one, remove that.",
    severity: "high",
  },
  "external-administrator": {
    title: "Administrator of another organization",
    why: "Another organization decides who this user is and how the user signs in.",
    action: "Confirm with the other organization that the user still has to administer this.",
    severity: "medium",
  },
  "machine-administrator": {
    title: "Machine that administers",
    why: "Whoever has its token or key can give access to anybody, without a second factor.",
    action: "Give it the least manager role that does, or none.",
    severity: "medium",
  },
  "many-owners": {
    title: "Organization with many owners",
    why: "Each of them can do everything, and each account is a way in.",
    action: "Keep a few owners; others can do with roles for users, projects or settings.",
    severity: "medium",
  },
  "single-owner": {
    title: "Organization without a second owner",
    why: "If the account is lost, nobody can administer the organization any more.",
    action: "Make a second person owner.",
    severity: "medium",
  },
  "credential-of-removed-user": {
    title: "Credential of a user whom ZITADEL does not know",
    why:
      "It belongs to nobody, so nobody reviews or renews it, and it hides among those that work.",
    action: "Remove it.",
    severity: "medium",
  },
  "credential-of-blocked-user": {
    title: "Credential of a user that cannot sign in",
    why:
      "ZITADEL refuses tokens of a locked or deactivated user for good, but goes on listing them; " +
      "keys work again once the user does.",
    action: "Remove it.",
    severity: "medium",
  },
  "endless-credential": {
    title: "Credential that never expires",
    why: "Whoever finds it in an old file or log can use it for ever.",
    action: "Make a new one with an end, give it to whatever uses the old one, remove that.",
    severity: "medium",
  },
  "expiring-credential": {
    title: "Credential that expires soon",
    why: "What uses it will stop working.",
    action: "Make a new one in time, and give it to whatever uses this one.",
    severity: "medium",
  },
  "long-lived-credential": {
    title: "Credential that is valid for more than a year",
    why: "Anyone who finds it in an old file or log can use it for that long.",
    action:
      "Make a new one that ends within a year, give it to whatever uses the old one, remove that.",
    severity: "low",
  },
  "expired-credential": {
    title: "Credential that has expired and is still there",
    why: "It hides among those that work.",
    action: "Remove it.",
    severity: "low",
  },
  "machine-without-credential": {
    title: "Machine with roles and without a credential",
    why:
      "It cannot sign in, so nothing uses its roles; whoever makes a token for it has them at once.",
    action: "Remove the machine or its user grants.",
    severity: "low",
  },
  "removed-user": {
    title: "Grants of a removed user",
    why: "The user is gone, or lost from ZITADEL's list, and the grants were left behind: nobody " +
      "reviews what belongs to nobody.",
    action: "Remove the user grants.",
    severity: "high",
  },
  "blocked-user": {
    title: "Grants of a user that cannot sign in",
    why: "Nobody uses these grants now, and all of them are back when the user is unlocked or " +
      "reactivated. Leavers look like this.",
    action: "Remove the user grants of leavers; unlock or reactivate the others.",
    severity: "medium",
  },
  "external-user": {
    title: "Grants of a user of another organization",
    why:
      "Another organization decides who this user is, whether the user is still there, and how " +
      "the user signs in.",
    action: "Confirm with the other organization that the user still needs the access.",
    severity: "medium",
  },
  "look-alike-roles": {
    title: "Roles that look the same",
    why: "People grant one and mean the other, and applications that compare without case take " +
      "them for one.",
    action: "Keep one of the roles, move its holders, and remove the others.",
    severity: "medium",
  },
  "stale-grant": {
    title: "Grant that nobody changed for long",
    why: "Access that was granted long ago often outlives its reason.",
    action: "Ask the holder or the manager whether it is still needed.",
    severity: "low",
  },
  "machine-without-description": {
    title: "Machine with grants and without a description",
    why: "Nobody can tell what it is for, so nobody dares to remove it.",
    action: "Write into its description what it does and who answers for it.",
    severity: "low",
  },
  "broad-user": {
    title: "User with unusually many roles",
    why: "Whoever takes over this account has more than anybody else.",
    action: "Check whether every role is needed; they often pile up with changes of job.",
    severity: "low",
  },
  "unused-group": {
    title: "Project that nobody has a role in",
    why: "It may be left over, or its application lets everybody in.",
    action: "Remove the project, or check how its application decides who may use it.",
    severity: "low",
  },
  "unused-role": {
    title: "Role that nobody holds",
    why: "Unused roles make it harder to choose the right one.",
    action: "Remove the role if it is not meant for later.",
    severity: "info",
  },
  "user-without-grants": {
    title: "User without any grant",
    why:
      "The account can sign in and nobody reviews it, as it shows up in no list of holders. It " +
      "may administer something: a snapshot tells if it was asked for administrators.",
    action: "Deactivate or remove the account if nobody needs it.",
    severity: "info",
  },
};

/** One thing that deserves a second look. */
export interface Finding {
  /** `<rule>:<id of what it is about>`: the same thing has the same id in every snapshot. */
  id: string;
  /** Which rule found it. */
  rule: FindingRuleId;
  /** How much it matters. */
  severity: Severity;
  /** What was found, as a sentence with names. Names stand there as ZITADEL has them. */
  what: string;
  /** Why it matters. */
  why: string;
  /** What to do about it. */
  action: string;
  /** Ids of the users that it is about. */
  userIds: string[];
  /** Ids of the groups that it is about. */
  groupIds: string[];
  /** Ids of the entitlements that it is about. */
  entitlementIds: string[];
  /** Ids of the grants that it is about. */
  grantIds: string[];
  /** Ids of the credentials that it is about; absent if of none. */
  credentialIds?: string[];
}

/** Where to draw the line. */
export interface FindingOptions {
  /** A grant that was not changed for this many days before the snapshot is stale. @default {365} */
  staleDays?: number | undefined;
  /** How many users at most are told to be broad. @default {5} */
  broadest?: number | undefined;
  /** An organization with more owners than this has many. @default {5} */
  manyOwners?: number | undefined;
  /** A credential that ends in so many days after the snapshot expires soon. @default {30} */
  expiringDays?: number | undefined;
}

/** A user is broad only with this many times the roles that users with roles have on average. */
const BROAD_FACTOR = 2;

/** Fewer roles than this are never broad. */
const FEWEST_BROAD = 3;

/**
 * Everything in a snapshot that deserves a second look, the most urgent first.
 *
 * The same snapshot gives the same findings: the age of grants is counted up to when the snapshot was read, not to now.
 */
export function listFindings(index: SnapshotIndex, options: FindingOptions = {}): Finding[] {
  const { staleDays = 365, broadest = 5 } = options;
  const rank = (finding: Finding) => SEVERITIES.indexOf(finding.severity);
  const rules = Object.keys(FINDING_RULES);
  // What is said of projects is the same whether somebody asked for administrators or not.
  const projects = hasAdministrations(index.snapshot)
    ? indexSnapshot(withoutAdministrations(index.snapshot))
    : index;
  return [
    ...Array.from(findEventDifferences(index), toFinding),
    ...findGhostRoles(projects),
    ...findDoubtfulHolders(projects),
    ...findLookAlikeRoles(projects),
    ...findStaleGrants(projects, staleDays),
    ...findBroadUsers(projects, broadest),
    ...findUnused(projects),
    ...findUsersWithoutGrants(index),
    ...[...findAdministrators(index, options), ...findCredentials(index, options)]
      .map(toFinding),
  ].sort((a, b) =>
    rank(a) - rank(b) || rules.indexOf(a.rule) - rules.indexOf(b.rule) || byCodeUnit(a.id, b.id)
  );
}

/** What a finding is about, before its rule is looked up. */
export interface Found {
  rule: FindingRuleId;
  about: string;
  what: string;
  severity?: Severity;
  users?: readonly User[];
  groups?: readonly Group[];
  entitlements?: readonly Entitlement[];
  grants?: readonly Grant[];
  credentials?: readonly Credential[];
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

function* findGhostRoles(index: SnapshotIndex): Generator<Finding> {
  for (const entitlement of index.snapshot.entitlements) {
    if (entitlement.defined) continue;
    const group = index.groups.get(entitlement.groupId)!;
    const grants = index.grantsOfEntitlement.get(entitlement.id) ?? [];
    const holders = collectUsers(index, grants);
    yield toFinding({
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
    });
  }
}

function* findDoubtfulHolders(index: SnapshotIndex): Generator<Finding> {
  const formatGone = createGoneFormat(index.snapshot);
  for (const user of index.snapshot.users) {
    const grants = index.grantsOfUser.get(user.id) ?? [];
    if (grants.length === 0) continue;
    const about = `user:${user.id}`;
    const held = `holds ${formatRoleCount(grants.length)} in ${formatGroups(index, grants)}`;
    const common = { about, users: [user], grants };
    const blocked = formatBlock(user.state);
    const gone = formatGone(user);
    if (gone !== undefined) {
      yield toFinding({
        ...common,
        rule: "removed-user",
        what: `${formatUserName(user)} is ${gone} and still ${held}`,
      });
    } else if (blocked !== undefined) {
      yield toFinding({
        ...common,
        rule: "blocked-user",
        what: `${formatUserName(user)} is ${blocked} and still ${held}`,
      });
    }
    // A user whom ZITADEL's list lost is not thereby of another organization.
    if (user.external && (gone === undefined || user.state === "deleted")) {
      const home = user.organizationId === undefined
        ? "another organization"
        : `the organization ${user.organizationId}`;
      yield toFinding({
        ...common,
        rule: "external-user",
        what: `${formatUserName(user)} of ${home} ${held}`,
      });
    }
    if (user.type === "machine" && user.description === undefined && !user.external) {
      yield toFinding({
        ...common,
        rule: "machine-without-description",
        what: `${formatUserName(user)} ${held}, and nothing says what it is for`,
      });
    }
  }
}

function* findLookAlikeRoles(index: SnapshotIndex): Generator<Finding> {
  for (const [groupId, entitlements] of index.entitlementsOfGroup) {
    const group = index.groups.get(groupId)!;
    const byKey = new Map(entitlements.map((row) => [row.roleKey, row]));
    for (const keys of findConfusables([...byKey.keys()])) {
      const rows = keys.map((key) => byKey.get(key)!);
      yield toFinding({
        rule: "look-alike-roles",
        about: rows.map(({ id }) => id).sort(byCodeUnit).join(" "),
        what: `${formatGroupName(group)} has roles that look the same: ${
          keys.map(quote).join(", ")
        }`,
        groups: [group],
        entitlements: rows,
      });
    }
  }
}

function* findStaleGrants(index: SnapshotIndex, staleDays: number): Generator<Finding> {
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
    yield toFinding({
      rule: "stale-grant",
      about: grant.id,
      what: `${formatUserName(user)} holds ${quote(formatEntitlementName(entitlement))} in ` +
        `${formatGroupName(group)} since ${changedAt.slice(0, 10)}, unchanged for ${days} days`,
      users: [user],
      groups: [group],
      entitlements: [entitlement],
      grants: [grant],
    });
  }
}

function* findBroadUsers(index: SnapshotIndex, broadest: number): Generator<Finding> {
  const held = [...index.grantsOfUser];
  const average = index.snapshot.grants.length / Math.max(1, held.length);
  const least = Math.max(FEWEST_BROAD, BROAD_FACTOR * average);
  const broad = held.filter(([, grants]) => grants.length >= least)
    .sort(([a, x], [b, y]) => y.length - x.length || byCodeUnit(a, b))
    .slice(0, broadest);
  for (const [userId, grants] of broad) {
    const user = index.users.get(userId)!;
    yield toFinding({
      rule: "broad-user",
      about: `user:${userId}`,
      what:
        `${formatUserName(user)} holds ${formatRoleCount(grants.length)} in ${
          formatGroups(index, grants)
        }; ` +
        `users with roles have ${average.toFixed(1)} on average`,
      users: [user],
      grants,
    });
  }
}

function* findUnused(index: SnapshotIndex): Generator<Finding> {
  for (const group of index.snapshot.groups) {
    const entitlements = index.entitlementsOfGroup.get(group.id) ?? [];
    if (!index.grantsOfGroup.has(group.id)) {
      yield toFinding({
        rule: "unused-group",
        about: `project:${group.id}`,
        severity: entitlements.length === 0 ? "info" : "low",
        what: entitlements.length === 0
          ? `${formatGroupName(group)} has no roles`
          : `${formatGroupName(group)} has ${
            formatRoleCount(entitlements.length)
          }, and nobody holds any`,
        groups: [group],
        entitlements,
      });
      continue;
    }
    for (const entitlement of entitlements) {
      if (index.grantsOfEntitlement.has(entitlement.id)) continue;
      yield toFinding({
        rule: "unused-role",
        about: entitlement.id,
        what: `Nobody holds ${quote(formatEntitlementName(entitlement))} in ${
          formatGroupName(group)
        }`,
        groups: [group],
        entitlements: [entitlement],
      });
    }
  }
}

function* findUsersWithoutGrants(index: SnapshotIndex): Generator<Finding> {
  for (const user of index.snapshot.users) {
    if (index.grantsOfUser.has(user.id)) continue;
    if (user.state !== "active" && user.state !== "initial") continue;
    yield toFinding({
      rule: "user-without-grants",
      about: `user:${user.id}`,
      what:
        `${formatUserName(user)} is ${user.state === "active" ? "active" : "invited"} and holds ` +
        "no role in any project",
      users: [user],
    });
  }
}

function collectUsers(index: SnapshotIndex, grants: readonly Grant[]): User[] {
  return [...new Set(grants.map(({ userId }) => userId))].map((id) => index.users.get(id)!);
}

/** How many are named before the rest is only counted. */
const NAMED = 3;

function formatUsers(users: readonly User[]): string {
  return formatList(users.map(formatUserName), "user");
}

function formatGroups(index: SnapshotIndex, grants: readonly Grant[]): string {
  const ids = new Set(grants.map(({ groupId }) => groupId));
  return formatList([...ids].map((id) => formatGroupName(index.groups.get(id)!)), "project");
}

function formatList(names: readonly string[], what: string): string {
  if (names.length > NAMED) return `${names.length} ${what}s`;
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function formatRoleCount(count: number): string {
  return `${count} role${count === 1 ? "" : "s"}`;
}

function quote(name: string): string {
  return `"${name}"`;
}
