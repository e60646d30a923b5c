/**
 * What lists hold against what events make.
 *
 * @module
 */
import { byCodeUnit } from "../../snapshot/order.ts";
import type { EventMark, Replay, ReplayedGrant } from "./replay_events.ts";

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
  state: "active" | "inactive" | "unknown";
}

/** A project as ZITADEL's list has it. */
export interface ListedGroup {
  /** ZITADEL's id of it. */
  id: string;
  /** Its state; `unknown` is compared with nothing. */
  state: "active" | "inactive" | "unknown";
}

/** What the lists hold: the organization's own rows. */
export interface ListedRows {
  /** User grants by id, on its own projects. */
  grants: ReadonlyMap<string, ListedGrant>;
  /** Projects by id. */
  groups: ReadonlyMap<string, ListedGroup>;
  /** The keys of the roles that each project defines, by the project's id. */
  roleKeys: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What lists and events say differently of one thing. */
export type Difference =
  & (
    | {
      list: "grants";
      id: string;
      userId: string;
      groupId: string;
      /** The roles by the events. */
      roleKeys: readonly string[];
      /** The roles by the list; absent if it lacks the grant. */
      listedRoleKeys?: readonly string[];
    }
    | { list: "groups"; id: string; name?: string }
    | { list: "entitlements"; groupId: string; roleKey: string }
  )
  & {
    /** The events made it and the list lacks it, the events removed it and the list holds it, or they differ in what it is. */
    kind: "lost" | "phantom" | "differs";
    /** Whether it is in force by the events; absent where it is gone. */
    state?: "active" | "inactive";
    /** Whether it is in force by the list; absent where it lacks it. */
    listedState?: "active" | "inactive" | "unknown";
    /** What was done last by the events. */
    last: EventMark;
  };

/** What a comparison came to. */
export interface Comparison {
  /** What differs, by list and id. */
  differences: Difference[];
  /** How many rows are the same in both. */
  agreed: { grants: number; groups: number; entitlements: number };
  /** How many rows could not be compared: their events are cut, or of types that nobody knows. */
  unjudged: number;
}

/** Compares lists with events. Grants on projects of other organizations are left out. */
export function compareWithEvents(replay: Replay, listed: ListedRows): Comparison {
  const comparison: Comparison = {
    differences: [],
    agreed: { grants: 0, groups: 0, entitlements: 0 },
    unjudged: 0,
  };
  compareGroups(replay, listed, comparison);
  compareGrants(replay, listed, comparison);
  comparison.differences.sort((a, b) => byCodeUnit(differenceKey(a), differenceKey(b)));
  return comparison;
}

/** What tells differences apart. */
export function differenceKey(difference: Difference): string {
  return difference.list === "entitlements"
    ? `entitlements ${difference.groupId} ${difference.roleKey}`
    : `${difference.list} ${difference.id}`;
}

function compareGroups({ projects }: Replay, listed: ListedRows, comparison: Comparison): void {
  const { differences, agreed } = comparison;
  for (const id of new Set([...listed.groups.keys(), ...projects.keys()])) {
    const row = listed.groups.get(id);
    const project = projects.get(id);
    if (project === undefined || project.unjudged !== undefined) {
      comparison.unjudged++;
      continue;
    }
    const name = project.name === undefined ? {} : { name: project.name };
    const about = { list: "groups" as const, id, ...name, last: project.last };
    const state = project.isActive ? "active" : "inactive";
    if (project.isRemoved) {
      if (row === undefined) continue;
      differences.push({ kind: "phantom", ...about, listedState: row.state });
    } else if (row === undefined) {
      differences.push({ kind: "lost", ...about, state });
    } else if (row.state !== "unknown" && row.state !== state) {
      differences.push({ kind: "differs", ...about, state, listedState: row.state });
    } else agreed.groups++;
    // The roles of a project that is not listed have not been read.
    if (row !== undefined) {
      compareRoles(id, replayedKeys(project), listed.roleKeys.get(id), comparison);
    }
  }
}

interface KeyState {
  isRemoved: boolean;
  last: EventMark;
}

/** The roles of a project; those of a removed one are removed with it. */
function replayedKeys(
  { isRemoved, last, roles }: {
    isRemoved: boolean;
    last: EventMark;
    roles: ReadonlyMap<string, KeyState>;
  },
): ReadonlyMap<string, KeyState> {
  if (!isRemoved) return roles;
  return new Map([...roles.keys()].map((key) => [key, { isRemoved, last }]));
}

function compareRoles(
  groupId: string,
  roles: ReadonlyMap<string, KeyState>,
  listedKeys: ReadonlySet<string> | undefined = new Set(),
  comparison: Comparison,
): void {
  for (const [roleKey, { isRemoved, last }] of roles) {
    const isListed = listedKeys.has(roleKey);
    const about = { list: "entitlements" as const, groupId, roleKey, last };
    if (isRemoved === isListed) {
      comparison.differences.push({ kind: isListed ? "phantom" : "lost", ...about });
    } else if (isListed) comparison.agreed.entitlements++;
  }
  for (const roleKey of listedKeys) if (!roles.has(roleKey)) comparison.unjudged++;
}

function compareGrants(
  { grants, projects }: Replay,
  listed: ListedRows,
  comparison: Comparison,
): void {
  const isOurs = (groupId: string) => projects.has(groupId) || listed.groups.has(groupId);
  for (const id of new Set([...listed.grants.keys(), ...grants.keys()])) {
    const row = listed.grants.get(id);
    const grant = grants.get(id);
    if (grant === undefined || grant.unjudged !== undefined) {
      // A cut grant says nothing of its project, so that it counts where the list tells that it is ours.
      if (row !== undefined || grant?.isRemoved === false) comparison.unjudged++;
      continue;
    }
    if (!isOurs(grant.groupId)) continue;
    const difference = compareGrant(id, grant, row);
    if (difference !== undefined) comparison.differences.push(difference);
    else if (row !== undefined) comparison.agreed.grants++;
  }
}

function compareGrant(
  id: string,
  { userId, groupId, roleKeys, isActive, isRemoved, last }: ReplayedGrant,
  row: ListedGrant | undefined,
): Difference | undefined {
  const about = { list: "grants" as const, id, userId, groupId, roleKeys, last };
  const state = isActive ? "active" : "inactive";
  if (row === undefined) return isRemoved ? undefined : { kind: "lost", ...about, state };
  const asListed = { listedRoleKeys: row.roleKeys, listedState: row.state };
  if (isRemoved) return { kind: "phantom", ...about, ...asListed };
  const isSame = isSameSet(roleKeys, row.roleKeys) && row.userId === userId &&
    row.groupId === groupId && (row.state === "unknown" || row.state === state);
  return isSame ? undefined : { kind: "differs", ...about, ...asListed, state };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  const keys = new Set(a);
  return keys.size === new Set(b).size && b.every((key) => keys.has(key));
}
