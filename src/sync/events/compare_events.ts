/**
 * Comparing the rows of lists with the rows that events make.
 *
 * @module
 */
import { byCodeUnit } from "../../snapshot/order.ts";
import type { Grant, VerifiedCounts } from "../../snapshot/types.ts";
import type { Authorization } from "../rows.ts";
import type {
  EventMark,
  Replay,
  ReplayedGrant,
  ReplayedProject,
  SkipReason,
} from "./replay_events.ts";

/** Others may run after this many rows. */
const ROWS_AT_A_TIME = 1000;

/** A user grant as ZITADEL's list has it. */
export type ListedGrant = Pick<
  Authorization,
  "id" | "userId" | "groupId" | "roleKeys" | "state"
>;

/** A state as a list tells it; `unknown` is compared with nothing. */
export type ListedState = Grant["state"];

/** The rows of the organization's own lists. */
export interface ListedRows {
  /** User grants by id, those on projects of others too. */
  readonly grants: ReadonlyMap<string, ListedGrant>;
  /** The states of its own projects by their ids. */
  readonly groups: ReadonlyMap<string, ListedState>;
  /** The keys of the roles that each project defines, by the project's id. */
  readonly roleKeys: ReadonlyMap<string, ReadonlySet<string>>;
}

export type RowKey =
  | { list: "grants"; id: string }
  | { list: "groups"; id: string }
  | { list: "entitlements"; groupId: string; roleKey: string };

/** A row that lists and events tell differently. */
export interface Difference {
  /** Made by events and not listed, removed by events and still listed, or listed otherwise than it was made. */
  kind: "lost" | "phantom" | "differs";
  row: RowKey;
  /** The project that it is, or is of, by the events. */
  groupId: string;
  /** The name of a project by the events. */
  name?: string | undefined;
  /** The holder of a user grant by the events. */
  userId?: string;
  /** The roles of a user grant by the events. */
  roleKeys?: readonly string[];
  /** The state by the events; absent of removed rows, and of roles. */
  state?: "active" | "inactive";
  /** The row as it is listed; absent where it is not. */
  listed?: { roleKeys?: readonly string[]; state: ListedState };
  last: EventMark;
}

export type ComparisonResult =
  | { kind: "agreed" }
  /** There is no such row in either, or it is another organization's. */
  | { kind: "nothing" }
  | { kind: "not-compared"; why: SkipReason | "changed-again" }
  | { kind: "different"; difference: Difference };

const AGREED: ComparisonResult = { kind: "agreed" };
/** The result of a row that is in neither. */
export const NOTHING: ComparisonResult = { kind: "nothing" };

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
    // Without its first event, nothing but a list says which project a user grant is on: it may be another organization's.
    if (found === undefined && (grant?.isRemoved || !isOurs(grant?.groupId ?? ""))) return NOTHING;
    return notCompared(grant);
  }
  if (found === undefined && (grant.isRemoved || !isOurs(grant.groupId))) return NOTHING;
  if (found !== undefined && !grant.isRemoved && isSameGrant(grant, found)) return AGREED;
  return { kind: "different", difference: toGrantDifference(grant, found, row) };
}

function isSameGrant(grant: ReplayedGrant, found: ListedGrant): boolean {
  return isSameSet(grant.roleKeys, found.roleKeys) && grant.userId === found.userId &&
    grant.groupId === found.groupId && isSameState(toState(grant), found.state);
}

function toGrantDifference(
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

function compareGroup(
  project: ReplayedProject | undefined,
  listedState: ListedState | undefined,
  row: Extract<RowKey, { list: "groups" }>,
): ComparisonResult {
  if (project === undefined || project.skipReason !== undefined) {
    const isNowhere = listedState === undefined && project?.isRemoved !== false;
    return isNowhere ? NOTHING : notCompared(project);
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
    return isListed ? notCompared(project) : NOTHING;
  }
  const { last } = role;
  // The roles of a project that is not listed were not read: they have to be asked for.
  const isUnread = !groups.has(groupId) && !project!.isRemoved;
  if (!isUnread && role.isRemoved !== isListed) return isListed ? AGREED : NOTHING;
  return different({ kind: isListed ? "phantom" : "lost", row, groupId, last });
}

function notCompared(made: { skipReason: SkipReason | undefined } | undefined): ComparisonResult {
  return { kind: "not-compared", why: made?.skipReason ?? "cut" };
}

function different(difference: Difference): ComparisonResult {
  return { kind: "different", difference };
}

function toState({ isActive }: { isActive: boolean }): "active" | "inactive" {
  return isActive ? "active" : "inactive";
}

function isSameState(state: "active" | "inactive", listed: ListedState): boolean {
  return listed === "unknown" || listed === state;
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  if (a.length === b.length && a.every((key, i) => key === b[i])) return true;
  const keys = new Set(a);
  return keys.size === new Set(b).size && b.every((key) => keys.has(key));
}

/** The results of many rows. It has one owner: only `add` changes it. */
export interface Comparison {
  add(row: RowKey, result: ComparisonResult): void;
  /** Rows that are the same in both. */
  readonly agreed: Readonly<VerifiedCounts>;
  /** Rows that could not be compared. */
  readonly notCompared: Readonly<VerifiedCounts>;
  /** The projects and user grants among these. */
  readonly skipped: readonly { row: RowKey; why: SkipReason | "changed-again" }[];
  readonly differences: readonly Difference[];
}

export function createComparison(): Comparison {
  const agreed = { groups: 0, entitlements: 0, grants: 0 };
  const notCompared = { groups: 0, entitlements: 0, grants: 0 };
  const skipped: { row: RowKey; why: SkipReason | "changed-again" }[] = [];
  const differences: Difference[] = [];
  return {
    ...{ agreed, notCompared, skipped, differences },
    add(row, result) {
      if (result.kind === "agreed") agreed[row.list]++;
      if (result.kind === "different") differences.push(result.difference);
      if (result.kind !== "not-compared") return;
      notCompared[row.list]++;
      if (row.list !== "entitlements") skipped.push({ row, why: result.why });
    },
  };
}

/** Compares all rows that lists or events know, and awaits `pause` now and then: there may be hundreds of thousands. */
export async function compareRows(
  replay: Replay,
  listed: ListedRows,
  { onResult, pause }: {
    onResult: (row: RowKey, result: ComparisonResult) => void;
    pause: () => Promise<void> | undefined;
  },
): Promise<void> {
  let rows = 0;
  for (const row of listRows(replay, listed)) {
    onResult(row, compareRow(replay, listed, row));
    if (rows++ % ROWS_AT_A_TIME === 0) await pause();
  }
}

function* listRows({ grantIds, projects }: Replay, listed: ListedRows): Generator<RowKey> {
  for (const id of new Set([...listed.groups.keys(), ...projects.keys()])) {
    yield { list: "groups", id };
    const made = projects.get(id)?.roles.keys() ?? [];
    for (const roleKey of new Set([...listed.roleKeys.get(id) ?? [], ...made])) {
      yield { list: "entitlements", groupId: id, roleKey };
    }
  }
  for (const id of listed.grants.keys()) yield { list: "grants", id };
  for (const id of grantIds()) {
    if (!listed.grants.has(id)) yield { list: "grants", id };
  }
}

/** The order of rows: by list and ids. */
export function byRow({ row: a }: Difference, { row: b }: Difference): number {
  return byCodeUnit(formatRowKey(a), formatRowKey(b));
}

function formatRowKey(row: RowKey): string {
  return row.list === "entitlements"
    ? `entitlements ${row.groupId} ${row.roleKey}`
    : `${row.list} ${row.id}`;
}
