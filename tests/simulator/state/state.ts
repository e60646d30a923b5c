/**
 * The content of an instance: each edit appends events, and the views behind the lists follow them.
 *
 * @module
 */
import { createEdits, type Edits } from "./edits/edits.ts";
import { createJournal, type StoredEvent } from "./journal.ts";
import { type OrganizationRows, organizationRows } from "./organization_rows.ts";
import { isListed } from "../rows.ts";
import type { Seed } from "../seed.ts";
import { createTables, type Tables } from "./tables.ts";
import { timestamp, toMicros } from "../time.ts";
import { type Arrival, type Change, createViews, type ViewsOfState } from "./views.ts";
import { createWriter } from "./writer.ts";

/** The content of an instance: the tables as the events made them, and how to edit them. */
export interface State extends Tables, Edits {
  readonly instance: { readonly id: string; readonly name: string };
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Sets the user of the edits that follow, by id; `undefined` is ZITADEL itself. */
  actAs(userId: string | undefined): void;
  /**
   * When the edits that follow began: their events are written now, after all others, and stamped with this time.
   * `undefined` goes back to the clock.
   */
  actAt(time: string | undefined): void;
  /** The last event of an aggregate (an organization, user, project or grant). */
  lastEvent(aggregateId: string): StoredEvent | undefined;
  /** The events that the event store still has, in the order in which they were written. */
  listEvents(): readonly StoredEvent[];
  /** Whether an organization of this id was ever there. */
  organizationExisted(id: string): boolean;
  /** The rows that the lists of an organization would answer now, whole and in heap order. */
  toSnapshot(organizationId: string): OrganizationRows;
}

/** Settings of {@linkcode createState}. */
export interface StateOptions {
  /** Dates what is written after the seed; milliseconds, with microseconds as their fraction. */
  now: () => number;
  /** When the views show what is written after the seed. By default at once. */
  arrival?: (change: Change) => Arrival;
}

/** Fills an instance. */
export function createState(
  seed: Seed,
  { now, arrival }: StateOptions,
): { state: State; views: ViewsOfState } {
  const tables = createTables(seed.instance.id);
  const journal = createJournal();
  const clock = createClock(seed, now);
  let editor = seed.editor;
  let filled = false;
  const views = createViews({
    tables,
    now,
    arrival: (change) => filled && arrival !== undefined ? arriveAt(change, arrival) : "now",
  });
  const writer = createWriter({
    tables,
    journal,
    clock: clock.read,
    editor: () => editor,
    isListed: (id) => {
      const grant = views.tables.userGrants.get(id);
      return grant !== undefined && isListed(views.tables, grant);
    },
    follow: views.write,
  });
  const edits = createEdits(writer, seed.instance.id);
  const state: State = {
    ...tables,
    ...edits,
    instance: { id: seed.instance.id, name: seed.instance.name ?? "ZITADEL" },
    now,
    actAs: (userId) => {
      editor = userId;
    },
    actAt: (time) => {
      if (time === undefined) clock.start();
      else clock.set(time);
    },
    lastEvent: journal.last,
    listEvents: () => {
      const { eventsSince } = seed;
      if (eventsSince === undefined) return journal.all();
      const since = toMicros(eventsSince);
      return journal.all().filter(({ micros }) => micros >= since);
    },
    organizationExisted: (id) => journal.last(id)?.aggregate.type === "org",
    toSnapshot: (id) => organizationRows(views.tables, id),
  };
  fill(state, seed, clock.countEach);
  for (const { userGrantId, removedAt, editor = seed.editor } of seed.phantoms ?? []) {
    views.keep("userGrants", userGrantId);
    if (removedAt !== undefined) clock.set(removedAt);
    state.actAs(editor);
    state.removeUserGrant(userGrantId);
  }
  for (const [table, keys] of Object.entries(seed.lost ?? {})) {
    for (const key of keys) views.lose(table as keyof NonNullable<Seed["lost"]>, key);
  }
  state.actAs(seed.editor);
  journal.endSeed();
  clock.start();
  filled = true;
  return { state, views };
}

/** ZITADEL waits for its view of roles before it lists them. */
function arriveAt(change: Change, arrival: (change: Change) => Arrival): Arrival {
  const arrives = arrival(change);
  return change.table === "roles" && typeof arrives === "object" ? "now" : arrives;
}

function fill(state: State, seed: Seed, countEach: () => void): void {
  for (const organization of seed.organizations) state.addOrganization(organization);
  for (const user of seed.users) state.addUser(user);
  for (const project of seed.projects) state.addProject(project);
  for (const role of seed.roles) state.addRole(role);
  for (const grant of seed.projectGrants ?? []) state.addProjectGrant(grant);
  for (const grant of seed.userGrants) state.addUserGrant(grant);
  // Lists are sorted by when these were made.
  countEach();
  for (const membership of seed.memberships) state.addMembership(membership);
  for (const token of seed.tokens) {
    state.addToken(token);
  }
  for (const key of seed.keys ?? []) state.addKey(key);
}

/** Rows of a seed that are written in one microsecond: fewer than a page of events holds. */
const ROWS_A_MICROSECOND = 500;

interface Clock {
  /** The time of one command. */
  read(): string;
  /** Takes a microsecond for each command of the seed that follows. */
  countEach(): void;
  /** Stops at a time. */
  set(at: string): void;
  /** Goes on with the real time, never the same twice. */
  start(): void;
}

/** Tells the time of each command: that of the seed at first. */
function createClock(seed: Seed, now: () => number): Clock {
  const first = toMicros(seed.createdAt ?? "2026-01-05T08:00:00Z");
  let rows = 0;
  let step = 1;
  let last: number | undefined;
  let read = () => {
    const at = timestamp((first + Math.floor(rows / ROWS_A_MICROSECOND)) / 1000);
    rows += step;
    return at;
  };
  return {
    read: () => read(),
    countEach() {
      step = ROWS_A_MICROSECOND;
    },
    set(at) {
      const time = timestamp(toMicros(at) / 1000);
      read = () => time;
    },
    start() {
      read = () => {
        const micros = Math.round(now() * 1000);
        last = last === undefined || micros > last ? micros : last + 1;
        return timestamp(last / 1000);
      };
    },
  };
}
