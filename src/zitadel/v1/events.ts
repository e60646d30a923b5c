/**
 * The event store: what was done to user grants, projects and their roles, by whom and when.
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../../errors.ts";
import { yieldToEventLoop } from "../../event_loop.ts";
import { byTime, RFC_3339_UTC } from "../../rfc3339.ts";
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

/** The most events that ZITADEL puts into an answer; more are cut without a word (seen on a build of July 2026). */
export const MAX_EVENTS = 1000;

const PATH = "/admin/v1/events/_search";

/** Of a payload only what is needed is kept; an empty list of roles is left out, and no payload at all is legal. */
const payloadSchema = z.object({
  userId: z.string().exactOptional(),
  projectId: z.string().exactOptional(),
  grantId: z.string().exactOptional(),
  roleKeys: z.array(z.string()).exactOptional(),
  name: z.string().exactOptional(),
  key: z.string().exactOptional(),
});

const eventSchema = z.object({
  editor: z.object({
    userId: z.string().exactOptional(),
    displayName: z.string().exactOptional(),
  }).exactOptional(),
  aggregate: z.object({ id: z.string().min(1), resourceOwner: z.string().min(1) }),
  sequence: z.string().regex(/^\d{1,20}$/),
  creationDate: z.string().regex(RFC_3339_UTC, "not an RFC 3339 time in UTC"),
  payload: payloadSchema.exactOptional(),
  type: z.object({ type: z.string().min(1) }),
});

/** An answer without events is an empty object; anything else must have them, or it is not ZITADEL's. */
const eventsSchema = z.union([
  z.object({ events: z.array(eventSchema) }),
  z.strictObject({}).transform(() => ({ events: [] })),
]);

/** Something that was done. */
export type StoreEvent = z.infer<typeof eventSchema>;

/** What {@linkcode readEvents} needs. */
export interface ReadEventsOptions {
  /** Whose events. */
  organizationId: string;
  /** Where an earlier reading ended; from the beginning if absent. */
  after?: EventPosition | undefined;
  /** Given each event once, in order. */
  onEvent: (event: StoreEvent) => void;
  /** Told how many events have come so far. */
  onPage?: ((events: number) => void) | undefined;
  /** Ends the reading. */
  signal: AbortSignal;
}

/** A place in the order of events. */
export interface EventPosition {
  /** When the last known event was done, in RFC 3339. */
  readonly at: string;
  /** Which events of that moment are known: one commit writes several. */
  readonly known: ReadonlySet<string>;
}

/** How far the events were read. */
export interface EventsReading {
  /** How many events came, each counted once. */
  events: number;
  /** How many requests that took. */
  requests: number;
  /** Where the last of them stands; absent if there has never been one. */
  position: EventPosition | undefined;
}

/**
 * Reads all events of {@linkcode EVENT_TYPES} of an organization, oldest first.
 *
 * `from` excludes the time that it names, and one commit writes several events with one time: so each page is asked for
 * from a microsecond before the last event that is known, and what is known is dropped. It ends when a page brings
 * nothing new. ZITADEL waits for open transactions, so nothing appears before what was read.
 *
 * @throws {SyncError} `FOREIGN_ROW`: an event belongs to another organization; `RESPONSE_INVALID`: the order is not that
 * of time; `INCONSISTENT`: more events of one moment than an answer can hold; and as {@linkcode Client.call}.
 */
export async function readEvents(
  client: Client,
  { organizationId, after, onEvent, onPage, signal }: ReadEventsOptions,
): Promise<EventsReading> {
  const ending = new AbortController();
  const ask = (at: string | undefined) => {
    const body = {
      ...{ limit: MAX_EVENTS, asc: true, eventTypes: EVENT_TYPES, resourceOwner: organizationId },
      ...(at !== undefined && { from: toMicrosecondBefore(at) }),
    };
    const page = search(client, body, AbortSignal.any([signal, ending.signal]));
    // What ends the reading meanwhile is told instead.
    page.catch(() => {});
    return page;
  };
  const fold = createFold({ organizationId, after, onEvent });
  let events = 0;
  let next = ask(after?.at);
  try {
    for (let requests = 1;; requests++) {
      const page = await next;
      const last = page.at(-1)?.creationDate;
      const isFull = page.length >= MAX_EVENTS;
      if (isFull) {
        // More will follow, and is on its way while this page is looked at.
        next = ask(last);
        await yieldToEventLoop();
      }
      const fresh = fold.take(page);
      events += fresh;
      if (fresh > 0) onPage?.(events);
      else if (isFull) throw tooManyAtOnce(last!);
      else return { events, requests, position: fold.position() };
      if (!isFull) next = ask(last);
    }
  } finally {
    ending.abort();
  }
}

/** Takes pages of events, and drops what an earlier one had. */
interface Fold {
  /** How many events of a page are new. @throws {SyncError} As {@linkcode readEvents}. */
  take(page: readonly StoreEvent[]): number;
  /** Where the last event stands. */
  position(): EventPosition | undefined;
}

function createFold(
  { organizationId, after, onEvent }: Pick<
    ReadEventsOptions,
    "organizationId" | "after" | "onEvent"
  >,
): Fold {
  let at = after?.at;
  let known = new Set(after?.known);
  return {
    take(page) {
      let fresh = 0;
      for (const event of page) {
        const key = `${event.aggregate.id} ${event.sequence}`;
        if (event.creationDate === at && known.has(key)) continue;
        refuseMisplaced(event, { organizationId, at });
        if (event.creationDate !== at) {
          at = event.creationDate;
          known = new Set();
        }
        known.add(key);
        fresh++;
        onEvent(event);
      }
      return fresh;
    },
    position: () => at === undefined ? undefined : { at, known },
  };
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
  const { events } = await client.call({
    method: "POST",
    path: PATH,
    body,
    schema: eventsSchema,
    signal,
  });
  return events;
}

function refuseMisplaced(
  { aggregate, creationDate }: StoreEvent,
  { organizationId, at }: { organizationId: string; at: string | undefined },
): void {
  const hint = "Something between here and ZITADEL changes requests or answers, such as a cache";
  if (aggregate.resourceOwner !== organizationId) {
    throw new SyncError(
      "FOREIGN_ROW",
      `POST ${PATH} answered with an event of organization ${aggregate.resourceOwner}, not of ${organizationId}`,
      { hint },
    );
  }
  if (at !== undefined && byTime(creationDate, at) < 0) {
    throw new SyncError(
      "RESPONSE_INVALID",
      `POST ${PATH}, asked for events from ${at} on, answered with one of ${creationDate}`,
      { hint },
    );
  }
}

function tooManyAtOnce(at: string): SyncError {
  return new SyncError(
    "INCONSISTENT",
    `More than ${MAX_EVENTS} events were written at ${at}: ZITADEL can give no more of them`,
    { hint: "Read without `verify`: the lists are complete without the events" },
  );
}

function toMicrosecondBefore(time: string): string {
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? "";
  const micros = Number(fraction.padEnd(6, "0").slice(0, 6)) - 1;
  const seconds = Date.parse(`${time.slice(0, 19)}Z`) - (micros < 0 ? 1000 : 0);
  const digits = String(micros < 0 ? 999_999 : micros).padStart(6, "0");
  return `${new Date(seconds).toISOString().slice(0, 19)}.${digits}Z`;
}
