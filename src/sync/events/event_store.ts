/**
 * What ZITADEL's event store adds to what its lists hold.
 *
 * @module
 */
import type { Entitlement, Group, Note, Verification } from "../../snapshot/contract.ts";
import type { Delay } from "../../zitadel/http/retry.ts";
import type { UserGrant } from "../../zitadel/api/wire.ts";
import type { FindGrantOrigin } from "../build.ts";
import type { Session } from "../options.ts";
import type { Authorization } from "../rows.ts";
import type { ListedRows } from "./compare_events.ts";
import { toNotes } from "./describe.ts";
import { findGrantOrigin } from "./replay_events.ts";
import { continueReplay, type EventsContext, type ReplayedEvents, verifyListed } from "./verify.ts";

/** What {@linkcode compareWithEventStore} needs. */
export interface EventStoreOptions extends EventsContext, Pick<Session, "include" | "verify"> {
  /** The projects. */
  groups: readonly Group[];
  /** The roles that they define. */
  entitlements: readonly Entitlement[];
  /** The user grants, those of other organizations too. */
  portions: readonly (readonly Authorization[])[];
  /** The users that the list of users holds, by id. */
  users: ReadonlyMap<string, unknown>;
  /** The ids of users that user grants name, and of whom ZITADEL says that there is no such user. */
  unknownUsers: readonly string[];
  /** What is kept of a row of the list of user grants. */
  select: (row: UserGrant) => Authorization;
  /** Reads the list of user grants again. */
  readGrantsAgain: (signal: AbortSignal) => Promise<Authorization[][]>;
  /** How many requests run side by side. */
  concurrency: number;
  /** How long lists may lag behind events, in milliseconds. */
  verifyPauseMs: number;
  /** Waits for the lists. */
  delay: Delay;
  /** The time in milliseconds since 1970. */
  now: () => number;
}

/** What the event store says. */
export interface EventStoreResult {
  /** What comparing came to, if that was asked for. */
  verification?: Verification;
  /** What differs, and what could not be compared. */
  notes: Note[];
  /** Who gave a role of a user grant last, and when, if that was asked for. */
  findGrantOrigin?: FindGrantOrigin;
}

/** Does with the events of the organization what was asked for. @throws As `verifyListed`. */
export async function compareWithEventStore(
  before: ReplayedEvents,
  options: EventStoreOptions,
): Promise<EventStoreResult> {
  const { include, verify } = options;
  const replayed = await continueReplay(before, options);
  const compared = verify === undefined ? { notes: [] } : await compare(replayed, options);
  if (!include.includes("history")) return compared;
  const { findGrant } = replayed.replay;
  return {
    ...compared,
    findGrantOrigin(authorizationId, roleKey) {
      const grant = findGrant(authorizationId);
      return grant && findGrantOrigin(grant, roleKey);
    },
  };
}

async function compare(
  replayed: ReplayedEvents,
  options: EventStoreOptions,
): Promise<EventStoreResult> {
  const { events, position, replay, startedAt } = replayed;
  const verified = await verifyListed(replayed, {
    ...options,
    listed: toListed(options),
    readGrants: async (signal) => mapOwnGrants(await options.readGrantsAgain(signal)),
  });
  return {
    verification: {
      method: "events",
      events,
      requests: verified.requests,
      ...(position && { upTo: position.at }),
      agreed: verified.agreed,
      notCompared: verified.notCompared,
      startedAt,
      completedAt: new Date(options.now()).toISOString(),
    },
    notes: toNotes(verified, replay),
  };
}

function toListed({ groups, entitlements, portions }: EventStoreOptions): ListedRows {
  const roleKeys = new Map(groups.map(({ id }) => [id, new Set<string>()]));
  for (const { groupId, roleKey } of entitlements) roleKeys.get(groupId)?.add(roleKey);
  const states = new Map(groups.map(({ id, state }) => [id, state]));
  return { groups: states, roleKeys, grants: mapOwnGrants(portions) };
}

/** The organization's own user grants by id, whoever's the projects are. */
function mapOwnGrants(
  portions: readonly (readonly Authorization[])[],
): ReadonlyMap<string, Authorization> {
  const grants = new Map<string, Authorization>();
  for (const rows of portions) {
    for (const row of rows) if (row.madeBy === undefined) grants.set(row.id, row);
  }
  return grants;
}
