import { cutToWidth, displayWidth } from "./display_width.ts";
import { escapeControlCharacters } from "./escape_control_characters.ts";

export interface TableOptions {
  /** The width to which rows are cut; absent: none is cut. */
  columns?: number | undefined;
}

const GAP = 2;

/** A column is never cut to less. */
const NARROWEST = 8;

/** Longer cells overflow their column, instead of moving the others in every row. */
const WIDEST_PADDING = 80;

/** Lays out rows of text in columns, a line each. */
export function table(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const safe = rows.map((row) => row.map(escapeControlCharacters));
  const widths: number[] = [];
  const longest: number[] = [];
  for (const row of safe) {
    row.forEach((cell, column) => {
      const width = displayWidth(cell);
      longest[column] = Math.max(longest[column] ?? 0, width);
      if (width <= WIDEST_PADDING) widths[column] = Math.max(widths[column] ?? 0, width);
    });
  }
  const limit = options.columns === undefined ? Infinity : limitFor(longest, options.columns);
  const padded = (options.columns === undefined ? widths : longest)
    .map((width) => Math.min(width, limit));
  return safe.map((row) => {
    const cells = row.map((text, column) => {
      const cell = (longest[column] ?? 0) > limit ? cutToWidth(text, limit) : text;
      return cell + " ".repeat(Math.max(0, (padded[column] ?? 0) - displayWidth(cell)));
    });
    return `${cells.join(" ".repeat(GAP)).trimEnd()}\n`;
  }).join("");
}

/** The greatest cell width with which every row fits. */
function limitFor(longest: readonly number[], columns: number): number {
  const room = columns - GAP * (longest.length - 1);
  const total = (limit: number) => longest.reduce((sum, width) => sum + Math.min(width, limit), 0);
  let limit = Math.max(0, ...longest);
  while (limit > NARROWEST && total(limit) > room) limit--;
  return limit;
}
