/**
 * What changed from one snapshot to another.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type { Credential, Entitlement, Grant, Group, Snapshot, User } from "../types.ts";
import { LIST_NAMES, type ListName } from "../lists.ts";
import { byCodeUnit } from "../order.ts";
import { hasAdministrations, withoutAdministrations } from "../query/administrations.ts";
import { formatOrganizationName } from "../text/names.ts";

/** One field of a row that has another value now. A value that is absent was not there, or is not there any more. */
export interface FieldChange {
  /** The field's name in the snapshot. */
  field: string;
  /** What it was. */
  before?: unknown;
  /** What it is. */
  after?: unknown;
}

/** What became of one row. Rows are the same if their ids are: a new name is a change, not another row. */
export type Change<T> =
  | { kind: "added"; id: string; after: T }
  | { kind: "removed"; id: string; before: T }
  | { kind: "changed"; id: string; before: T; after: T; fields: FieldChange[] };

/** How many rows of a list became what. */
export interface ChangeCounts {
  /** New rows. */
  added: number;
  /** Rows that are gone. */
  removed: number;
  /** Rows that hold other values. */
  changed: number;
}

/** Which snapshot was compared. */
export type Compared = Pick<
  Snapshot,
  "instance" | "organization" | "startedAt" | "completedAt" | "digest" | "counts"
>;

/** The differences of two snapshots; of each list in the order of ids. */
export interface SnapshotDiff {
  /** The earlier snapshot. */
  old: Compared;
  /** The later snapshot. */
  new: Compared;
  /** Whether there is any change. */
  different: boolean;
  /** The changes of the lists, counted. */
  counts: Record<ListName, ChangeCounts>;
  /** What changed about the organization itself, such as its state. */
  organization: FieldChange[];
  /** Changes of people and machines. */
  users: Change<User>[];
  /** Changes of projects. */
  groups: Change<Group>[];
  /** Changes of roles. */
  entitlements: Change<Entitlement>[];
  /** Changes of who holds what. */
  grants: Change<Grant>[];
  /** Changes of what machines sign in with. */
  credentials: Change<Credential>[];
  /** What only one of the snapshots was asked for, so that it is not compared. */
  notCompared: ("administrators" | "credentials" | "history")[];
}

/** How to compare. */
export interface DiffOptions {
  /** Compare snapshots of different organizations too. @default {false} */
  anyOrganization?: boolean | undefined;
  /** Fields that do not matter, such as `updatedAt`. @default {[]} */
  ignore?: readonly string[] | undefined;
}

/**
 * Compares two snapshots row by row and field by field. The order of their rows does not matter.
 *
 * @example
 * ```ts
 * import { diffSnapshots, indexSnapshot, type Snapshot, toEvents } from "@zitadel-sync/zitadel-sync";
 *
 * function tellRemovedGrants(old: Snapshot, current: Snapshot): string[] {
 *   const diff = diffSnapshots(old, current, { ignore: ["updatedAt"] });
 *   return [...toEvents(diff, indexSnapshot(current))]
 *     .filter(({ event }) => event === "grant.removed")
 *     .map(({ user, role, group }) => `${user} does not hold ${role} in ${group} any more`);
 * }
 * ```
 *
 * @throws {SyncError} `CONFIG_INVALID`: they are of different organizations.
 */
export function diffSnapshots(
  old: Snapshot,
  current: Snapshot,
  { anyOrganization = false, ignore = [] }: DiffOptions = {},
): SnapshotDiff {
  if (!anyOrganization && old.organization.id !== current.organization.id) {
    throw new SyncError(
      "CONFIG_INVALID",
      `The snapshots are of different organizations: ${formatOrganization(old)} and ${
        formatOrganization(current)
      }`,
      { hint: "Compare snapshots of one organization, or set `anyOrganization: true`" },
    );
  }
  const both = {
    administrators: hasAdministrations(old) === hasAdministrations(current),
    credentials: (old.credentials === undefined) === (current.credentials === undefined),
    history: hasHistory(old) === hasHistory(current),
  };
  const ignored = new Set([...ignore, ...(both.history ? [] : ["grantedBy", "grantedAt"])]);
  const compare = <T extends { id: string }>(before: readonly T[], after: readonly T[]) =>
    listChanges(before, after, ignored);
  // A user who is known as an administrator alone has neither come nor gone.
  const [before, after] = [old, current]
    .map((snapshot) => both.administrators ? snapshot : withoutAdministrations(snapshot)) as [
      Snapshot,
      Snapshot,
    ];
  const changes = {
    users: compare(before.users, after.users),
    groups: compare(before.groups, after.groups),
    entitlements: compare(before.entitlements, after.entitlements),
    grants: compare(before.grants, after.grants),
    credentials: both.credentials ? compare(old.credentials ?? [], current.credentials ?? []) : [],
  };
  const organization = old.organization.id === current.organization.id
    ? listFieldChanges(old.organization, current.organization, ignored)
    : [];
  return {
    old: summarizeSnapshot(old),
    new: summarizeSnapshot(current),
    different: organization.length > 0 || LIST_NAMES.some((list) => changes[list].length > 0),
    counts: {
      users: countChanges(changes.users),
      groups: countChanges(changes.groups),
      entitlements: countChanges(changes.entitlements),
      grants: countChanges(changes.grants),
      credentials: countChanges(changes.credentials),
    },
    organization,
    ...changes,
    notCompared: (["administrators", "credentials", "history"] as const).filter((what) =>
      !both[what]
    ),
  };
}

/** Whether who gave what was asked for. */
function hasHistory({ grants }: Snapshot): boolean {
  return grants.some(({ grantedAt }) => grantedAt !== undefined);
}

function formatOrganization({ organization }: Snapshot): string {
  const name = formatOrganizationName(organization);
  return name === organization.id ? name : `${name} (${organization.id})`;
}

function summarizeSnapshot(snapshot: Snapshot): Compared {
  const { instance, organization, startedAt, completedAt, digest, counts } = snapshot;
  return { instance, organization, startedAt, completedAt, digest, counts };
}

function listChanges<T extends { id: string }>(
  old: readonly T[],
  current: readonly T[],
  ignored: ReadonlySet<string>,
): Change<T>[] {
  const before = new Map(old.map((row) => [row.id, row]));
  const changes: Change<T>[] = [];
  for (const row of current) {
    const earlier = before.get(row.id);
    if (earlier === undefined) {
      changes.push({ kind: "added", id: row.id, after: row });
      continue;
    }
    before.delete(row.id);
    const fields = listFieldChanges(earlier, row, ignored);
    if (fields.length > 0) {
      changes.push({ kind: "changed", id: row.id, before: earlier, after: row, fields });
    }
  }
  for (const row of before.values()) changes.push({ kind: "removed", id: row.id, before: row });
  return changes.sort((a, b) => byCodeUnit(a.id, b.id));
}

function listFieldChanges(
  before: object,
  after: object,
  ignored: ReadonlySet<string>,
): FieldChange[] {
  const old = before as Readonly<Record<string, unknown>>;
  const current = after as Readonly<Record<string, unknown>>;
  const fields: FieldChange[] = [];
  for (const field in old) {
    if (!Object.hasOwn(current, field)) fields.push({ field, before: old[field] });
    else if (!isSame(old[field], current[field])) {
      fields.push({ field, before: old[field], after: current[field] });
    }
  }
  for (const field in current) {
    if (!Object.hasOwn(old, field)) fields.push({ field, after: current[field] });
  }
  return ignored.size === 0 ? fields : fields.filter(({ field }) => !ignored.has(field));
}

/**
 * Fields hold texts, flags and lists of texts, or somebody, who is the same under another name; what a later release adds
 * may hold anything.
 */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return false;
  return "id" in a && "id" in b ? a.id === b.id : JSON.stringify(a) === JSON.stringify(b);
}

function countChanges(changes: readonly Change<unknown>[]): ChangeCounts {
  const counts = { added: 0, removed: 0, changed: 0 };
  for (const { kind } of changes) counts[kind]++;
  return counts;
}
