/**
 * Snapshots to ask questions of.
 *
 * @module
 */
import { computeDigest, type Snapshot, takeSnapshot } from "../../mod.ts";
import { DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createRecordedSimulator, recordedTokens } from "../simulator/seeds/recorded_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

/** What a snapshot of {@linkcode makeSnapshot} may hold; the rest has no influence on answers. */
export interface SnapshotParts {
  organization?: Snapshot["organization"];
  completedAt?: string;
  users?: Snapshot["users"];
  groups?: Snapshot["groups"];
  entitlements?: Snapshot["entitlements"];
  grants?: Snapshot["grants"];
  notes?: Snapshot["notes"];
}

/** A snapshot of these rows, sorted and counted. */
export async function makeSnapshot(parts: SnapshotParts): Promise<Snapshot> {
  const {
    organization = { id: "org", name: "Acme", state: "active" },
    completedAt = "2026-11-24T10:00:00Z",
    notes = [],
  } = parts;
  const sorted = <T extends { id: string }>(rows: T[] = []) =>
    rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const users = sorted(parts.users);
  const groups = sorted(parts.groups);
  const entitlements = sorted(parts.entitlements);
  const grants = sorted(parts.grants);
  return {
    format: "zitadel-access-snapshot",
    version: 1,
    tool: { name: "zitadel-sync", version: "0.0.0" },
    instance: { url: "https://acme.zitadel.cloud" },
    organization,
    startedAt: completedAt,
    completedAt,
    digest: await computeDigest({ organization, users, groups, entitlements, grants }),
    counts: {
      users: users.length,
      groups: groups.length,
      entitlements: entitlements.length,
      grants: grants.length,
    },
    evidence: [],
    users,
    groups,
    entitlements,
    grants,
    notes,
  };
}

/** A person who is in the organization. */
export function person(
  id: string,
  more: Partial<Snapshot["users"][number]> = {},
): Snapshot["users"][number] {
  return { id, type: "human", state: "active", username: id, external: false, ...more };
}

/** A project. */
export function project(
  id: string,
  more: Partial<Snapshot["groups"][number]> = {},
): Snapshot["groups"][number] {
  return {
    id,
    kind: "project",
    name: id,
    state: "active",
    roleAssertion: false,
    roleCheck: false,
    projectCheck: false,
    ...more,
  };
}

/** A role of a project. */
export function role(
  groupId: string,
  roleKey: string,
  more: Partial<Snapshot["entitlements"][number]> = {},
): Snapshot["entitlements"][number] {
  return { id: `project:${groupId}:${roleKey}`, groupId, roleKey, defined: true, ...more };
}

/** A role that a user holds. */
export function grant(
  userId: string,
  groupId: string,
  roleKey: string,
  more: Partial<Snapshot["grants"][number]> = {},
): Snapshot["grants"][number] {
  const entitlementId = `project:${groupId}:${roleKey}`;
  return {
    id: `${entitlementId}:user:${userId}`,
    entitlementId,
    groupId,
    userId,
    state: "active",
    authorizations: [`${userId}-${groupId}`],
    ...more,
  };
}

/** The demo's organization. */
export function demoSnapshot(): Promise<Snapshot> {
  return takeSnapshot({
    instanceUrl: "https://zitadel.test",
    token: DEMO_TOKEN,
    runtime: {
      fetch: createSimulator({ seed: demoSeed }).fetch,
      now: () => Date.parse("2026-11-24T10:00:00Z"),
    },
  });
}

/** The organization whose answers were recorded. */
export function recordedSnapshot(): Promise<Snapshot> {
  return takeSnapshot({
    instanceUrl: "https://zitadel.test",
    token: recordedTokens.viewer,
    runtime: {
      fetch: createRecordedSimulator().fetch,
      now: () => Date.parse("2026-11-24T10:00:00Z"),
    },
  });
}
