import { replaceInvisible } from "../../snapshot/text/invisible.ts";

/**
 * Text that cannot move the cursor, colour the screen, start a new line, reorder what is shown, or hide anything.
 *
 * Each character that does not show becomes `\uXXXX`. Inside a JSON string that is the same character, so JSON stays the
 * same value.
 */
export function escapeControlCharacters(text: string): string {
  return replaceInvisible(text, escaped);
}

/** As {@linkcode escapeControlCharacters}, but lines stay lines. */
export function escapeControlCharactersInLines(text: string): string {
  return replaceInvisible(
    text,
    (character) => character === "\n" ? character : escaped(character),
  );
}

function escaped(character: string): string {
  return character.split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
}
