/**
 * The views behind the lists: tables that follow the events, late, or not at all.
 *
 * A ZITADEL builds its lists from its events, and skips one now and then for good: a row that exists is in no list, one that
 * was removed stays in it, one that was changed stays as it was.
 *
 * @module
 */
import type { Heap } from "./heap.ts";
import type { TableName, TableRow, Tables } from "./tables.ts";

/** An edit of a row: it came (`before` is absent), changed, or went (`after` is absent). */
export interface Change {
  table: TableName;
  key: string;
  before: object | undefined;
  after: object | undefined;
}

/** For how many answers from now on, or for how many milliseconds of the simulator's clock. */
export type Lag = { answers: number } | { ms: number };

/** When a view shows what was written. */
export type Arrival = "now" | "never" | Lag;

/** The views of an instance. */
export interface Views {
  /** The rows of the lists. Read-only. */
  readonly tables: Tables;
  /** Takes a row out of a view, though it exists: for good, or for a while. Changes of it do not bring it back. */
  lose(table: TableName, key: string, lag?: Lag): void;
  /** Keeps a row of a view as it is, whatever is written to it: for good, or for a while. */
  keep(table: TableName, key: string, lag?: Lag): void;
  /** Makes a view's row what the events made of it. */
  repair(table: TableName, key: string): void;
  /** Calls back after each change of a view. */
  subscribe(listener: (change: Change) => void): void;
}

/** The views, and what moves them. */
export interface ViewsOfState extends Views {
  /** Calls `write`, which writes to the events' tables, and lets the views follow. */
  write(change: Change, write: () => void): void;
  /** One more answer is given. */
  advance(): void;
}

/** Settings of {@linkcode createViews}. */
export interface ViewsOptions {
  /** The tables that the events made. */
  tables: Tables;
  /** In milliseconds. */
  now: () => number;
  /** By default at once. */
  arrival?: (change: Change) => Arrival;
}

type AnyHeap = Heap<object>;

/** Makes views that hold what the tables hold. A view costs memory only once it differs. */
export function createViews({ tables: truth, now, arrival }: ViewsOptions): ViewsOfState {
  const forks = new Map<TableName, AnyHeap>();
  const kept = new Set<string>();
  const listeners: ((change: Change) => void)[] = [];
  let late: { table: TableName; key: string; isDue: () => boolean }[] = [];
  let answers = 0;

  const findHeap = (table: TableName) => forks.get(table) ?? truth[table] as unknown as AnyHeap;
  const place = (table: TableName, key: string) => `${table}\0${key}`;

  function fork(table: TableName): AnyHeap {
    const found = forks.get(table);
    if (found !== undefined) return found;
    const copy = (truth[table] as unknown as AnyHeap).copy();
    forks.set(table, copy);
    return copy;
  }

  function notify(change: Change): void {
    if (change.before === change.after) return;
    for (const listener of listeners) listener(change);
  }

  /** Does to a view what its projection does with an event. */
  function follow(change: Change): void {
    const heap = forks.get(change.table);
    if (heap === undefined) return notify(change);
    const before = heap.get(change.key);
    // An update of a row that the view lost finds nothing to update.
    if (before === undefined && change.before !== undefined) return;
    set(heap, change.key, change.after);
    notify({ ...change, before });
  }

  function set(heap: AnyHeap, key: string, row: object | undefined): void {
    if (row === undefined) heap.remove(key);
    else if (heap.get(key) === undefined) heap.insert(row);
    else heap.update(row);
  }

  function repair(table: TableName, key: string): void {
    kept.delete(place(table, key));
    const heap = forks.get(table);
    if (heap === undefined) return;
    const before = heap.get(key);
    const after = (truth[table] as unknown as AnyHeap).get(key);
    if (before === after) return;
    set(heap, key, after);
    notify({ table, key, before, after });
  }

  function repairLater(table: TableName, key: string, lag: Lag): void {
    const due = "ms" in lag ? now() + lag.ms : answers + lag.answers;
    const isDue = "ms" in lag ? () => now() >= due : () => answers > due;
    late.push({ table, key, isDue });
  }

  return {
    tables: readThrough(findHeap),
    subscribe: (listener) => {
      listeners.push(listener);
    },
    repair,
    lose(table, key, lag) {
      const before = fork(table).remove(key);
      notify({ table, key, before, after: undefined });
      if (lag !== undefined) repairLater(table, key, lag);
    },
    keep(table, key, lag) {
      fork(table);
      kept.add(place(table, key));
      if (lag !== undefined) repairLater(table, key, lag);
    },
    write(change, write) {
      const arrives = kept.has(place(change.table, change.key))
        ? "never"
        : arrival?.(change) ?? "now";
      if (arrives !== "now") fork(change.table);
      write();
      if (arrives === "now") follow(change);
      else if (arrives !== "never") repairLater(change.table, change.key, arrives);
    },
    advance() {
      answers++;
      if (late.length === 0) return;
      const due = late.filter(({ isDue }) => isDue());
      late = late.filter((entry) => !due.includes(entry));
      for (const { table, key } of due) repair(table, key);
    },
  };
}

const NAMES = {
  organizations: true,
  users: true,
  loginNames: true,
  projects: true,
  roles: true,
  projectGrants: true,
  userGrants: true,
  memberships: true,
  tokens: true,
  personalAccessTokens: true,
  keys: true,
} as const satisfies Record<TableName, true>;

/** Tables that are looked up at each use. */
function readThrough(findHeap: (table: TableName) => AnyHeap): Tables {
  const tables = {};
  for (const name of Object.keys(NAMES) as TableName[]) {
    Object.defineProperty(tables, name, { get: () => findHeap(name), enumerable: true });
  }
  return tables as Tables;
}

/** The rows of a change of one table; `undefined` for a change of another. */
export function pickChange<Name extends TableName>(
  table: Name,
  change: Change,
):
  | { key: string; before: TableRow<Name> | undefined; after: TableRow<Name> | undefined }
  | undefined {
  if (change.table !== table) return undefined;
  return change as unknown as ReturnType<typeof pickChange<Name>>;
}
