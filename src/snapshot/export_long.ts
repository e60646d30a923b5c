/**
 * Who holds what, in long form: one grant in each row or line.
 *
 * @module
 */
import { holdingOf } from "./holding.ts";
import type { Lookup } from "./lookup.ts";
import { cellText, type Row, TABLE_COLUMNS } from "./tables.ts";

/** The grants as rows of text, the first of which names the columns. */
export function* longRows(lookup: Lookup): Generator<string[], void, undefined> {
  const columns = TABLE_COLUMNS.grants.all;
  yield [...columns];
  for (const grant of lookup.snapshot.grants) {
    const row: Row = { ...holdingOf(lookup, grant) };
    yield columns.map((column) => cellText(row[column]));
  }
}

/** The grants as lines of JSON, each a `Holding`. */
export function* longLines(lookup: Lookup): Generator<string, void, undefined> {
  for (const grant of lookup.snapshot.grants) {
    yield `${JSON.stringify(holdingOf(lookup, grant))}\n`;
  }
}
