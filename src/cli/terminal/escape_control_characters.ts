/**
 * Text that cannot move the cursor, colour the screen, start a new line or reorder what is shown.
 *
 * Control characters, line separators and the marks that turn the direction of writing become `\uXXXX`. Inside a
 * JSON string that is the same character, so JSON stays the same value.
 */
export function escapeControlCharacters(text: string): string {
  return text.replace(HARMFUL, escaped);
}

/** As {@linkcode escapeControlCharacters}, but lines stay lines. */
export function escapeControlCharactersInLines(text: string): string {
  return text.replace(HARMFUL, (character) => character === "\n" ? character : escaped(character));
}

// deno-lint-ignore no-control-regex -- these are what it is for
const HARMFUL = /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
