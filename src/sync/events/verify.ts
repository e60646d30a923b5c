/**
 * Verifying lists: comparing them with the events of their organization, and waiting for views that lag.
 *
 * @module
 */
import { createPause } from "../../concurrency.ts";
import type { EventDifference, Note } from "../../snapshot/types.ts";
import { ask, projectRequest, roleRequest, userGrantRequest } from "../../zitadel/api/by_id.ts";
import { findUserRemoval } from "../../zitadel/api/events.ts";
import type { UserGrant } from "../../zitadel/api/wire.ts";
import { inParallel } from "../../zitadel/in_parallel.ts";
import type { Session } from "../options.ts";
import type { SyncEvent } from "../progress.ts";
import { toGroup } from "../rows.ts";
import {
  byRow,
  compareRow,
  compareRows,
  type Comparison,
  type ComparisonResult,
  createComparison,
  type Difference,
  type ListedGrant,
  type ListedRows,
  NOTHING,
} from "./compare_events.ts";
import { type EventReader, readEvents } from "./read_events.ts";
import type { Replay } from "./replay_events.ts";

/** Events of an organization: read, and folded as they come. */
export interface EventLog {
  /** Reads on. */
  readonly reader: EventReader;
  /** The state that the events make. */
  readonly replay: Replay;
  /** When reading began, in RFC 3339. */
  readonly startedAt: string;
}

/** Options of {@linkcode verifyLists}. */
export interface VerifyOptions
  extends Pick<Session, "client" | "concurrency" | "verifyPauseMs" | "delay"> {
  organizationId: string;
  /** The rows that were listed. */
  listed: ListedRows;
  /** Maps a row of the list of user grants. */
  select: (row: UserGrant) => ListedGrant;
  /** Reads the organization's own user grants again. */
  readGrants: (signal: AbortSignal) => Promise<ReadonlyMap<string, ListedGrant>>;
  /** The users that the list of users holds. */
  users: ReadonlyMap<string, unknown>;
  /** Ids of users that listed user grants name and ZITADEL does not know. */
  unknownUsers: readonly string[];
  /** Reports progress. */
  report: (event: SyncEvent) => void;
  /** Ends it. */
  signal: AbortSignal;
}

/**
 * Compares lists with the events of their organization.
 *
 * Lists are answered from views that follow the events, seconds later under load. So rows that differ are asked for again
 * after a pause, by id, and compared with the events up to then. A row that still differs is a difference, unless it has
 * been changed meanwhile.
 *
 * @throws As {@linkcode readEvents} and {@linkcode ask}.
 */
export async function verifyLists(log: EventLog, options: VerifyOptions): Promise<Comparison> {
  const { replay, reader } = log;
  const { listed, verifyPauseMs, delay, report, signal } = options;
  await applyUserRemovals(replay, options.unknownUsers, options);
  const comparison = createComparison();
  const differences: Difference[] = [];
  await compareRows(replay, listed, {
    onResult(row, result) {
      if (result.kind === "different") differences.push(result.difference);
      else comparison.add(row, result);
    },
    pause: createPause(signal),
  });
  await applyUserRemovals(replay, findUnlistedHolders(differences, options), options);
  const again = differences.filter(({ row }) =>
    compareRow(replay, listed, row).kind === "different"
  );
  if (again.length === 0) return comparison;

  report({ kind: "recheck", rows: again.length, waitMs: verifyPauseMs });
  await delay(verifyPauseMs, { signal });
  const relisted = await readAgain(again, options);
  await readEvents(reader, signal);
  for (const before of again) {
    const result = compareRow(replay, relisted, before.row);
    comparison.add(before.row, toFinalResult(result, before, relisted));
  }
  return comparison;
}

/** The result of a row that was different before. */
function toFinalResult(
  result: ComparisonResult,
  { row, last }: Difference,
  { groups }: ListedRows,
): ComparisonResult {
  // The loss of a project says all of its roles; those of one that was late are compared, too.
  if (row.list === "entitlements" && !groups.has(row.groupId)) return NOTHING;
  if (result.kind !== "different") return result;
  // It may be the same in both by now, and is not waited for again.
  const hasChanged = result.difference.last.order !== last.order;
  return hasChanged ? { kind: "not-compared", why: "changed-again" } : result;
}

/** The holders of lost user grants who are not the organization's. */
function findUnlistedHolders(
  differences: readonly Difference[],
  { users }: VerifyOptions,
): Set<string> {
  const lost = differences.filter(({ kind }) => kind === "lost");
  const holders = lost.flatMap(({ userId }) => userId === undefined ? [] : [userId]);
  return new Set(holders.filter((id) => !users.has(id)));
}

/** The removal of a user of another organization is no event of this one, and yet takes user grants along. */
async function applyUserRemovals(
  replay: Replay,
  userIds: Iterable<string>,
  { client, concurrency, signal }: VerifyOptions,
): Promise<void> {
  const removals = await inParallel(
    [...userIds],
    { concurrency, signal },
    (id, signal) => findUserRemoval(client, id, signal),
  );
  for (const event of removals) if (event !== undefined) replay.apply(event);
}

/** Reading the whole list takes fewer requests than asking for more user grants than this, one by one. */
const MANY_GRANTS = 500;

/** The lists, with rows that differ as ZITADEL answers for them now. */
async function readAgain(
  differences: readonly Difference[],
  { client, organizationId, concurrency, listed, select, readGrants, signal }: VerifyOptions,
): Promise<ListedRows> {
  const isGrant = ({ row }: Difference) => row.list === "grants";
  const readsList = differences.filter(isGrant).length > MANY_GRANTS;
  const grants = new Map(readsList ? await readGrants(signal) : listed.grants);
  const groups = new Map(listed.groups);
  const roleKeys = new Map([...listed.roleKeys].map(([id, keys]) => [id, new Set(keys)]));
  const asked = readsList ? differences.filter((one) => !isGrant(one)) : differences;
  await inParallel(asked, { concurrency, signal }, async ({ row, userId }, signal) => {
    const context = { organizationId, signal };
    switch (row.list) {
      case "grants": {
        const found = await ask(client, userGrantRequest(userId!, row.id), context);
        setOrDelete(grants, row.id, found && select(found));
        return;
      }
      case "groups": {
        const found = await ask(client, projectRequest(row.id), context);
        setOrDelete(groups, row.id, found && toGroup(found).state);
        return;
      }
      case "entitlements": {
        const found = await ask(client, roleRequest(row.groupId, row.roleKey), context);
        const keys = roleKeys.get(row.groupId) ?? new Set();
        roleKeys.set(row.groupId, keys);
        if (found === undefined) keys.delete(row.roleKey);
        else keys.add(row.roleKey);
      }
    }
  });
  return { grants, groups, roleKeys };
}

function setOrDelete<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** A comparison as notes of a snapshot, in the order of their rows. */
export function toNotes(
  { differences, skipped }: Comparison,
  { unknownTypes }: Replay,
): Note[] {
  const notes = differences.toSorted(byRow).map(toNote);
  const collect = (why: string) => {
    const rows = skipped.filter((one) => one.why === why).map(({ row }) => row);
    const ids = (list: "groups" | "grants") =>
      rows.flatMap((row) => row.list === list ? [row.id] : []).sort();
    return { groupIds: ids("groups"), authorizations: ids("grants") };
  };
  const cut = collect("cut");
  if (cut.groupIds.length + cut.authorizations.length > 0) {
    notes.push({ code: "events-cut", ...cut });
  }
  const unknown = collect("unknown-event");
  if (unknownTypes.size + unknown.groupIds.length + unknown.authorizations.length > 0) {
    notes.push({ code: "unknown-events", types: [...unknownTypes.keys()].sort(), ...unknown });
  }
  return notes;
}

const PHANTOMS = {
  groups: "phantom-group",
  entitlements: "phantom-entitlement",
  grants: "phantom-grant",
} as const;

const CODES = { lost: "lost-by-zitadel", differs: "differs-from-events" } as const;

function toNote({ kind, row, ...difference }: Difference): Note {
  const { name, groupId, userId, roleKeys, state, listed, last } = difference;
  const about: EventDifference = {
    list: row.list,
    groupId,
    ...(kind === "lost" && name && { groupName: name }),
    ...(row.list === "entitlements" && { roleKey: row.roleKey }),
    ...(row.list === "grants" && { authorization: row.id }),
    ...(userId && { userId }),
    ...(roleKeys && { roleKeys: [...roleKeys] }),
    ...(listed?.roleKeys && { listedRoleKeys: [...listed.roleKeys] }),
    ...(state && { state }),
    ...(listed && { listedState: listed.state }),
    event: last.type,
    at: last.at,
    ...(last.by && { by: last.by }),
  };
  return { code: kind === "phantom" ? PHANTOMS[row.list] : CODES[kind], ...about };
}
