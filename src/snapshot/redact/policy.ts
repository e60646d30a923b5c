/**
 * The rules of redaction, a rule for each key of a snapshot.
 *
 * @module
 */
import type {
  Credential,
  Entitlement,
  EventDifference,
  Evidence,
  Grant,
  Group,
  Note,
  Organization,
  User,
  Verification,
} from "../types.ts";

/**
 * The rule for a key: `keep` it, `mask` the people in its text, replace the ids of users, user grants or an `actor` by
 * pseudonyms, or `drop` it. A key without a rule, such as one of a later release, is dropped.
 */
export type Rule = "keep" | "mask" | "user" | "authorization" | "actor" | "drop";

/** A rule for each key of a row: a new key does not compile without one. */
export type Policy<Row> = { readonly [Key in keyof Required<Row>]: Rule };

export const ORGANIZATION: Policy<Organization> = {
  id: "keep",
  name: "mask",
  primaryDomain: "mask",
  state: "keep",
};

export const EVIDENCE: Policy<Evidence> = {
  list: "keep",
  groupId: "keep",
  reported: "keep",
  received: "keep",
  distinct: "keep",
  requests: "keep",
  method: "keep",
  passes: "keep",
  repaired: "keep",
  startedAt: "keep",
  completedAt: "keep",
  viewTimestamp: "keep",
};

export const VERIFICATION: Policy<Verification> = {
  method: "keep",
  events: "keep",
  requests: "keep",
  upTo: "keep",
  agreed: "keep",
  notCompared: "keep",
  startedAt: "keep",
  completedAt: "keep",
};

/** The keys that identify a user are replaced by `redactUser`. */
export const USER: Policy<User> = {
  id: "user",
  type: "keep",
  state: "keep",
  username: "drop",
  displayName: "drop",
  firstName: "drop",
  lastName: "drop",
  email: "drop",
  emailVerified: "keep",
  preferredLoginName: "drop",
  loginNames: "drop",
  description: "drop",
  organizationId: "keep",
  external: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

export const GROUP: Policy<Group> = {
  id: "keep",
  kind: "keep",
  name: "mask",
  of: "keep",
  projectId: "keep",
  state: "keep",
  roleAssertion: "keep",
  roleCheck: "keep",
  projectCheck: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

export const ENTITLEMENT: Policy<Entitlement> = {
  id: "keep",
  groupId: "keep",
  roleKey: "mask",
  displayName: "mask",
  roleGroup: "mask",
  defined: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

export const GRANT: Policy<Grant> = {
  id: "keep",
  entitlementId: "keep",
  groupId: "keep",
  userId: "user",
  state: "keep",
  authorizations: "authorization",
  grantedBy: "actor",
  grantedAt: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

export const CREDENTIAL: Policy<Credential> = {
  id: "keep",
  kind: "keep",
  userId: "user",
  createdAt: "keep",
  updatedAt: "keep",
  expiresAt: "keep",
};

const DIFFERENCE: Policy<EventDifference> = {
  list: "keep",
  groupId: "keep",
  groupName: "mask",
  roleKey: "mask",
  authorization: "authorization",
  userId: "user",
  roleKeys: "mask",
  listedRoleKeys: "mask",
  state: "keep",
  listedState: "keep",
  event: "keep",
  at: "keep",
  by: "actor",
};

export const NOTES: { readonly [Code in Note["code"]]: Policy<Extract<Note, { code: Code }>> } = {
  "other-organizations-unknown": { code: "keep" },
  "instance-administrators-unknown": { code: "keep" },
  "reported-count-differs": {
    code: "keep",
    list: "keep",
    groupId: "keep",
    reported: "keep",
    distinct: "keep",
  },
  "authorizations-without-roles": { code: "keep", authorizations: "authorization" },
  "grants-on-foreign-groups": { code: "keep", count: "keep" },
  "grants-by-other-organizations": { code: "keep", count: "keep", groups: "keep" },
  "users-without-login-name": { code: "keep", userIds: "user" },
  "users-not-listed": { code: "keep", userIds: "user" },
  "groups-not-listed": { code: "keep", groupIds: "keep", authorizations: "authorization" },
  "lost-by-zitadel": { code: "keep", ...DIFFERENCE },
  "phantom-grant": { code: "keep", ...DIFFERENCE },
  "phantom-group": { code: "keep", ...DIFFERENCE },
  "phantom-entitlement": { code: "keep", ...DIFFERENCE },
  "differs-from-events": { code: "keep", ...DIFFERENCE },
  "events-cut": { code: "keep", groupIds: "keep", authorizations: "authorization" },
  "unknown-events": {
    code: "keep",
    types: "keep",
    groupIds: "keep",
    authorizations: "authorization",
  },
};
