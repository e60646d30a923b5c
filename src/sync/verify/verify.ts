/**
 * Comparing what was read from lists with the event store.
 *
 * @module
 */
import { byCodeUnit } from "../../snapshot/order.ts";
import type { Client } from "../../zitadel/http/client.ts";
import type { Delay } from "../../zitadel/http/retry.ts";
import { inParallel } from "../../zitadel/in_parallel.ts";
import { ask, projectLookup, roleLookup, userGrantLookup } from "../../zitadel/v1/by_id.ts";
import { readEvents } from "../../zitadel/v1/events.ts";
import {
  compareWithEvents,
  type Comparison,
  type Difference,
  differenceKey,
  type ListedRows,
} from "./compare_events.ts";
import { createReplay, type Replay } from "./replay_events.ts";

/** What {@linkcode verifyAgainstEvents} needs. */
export interface VerifyOptions {
  /** Calls ZITADEL. */
  client: Client;
  /** The organization that was read. */
  organizationId: string;
  /** What its lists held. */
  listed: ListedRows;
  /** How many requests run side by side. */
  concurrency: number;
  /** How long views may lag behind events, in milliseconds. */
  lagMs: number;
  /** Waits for the views. */
  delay: Delay;
  /** Told how many events have come so far. */
  onEvents?: (events: number) => void;
  /** Ends it. */
  signal: AbortSignal;
}

/** What the events say of what was read. */
export interface Verified extends Comparison {
  /** How many events were replayed. */
  events: number;
  /** When the last of them was done; absent if there is none. */
  upTo: string | undefined;
  /** How many requests were sent for events. */
  requests: number;
  /** How many events came of types that nobody knows. */
  unknownEvents: number;
  /** The state that the events make. */
  replay: Replay;
}

/**
 * Replays the events of an organization and compares them with its lists.
 *
 * Lists are answered from views that follow the events, seconds later under load. So what differs is waited for and read
 * again, by id, before the events that came meanwhile: what differs then too, and has not been touched since, is told.
 *
 * @throws As `readEvents` and `ask` do.
 */
export async function verifyAgainstEvents(options: VerifyOptions): Promise<Verified> {
  const { client, organizationId, listed, lagMs, delay, onEvents, signal } = options;
  const replay = createReplay();
  const read = { organizationId, onEvent: replay.apply, signal };
  const first = await readEvents(client, { ...read, ...(onEvents && { onPage: onEvents }) });
  const before = compareWithEvents(replay, listed);
  const { differences } = before;
  if (differences.length === 0) return toVerified(first, before, replay);

  await delay(lagMs, { signal });
  const again = await readAgain(differences, options);
  const since = await readEvents(client, { ...read, after: first.position });
  const after = compareWithEvents(replay, again);
  const seen = new Map(differences.map((one) => [differenceKey(one), one.last]));
  const stays = ({ last, ...difference }: Difference) =>
    isSameMark(last, seen.get(differenceKey({ last, ...difference } as Difference)));
  const told = after.differences.filter(stays);
  return toVerified(
    {
      events: first.events + since.events,
      requests: first.requests + since.requests,
      position: since.position,
    },
    // What was touched meanwhile may well be the same in both by now, and is not waited for again.
    {
      ...after,
      differences: told,
      unjudged: after.unjudged + after.differences.length - told.length,
    },
    replay,
  );
}

function toVerified(
  { events, requests, position }: EventsReading,
  comparison: Comparison,
  replay: Replay,
): Verified {
  const { unknownEvents } = replay;
  return { ...comparison, events, requests, upTo: position?.at, unknownEvents, replay };
}

function isSameMark(a: EventMark, b: EventMark | undefined): boolean {
  return a.at === b?.at && a.type === b.type;
}

/** The lists, with what differs as ZITADEL answers for it now. */
async function readAgain(
  differences: readonly Difference[],
  options: VerifyOptions,
): Promise<ListedRows> {
  const { client, organizationId, concurrency, listed, signal } = options;
  const grants = new Map(listed.grants);
  const groups = new Map(listed.groups);
  const roleKeys = new Map([...listed.roleKeys].map(([id, keys]) => [id, new Set(keys)]));
  await inParallel(differences, { concurrency, signal }, async (one, signal) => {
    const context = { organizationId, signal };
    switch (one.list) {
      case "grants": {
        const row = await ask(client, userGrantLookup(one.userId, one.id), context);
        setOrDelete(grants, one.id, row && toListedGrant(row));
        return;
      }
      case "groups": {
        const row = await ask(client, projectLookup(one.id), context);
        setOrDelete(groups, one.id, row && toGroup(row));
        return;
      }
      case "entitlements": {
        const row = await ask(client, roleLookup(one.groupId, one.roleKey), context);
        const keys = roleKeys.get(one.groupId);
        if (row === undefined) keys?.delete(one.roleKey);
        else keys?.add(one.roleKey);
      }
    }
  });
  return { grants, groups, roleKeys };
}

function setOrDelete<V>(map: Map<string, V>, key: string, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}
