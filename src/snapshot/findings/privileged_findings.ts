/**
 * Findings about administrators and credentials.
 *
 * @module
 */
import type { Credential, Grant, Group, User } from "../types.ts";
import { formatAdministration, isAdministration } from "../query/administrations.ts";
import { countDaysLeft, describeExpiry } from "../query/expiry.ts";
import { formatCount } from "../text/format_count.ts";
import { formatBlock, maySignIn } from "../query/holding.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { formatAdministeredName, formatCredentialKind, formatUserName } from "../text/names.ts";
import type { FindingOptions, Found } from "./finding_rules.ts";
import { createGoneFormat } from "./gone_users.ts";

/** An organization with more owners than this has many. */
const MANY_OWNERS = 5;

const OWNER = "ORG_OWNER";

/** A credential that is valid for more days than this is long-lived: a leap year is not too long. */
const LONG_DAYS = 366;

/** Finds doubtful administrators; none if the snapshot was not asked for them. */
export function* findAdministrators(
  index: SnapshotIndex,
  { manyOwners = MANY_OWNERS }: FindingOptions,
): Generator<Found> {
  const formatGone = createGoneFormat(index.snapshot);
  for (const group of index.snapshot.groups.filter(isAdministration)) {
    yield* findOwners(index, { group, manyOwners, formatGone });
    const administrators = index.grantsOfGroup.get(group.id) ?? [];
    for (const userId of new Set(administrators.map(({ userId }) => userId))) {
      const user = index.users.get(userId)!;
      const grants = administrators.filter((grant) => grant.userId === userId);
      yield* findDoubtfulAdministrator(index, { group, user, grants, gone: formatGone(user) });
    }
  }
}

function* findOwners(
  index: SnapshotIndex,
  { group, manyOwners, formatGone }: {
    group: Group;
    manyOwners: number;
    formatGone: (user: User) => string | undefined;
  },
): Generator<Found> {
  if (group.kind !== "organization-administration") return;
  const named = (index.grantsOfGroup.get(group.id) ?? [])
    .filter(({ entitlementId }) => index.entitlements.get(entitlementId)!.roleKey === OWNER);
  const owners = named
    .filter(({ userId }) => formatGone(index.users.get(userId)!) === undefined);
  const common = {
    about: group.id,
    users: owners.map(({ userId }) => index.users.get(userId)!),
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
  } else if (usable.length === 0 && named.length > 0) {
    const what = `No owner of ${name} can sign in`;
    yield { ...common, rule: "single-owner", severity: "high", what };
  }
}

function* findDoubtfulAdministrator(
  index: SnapshotIndex,
  { group, user, grants, gone }: {
    group: Group;
    user: User;
    grants: readonly Grant[];
    gone: string | undefined;
  },
): Generator<Found> {
  const roles = grants.map(({ entitlementId }) => index.entitlements.get(entitlementId)!.roleKey);
  const name = formatUserName(user);
  const what = `${formatAdministration(group)} ${formatAdministeredName(group)}`;
  const does = `administers the ${what} as ${roles.join(", ")}`;
  // Reading only, as the user of this tool does, is worth knowing, and no more.
  const readsOnly = roles.every((role) => role.endsWith("_VIEWER"));
  const find = (rule: Found["rule"], what: string): Found => ({
    about: `${group.id}:user:${user.id}`,
    users: [user],
    groups: [group],
    grants,
    ...(readsOnly && { severity: "info" }),
    rule,
    what,
  });
  if (gone !== undefined) {
    yield find("removed-administrator", `${name} is ${gone} and still ${does}`);
    return;
  }
  if (user.type === "machine") {
    yield find("machine-administrator", `The machine ${name} ${does}`);
  }
  const block = formatBlock(user.state);
  if (block !== undefined) {
    yield find("blocked-administrator", `${name} is ${block} and still ${does}`);
  }
  if (user.external) {
    const home = user.organizationId === undefined
      ? "another organization"
      : `the organization ${user.organizationId}`;
    yield find("external-administrator", `${name} of ${home} ${does}`);
  }
}

/** Finds doubtful credentials; none if the snapshot was not asked for them. */
export function* findCredentials(
  index: SnapshotIndex,
  { expiringDays = 30 }: FindingOptions,
): Generator<Found> {
  const { credentials, users } = index.snapshot;
  if (credentials === undefined) return;
  const formatGone = createGoneFormat(index.snapshot);
  for (const credential of credentials) {
    const gone = formatGone(index.users.get(credential.userId)!);
    yield* findDoubtfulCredential(index, { credential, expiringDays, gone });
  }
  const equipped = new Set(credentials.map(({ userId }) => userId));
  for (const user of users) {
    const grants = index.grantsOfUser.get(user.id) ?? [];
    const isIdle = user.type === "machine" && !user.external && !equipped.has(user.id);
    if (!isIdle || grants.length === 0) continue;
    yield {
      rule: "machine-without-credential",
      about: `user:${user.id}`,
      what: `${formatUserName(user)} holds ${
        formatCount(grants.length, "role")
      } and has no token, key or secret to sign in with`,
      users: [user],
      grants,
    };
  }
}

function* findDoubtfulCredential(
  index: SnapshotIndex,
  { credential, expiringDays, gone }: {
    credential: Credential;
    expiringDays: number;
    gone: string | undefined;
  },
): Generator<Found> {
  const { completedAt } = index.snapshot;
  const user = index.users.get(credential.userId)!;
  const name = `The ${formatCredentialKind(credential)} ${credential.id} of ${
    formatUserName(user)
  }`;
  const find = (rule: Found["rule"], what: string): Found => ({
    about: `credential:${credential.id}`,
    users: [user],
    credentials: [credential],
    rule,
    what: `${name}${what}`,
  });
  if (gone !== undefined) {
    yield find("credential-of-removed-user", `, who is ${gone}`);
    return;
  }
  const block = formatBlock(user.state);
  if (block !== undefined) yield find("credential-of-blocked-user", `, who is ${block}`);
  const expiry = describeExpiry(credential, completedAt);
  const days = countDaysLeft(credential, completedAt) ?? 0;
  const day = credential.expiresAt?.slice(0, 10);
  if (expiry === "never") {
    const administers = (index.grantsOfUser.get(user.id) ?? [])
      .some(({ groupId }) => isAdministration(index.groups.get(groupId)!));
    const never = day === undefined ? " never expires" : ` never expires in practice (${day})`;
    yield administers
      ? find("endless-administrator-credential", `${never}, and its user administers`)
      : find("endless-credential", never);
  } else if (expiry === "expired") {
    yield find("expired-credential", ` has expired on ${day} and is still there`);
  } else if (expiry === "expires" && days <= expiringDays) {
    yield find("expiring-credential", ` expires on ${day}`);
  } else if (days > LONG_DAYS) {
    yield find("long-lived-credential", ` is valid until ${day}`);
  }
}
