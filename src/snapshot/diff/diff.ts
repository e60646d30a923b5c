/**
 * The differences between two snapshots.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type { Credential, Entitlement, Grant, Group, Snapshot, User } from "../types.ts";
import { LIST_NAMES, type ListName } from "../lists.ts";
import { byCodeUnit } from "../order.ts";
import { hasAdministrations, withoutAdministrations } from "../query/administrations.ts";
import { formatOrganizationName } from "../text/names.ts";

/** A field of a row that has another value now. `before` is absent if it is new, `after` if it is gone. */
export interface FieldChange {
  /** The field's name in the snapshot. */
  field: string;
  /** The earlier value. */
  before?: unknown;
  /** The later value. */
  after?: unknown;
}

/** The change of one row. Rows with the same id are the same row: a new name is a change. */
export type Change<T> =
  | { kind: "added"; id: string; after: T }
  | { kind: "removed"; id: string; before: T }
  | { kind: "changed"; id: string; before: T; after: T; fields: FieldChange[] };

/** The numbers of changes of a list. */
export interface ChangeCounts {
  /** Number of new rows. */
  added: number;
  /** Number of rows that are gone. */
  removed: number;
  /** Number of rows with other values. */
  changed: number;
}

/** The head of a snapshot that was compared. */
export type Compared = Pick<
  Snapshot,
  "instance" | "organization" | "startedAt" | "completedAt" | "digest" | "counts"
>;

/** The differences between two snapshots, each list in the order of ids. */
export interface SnapshotDiff {
  /** The earlier snapshot. */
  old: Compared;
  /** The later snapshot. */
  new: Compared;
  /** Whether there is any change. */
  different: boolean;
  /** The numbers of changes of each list. */
  counts: Record<ListName, ChangeCounts>;
  /** Changes of the organization itself, such as its state. */
  organization: FieldChange[];
  /** Changes of people and machines. */
  users: Change<User>[];
  /** Changes of projects. */
  groups: Change<Group>[];
  /** Changes of roles. */
  entitlements: Change<Entitlement>[];
  /** Changes of grants. */
  grants: Change<Grant>[];
  /** Changes of tokens, keys and secrets. */
  credentials: Change<Credential>[];
  /** Parts that only one of the snapshots has, so that they are not compared. */
  notCompared: ("administrators" | "credentials" | "history")[];
}

/** Options of {@linkcode diffSnapshots}. */
export interface DiffOptions {
  /** Whether to compare snapshots of different organizations. @default {false} */
  anyOrganization?: boolean | undefined;
  /** Fields whose changes do not count, such as `updatedAt`. @default {[]} */
  ignore?: readonly string[] | undefined;
}

/**
 * Compares two snapshots, row by row and field by field.
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
 * @throws {SyncError} `CONFIG_INVALID`: they belong to different organizations.
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
  // A user known only as an administrator has neither come nor gone.
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

/** Tells whether a snapshot says who gave which grant. */
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
 * Compares the values of a field: a text, a flag, a list of texts, or an actor, who stays the same under another name. A
 * later release may add others.
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
