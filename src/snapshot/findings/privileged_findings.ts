/**
 * What deserves a second look of who administers, and of what machines sign in with.
 *
 * @module
 */
import type { Credential, Grant, Group, User } from "../contract.ts";
import { formatAdministration, isAdministration } from "../query/administrations.ts";
import { countDaysLeft, describeExpiry } from "../query/expiry.ts";
import { formatBlock, maySignIn } from "../query/holding.ts";
import type { Lookup } from "../query/index_snapshot.ts";
import { formatAdministeredName, formatCredentialKind, formatUserName } from "../text/names.ts";
import type { FindingOptions, Found } from "./findings.ts";

/** An organization with more owners than this has many. */
const MANY_OWNERS = 5;

const OWNER = "ORG_OWNER";

/** Findings about administrators; none where a snapshot was not asked for them. */
export function* findAdministrators(
  lookup: Lookup,
  { manyOwners = MANY_OWNERS }: FindingOptions,
): Generator<Found> {
  const administrations = lookup.snapshot.groups.filter(isAdministration);
  for (const group of administrations) {
    yield* findOwners(lookup, group, manyOwners);
    const administrators = lookup.grantsOfGroup.get(group.id) ?? [];
    for (const userId of new Set(administrators.map(({ userId }) => userId))) {
      const grants = administrators.filter((grant) => grant.userId === userId);
      yield* findDoubtfulAdministrator(lookup, { group, user: lookup.users.get(userId)!, grants });
    }
  }
}

function* findOwners(lookup: Lookup, group: Group, manyOwners: number): Generator<Found> {
  if (group.kind !== "organization-administration") return;
  const owners = (lookup.grantsOfGroup.get(group.id) ?? [])
    .filter(({ entitlementId }) => lookup.entitlements.get(entitlementId)!.roleKey === OWNER);
  const common = {
    about: group.id,
    users: owners.map(({ userId }) => lookup.users.get(userId)!),
    groups: [group],
    grants: owners,
  };
  const name = formatAdministeredName(group);
  const usable = common.users.filter(({ state }) => maySignIn(state));
  if (owners.length > manyOwners) {
    yield {
      ...common,
      rule: "many-owners",
      what: `${name} has ${owners.length} owners: ${common.users.map(formatUserName).join(", ")}`,
    };
  }
  if (usable.length === 1) {
    yield {
      ...common,
      rule: "single-owner",
      what: `${formatUserName(usable[0]!)} is the only owner of ${name} who can sign in`,
    };
  }
}

function* findDoubtfulAdministrator(
  lookup: Lookup,
  { group, user, grants }: { group: Group; user: User; grants: readonly Grant[] },
): Generator<Found> {
  const roles = grants.map(({ entitlementId }) => lookup.entitlements.get(entitlementId)!.roleKey);
  const common = {
    about: `${group.id}:user:${user.id}`,
    users: [user],
    groups: [group],
    grants,
  };
  const name = formatUserName(user);
  const what = `${formatAdministration(group)} ${formatAdministeredName(group)}`;
  const does = `administers the ${what} as ${roles.join(", ")}`;
  // Whoever reads only, as the user of this tool does, is worth knowing, and no more.
  const reads = roles.every((role) => role.endsWith("_VIEWER"))
    ? { severity: "info" as const }
    : {};
  if (user.type === "machine") {
    yield {
      ...common,
      ...reads,
      rule: "machine-administrator",
      what: `The machine ${name} ${does}`,
    };
  }
  const block = formatBlock(user.state);
  if (block !== undefined) {
    yield {
      ...common,
      ...reads,
      rule: "blocked-administrator",
      what: `${name} is ${block} and still ${does}`,
    };
  }
  if (user.external) {
    const home = user.organizationId === undefined
      ? "another organization"
      : `the organization ${user.organizationId}`;
    yield {
      ...common,
      ...reads,
      rule: "external-administrator",
      what: `${name} of ${home} ${does}`,
    };
  }
}

/** Findings about credentials; none where a snapshot was not asked for them. */
export function* findCredentials(
  lookup: Lookup,
  { expiringDays = 30 }: FindingOptions,
): Generator<Found> {
  const { credentials, users } = lookup.snapshot;
  if (credentials === undefined) return;
  for (const credential of credentials) {
    yield* findDoubtfulCredential(lookup, credential, expiringDays);
  }
  const equipped = new Set(credentials.map(({ userId }) => userId));
  for (const user of users) {
    const grants = lookup.grantsOfUser.get(user.id) ?? [];
    const isIdle = user.type === "machine" && !user.external && !equipped.has(user.id);
    if (!isIdle || grants.length === 0) continue;
    yield {
      rule: "machine-without-credential",
      about: `user:${user.id}`,
      what: `${formatUserName(user)} holds ${grants.length} role${
        grants.length === 1 ? "" : "s"
      } and has no token, key or secret to sign in with`,
      users: [user],
      grants,
    };
  }
}

function* findDoubtfulCredential(
  lookup: Lookup,
  credential: Credential,
  expiringDays: number,
): Generator<Found> {
  const { completedAt } = lookup.snapshot;
  const user = lookup.users.get(credential.userId)!;
  const common = { about: `credential:${credential.id}`, users: [user], credentials: [credential] };
  const name = `The ${formatCredentialKind(credential)} ${credential.id} of ${
    formatUserName(user)
  }`;
  const expiry = describeExpiry(credential, completedAt);
  const days = countDaysLeft(credential, completedAt);
  if (expiry === "never") {
    const administers = (lookup.grantsOfUser.get(user.id) ?? [])
      .some(({ groupId }) => isAdministration(lookup.groups.get(groupId)!));
    yield {
      ...common,
      rule: administers ? "endless-administrator-credential" : "endless-credential",
      what: `${name} never expires${administers ? ", and its user administers" : ""}`,
    };
  } else if (expiry === "expired") {
    yield {
      ...common,
      rule: "expired-credential",
      what: `${name} has expired on ${credential.expiresAt!.slice(0, 10)} and is still there`,
    };
  } else if (days !== undefined && days <= expiringDays) {
    yield {
      ...common,
      rule: "expiring-credential",
      what: `${name} expires on ${credential.expiresAt!.slice(0, 10)}`,
    };
  }
  const block = formatBlock(user.state);
  if (block !== undefined) {
    yield { ...common, rule: "credential-of-blocked-user", what: `${name}, who is ${block}` };
  }
}
