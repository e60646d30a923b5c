/**
 * The events of an instance: all that was ever done, in order.
 *
 * @module
 */
import { shorten, toMicros } from "./time.ts";

/** What an event belongs to. */
export interface Aggregate {
  type: "instance" | "org" | "user" | "project" | "usergrant";
  id: string;
  /** The organization that owns it, or the instance. */
  owner: string;
}

/** One thing that was done. */
export interface StoredEvent {
  aggregate: Aggregate;
  /** Counts within the aggregate. */
  sequence: number;
  /** Such as `user.grant.added`. */
  type: string;
  /** RFC 3339. */
  at: string;
  /** The same in microseconds since 1970. */
  micros: number;
  /** The id of the user who did it; absent for what ZITADEL did. */
  editor: string | undefined;
  payload: { [key: string]: unknown } | undefined;
}

/** The events. */
export interface Journal {
  /** Appends an event. Without a `sequence` it is the next one of its aggregate. */
  append(
    event: Omit<StoredEvent, "micros" | "sequence"> & { sequence?: number | undefined },
  ): StoredEvent;
  /** The last event of an aggregate. */
  last(aggregateId: string): StoredEvent | undefined;
  /** All events in the order of their time. */
  all(): readonly StoredEvent[];
}

/** Makes an empty journal. */
export function createJournal(): Journal {
  const events: StoredEvent[] = [];
  const lasts = new Map<string, StoredEvent>();
  let sorted = true;

  return {
    append({ sequence, at, ...rest }) {
      const last = lasts.get(rest.aggregate.id);
      const event: StoredEvent = {
        ...rest,
        at: shorten(at),
        micros: toMicros(at),
        sequence: sequence ?? (last?.sequence ?? 0) + 1,
      };
      if (event.sequence >= (last?.sequence ?? 0)) lasts.set(rest.aggregate.id, event);
      if (event.micros < (events.at(-1)?.micros ?? 0)) sorted = false;
      events.push(event);
      return event;
    },
    last: (aggregateId) => lasts.get(aggregateId),
    all() {
      // A seed tells its rows table by table, with times of their own.
      if (!sorted) events.sort((a, b) => a.micros - b.micros);
      sorted = true;
      return events;
    },
  };
}
