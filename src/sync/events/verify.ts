/**
 * Comparing what was read from lists with the event store.
 *
 * @module
 */
import { runInSlices } from "../../event_loop.ts";
import type { Client } from "../../zitadel/http/client.ts";
import type { Delay } from "../../zitadel/http/retry.ts";
import { inParallel } from "../../zitadel/in_parallel.ts";
import { ask, projectLookup, roleLookup, userGrantLookup } from "../../zitadel/api/by_id.ts";
import { type EventsReading, findUserRemoval, readEvents } from "../../zitadel/api/events.ts";
import type { UserGrant } from "../../zitadel/api/wire.ts";
import type { SyncEvent } from "../progress.ts";
import { toGroup } from "../rows.ts";
import {
  compareRow,
  compareWithEvents,
  type Comparison,
  type ComparisonResult,
  createComparison,
  type Difference,
  type ListedGrant,
  type ListedRows,
  NOTHING,
  type RowCounts,
  type RowKey,
} from "./compare_events.ts";
import { createReplay, type EventMark, type Replay } from "./replay_events.ts";

/** What reading events needs. */
export interface EventsContext {
  /** Calls ZITADEL. */
  client: Client;
  /** The organization that was read. */
  organizationId: string;
  /** Reports what happens. */
  report: (event: SyncEvent) => void;
  /** Ends it. */
  signal: AbortSignal;
}

/** The events of an organization, replayed. */
export interface ReplayedEvents extends EventsReading {
  /** What they make. */
  replay: Replay;
  /** When reading began. */
  startedAt: string;
}

/** Replays all events of an organization. @throws As `readEvents`. */
export function replayEvents(
  context: EventsContext & { now: () => number },
): Promise<ReplayedEvents> {
  const startedAt = new Date(context.now()).toISOString();
  const replay = createReplay();
  return continueReplay(
    { replay, startedAt, events: 0, requests: 0, position: undefined },
    context,
  );
}

/** Replays what was done since. @throws As `readEvents`. */
export async function continueReplay(
  { events, requests, position, ...before }: ReplayedEvents,
  { client, organizationId, report, signal }: EventsContext,
): Promise<ReplayedEvents> {
  const since = await readEvents(client, {
    organizationId,
    after: position,
    onEvent: before.replay.apply,
    onPage: (more) => report({ kind: "events", events: events + more, requests: client.answered }),
    signal,
  });
  return {
    ...before,
    events: events + since.events,
    requests: requests + since.requests,
    position: since.position,
  };
}

/** What {@linkcode verifyListed} needs. */
export interface VerifyOptions extends EventsContext {
  /** What the lists held. */
  listed: ListedRows;
  /** What is kept of a row of the list of user grants. */
  select: (row: UserGrant) => ListedGrant;
  /** Reads the list of user grants again: the organization's own by id. */
  readGrants: (signal: AbortSignal) => Promise<ReadonlyMap<string, ListedGrant>>;
  /** The users that the list of users holds. */
  users: ReadonlyMap<string, unknown>;
  /** The ids of users that listed user grants name, and of whom ZITADEL says that there is no such user. */
  unknownUsers: readonly string[];
  /** How many requests run side by side. */
  concurrency: number;
  /** How long lists may lag behind events, in milliseconds. */
  verifyPauseMs: number;
  /** Waits for the lists. */
  delay: Delay;
}

/** What the events say of what was read. */
export interface Verified extends Omit<Comparison, "add"> {
  /** How many requests were sent for events. */
  requests: number;
}

/**
 * Compares lists with the events of their organization.
 *
 * Lists are answered from views that follow the events, seconds later under load. So what differs is waited for and read
 * again, by id, before the events that came meanwhile: what differs then too, and has not been touched since, is told.
 *
 * @throws As `readEvents` and `ask` do.
 */
export async function verifyListed(
  replayed: ReplayedEvents,
  options: VerifyOptions,
): Promise<Verified> {
  const { replay, requests } = replayed;
  const { listed, verifyPauseMs, delay, report, signal } = options;
  await learnRemovals(replay, options.unknownUsers, options);
  const first = await runInSlices(compareWithEvents(replay, listed), signal);
  await learnRemovals(replay, findUnlistedHolders(first.differences, options), options);
  const differences = first.differences.filter(({ row }) => isDifferent(replay, listed, row));
  if (differences.length === 0) return { ...first, differences, requests };

  report({ kind: "recheck", rows: differences.length, waitMs: verifyPauseMs });
  await delay(verifyPauseMs, { signal });
  const again = await readAgain(differences, options);
  const since = await continueReplay(replayed, options);
  const second = createComparison();
  for (const { row, last } of differences) {
    second.add(row, toFinalResult(compareRow(replay, again, row), { row, last, again }));
  }
  return {
    agreed: addCounts(first.agreed, second.agreed),
    notCompared: addCounts(first.notCompared, second.notCompared),
    skippedRows: [...first.skippedRows, ...second.skippedRows],
    differences: second.differences,
    requests: since.requests,
  };
}

function isDifferent(...compared: Parameters<typeof compareRow>): boolean {
  return compareRow(...compared).kind === "different";
}

/** What a row comes to in the end that was different at first, when `last` was the last event of it. */
function toFinalResult(
  result: ComparisonResult,
  { row, last, again }: { row: RowKey; last: EventMark; again: ListedRows },
): ComparisonResult {
  // A project that was late has its roles compared, too; of one that stays away the loss of it says all.
  if (row.list === "entitlements" && !again.groups.has(row.groupId)) return NOTHING;
  if (result.kind !== "different") return result;
  // It may be the same in both by now, and is not waited for again.
  const isTouched = result.difference.last.order !== last.order;
  return isTouched ? { kind: "not-compared", why: "changed-again" } : result;
}

/** Whose lost user grants there are, of those who are not the organization's. */
function findUnlistedHolders(
  differences: readonly Difference[],
  { users }: VerifyOptions,
): Set<string> {
  return new Set(
    differences.flatMap(({ kind, userId }) =>
      kind === "lost" && userId !== undefined && !users.has(userId) ? [userId] : []
    ),
  );
}

/** The removal of a user of another organization is no event of this one, and yet takes user grants along. */
async function learnRemovals(
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

function addCounts(a: RowCounts, b: RowCounts): RowCounts {
  return {
    groups: a.groups + b.groups,
    entitlements: a.entitlements + b.entitlements,
    grants: a.grants + b.grants,
  };
}

/** Of so many user grants the whole list takes fewer requests, and less time, than asking for each. */
const MANY_GRANTS = 500;

/** The lists, with what differs as ZITADEL answers for it now. */
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
        const found = await ask(client, userGrantLookup(userId!, row.id), context);
        setOrDelete(grants, row.id, found && select(found));
        return;
      }
      case "groups": {
        const found = await ask(client, projectLookup(row.id), context);
        setOrDelete(groups, row.id, found && toGroup(found).state);
        return;
      }
      case "entitlements": {
        const found = await ask(client, roleLookup(row.groupId, row.roleKey), context);
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
