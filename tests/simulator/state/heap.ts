/**
 * A table as PostgreSQL keeps it: without order, which in practice means the order of the last write.
 *
 * @module
 */

/** A table of rows with a key, findable by some of their columns. */
export interface Heap<Row extends object, Column extends string = never> {
  /** The key of a row. */
  key(row: Row): string;
  get(key: string): Row | undefined;
  /** Appends a row. Throws if its key is taken. */
  insert(row: Row): void;
  /** Replaces the row of the same key and moves it to the end. Throws if there is none. */
  update(row: Row): void;
  /** Removes the row; `undefined` if there was none. */
  remove(key: string): Row | undefined;
  /** All rows in heap order. */
  all(): Iterable<Row>;
  /** The rows whose column has this value, in heap order. Rows without a value are not found. */
  by(column: Column, value: string): Iterable<Row>;
  /** Another table with the same rows in the same order. */
  copy(): Heap<Row, Column>;
}

/** Makes an empty {@linkcode Heap}. */
export function createHeap<Row extends object, Column extends string = never>(
  toKey: (row: Row) => string,
  columns: Record<Column, (row: Row) => string | undefined>,
): Heap<Row, Column> {
  const rows = new Map<string, Row>();
  const columnReaders = Object.entries(columns) as [Column, (row: Row) => string | undefined][];
  const indexes = new Map(
    columnReaders.map(([column]) => [column, new Map<string, Map<string, Row>>()] as const),
  );

  function remove(key: string): Row | undefined {
    const row = rows.get(key);
    if (row === undefined) return undefined;
    rows.delete(key);
    for (const [column, value] of columnReaders) {
      const wanted = value(row);
      if (wanted !== undefined) indexes.get(column)?.get(wanted)?.delete(key);
    }
    return row;
  }

  function append(key: string, row: Row): void {
    rows.set(key, row);
    for (const [column, value] of columnReaders) {
      const wanted = value(row);
      if (wanted === undefined) continue;
      const index = indexes.get(column)!;
      const found = index.get(wanted);
      if (found === undefined) index.set(wanted, new Map([[key, row]]));
      else found.set(key, row);
    }
  }

  return {
    key: toKey,
    get: (key) => rows.get(key),
    insert(row) {
      const key = toKey(row);
      if (rows.has(key)) throw new Error(`Cannot insert ${JSON.stringify(key)}: it exists already`);
      append(key, row);
    },
    update(row) {
      const key = toKey(row);
      if (remove(key) === undefined) {
        throw new Error(`Cannot update ${JSON.stringify(key)}: there is none`);
      }
      append(key, row);
    },
    remove,
    all: () => rows.values(),
    by: (column, value) => indexes.get(column)?.get(value)?.values() ?? [],
    copy() {
      const other = createHeap(toKey, columns);
      for (const row of rows.values()) other.insert(row);
      return other;
    },
  };
}
