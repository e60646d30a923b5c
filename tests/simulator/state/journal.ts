/**
 * The events of an instance: all that was ever done, in the order in which it was written.
 *
 * @module
 */
import { toMicros } from "../time.ts";

/** The object that an event belongs to. */
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
  /** All events so far are those of a seed, which tells its rows table by table: they stand in the order of their times. */
  endSeed(): void;
  /**
   * All events in the order in which they were written. That is not the order of their times: an event's time is when its
   * command began.
   */
  all(): readonly StoredEvent[];
}

/** Makes an empty journal. */
export function createJournal(): Journal {
  let events: StoredEvent[] = [];
  const lasts = new Map<string, StoredEvent>();
  /** Times are read once somebody asks for events: most tests never do. */
  let dated = 0;
  let seeded = 0;

  function date(): void {
    const isFirst = dated === 0;
    for (; dated < events.length; dated++) events[dated]!.micros = toMicros(events[dated]!.at);
    if (!isFirst) return;
    const ordered = events.slice(0, seeded).sort((a, b) => a.micros - b.micros);
    events = [...ordered, ...events.slice(seeded)];
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
    endSeed() {
      seeded = events.length;
    },
    all() {
      date();
      return events;
    },
  };
}
