import { replaceInvisible } from "../../snapshot/text/invisible.ts";

/**
 * Escapes each character that does not show as `\uXXXX`, so that a text cannot move the cursor, colour the screen,
 * start a line, reorder or hide anything. In a JSON string that is the same character.
 */
export function escapeControlCharacters(text: string): string {
  return replaceInvisible(text, escaped);
}

/** As {@linkcode escapeControlCharacters}, but keeps line ends. */
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
