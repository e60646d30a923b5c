import { cutToWidth, displayWidth } from "./display_width.ts";
import { escapeControlCharacters } from "./escape_control_characters.ts";

const GAP = 2;

/** A column is never cut to less. */
const NARROWEST = 8;

/** Longer cells overflow their column, instead of moving the others in every row. */
const WIDEST_PADDING = 80;

/** Lays out rows of text in columns, a line each, cut to a width if there is one. */
export function table(rows: readonly (readonly string[])[], width?: number): string {
  const safe = rows.map((row) => row.map(escapeControlCharacters));
  const widths: number[] = [];
  const longest: number[] = [];
  for (const row of safe) {
    row.forEach((cell, column) => {
      const taken = displayWidth(cell);
      longest[column] = Math.max(longest[column] ?? 0, taken);
      if (taken <= WIDEST_PADDING) widths[column] = Math.max(widths[column] ?? 0, taken);
    });
  }
  const limit = width === undefined ? Infinity : limitFor(longest, width);
  const padded = (width === undefined ? widths : longest).map((taken) => Math.min(taken, limit));
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
