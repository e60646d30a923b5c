/** Characters that JSON keeps and some readers take for the end of a line: NEL and the separators of Unicode. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** A value as JSON on one line, for every reader of lines; without the line feed at its end. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    LINE_ENDS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
