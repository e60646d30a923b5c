/**
 * Reading the events of an organization: each once, those of an aggregate in their order.
 *
 * ZITADEL answers events in the order in which they were written, and filters them by when they were done. Where several
 * writers are at work the two orders differ: an event may be written after one with a later time. So each request reads
 * back over the last minute, and known events are dropped. In a minute of very many events it reads back over some of them,
 * and asks which of those before were written last: an unknown one among these has crossed the others.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import { yieldToEventLoop } from "../../concurrency.ts";
import {
  EVENTS_PATH,
  MAX_EVENTS,
  searchEvents,
  type StoreEvent,
} from "../../zitadel/api/events.ts";
import type { Client } from "../../zitadel/http/client.ts";
import { tamperedAnswer } from "../../zitadel/http/failure.ts";

/** A second in microseconds, the unit of ZITADEL's times. */
const SECOND = 1_000_000;

/** The time to read back over: events of writers that work side by side cross by less. */
const MINUTE = 60 * SECOND;

/** The most events to read back over. */
const MAX_REPEATED = 30;

/** A reader of the events of one organization. Only {@linkcode readEvents} changes it. */
export interface EventReader {
  readonly client: Client;
  readonly organizationId: string;
  readonly onEvent: (event: StoreEvent) => void;
  /** Learns how many events have come so far. */
  readonly onPage?: (events: number) => void;
  /** The events that it has read last. */
  readonly known: KnownEvents;
  events: number;
  requests: number;
}

export function createEventReader(
  options: Pick<EventReader, "client" | "organizationId" | "onEvent" | "onPage">,
): EventReader {
  const known = { times: new Map(), ahead: new Set<string>(), latest: undefined, waiting: [] };
  return { ...options, known, events: 0, requests: 0 };
}

/**
 * Reads all events that a reader has not read yet.
 *
 * @throws {SyncError} `RESPONSE_INVALID`: an event is not one that was asked for; `INCONSISTENT`: more events of one moment
 * than an answer can hold; and as {@linkcode searchEvents}.
 */
export async function readEvents(reader: EventReader, signal: AbortSignal): Promise<void> {
  const { known, onEvent, onPage } = reader;
  const ending = new AbortController();
  const askAhead = (cursor: Cursor | undefined) => {
    const answer = ask(reader, cursor, AbortSignal.any([signal, ending.signal]));
    // An error that ends the reading before this answer is read is thrown instead.
    answer.catch(() => {});
    return answer;
  };
  let next = askAhead(known.latest && readBack(known.times.values()));
  try {
    for (;;) {
      const answer = await next;
      const isFull = answer.page.length >= MAX_EVENTS;
      // The next answer is on its way while this one is read.
      const ahead = isFull
        ? askAhead(readBack(answer.page.map(({ micros }) => micros)))
        : undefined;
      if (isFull) await yieldToEventLoop();
      const fresh = addEvents(known, answer.page, await findCrossed(reader, answer, signal));
      fresh.forEach(onEvent);
      reader.events += fresh.length;
      if (fresh.length > 0) onPage?.(reader.events);
      else if (!isFull) return;
      const isAhead = ahead !== undefined && fresh.length > 0;
      next = isAhead ? ahead : askAhead(moveToLatest(answer, known.latest!.micros));
    }
  } finally {
    ending.abort();
  }
}

async function ask(
  reader: EventReader,
  cursor: Cursor | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const [page, before] = await Promise.all([
    search(reader, { asc: true, limit: MAX_EVENTS, from: cursor?.from }, signal),
    cursor?.isShort ? searchBefore(reader, { cursor, limit: MAX_REPEATED }, signal) : [],
  ]);
  const early = page.find(({ micros }) => cursor !== undefined && micros <= cursor.from);
  if (early !== undefined) throw tooEarly(early, cursor!);
  return { cursor, page, before };
}

/** The events before a cursor that were written last, the last one first. */
async function searchBefore(
  reader: EventReader,
  { cursor: { from }, limit }: { cursor: Cursor; limit: number },
  signal: AbortSignal,
): Promise<StoreEvent[]> {
  const events = await search(reader, { asc: false, limit, from: from + 1 }, signal);
  return events.filter(({ micros }) => micros <= from);
}

function search(
  reader: EventReader,
  { from, ...query }: { asc: boolean; limit: number; from: number | undefined },
  signal: AbortSignal,
): Promise<StoreEvent[]> {
  const { client, organizationId } = reader;
  reader.requests++;
  const time = from === undefined ? undefined : formatMicros(from);
  return searchEvents(client, { organizationId, ...query, from: time }, signal);
}

/** The events before a cursor that were written after the page before it, the first one first. */
async function findCrossed(
  reader: EventReader,
  { cursor, before }: Answer,
  signal: AbortSignal,
): Promise<StoreEvent[]> {
  const { known } = reader;
  // All that crossed an event of that page were written after it: where there is none, there are more.
  const isComplete = (events: readonly StoreEvent[]) =>
    events.some((event) => !isRecent(known, event) || isBehind(known, event));
  let events = before;
  if (before.length >= MAX_REPEATED && !isComplete(before)) {
    events = await searchBefore(reader, { cursor: cursor!, limit: MAX_EVENTS }, signal);
    if (events.length >= MAX_EVENTS && !isComplete(events)) throw tooManyAtOnce(cursor!.from);
  }
  return events.filter((event) => isRecent(known, event) && !known.times.has(readKey(event)))
    .reverse();
}

interface Cursor {
  /** Time that events are done after, in microseconds since 1970. */
  from: number;
  /** Whether it reads back over less than a minute. */
  isShort: boolean;
}

/** Events that came for a cursor. */
interface Answer {
  cursor: Cursor | undefined;
  /** Those after it, in the order in which they were written. */
  page: StoreEvent[];
  /** Some of those before it, if it is short: the ones that were written last, the last one first. */
  before: StoreEvent[];
}

/** Reads back from the latest of these times: over a minute, or over as many events as may be repeated. */
function readBack(times: Iterable<number>): Cursor {
  const sorted = Float64Array.from(times).sort().reverse();
  const minuteBefore = sorted[0]! - MINUTE;
  const from = (sorted[MAX_REPEATED - 1] ?? 0) - 1;
  return from > minuteBefore ? { from, isShort: true } : { from: minuteBefore, isShort: false };
}

/** Reads back over nothing but the events of the latest moment. */
function moveToLatest({ cursor, page }: Answer, latest: number): Cursor {
  const from = latest - 1;
  const isFull = page.length >= MAX_EVENTS;
  if (isFull && cursor !== undefined && cursor.from >= from) throw tooManyAtOnce(latest);
  return { from, isShort: isFull };
}

/** The events of the last minute, which requests repeat. */
export interface KnownEvents {
  /** Their times in microseconds since 1970. */
  times: Map<string, number>;
  /** The keys of those that may have been written after the last page. */
  ahead: Set<string>;
  /** The one that was done last. */
  latest: StoreEvent | undefined;
  /** Those that are held back until events before them in their aggregate have come. */
  waiting: StoreEvent[];
}

/** Whether an event is of the last minute. */
function isRecent({ latest }: KnownEvents, { micros }: StoreEvent): boolean {
  return latest === undefined || micros > latest.micros - MINUTE;
}

/** Whether an event was on a page. */
function isBehind({ times, ahead }: KnownEvents, event: StoreEvent): boolean {
  const key = readKey(event);
  return times.has(key) && !ahead.has(key);
}

/** Adds a page and events that crossed it. @returns New ones, those of an aggregate in the order of their sequence. */
function addEvents(
  known: KnownEvents,
  page: readonly StoreEvent[],
  crossed: readonly StoreEvent[],
): StoreEvent[] {
  const { times, latest } = known;
  const fresh = page.filter((event) =>
    latest === undefined || event.micros > latest.micros || !times.has(readKey(event))
  );
  const added = [...crossed, ...fresh];
  known.latest = added.reduce((a, b) => a !== undefined && a.micros > b.micros ? a : b, latest);
  for (const event of added) if (isRecent(known, event)) times.set(readKey(event), event.micros);
  for (const [key, micros] of times) {
    if (micros > known.latest!.micros - MINUTE) break;
    times.delete(key);
  }

  const sequences = new Map(fresh.map((event) => [event.aggregate.id, readSequence(event)]));
  const isLast = page.length < MAX_EVENTS;
  for (const event of crossed) known.ahead.add(readKey(event));
  if (isLast) known.ahead.clear();
  const earliest = fresh.reduce((time, { micros }) => Math.min(time, micros), Infinity);
  // Events before it in its aggregate may be on a page to come, for a minute.
  const isDue = (event: StoreEvent) =>
    isLast || event.micros < earliest - MINUTE ||
    readSequence(event) < (sequences.get(event.aggregate.id) ?? 0);
  const waiting = [...known.waiting, ...crossed];
  known.waiting = waiting.filter((event) => !isDue(event));
  return orderBySequence([...waiting.filter(isDue), ...fresh]);
}

/** Puts the events of each aggregate into the order of their sequence, in the places that they have. */
function orderBySequence(events: StoreEvent[]): StoreEvent[] {
  const last = new Map<string, number>();
  const isOrdered = events.every((event) => {
    const { id } = event.aggregate;
    const sequence = readSequence(event);
    if (sequence < (last.get(id) ?? 0)) return false;
    last.set(id, sequence);
    return true;
  });
  if (isOrdered) return events;
  const sorted = events.toSorted((a, b) => readSequence(a) - readSequence(b));
  const byAggregate = new Map<string, StoreEvent[]>();
  for (const event of sorted) {
    const same = byAggregate.get(event.aggregate.id);
    if (same === undefined) byAggregate.set(event.aggregate.id, [event]);
    else same.push(event);
  }
  return events.map(({ aggregate }) => byAggregate.get(aggregate.id)!.shift()!);
}

function readKey({ aggregate, sequence }: StoreEvent): string {
  return `${aggregate.id} ${sequence}`;
}

function readSequence({ sequence }: StoreEvent): number {
  return Number(sequence);
}

function formatMicros(micros: number): string {
  const seconds = Math.floor(micros / SECOND);
  const fraction = String(micros - seconds * SECOND).padStart(6, "0");
  const text = `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`;
  return text.replace(".000000", "");
}

function tooEarly({ creationDate }: StoreEvent, { from }: Cursor): SyncError {
  return tamperedAnswer(
    "RESPONSE_INVALID",
    `POST ${EVENTS_PATH} returned an event of ${creationDate}, but events after ${
      formatMicros(from)
    } were requested`,
  );
}

function tooManyAtOnce(micros: number): SyncError {
  const time = formatMicros(micros);
  return new SyncError(
    "INCONSISTENT",
    `More than ${MAX_EVENTS} events were written at ${time}: ZITADEL can give no more of them`,
    { hint: "Read without `verify`: the lists are complete without the events" },
  );
}
