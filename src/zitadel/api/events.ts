/**
 * The event store: what was done to user grants, projects and their roles, by whom and when.
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../../errors.ts";
import { yieldToEventLoop } from "../../event_loop.ts";
import { RFC_3339_UTC } from "../../rfc3339.ts";
import type { Client } from "../http/client.ts";

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

/** A second in microseconds. */
const MICROS = 1_000_000;

/** How far back requests read: events of writers that work side by side cross by less. */
const MINUTE = 60 * MICROS;

/** Over how many events requests read back at most. */
const MAX_REPEATED = 100;

const PATH = "/admin/v1/events/_search";

/** ZITADEL writes `null` for what a change did not touch: it says nothing, as a key that is left out does. */
const said = <T>(schema: z.ZodType<T>) =>
  schema.nullish().transform((value) => value ?? undefined).optional();

/** The keys of a payload that are kept; it may lack all of them. */
const payloadSchema = z.object({
  userId: said(z.string()),
  projectId: said(z.string()),
  grantId: said(z.string()),
  roleKeys: said(z.array(z.string())),
  name: said(z.string()),
  key: said(z.string()),
});

const eventSchema = z.object({
  editor: said(z.object({ userId: said(z.string()), displayName: said(z.string()) })),
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
  /** What it did, as far as it is needed. */
  payload: z.infer<typeof payloadSchema>;
}

/** What {@linkcode readEvents} needs. */
export interface ReadEventsOptions {
  /** Whose events. */
  organizationId: string;
  /** Where an earlier reading ended; from the beginning if absent. */
  after?: EventPosition | undefined;
  /** Takes each event once: the events of an aggregate in their order. */
  onEvent: (event: StoreEvent) => void;
  /** Learns how many events have come so far. */
  onPage?: ((events: number) => void) | undefined;
  /** Ends the reading. */
  signal: AbortSignal;
}

/** How far the events were read. */
export interface EventPosition {
  /** When the latest of them was done, in RFC 3339. */
  readonly at: string;
  /** The events of the minute before, and when each was done, in microseconds since 1970. */
  readonly known: ReadonlyMap<string, number>;
}

/** What a reading came to. */
export interface EventsReading {
  /** How many events came, each counted once. */
  events: number;
  /** How many requests that took. */
  requests: number;
  /** Where the next reading goes on; absent if there has never been an event. */
  position: EventPosition | undefined;
}

/**
 * Reads all events of {@linkcode EVENT_TYPES} of an organization.
 *
 * ZITADEL answers them in the order in which they were written, and filters them by when they were done. Where several
 * writers are at work the two orders differ: an event may be written after one with a later time. So each request reads
 * back over the last minute, and what is known is dropped. In a minute of very many events it reads back over some of
 * them, and asks which of those before were written last: an unknown one among these has crossed the others.
 *
 * @throws {SyncError} `FOREIGN_ROW`: an event belongs to another organization; `RESPONSE_INVALID`: an event is not one
 * that was asked for, or its payload is not what ZITADEL writes; `INCONSISTENT`: more events of one moment than an answer
 * can hold; and as {@linkcode Client.call}.
 */
export async function readEvents(
  client: Client,
  { organizationId, after, onEvent, onPage, signal }: ReadEventsOptions,
): Promise<EventsReading> {
  const ending = new AbortController();
  const known = createKnownEvents(after);
  const source = createEventSource(client, {
    organizationId,
    signal: AbortSignal.any([signal, ending.signal]),
  });
  let events = 0;
  let next = source.ask(after && readBack(after.known.values()));
  try {
    for (;;) {
      const answer = await next;
      const isFull = answer.page.length >= MAX_EVENTS;
      // The next answer is on its way while this one is read.
      const ahead = isFull ? source.ask(readBack(answer.page.map(readMicros))) : undefined;
      if (isFull) await yieldToEventLoop();
      const crossed = await findCrossed(answer, { source, known });
      const fresh = known.add(answer.page, crossed);
      fresh.forEach(onEvent);
      events += fresh.length;
      if (fresh.length > 0) onPage?.(events);
      else if (!isFull) return { events, requests: source.requests, position: known.position() };
      next = ahead !== undefined && fresh.length > 0
        ? ahead
        : source.ask(moveToLatest(answer, known.latest));
    }
  } finally {
    ending.abort();
  }
}

/** Where a request begins. */
interface Cursor {
  /** The events done after this moment are asked for, in microseconds since 1970. */
  from: number;
  /** Whether it reads back over less than a minute. */
  isShort: boolean;
}

/** Back from the latest of these times: over a minute, or over as many events as may be repeated. */
function readBack(times: Iterable<number>): Cursor {
  const sorted = Float64Array.from(times).sort().reverse();
  const minuteBefore = sorted[0]! - MINUTE;
  const from = (sorted[MAX_REPEATED - 1] ?? 0) - 1;
  return from > minuteBefore ? { from, isShort: true } : { from: minuteBefore, isShort: false };
}

/** Asks for nothing but the events of the latest moment and what comes after it. */
function moveToLatest({ cursor, page }: EventAnswer, latest: number): Cursor {
  const from = latest - 1;
  const isFull = page.length >= MAX_EVENTS;
  if (isFull && cursor !== undefined && cursor.from >= from) throw tooManyAtOnce(latest);
  return { from, isShort: isFull };
}

/** What came for a cursor. */
interface EventAnswer {
  cursor: Cursor | undefined;
  /** In the order in which they were written. */
  page: StoreEvent[];
  /** Of the events before a short cursor those that were written last, the last one first. */
  before: StoreEvent[];
}

/** The events of an organization. */
interface EventSource {
  /** Asks for the events after a cursor. */
  ask(cursor: Cursor | undefined): Promise<EventAnswer>;
  /** Asks which of the events before a cursor were written last, the last one first. */
  askBefore(cursor: Cursor, limit: number): Promise<StoreEvent[]>;
  /** How many requests were sent. */
  readonly requests: number;
}

function createEventSource(
  client: Client,
  { organizationId, signal }: { organizationId: string; signal: AbortSignal },
): EventSource {
  let requests = 0;
  const request = async (more: { limit: number; asc?: boolean; from?: string }) => {
    requests++;
    const body = { ...more, eventTypes: EVENT_TYPES, resourceOwner: organizationId };
    const events = await search(client, body, signal);
    for (const { aggregate } of events) refuseForeign(aggregate.resourceOwner, organizationId);
    return events;
  };
  const askBefore = async ({ from }: Cursor, limit: number) => {
    // Without `asc` the last one written comes first, and `from` is where the times end.
    const events = await request({ limit, from: formatMicros(from + 1) });
    return events.filter((event) => readMicros(event) <= from);
  };
  const askBoth = async (cursor: Cursor | undefined): Promise<EventAnswer> => {
    const from = cursor && formatMicros(cursor.from);
    const [page, before] = await Promise.all([
      request({ limit: MAX_EVENTS, asc: true, ...(from !== undefined && { from }) }),
      cursor?.isShort ? askBefore(cursor, MAX_REPEATED) : [],
    ]);
    const early = page.find((event) => cursor !== undefined && readMicros(event) <= cursor.from);
    if (early !== undefined) throw tooEarly(early, from!);
    return { cursor, page, before };
  };
  return {
    ask(cursor) {
      const answer = askBoth(cursor);
      // An error that ends the reading before this answer is read is thrown instead.
      answer.catch(() => {});
      return answer;
    },
    askBefore,
    get requests() {
      return requests;
    },
  };
}

/** The events before a short cursor that were written after its page had been read. @throws As {@linkcode readEvents}. */
async function findCrossed(
  { cursor, before }: EventAnswer,
  { source, known }: { source: EventSource; known: KnownEvents },
): Promise<StoreEvent[]> {
  let unknown = known.without(before);
  // The last event known was written before all that crossed it: where it is missing, there are more.
  if (unknown.length < MAX_REPEATED) return unknown.reverse();
  unknown = known.without(await source.askBefore(cursor!, MAX_EVENTS));
  if (unknown.length >= MAX_EVENTS) throw tooManyAtOnce(cursor!.from);
  return unknown.reverse();
}

/** The events of the last minute, which requests repeat. */
interface KnownEvents {
  /** The events of these that are not known, but for those from before that minute. */
  without(events: readonly StoreEvent[]): StoreEvent[];
  /** Adds a page and events that crossed it. @returns New ones, those of an aggregate in the order of their sequence. */
  add(page: readonly StoreEvent[], crossed: readonly StoreEvent[]): StoreEvent[];
  /** When the latest event was done, in microseconds since 1970. */
  readonly latest: number;
  /** Where the next reading goes on. */
  position(): EventPosition | undefined;
}

function createKnownEvents(after: EventPosition | undefined): KnownEvents {
  const known = new Map(after?.known);
  let at = after?.at;
  let latest = at === undefined ? -Infinity : toMicros(at);
  let waiting: StoreEvent[] = [];
  const readKey = ({ aggregate, sequence }: StoreEvent) => `${aggregate.id} ${sequence}`;
  const isNew = (event: StoreEvent) => {
    const key = readKey(event);
    if (known.has(key)) return false;
    const micros = readMicros(event);
    known.set(key, micros);
    if (micros >= latest) [at, latest] = [event.creationDate, micros];
    return true;
  };
  return {
    without: (events) =>
      events.filter((event) => !known.has(readKey(event)) && readMicros(event) > latest - MINUTE),
    add(page, crossed) {
      waiting.push(...crossed.filter(isNew));
      const fresh = page.filter(isNew);
      const isLast = page.length < MAX_EVENTS;
      const written = Math.min(...fresh.map(readMicros)) - MINUTE;
      const sequences = new Map(fresh.map((event) => [event.aggregate.id, readSequence(event)]));
      // Events before them in their aggregate may be on a page to come.
      const isDue = (event: StoreEvent) =>
        isLast || readMicros(event) < written ||
        readSequence(event) < (sequences.get(event.aggregate.id) ?? 0);
      const due = waiting.filter(isDue);
      waiting = waiting.filter((event) => !due.includes(event));
      for (const [key, micros] of known) {
        if (micros > latest - MINUTE) break;
        known.delete(key);
      }
      return orderBySequence([...due, ...fresh]);
    },
    get latest() {
      return latest;
    },
    position: () => at === undefined ? undefined : { at, known },
  };
}

function readSequence({ sequence }: StoreEvent): number {
  return Number(sequence);
}

/** Puts the events of each aggregate into the order of their sequence, into the places that they have. */
function orderBySequence(events: StoreEvent[]): StoreEvent[] {
  const byAggregate = new Map<string, StoreEvent[]>();
  for (const event of events) {
    const { id } = event.aggregate;
    const some = byAggregate.get(id);
    if (some === undefined) byAggregate.set(id, [event]);
    else some.push(event);
  }
  for (const some of byAggregate.values()) {
    some.sort((a, b) => readSequence(b) - readSequence(a));
  }
  return events.map(({ aggregate }) => byAggregate.get(aggregate.id)!.pop()!);
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

/** The oldest event of an organization; absent if there is none. @throws As {@linkcode Client.call}. */
export async function readFirstEvent(
  client: Client,
  { organizationId, signal }: { organizationId: string; signal: AbortSignal },
): Promise<StoreEvent | undefined> {
  const body = { limit: 1, asc: true, eventTypes: EVENT_TYPES, resourceOwner: organizationId };
  return (await search(client, body, signal))[0];
}

/** Asked without an organization: the event store is the instance's. */
async function search(client: Client, body: unknown, signal: AbortSignal): Promise<StoreEvent[]> {
  const { events = [] } = await client.call({
    method: "POST",
    path: PATH,
    body,
    schema: eventsSchema,
    signal,
  });
  return events.map((event) => ({ ...event, payload: readPayload(event) }));
}

function readPayload(
  { payload, type: { type }, aggregate, sequence }: z.infer<typeof eventSchema>,
): StoreEvent["payload"] {
  const { data, error } = payloadSchema.safeParse(payload ?? {});
  if (data !== undefined) return data;
  const { path, message } = error.issues[0]!;
  const key = path.length === 0 ? "the payload" : `the key ${path.join(".")} of the payload`;
  throw new SyncError(
    "RESPONSE_INVALID",
    `POST ${PATH} returned ${type}, event ${sequence} of ${aggregate.id}: ${key} is not valid (${message})`,
    { hint: "This ZITADEL writes events that zitadel-sync does not know; read without its events" },
  );
}

const CHANGED_ANSWERS =
  "Something between here and ZITADEL changes requests or answers, such as a cache";

function refuseForeign(owner: string, organizationId: string): void {
  if (owner === organizationId) return;
  throw new SyncError(
    "FOREIGN_ROW",
    `POST ${PATH} answered with an event of organization ${owner}, not of ${organizationId}`,
    { hint: CHANGED_ANSWERS },
  );
}

function tooEarly({ creationDate }: StoreEvent, from: string): SyncError {
  return new SyncError(
    "RESPONSE_INVALID",
    `POST ${PATH}, asked for events after ${from}, answered with one of ${creationDate}`,
    { hint: CHANGED_ANSWERS },
  );
}

function tooManyAtOnce(micros: number): SyncError {
  return new SyncError(
    "INCONSISTENT",
    `More than ${MAX_EVENTS} events were written at ${
      formatMicros(micros)
    }: ZITADEL can give no more of them`,
    { hint: "Read without `verify`: the lists are complete without the events" },
  );
}

function readMicros({ creationDate }: StoreEvent): number {
  return toMicros(creationDate);
}

function toMicros(time: string): number {
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? "";
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

function formatMicros(micros: number): string {
  const seconds = Math.floor(micros / MICROS);
  const fraction = String(micros - seconds * MICROS).padStart(6, "0");
  const text = `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
  return text.replace(".000000", "");
}
