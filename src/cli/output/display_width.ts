import stringWidth from "string-width";
import { escapeControlCharacters } from "./escape_control_characters.ts";

/** The columns of a terminal that a text takes: two for wide characters and emoji, none for marks and joiners. */
export function displayWidth(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text);
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Cuts a text to a number of columns; one that was cut ends with `…`. */
export function cutToWidth(text: string, width: number): string {
  // No character takes less than a hundredth of a column: a long text need not be measured to its end.
  const head = text.length > width * 100 ? text.slice(0, width * 100) : text;
  if (head === text && displayWidth(text) <= width) return text;
  let cut = "";
  let taken = 0;
  for (const { segment } of graphemes.segment(head)) {
    const next = displayWidth(segment);
    if (taken + next > width - 1) break;
    cut += segment;
    taken += next;
  }
  return `${cut}…`;
}

/** A line for a terminal of that width, or for elsewhere. */
export function fitLine(text: string, width: number | undefined): string {
  const escaped = escapeControlCharacters(text);
  return width === undefined ? escaped : cutToWidth(escaped, width);
}
