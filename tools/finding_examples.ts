/**
 * A small organization in which each rule of findings finds something, for the examples of docs/findings.md.
 *
 * @module
 */
import {
  type FindingRuleId,
  type Grant,
  type Group,
  indexSnapshot,
  listFindings,
  type Snapshot,
  type User,
} from "../mod.ts";

const AT = "2026-11-24T10:00:00Z";
const CREATED = "2026-01-05T08:00:00Z";

/** What the first finding of each rule says. */
export function findingExamples(): Map<FindingRuleId, string> {
  const examples = new Map<FindingRuleId, string>();
  for (const { rule, what } of listFindings(indexSnapshot(exampleSnapshot()))) {
    if (!examples.has(rule)) examples.set(rule, what);
  }
  return examples;
}

function person(id: string, displayName: string, more: Partial<User> = {}): User {
  return { id, type: "human", state: "active", displayName, external: false, ...more };
}

function project(id: string, name: string): Group {
  return { id, kind: "project", name, state: "active" };
}

function administration(kind: "organization" | "project", of: string, name: string): Group {
  const id = `administration:${kind}:${of}`;
  return { id, kind: `${kind}-administration`, of, name, state: "active" };
}

const USERS = [
  person("ada", "Ada Okafor"),
  person("ben", "Ben Larsen"),
  person("ci", "CI pipeline", { type: "machine", description: "Builds the shop" }),
  person("grace", "Grace Kim"),
  person("hugo", "Hugo Meyer", { state: "inactive" }),
  person("jonas", "Jonas Weiß", { state: "deleted" }),
  person("nightly", "Nightly backup", { type: "machine" }),
  person("till", "Till 1", { type: "machine", description: "The till", state: "inactive" }),
  person("old-till", "Till 0", { type: "machine", description: "The old till", state: "deleted" }),
  person("zoe", "Zoë Partner", { external: true, organizationId: "318000000000000002" }),
  person("ines", "Inês Carvalho"),
  person("liam", "Liam O’Neill"),
  person("nils", "Nils Åkesson"),
  person("priya", "Priya Raman"),
  person("oskar", "Oskar Nilsen"),
];

const GROUPS = [
  project("shop", "Web shop"),
  project("stock", "Warehouse"),
  project("crm", "Legacy CRM"),
  administration("organization", "acme", "Acme"),
  administration("organization", "globex", "Globex"),
  administration("project", "shop", "Web shop"),
];

/** Who holds what: user, group, role, and when it was last changed. */
const HELD: readonly [user: string, group: string, role: string, updatedAt?: string][] = [
  ...["admin", "editor", "viewer"].map((role) => ["ada", "shop", role] as [string, string, string]),
  ...["read", "write", "count"].map((role) => ["ada", "stock", role] as [string, string, string]),
  ["ben", "stock", "ghost"],
  ["grace", "shop", "viewer", "2023-04-12T08:00:00Z"],
  ["hugo", "stock", "read"],
  ["jonas", "stock", "read"],
  ["ci", "shop", "admin"],
  ["nightly", "stock", "read"],
  ["zoe", "shop", "viewer"],
  ["ada", "administration:organization:acme", "ORG_OWNER"],
  ["hugo", "administration:organization:acme", "ORG_OWNER"],
  ["jonas", "administration:organization:acme", "ORG_OWNER"],
  ["ci", "administration:project:shop", "PROJECT_OWNER"],
  ["zoe", "administration:project:shop", "PROJECT_OWNER"],
  ...["ada", "ben", "ines", "liam", "nils", "priya"].map((user) =>
    [user, "administration:organization:globex", "ORG_OWNER"] as [string, string, string]
  ),
];

const CREDENTIALS: readonly [id: string, userId: string, expiresAt?: string][] = [
  ["1", "ci"],
  ["2", "grace"],
  ["3", "grace", "2026-12-10T00:00:00Z"],
  ["4", "grace", "2026-02-01T00:00:00Z"],
  ["5", "grace", "2030-01-01T00:00:00Z"],
  ["6", "till", "2027-01-01T00:00:00Z"],
  ["7", "old-till", "2027-01-01T00:00:00Z"],
];

function toEntitlementId(group: string, role: string): string {
  return group.startsWith("administration:") ? `${group}:${role}` : `project:${group}:${role}`;
}

function exampleSnapshot(): Snapshot {
  const grants = HELD.map(([userId, groupId, role, updatedAt = CREATED]): Grant => {
    const entitlementId = toEntitlementId(groupId, role);
    const id = `${entitlementId}:user:${userId}`;
    return { id, entitlementId, groupId, userId, state: "active", authorizations: [], updatedAt };
  });
  const roles = new Map(
    [...HELD, ["", "shop", "Admin"] as const, ["", "crm", "agent"] as const]
      .map(([, groupId, roleKey]) => [toEntitlementId(groupId, roleKey), { groupId, roleKey }]),
  );
  const event = { list: "grants", at: CREATED, by: { id: "ada", name: "Ada Okafor" } } as const;
  const made = { ...event, groupId: "shop", event: "user.grant.added" } as const;
  return {
    format: "zitadel-access-snapshot",
    version: 1,
    tool: { name: "zitadel-sync", version: "0.0.0" },
    instance: { url: "https://acme.zitadel.cloud" },
    organization: { id: "acme", name: "Acme", state: "active" },
    startedAt: AT,
    completedAt: AT,
    digest: "",
    counts: { users: 0, groups: 0, entitlements: 0, grants: 0 },
    evidence: [],
    users: USERS,
    groups: GROUPS,
    entitlements: Array.from(roles, ([id, role]) => ({
      id,
      ...role,
      defined: role.roleKey !== "ghost",
    })),
    grants,
    credentials: CREDENTIALS.map(([id, userId, expiresAt]) => ({
      id,
      userId,
      kind: "personal-access-token",
      ...(expiresAt !== undefined && { expiresAt }),
    })),
    notes: [
      {
        code: "lost-by-zitadel",
        ...made,
        authorization: "40046",
        userId: "liam",
        roleKeys: ["editor"],
      },
      {
        code: "phantom-grant",
        ...event,
        groupId: "stock",
        authorization: "40015",
        userId: "jonas",
        listedRoleKeys: ["read"],
        event: "user.grant.removed",
      },
      {
        code: "differs-from-events",
        ...event,
        groupId: "shop",
        authorization: "40020",
        userId: "grace",
        roleKeys: ["viewer"],
        listedRoleKeys: ["editor", "viewer"],
        event: "user.grant.changed",
      },
    ],
  };
}
