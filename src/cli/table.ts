import { harmless } from "./harmless.ts";

/** Rows of text in columns, a line each. */
export function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(harmless));
  const widths = (safe[0] ?? []).map((_, column) =>
    Math.max(...safe.map((row) => displayWidth(row[column] ?? "")))
  );
  return safe.map((row) => {
    const cells = row.map((cell, column) =>
      cell + " ".repeat((widths[column] ?? 0) - displayWidth(cell))
    );
    return `${cells.join("  ").trimEnd()}\n`;
  }).join("");
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
const INVISIBLE = /[\p{M}\p{Cf}]/u;

/** How many columns of a terminal a text takes, near enough. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    width += INVISIBLE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  }
  return width;
}
