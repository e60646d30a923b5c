/**
 * The JSON of one filtered list of a snapshot.
 *
 * @module
 */
import { createPause } from "../concurrency.ts";
import type { ListName } from "../snapshot/lists.ts";
import {
  type FilterName,
  FILTERS,
  type Filters,
  resolveFilters,
} from "../snapshot/query/filters.ts";
import { indexSnapshot } from "../snapshot/query/index_snapshot.ts";
import { createRowFilter } from "../snapshot/query/select.ts";
import { listRows, type Snapshot } from "../snapshot/types.ts";

/** How many rows are looked at between two pauses. */
const ROWS_A_PIECE = 500;

/** Makes the JSON text of one list of a snapshot in pieces; requests are answered in between. */
export async function* listText(
  snapshot: Snapshot,
  list: ListName,
  filters: Filters,
): AsyncGenerator<string, void, undefined> {
  const { digest, completedAt, organization } = snapshot;
  const pause = createPause();
  const index = indexSnapshot(snapshot);
  const { selection, unmatched } = await resolveFilters(index, filters);
  yield `{\n"organizationId":${JSON.stringify(organization.id)},\n"digest":"${digest}",\n` +
    `"completedAt":"${completedAt}",\n` +
    (unmatched.length === 0 ? "" : `"unmatched":${JSON.stringify(unmatched)},\n`) + `"${list}":[`;
  const fits = createRowFilter(index, list, selection);
  const rows = listRows(snapshot, list);
  let separator = "\n";
  for (let start = 0; start < rows.length; start += ROWS_A_PIECE) {
    await pause();
    const found = rows.slice(start, start + ROWS_A_PIECE).filter(fits);
    if (found.length === 0) continue;
    yield separator + found.map((row) => JSON.stringify(row)).join(",\n");
    separator = ",\n";
  }
  yield "\n]\n}\n";
}

/** Reads the filters of a query. */
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
