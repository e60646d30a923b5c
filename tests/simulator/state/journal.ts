/**
 * The events of an instance: all that was ever done, in order.
 *
 * @module
 */
import { toMicros } from "../time.ts";

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
  /** RFC 3339, with 0, 3 or 6 digits of fraction. */
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
  /** How many of the events are dated and in order. A seed tells its rows table by table, with times of their own. */
  let dated = 0;

  function date(): void {
    let ordered = true;
    for (; dated < events.length; dated++) {
      const event = events[dated]!;
      event.micros = toMicros(event.at);
      if (dated > 0 && event.micros < events[dated - 1]!.micros) ordered = false;
    }
    if (!ordered) events.sort((a, b) => a.micros - b.micros);
  }

  return {
    append({ sequence, ...rest }) {
      const last = lasts.get(rest.aggregate.id);
      const event = { ...rest, micros: NaN, sequence: sequence ?? (last?.sequence ?? 0) + 1 };
      if (event.sequence >= (last?.sequence ?? 0)) lasts.set(rest.aggregate.id, event);
      events.push(event);
      return event;
    },
    last: (aggregateId) => lasts.get(aggregateId),
    all() {
      date();
      return events;
    },
  };
}
