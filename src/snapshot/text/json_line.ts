/** What readers of lines take for the end of one, and JSON leaves as it is: NEL and the separators of Unicode. */
const LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** A value as JSON on one line, without its line feed: one for every reader, also where Unicode's line ends count. */
export function toJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    LINE_ENDS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
