/**
 * What lists hold against what events make.
 *
 * @module
 */
import { byCodeUnit } from "../../snapshot/order.ts";
import type {
  EventMark,
  Replay,
  ReplayedGrant,
  ReplayedProject,
  SkipReason,
} from "./replay_events.ts";

/** After how many rows others may run. */
const ROWS_AT_A_TIME = 1000;

/** A user grant as ZITADEL's list has it. */
export interface ListedGrant {
  /** ZITADEL's id of it. */
  id: string;
  /** The user. */
  userId: string;
  /** The project. */
  groupId: string;
  /** Its roles. */
  roleKeys: readonly string[];
  /** Its state; `unknown` is compared with nothing. */
  state: ListedState;
}

/** A state as a list tells it. */
export type ListedState = "active" | "inactive" | "unknown";

/** What the lists hold: the organization's own rows. */
export interface ListedRows {
  /** User grants by id, those on projects of others too. */
  readonly grants: ReadonlyMap<string, ListedGrant>;
  /** The states of its own projects by their ids. */
  readonly groups: ReadonlyMap<string, ListedState>;
  /** The keys of the roles that each project defines, by the project's id. */
  readonly roleKeys: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Which row. */
export type RowKey =
  | { list: "grants"; id: string }
  | { list: "groups"; id: string }
  | { list: "entitlements"; groupId: string; roleKey: string };

/** What lists and events say differently of one row. */
export interface Difference {
  /** The events made it and the list lacks it, the events removed it and the list holds it, or it is another in both. */
  kind: "lost" | "phantom" | "differs";
  /** Which row. */
  row: RowKey;
  /** The project that it is, or is of, by the events. */
  groupId: string;
  /** What a project is called by the events. */
  name?: string | undefined;
  /** Whose user grant it is by the events. */
  userId?: string;
  /** The roles of a user grant by the events. */
  roleKeys?: readonly string[];
  /** Whether it is in force by the events; absent where it is gone, and of roles. */
  state?: "active" | "inactive";
  /** What the list says; absent where it lacks the row. */
  listed?: { roleKeys?: readonly string[]; state: ListedState };
  /** What was done last by the events. */
  last: EventMark;
}

/** What comparing one row came to. */
export type ComparisonResult =
  | { kind: "agreed" }
  /** It is nowhere, or of another organization. */
  | { kind: "nothing" }
  | { kind: "not-compared"; why: SkipReason | "changed-again" }
  | { kind: "different"; difference: Difference };

/** Compares one row. */
export function compareRow(replay: Replay, listed: ListedRows, row: RowKey): ComparisonResult {
  switch (row.list) {
    case "grants":
      return compareGrant(replay, listed, row);
    case "groups":
      return compareGroup(replay.projects.get(row.id), listed.groups.get(row.id), row);
    case "entitlements":
      return compareRole(replay.projects.get(row.groupId), listed, row);
  }
}

const AGREED: ComparisonResult = { kind: "agreed" };
/** What a row comes to that is nowhere. */
export const NOTHING: ComparisonResult = { kind: "nothing" };

function compareGrant(
  { findGrant, projects }: Replay,
  listed: ListedRows,
  row: Extract<RowKey, { list: "grants" }>,
): ComparisonResult {
  const found = listed.grants.get(row.id);
  const grant = findGrant(row.id);
  const isOurs = (groupId: string) => projects.has(groupId) || listed.groups.has(groupId);
  if (found !== undefined && !isOurs(found.groupId)) return NOTHING;
  if (grant === undefined || grant.skipReason !== undefined) {
    // A cut user grant does not say which project it is on: where no list tells, it may be another organization's.
    if (found === undefined && !isOurs(grant?.groupId ?? "")) return NOTHING;
    return found === undefined && grant?.isRemoved
      ? NOTHING
      : { kind: "not-compared", why: grant?.skipReason ?? "cut" };
  }
  if (found === undefined && (grant.isRemoved || !isOurs(grant.groupId))) return NOTHING;
  if (found !== undefined && !grant.isRemoved && isSameGrant(grant, found)) return AGREED;
  return { kind: "different", difference: describeGrant(grant, found, row) };
}

function isSameGrant(grant: ReplayedGrant, found: ListedGrant): boolean {
  return isSameSet(grant.roleKeys, found.roleKeys) && grant.userId === found.userId &&
    grant.groupId === found.groupId && isSameState(toState(grant), found.state);
}

function describeGrant(
  grant: ReplayedGrant,
  found: ListedGrant | undefined,
  row: RowKey,
): Difference {
  const { userId, groupId, roleKeys, isRemoved, last } = grant;
  return {
    kind: isRemoved ? "phantom" : found === undefined ? "lost" : "differs",
    ...{ row, groupId, userId, roleKeys, last },
    ...(!isRemoved && { state: toState(grant) }),
    ...(found && { listed: { roleKeys: found.roleKeys, state: found.state } }),
  };
}

function toState({ isActive }: { isActive: boolean }): "active" | "inactive" {
  return isActive ? "active" : "inactive";
}

function compareGroup(
  project: ReplayedProject | undefined,
  listedState: ListedState | undefined,
  row: Extract<RowKey, { list: "groups" }>,
): ComparisonResult {
  if (project === undefined || project.skipReason !== undefined) {
    if (listedState === undefined && project?.isRemoved !== false) return NOTHING;
    return { kind: "not-compared", why: project?.skipReason ?? "cut" };
  }
  const { name, isRemoved, last } = project;
  const common = { row, groupId: row.id, name, last };
  const state = toState(project);
  if (listedState === undefined) {
    return isRemoved ? NOTHING : different({ kind: "lost", ...common, state });
  }
  const listed = { state: listedState };
  if (isRemoved) return different({ kind: "phantom", ...common, listed });
  return isSameState(state, listedState)
    ? AGREED
    : different({ kind: "differs", ...common, state, listed });
}

function compareRole(
  project: ReplayedProject | undefined,
  { groups, roleKeys }: ListedRows,
  row: Extract<RowKey, { list: "entitlements" }>,
): ComparisonResult {
  const { groupId, roleKey } = row;
  const isListed = roleKeys.get(groupId)?.has(roleKey) === true;
  const role = project?.roles.get(roleKey);
  if (role === undefined || project!.skipReason !== undefined) {
    return isListed ? { kind: "not-compared", why: project?.skipReason ?? "cut" } : NOTHING;
  }
  const { last } = role;
  // The roles of a project that is not listed have not been read: what there may be of them is to be asked for.
  const isUnread = !groups.has(groupId) && !project!.isRemoved;
  if (!isUnread && role.isRemoved !== isListed) return isListed ? AGREED : NOTHING;
  return different({ kind: isListed ? "phantom" : "lost", row, groupId, last });
}

function different(difference: Difference): ComparisonResult {
  return { kind: "different", difference };
}

function isSameState(state: "active" | "inactive", listed: ListedState): boolean {
  return listed === "unknown" || listed === state;
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === b.length && a.every((key, i) => key === b[i])) return true;
  const keys = new Set(a);
  return keys.size === new Set(b).size && b.every((key) => keys.has(key));
}

/** How many rows of each list. */
export interface RowCounts {
  groups: number;
  entitlements: number;
  grants: number;
}

/** What comparing all rows came to. It has one owner: only its methods change it. */
export interface Comparison {
  /** Takes what a row came to. */
  add(row: RowKey, result: ComparisonResult): void;
  /** How many rows are the same in both. */
  readonly agreed: Readonly<RowCounts>;
  /** How many rows could not be compared. */
  readonly notCompared: Readonly<RowCounts>;
  /** The projects and user grants that could not be compared, and why. */
  readonly skippedRows: readonly SkippedRow[];
  /** What differs, by list and id. */
  readonly differences: readonly Difference[];
}

/** A row that could not be compared. */
export interface SkippedRow {
  /** Which row. */
  row: RowKey;
  /** Why: what is known of it, or `changed-again`. */
  why: SkipReason | "changed-again";
}

/** A comparison of nothing. */
export function createComparison(): Comparison {
  const agreed = { groups: 0, entitlements: 0, grants: 0 };
  const notCompared = { groups: 0, entitlements: 0, grants: 0 };
  const skippedRows: SkippedRow[] = [];
  const differences: Difference[] = [];
  return {
    agreed,
    notCompared,
    skippedRows,
    get differences() {
      return differences.sort(byRow);
    },
    add(row, result) {
      if (result.kind === "agreed") agreed[row.list]++;
      if (result.kind === "different") differences.push(result.difference);
      if (result.kind !== "not-compared") return;
      notCompared[row.list]++;
      if (row.list !== "entitlements") skippedRows.push({ row, why: result.why });
    },
  };
}

/** Compares all rows that lists or events know. A generator, because there may be hundreds of thousands. */
export function* compareWithEvents(
  replay: Replay,
  listed: ListedRows,
): Generator<void, Comparison, undefined> {
  const comparison = createComparison();
  let rows = 0;
  for (const row of listRows(replay, listed)) {
    comparison.add(row, compareRow(replay, listed, row));
    if (rows++ % ROWS_AT_A_TIME === 0) yield;
  }
  return comparison;
}

function* listRows(
  { grantIds, projects }: Replay,
  listed: ListedRows,
): Generator<RowKey, void, undefined> {
  for (const id of unite(listed.groups.keys(), projects.keys())) {
    yield { list: "groups", id };
    const roles = projects.get(id)?.roles ?? new Map<string, unknown>();
    for (const roleKey of unite(listed.roleKeys.get(id) ?? [], roles.keys())) {
      yield { list: "entitlements", groupId: id, roleKey };
    }
  }
  for (const id of listed.grants.keys()) yield { list: "grants", id };
  for (const id of grantIds()) {
    if (!listed.grants.has(id)) yield { list: "grants", id };
  }
}

function unite(ids: Iterable<string>, more: Iterable<string>): Set<string> {
  return new Set([...ids, ...more]);
}

/** What tells rows apart, and their order. */
function formatRowKey(row: RowKey): string {
  return row.list === "entitlements"
    ? `entitlements ${row.groupId} ${row.roleKey}`
    : `${row.list} ${row.id}`;
}

/** By list and ids. */
function byRow(a: Difference, b: Difference): number {
  return byCodeUnit(formatRowKey(a.row), formatRowKey(b.row));
}
