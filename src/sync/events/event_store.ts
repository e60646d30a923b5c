/**
 * ZITADEL's event store as a source: read once, and asked what a sync was asked for.
 *
 * @module
 */
import type { Entitlement, Group, Note, Verification } from "../../snapshot/types.ts";
import type { UserGrant } from "../../zitadel/api/wire.ts";
import type { FindGrantOrigin } from "../build.ts";
import type { Session } from "../options.ts";
import type { Authorization } from "../rows.ts";
import type { ListedRows } from "./compare_events.ts";
import { createEventReader, readEvents } from "./read_events.ts";
import { createReplay, findGrantOrigin } from "./replay_events.ts";
import { type EventLog, toNotes, verifyLists, type VerifyOptions } from "./verify.ts";

/** Reads and folds all events of an organization. @throws As {@linkcode readEvents}. */
export async function readEventLog(
  { client, organizationId, report, now, signal }:
    & Pick<VerifyOptions, "client" | "organizationId" | "report" | "signal">
    & Pick<Session, "now">,
): Promise<EventLog> {
  const startedAt = new Date(now()).toISOString();
  const replay = createReplay();
  const reader = createEventReader({
    client,
    organizationId,
    onEvent: replay.apply,
    onPage: (events) => report({ kind: "events", events, requests: client.requests }),
  });
  await readEvents(reader, signal);
  return { reader, replay, startedAt };
}

/** Options of {@linkcode compareWithEventStore}. */
export interface EventStoreOptions
  extends
    Omit<VerifyOptions, "listed" | "select" | "readGrants">,
    Pick<Session, "include" | "verify" | "now"> {
  /** The projects. */
  groups: readonly Group[];
  /** The roles that they define. */
  entitlements: readonly Entitlement[];
  /** The user grants, those of other organizations too. */
  batches: readonly (readonly Authorization[])[];
  /** Maps a row of the list of user grants. */
  select: (row: UserGrant) => Authorization;
  /** Reads the list of user grants again. */
  readGrantsAgain: (signal: AbortSignal) => Promise<Authorization[][]>;
}

/** The answers of the event store. */
export interface EventStoreResult {
  /** The comparison with the lists, if that was asked for. */
  verification?: Verification;
  /** Rows that differ, and rows that could not be compared. */
  notes: Note[];
  /** Finds who gave a role of a user grant last, and when, if that was asked for. */
  findGrantOrigin?: FindGrantOrigin;
}

/** Reads the events that were written since, and answers what was asked for. @throws As {@linkcode verifyLists}. */
export async function compareWithEventStore(
  log: EventLog,
  options: EventStoreOptions,
): Promise<EventStoreResult> {
  await readEvents(log.reader, options.signal);
  const compared = options.verify === undefined ? { notes: [] } : await compare(log, options);
  if (!options.include.includes("history")) return compared;
  return {
    ...compared,
    findGrantOrigin(authorizationId, roleKey) {
      const grant = log.replay.findGrant(authorizationId);
      return grant && findGrantOrigin(grant, roleKey);
    },
  };
}

async function compare(log: EventLog, options: EventStoreOptions): Promise<EventStoreResult> {
  const comparison = await verifyLists(log, {
    ...options,
    listed: toListed(options),
    readGrants: async (signal) => mapOwnGrants(await options.readGrantsAgain(signal)),
  });
  const { reader: { events, requests, known }, startedAt } = log;
  return {
    verification: {
      method: "events",
      events,
      requests,
      ...(known.latest && { upTo: known.latest.creationDate }),
      agreed: comparison.agreed,
      notCompared: comparison.notCompared,
      startedAt,
      completedAt: new Date(options.now()).toISOString(),
    },
    notes: toNotes(comparison, log.replay),
  };
}

function toListed({ groups, entitlements, batches }: EventStoreOptions): ListedRows {
  const roleKeys = new Map(groups.map(({ id }) => [id, new Set<string>()]));
  for (const { groupId, roleKey } of entitlements) roleKeys.get(groupId)?.add(roleKey);
  const states = new Map(groups.map(({ id, state }) => [id, state]));
  return { groups: states, roleKeys, grants: mapOwnGrants(batches) };
}

/** The organization's own user grants by id, on projects of others too. */
function mapOwnGrants(
  batches: readonly (readonly Authorization[])[],
): ReadonlyMap<string, Authorization> {
  const grants = new Map<string, Authorization>();
  for (const rows of batches) {
    for (const row of rows) if (row.grantingOrganizationId === undefined) grants.set(row.id, row);
  }
  return grants;
}
