/**
 * Writes rows into their tables, and events into the journal.
 *
 * @module
 */
import type { Heap } from "./heap.ts";
import type { Aggregate, Journal, StoredEvent } from "./journal.ts";
import type { Written } from "../seed.ts";
import type { TableName, TableRow, Tables } from "./tables.ts";
import { shorten } from "../time.ts";
import type { Change } from "./views.ts";

/** An event before it is written. */
export interface EventDraft {
  aggregate: Aggregate;
  /** The event's type. */
  type: string;
  payload?: { [key: string]: unknown };
  /** The id of its user; by default the user of {@linkcode WriterOptions.editor}. */
  editor?: string;
}

/** Writes. */
export interface Writer {
  readonly tables: Tables;
  /** The last event of an aggregate. */
  last(aggregateId: string): { sequence: number; at: string } | undefined;
  /** Whether the lists show a user grant. */
  isListed(userGrantId: string): boolean;
  /** Runs what is one command, whose events have one time. */
  command(run: () => void): void;
  /** Appends an event without a row; `at` is by default now. */
  emit(draft: EventDraft, at?: string): StoredEvent;
  /** Appends a row and the event that made it. What the row says of its time and sequence holds. */
  insert<Name extends WrittenTable>(
    table: Name,
    row: Omit<TableRow<Name>, keyof Written> & Written,
    draft: EventDraft,
  ): void;
  /** Changes a row, by an event each. Throws if there is none. */
  update<Name extends WrittenTable>(
    table: Name,
    key: string,
    changes: Partial<Omit<TableRow<Name>, keyof Written>>,
    drafts: EventDraft[],
  ): void;
  /** Writes or removes a row without an event of its own. */
  set<Name extends TableName>(table: Name, key: string, row: TableRow<Name> | undefined): void;
}

/** The tables whose rows say when they were written. */
export type WrittenTable = Exclude<TableName, "loginNames" | "tokens">;

/** Settings of {@linkcode createWriter}. */
export interface WriterOptions {
  tables: Tables;
  journal: Journal;
  /** The time of a command, RFC 3339. */
  clock: () => string;
  /** The id of the user who edits now. */
  editor: () => string | undefined;
  isListed: (userGrantId: string) => boolean;
  /** Calls `write`, and lets the views follow. */
  follow: (change: Change, write: () => void) => void;
}

/** Makes a writer. */
export function createWriter(options: WriterOptions): Writer {
  const { tables, journal, clock, editor, follow, isListed } = options;
  let depth = 0;
  let time: string | undefined;

  /** The time of the command that runs: read where something needs it, and then the same for all of it. */
  const readTime = () => time ??= clock();

  function command(run: () => void): void {
    if (depth === 0) time = undefined;
    depth++;
    try {
      run();
    } finally {
      depth--;
    }
  }

  function append(draft: EventDraft, at: string, sequence?: number): StoredEvent {
    const { aggregate, type, payload } = draft;
    return journal.append({
      aggregate,
      type,
      payload,
      at,
      sequence,
      editor: draft.editor ?? editor(),
    });
  }

  const findHeap = (table: TableName) => tables[table] as unknown as Heap<object>;

  function set(table: TableName, key: string, after: object | undefined): void {
    const heap = findHeap(table);
    const before = heap.get(key);
    follow({ table, key, before, after }, () => {
      if (after === undefined) heap.remove(key);
      else if (before === undefined) heap.insert(after);
      else heap.update(after);
    });
  }

  return {
    tables,
    last: journal.last,
    isListed,
    command,
    emit(draft, at) {
      let event: StoredEvent | undefined;
      command(() => event = append(draft, at === undefined ? readTime() : shorten(at)));
      return event!;
    },
    insert(table, row, draft) {
      command(() => {
        const createdAt = row.createdAt === undefined ? readTime() : shorten(row.createdAt);
        const updatedAt = row.updatedAt === undefined ? createdAt : shorten(row.updatedAt);
        const { sequence } = append(draft, createdAt, row.sequence);
        const stored = { ...row, createdAt, updatedAt, sequence };
        const heap = findHeap(table);
        const key = heap.key(stored);
        if (heap.get(key) !== undefined) {
          throw new Error(`Cannot insert ${JSON.stringify(key)}: it exists already`);
        }
        set(table, key, stored);
      });
    },
    update(table, key, changes, drafts) {
      const row = findHeap(table).get(key);
      if (row === undefined) {
        throw new Error(`Cannot change ${JSON.stringify(key)}: there is none`);
      }
      command(() => {
        const written = drafts.map((draft) => append(draft, readTime())).at(-1);
        if (written === undefined) return;
        set(table, key, {
          ...row,
          ...changes,
          updatedAt: written.at,
          sequence: written.sequence,
        });
      });
    },
    set,
  };
}
