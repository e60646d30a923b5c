/**
 * The rules of findings, and the form of a finding.
 *
 * @module
 */
import type { Credential, Entitlement, Grant, Group, User } from "../types.ts";

/** The severities, the most urgent first. */
export const SEVERITIES = ["high", "medium", "low", "info"] as const;

/** The severity of a finding. */
export type Severity = typeof SEVERITIES[number];

/** A rule, with the texts that all its findings share. */
export interface FindingRule {
  /** The rule in a few words. */
  title: string;
  /** The reason why it matters. */
  why: string;
  /** The remedy. */
  action: string;
  /** The severity of its findings; some may have another. */
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

/** All rules by id, in the order of findings of one severity. */
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
  /** `<rule>:<id of its subject>`: the same finding has the same id in every snapshot. */
  id: string;
  /** The rule that found it. */
  rule: FindingRuleId;
  /** Its severity. */
  severity: Severity;
  /** The finding as a sentence, with names as ZITADEL has them. */
  what: string;
  /** The reason why it matters. */
  why: string;
  /** The remedy. */
  action: string;
  /** The ids of the users concerned. */
  userIds: string[];
  /** The ids of the groups concerned. */
  groupIds: string[];
  /** The ids of the entitlements concerned. */
  entitlementIds: string[];
  /** The ids of the grants concerned. */
  grantIds: string[];
  /** The ids of the credentials concerned; absent if there are none. */
  credentialIds?: string[];
}

/** Thresholds of findings. */
export interface FindingOptions {
  /** Days without a change after which a grant is stale. @default {365} */
  staleDays?: number | undefined;
  /** The most users that are findings for holding many roles. @default {5} */
  broadest?: number | undefined;
  /** The most owners of an organization that are no finding. @default {5} */
  manyOwners?: number | undefined;
  /** Days before its end from which a credential expires soon. @default {30} */
  expiringDays?: number | undefined;
}

/** A finding before its rule is looked up. */
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
