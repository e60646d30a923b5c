/**
 * CSV as RFC 4180 has it, and as spreadsheets may open it: no cell of it is ever run as a formula.
 *
 * @module
 */

/** How {@linkcode toCsv} writes. */
export interface CsvOptions {
  /** Begin with a byte order mark, by which Excel knows that the text is UTF-8. @default {false} */
  bom?: boolean | undefined;
  /** Cells as they are, formulas too: for programs only, never for a spreadsheet. @default {false} */
  exact?: boolean | undefined;
}

/** Rows as CSV: commas between cells, CR LF after each row, quotes where they are needed. */
export function* toCsv(
  rows: Iterable<readonly string[]>,
  { bom = false, exact = false }: CsvOptions = {},
): Generator<string, void, undefined> {
  if (bom) yield "\ufeff";
  for (const row of rows) {
    const cells = row.map((cell) => quoted(exact ? cell : harmlessCell(cell)));
    // A row of one empty cell would look like no row.
    yield `${cells.length === 1 && cells[0] === "" ? '""' : cells.join(",")}\r\n`;
  }
}

/**
 * A cell that no spreadsheet takes for a formula: where one could begin, a `'` is put before it.
 *
 * That is where the cell begins, and after each semicolon, tab and line break in it: a program that is set to such
 * separators cuts the cell there. An apostrophe in such a place is doubled, so that {@linkcode originalCell} finds the
 * cell again.
 */
export function harmlessCell(cell: string): string {
  return FORMULA.test(cell) ? cell.replace(FORMULA_EACH, "'") : cell;
}

/** The cell that {@linkcode harmlessCell} made harmless. */
export function originalCell(cell: string): string {
  return cell.replace(APOSTROPHES, "");
}

// The wide forms are formulas for spreadsheets that are set to Chinese, Japanese or Korean.
const FORMULA = /(?<=^|[;\t\n]|\r(?!\n))(?=["\s]*[=+\-@＝＋－＠]|[\t\r'])/;
const FORMULA_EACH = new RegExp(FORMULA, "g");
const APOSTROPHES = /(?<=^|[;\t\r\n])'/g;

function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/**
 * Reads CSV, also as spreadsheets write it: with commas, semicolons or tabs, whichever the first line has most of, with
 * or without a byte order mark, with any line ends.
 */
export function parseCsv(text: string): string[][] {
  const body = text.startsWith("\ufeff") ? text.slice(1) : text;
  const separator = detectSeparator(body);
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < body.length) {
    const { cell, end } = cellAt(body, at, separator);
    row.push(cell);
    at = end;
    if (body[at] === separator) {
      at++;
      if (at < body.length) continue;
      row.push("");
    } else {
      at += body.startsWith("\r\n", at) ? 2 : 1;
    }
    rows.push(row);
    row = [];
  }
  return rows;
}

function cellAt(text: string, start: number, separator: string): { cell: string; end: number } {
  let at = start;
  let cell = "";
  while (text[at] === '"') {
    const closing = text.indexOf('"', at + 1);
    const end = closing === -1 ? text.length : closing;
    cell += text.slice(at + 1, end);
    at = end + 1;
    if (text[at] === '"') cell += '"';
  }
  const rest = at;
  while (at < text.length && text[at] !== separator && text[at] !== "\r" && text[at] !== "\n") at++;
  return { cell: cell + text.slice(rest, at), end: at };
}

function detectSeparator(text: string): string {
  const [line] = text.split(/[\r\n]/, 1);
  const count = (separator: string) => line!.split(separator).length;
  return [";", "\t"].reduce((best, next) => count(next) > count(best) ? next : best, ",");
}
