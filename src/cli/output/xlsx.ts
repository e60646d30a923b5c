import writeXlsxFile, { type Cell, type Sheet, type SheetData } from "write-excel-file/node";
import type { SnapshotIndex } from "../../snapshot/query/index_snapshot.ts";
import { listNames } from "../../snapshot/lists.ts";
import { buildMatrix } from "../../snapshot/export/matrix.ts";
import { buildTable, formatCell, TABLE_COLUMNS } from "../../snapshot/query/tables.ts";
import { formatCount } from "../../snapshot/text/format_count.ts";

/** A spreadsheet has no more columns than this. */
const MOST_COLUMNS = 16_384;

/** A spreadsheet has no more rows than this. */
const MOST_ROWS = 1_048_576;

/** A matrix with more cells is of no use in a spreadsheet, and takes gigabytes to write; `--format matrix` is for it. */
const MOST_MATRIX_CELLS = 2_000_000;

/** A cell has no more characters than this. */
const MOST_CHARACTERS = 32_767;

/** A workbook, and what did not fit into it. */
export interface Workbook {
  /** The file. */
  bytes: Uint8Array;
  /** The parts that are missing in it, as sentences. */
  lost: string[];
}

/**
 * A snapshot as a workbook for Excel: a sheet for each list, and the matrix of users and entitlements. All cells are
 * text, so that nothing is run as a formula and no id is rounded.
 */
export async function buildWorkbook(index: SnapshotIndex): Promise<Workbook> {
  const lost: string[] = [];
  const lists = listNames(index.snapshot).map((list): [string, string[][]] => {
    const columns = TABLE_COLUMNS[list].all;
    const rows = buildTable(index, list).map((row) => columns.map((name) => formatCell(row[name])));
    return [list, [[...columns], ...rows]];
  });
  const { users, entitlements } = index.snapshot.counts;
  if (users * entitlements <= MOST_MATRIX_CELLS) lists.push(["matrix", [...buildMatrix(index)]]);
  else lost.push("The matrix is too large for a workbook: see --format matrix");
  const sheets = lists.flatMap(([sheet, rows]): Sheet<never>[] => {
    if (rows.length > MOST_ROWS || rows[0]!.length > MOST_COLUMNS) {
      lost.push(`The sheet ${sheet} is left out: it exceeds the rows or columns of a spreadsheet`);
      return [];
    }
    const data: SheetData = rows.map((row, place) => row.map((text) => toCell(text, place === 0)));
    const long = rows.reduce((count, row) => count + row.filter(isTooLong).length, 0);
    if (long > 0) {
      lost.push(`The sheet ${sheet} has ${formatCount(long, "cell")} that had to be cut`);
    }
    return [{ sheet, data, stickyRowsCount: 1 }];
  });
  return { bytes: await writeXlsxFile(sheets).toBuffer(), lost };
}

function cutText(text: string): string {
  const cut = text.slice(0, MOST_CHARACTERS);
  return isTooLong(text) && /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

function isTooLong(text: string): boolean {
  return text.length > MOST_CHARACTERS;
}

function toCell(text: string, heading: boolean): Cell {
  if (text === "") return null;
  const value = xmlSafe(cutText(text));
  return { value, type: String, ...(heading && { fontWeight: "bold" as const }) };
}

/** Characters that XML cannot hold, as Excel writes them: `_x001B_`; what already looks so is escaped. */
function xmlSafe(text: string): string {
  // The library finds texts by the keys of an object, which has these from the start. It leaves out NUL at the end.
  if (text in Object.prototype) return `${text}\0`;
  return text.replace(UNSAFE, escaped);
}

const UNSAFE =
  // deno-lint-ignore no-control-regex -- these are what it is for
  /_(?=x[0-9a-f]{4}_)|[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gi;

function escaped(character: string): string {
  return `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`;
}
