/**
 * CSV by RFC 4180 that is safe in spreadsheets: no cell is run as a formula.
 *
 * @module
 */

/** Options of {@linkcode toCsv}. */
export interface CsvOptions {
  /** Whether to begin with a byte order mark, by which Excel knows UTF-8. @default {false} */
  bom?: boolean | undefined;
  /** Whether to leave formulas as they are: for programs only, never for a spreadsheet. @default {false} */
  exact?: boolean | undefined;
  /** The separator of cells. Where numbers have a decimal comma, spreadsheets expect the semicolon. @default {","} */
  separator?: CsvSeparator | undefined;
}

/** A separator of cells. */
export type CsvSeparator = "," | ";" | "\t";

/** Writes rows as CSV: CR LF after each row, quotes where they are needed. */
export function* toCsv(
  rows: Iterable<readonly string[]>,
  { bom = false, exact = false, separator = "," }: CsvOptions = {},
): Generator<string, void, undefined> {
  if (bom) yield "\ufeff";
  for (const row of rows) {
    const cells = row.map((cell) => quoted(exact ? cell : escapeFormulas(cell)));
    // A row of one empty cell would look like no row.
    yield `${cells.length === 1 && cells[0] === "" ? '""' : cells.join(separator)}\r\n`;
  }
}

/**
 * Puts a `'` before each place of a cell where a spreadsheet could see a formula.
 *
 * These places are the beginning of the cell, and those after a semicolon, tab or line break: a program with other
 * separators cuts the cell there. An apostrophe in such a place is doubled, so that {@linkcode originalCell} restores the
 * cell.
 */
export function escapeFormulas(cell: string): string {
  return FORMULA.test(cell) ? cell.replace(FORMULA_EACH, "'") : cell;
}

/** Undoes {@linkcode escapeFormulas}. */
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

/** A row of a table that was read. */
export interface CsvRow {
  /** Its cells as they are in the file. */
  cells: string[];
  /** Its number in a spreadsheet: from 1, with empty lines, without a first line such as `sep=;`. */
  row: number;
}

/** A table that was read. */
export interface CsvTable {
  /** All rows except empty lines. */
  rows: CsvRow[];
  /** Ambiguities and errors, each with its line. */
  issues: string[];
}

/**
 * Reads CSV, also as spreadsheets write it: with commas, semicolons or tabs, with a first line such as `sep=;`, with or
 * without a byte order mark, with any line ends.
 *
 * The rows show the separator: it gives all of them the same number of cells, or the first one the most.
 */
export function readCsv(text: string): CsvTable {
  const start = text.startsWith("\ufeff") ? 1 : 0;
  const named = /^"?sep=([,;\t])"?[,;\t]*(?:\r\n|[\r\n]|$)/i.exec(text.slice(start, start + 40));
  if (named !== null) {
    return readRows(text, { start: start + named[0].length, line: 2, separator: named[1]! });
  }
  const separators = chooseSeparators(text, start);
  const table = readRows(text, { start, line: 1, separator: separators[0]! });
  if (separators.length > 1) {
    const names = separators.map((separator) => SEPARATOR_NAMES[separator]);
    table.issues.unshift(
      `line 1: ${names.join(" or ")} may separate the cells; put sep=; (or what it is) before it`,
    );
  }
  return table;
}

/** The cells of {@linkcode readCsv}, whatever its issues. */
export function parseCsv(text: string): string[][] {
  return readCsv(text).rows.map(({ cells }) => cells);
}

const SEPARATOR_NAMES: Readonly<Record<string, string>> = {
  ",": "commas",
  ";": "semicolons",
  "\t": "tabs",
};

/** Number of rows that are looked at to find the separator. */
const SAMPLE_ROWS = 100;

/** The separators that fit the rows best: one, or several if they fit equally well. */
function chooseSeparators(text: string, start: number): string[] {
  const candidates = Object.keys(SEPARATOR_NAMES).map((separator) => {
    const { rows } = readRows(text, { start, line: 1, separator, most: SAMPLE_ROWS });
    const width = rows[0]?.cells.length ?? 0;
    return { separator, width, even: rows.every(({ cells }) => cells.length === width) };
  }).filter(({ width }) => width > 1);
  const even = candidates.filter((candidate) => candidate.even);
  const fitting = even.length > 0 ? even : candidates;
  const widest = Math.max(...fitting.map(({ width }) => width));
  const best = fitting.filter(({ width }) => width === widest).map(({ separator }) => separator);
  return best.length === 0 ? [","] : best;
}

function readRows(
  text: string,
  { start, line, separator, most = Infinity }: {
    start: number;
    line: number;
    separator: string;
    most?: number;
  },
): CsvTable {
  const table: CsvTable = { rows: [], issues: [] };
  let at = start;
  let row = 0;
  while (at < text.length && table.rows.length < most) {
    const cells: string[] = [];
    const from = at;
    for (let more = true; more;) {
      const { cell, end, closed } = readCell(text, at, separator);
      if (!closed) table.issues.push(`line ${line}: a quotation mark is not closed`);
      line += countLineEnds(text, at, end);
      cells.push(cell);
      more = text[end] === separator;
      at = more ? end + 1 : end;
    }
    row++;
    if (at > from) table.rows.push({ cells, row });
    if (at < text.length) {
      at += text.startsWith("\r\n", at) ? 2 : 1;
      line++;
    }
  }
  return table;
}

function readCell(
  text: string,
  start: number,
  separator: string,
): { cell: string; end: number; closed: boolean } {
  let at = start;
  let cell = "";
  let closed = true;
  while (text[at] === '"') {
    const closing = text.indexOf('"', at + 1);
    closed = closing !== -1;
    const end = closed ? closing : text.length;
    cell += text.slice(at + 1, end);
    at = end + 1;
    if (text[at] === '"') cell += '"';
  }
  const rest = Math.min(at, text.length);
  at = rest;
  while (at < text.length && text[at] !== separator && text[at] !== "\r" && text[at] !== "\n") at++;
  return { cell: cell + text.slice(rest, at), end: at, closed };
}

function countLineEnds(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    if (text[at] === "\n" || (text[at] === "\r" && text[at + 1] !== "\n")) count++;
  }
  return count;
}
