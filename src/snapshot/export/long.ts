/**
 * Grants in long form, one in each row or line.
 *
 * @module
 */
import { toHolding } from "../query/holding.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { toJsonLine } from "../text/json_line.ts";
import { formatCell, type Row, TABLE_COLUMNS } from "../query/tables.ts";

/** The grants as rows of text; the first row names the columns. */
export function* toLongRows(index: SnapshotIndex): Generator<string[], void, undefined> {
  const columns = TABLE_COLUMNS.grants.all;
  yield [...columns];
  for (const grant of index.snapshot.grants) {
    const row: Row = { ...toHolding(index, grant) };
    yield columns.map((column) => formatCell(row[column]));
  }
}

/** The grants as lines of JSON, each a `Holding`. */
export function* toLongLines(index: SnapshotIndex): Generator<string, void, undefined> {
  for (const grant of index.snapshot.grants) {
    yield `${toJsonLine(toHolding(index, grant))}\n`;
  }
}
