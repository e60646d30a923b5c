/**
 * One list of a snapshot as JSON, filtered.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/types.ts";
import type { ListName } from "../snapshot/lists.ts";
import { listRows } from "../snapshot/types.ts";
import {
  type FilterName,
  FILTERS,
  type Filters,
  resolveFilters,
} from "../snapshot/query/filters.ts";
import { indexSnapshot } from "../snapshot/query/index_snapshot.ts";
import { prepareRowFilter } from "../snapshot/query/select.ts";

/** So many rows are looked at between two chances to do something else. */
const ROWS_A_PIECE = 500;

/**
 * The JSON text of one list of a snapshot with what tells which snapshot it is, in pieces of a few milliseconds of
 * work; some are empty.
 */
export function* listText(
  snapshot: Snapshot,
  list: ListName,
  filters: Filters,
): Generator<string, void, undefined> {
  const { digest, completedAt, organization } = snapshot;
  const lookup = indexSnapshot(snapshot);
  const { selection, unmatched } = yield* inPieces(resolveFilters(lookup, filters));
  yield `{\n"organizationId":${JSON.stringify(organization.id)},\n"digest":"${digest}",\n` +
    `"completedAt":"${completedAt}",\n` +
    (unmatched.length === 0 ? "" : `"unmatched":${JSON.stringify(unmatched)},\n`) + `"${list}":[`;
  const fits = yield* inPieces(prepareRowFilter(lookup, list, selection));
  const rows = listRows(snapshot, list);
  let separator = "\n";
  for (let start = 0; start < rows.length; start += ROWS_A_PIECE) {
    const lines = rows.slice(start, start + ROWS_A_PIECE).filter(fits).map((row) =>
      JSON.stringify(row)
    );
    yield lines.length === 0 ? "" : `${separator}${lines.join(",\n")}`;
    if (lines.length > 0) separator = ",\n";
  }
  yield "\n]\n}\n";
}

/** Work in slices, with an empty piece of text for each of them. */
function* inPieces<T>(work: Generator<void, T, undefined>): Generator<string, T, undefined> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    yield "";
  }
}

/** The filters that a query asks for. */
export function toFilters(
  query: Readonly<Partial<Record<FilterName, readonly string[] | undefined>>>,
): Filters {
  return new Map(
    (Object.keys(FILTERS) as FilterName[]).flatMap((name) => {
      const values = query[name];
      return values === undefined ? [] : [[name, values]];
    }),
  );
}
