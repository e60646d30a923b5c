/**
 * The event store: what was done to user grants, projects and their roles, by whom and when.
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../../errors.ts";
import { RFC_3339_UTC, toMicros } from "../../rfc3339.ts";
import type { Client } from "../http/client.ts";
import { foreignRow } from "./lists.ts";
import { text } from "./wire.ts";

/**
 * The types that are asked for, and no others: payloads of other types hold secrets, a password's hash for one.
 *
 * Removing a user, a project, a role or a project grant writes an event of its own for each user grant that ends or changes
 * with it, but only if ZITADEL's list shows that user grant: so the removals themselves are read, too.
 */
export const EVENT_TYPES = [
  "user.grant.added",
  "user.grant.changed",
  "user.grant.cascade.changed",
  "user.grant.deactivated",
  "user.grant.reactivated",
  "user.grant.removed",
  "user.grant.cascade.removed",
  "project.added",
  "project.changed",
  "project.deactivated",
  "project.reactivated",
  "project.removed",
  "project.role.added",
  "project.role.changed",
  "project.role.removed",
  "project.grant.added",
  "project.grant.changed",
  "project.grant.cascade.changed",
  "project.grant.removed",
  "user.removed",
] as const;

/** One of {@linkcode EVENT_TYPES}. */
export type EventType = (typeof EVENT_TYPES)[number];

/** The most events that ZITADEL puts into an answer; it cuts more without a word (seen on a build of July 2026). */
export const MAX_EVENTS = 1000;

/** Where events are asked for. */
export const EVENTS_PATH = "/admin/v1/events/_search";

/** The keys of a payload that are kept; it may lack all of them. */
const payloadSchema = z.object({
  userId: text,
  projectId: text,
  grantId: text,
  roleKeys: z.array(z.string()).exactOptional(),
  name: text,
  key: text,
});

const eventSchema = z.object({
  editor: z.object({ userId: z.string().nullish(), displayName: z.string().nullish() }).nullish(),
  aggregate: z.object({ id: z.string().min(1), resourceOwner: z.string().min(1) }),
  sequence: z.string().regex(/^\d{1,20}$/),
  creationDate: z.string().regex(RFC_3339_UTC, "not an RFC 3339 time in UTC"),
  payload: z.unknown().optional(),
  type: z.object({ type: z.string().min(1) }),
});

/** An answer without events is an empty object; anything else must have them, or it is not ZITADEL's. */
const eventsSchema = z.looseObject({ events: z.array(eventSchema).exactOptional() })
  .refine((answer) => answer.events ?? Object.keys(answer).length === 0, "events");

/** Something that was done. */
export interface StoreEvent extends Omit<z.infer<typeof eventSchema>, "payload"> {
  /** When it was done, in microseconds since 1970. */
  micros: number;
  /** The keys of its payload that are kept. */
  payload: z.infer<typeof payloadSchema>;
}

/** A request for events of {@linkcode EVENT_TYPES}. */
export interface EventQuery {
  /** The organization whose events are asked for. */
  organizationId: string;
  /** The most events to answer; {@linkcode MAX_EVENTS} at most. */
  limit: number;
  /** `true`: the event that was written first comes first; `false`: the last one does. */
  asc: boolean;
  /** The time that events are done after, or before where the last one comes first; in RFC 3339, exclusive. */
  from?: string | undefined;
}

/**
 * Asks for events.
 *
 * @throws {SyncError} `FOREIGN_ROW`: an event belongs to another organization; `RESPONSE_INVALID`: a payload is not one of
 * ZITADEL's; and as {@linkcode Client.call}.
 */
export async function searchEvents(
  client: Client,
  { organizationId, from, ...query }: EventQuery,
  signal: AbortSignal,
): Promise<StoreEvent[]> {
  const body = {
    ...query,
    eventTypes: EVENT_TYPES,
    resourceOwner: organizationId,
    ...(from !== undefined && { from }),
  };
  const events = await search(client, body, signal);
  const foreign = events.find(({ aggregate }) => aggregate.resourceOwner !== organizationId);
  if (foreign === undefined) return events;
  throw foreignRow(EVENTS_PATH, "an event", foreign.aggregate.resourceOwner, organizationId);
}

/** The removal of a user of any organization; absent if there is no event of it. @throws As {@linkcode Client.call}. */
export async function findUserRemoval(
  client: Client,
  userId: string,
  signal: AbortSignal,
): Promise<StoreEvent | undefined> {
  const body = { limit: 1, aggregateId: userId, eventTypes: ["user.removed"] };
  const events = await search(client, body, signal);
  return events.find(({ aggregate }) => aggregate.id === userId);
}

/** Asked without an organization: the event store is the instance's. */
async function search(client: Client, body: unknown, signal: AbortSignal): Promise<StoreEvent[]> {
  const { events = [] } = await client.call({
    method: "POST",
    path: EVENTS_PATH,
    body,
    schema: eventsSchema,
    signal,
  });
  return events.map((event) => ({
    ...event,
    micros: toMicros(event.creationDate),
    payload: readPayload(event),
  }));
}

function readPayload(
  { payload, type: { type }, aggregate, sequence }: z.infer<typeof eventSchema>,
): StoreEvent["payload"] {
  // ZITADEL writes `null` for what a change did not touch: it says nothing, as a key that is left out does.
  const kept = payload ?? {};
  for (const [key, value] of Object.entries(kept)) {
    if (value === null) delete (kept as Record<string, unknown>)[key];
  }
  const { data, error } = payloadSchema.safeParse(kept);
  if (data !== undefined) return data;
  const { path, message } = error.issues[0]!;
  const key = path.length === 0 ? "the payload" : `the key ${path.join(".")} of the payload`;
  throw new SyncError(
    "RESPONSE_INVALID",
    `POST ${EVENTS_PATH} returned ${type}, event ${sequence} of ${aggregate.id}: ${key} is not valid (${message})`,
    { hint: "This ZITADEL writes events that zitadel-sync does not know; read without its events" },
  );
}
