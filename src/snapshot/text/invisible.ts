/**
 * Invisible characters: in names they hide a difference, on a terminal or page they move the text around them.
 *
 * @module
 */

/**
 * Controls, line and paragraph separators, marks of direction, zero widths, fillers, tags: the characters that Unicode
 * calls ignorable, and a few more.
 */
const NOT_SHOWN = String
  .raw`\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb\u{13430}-\u{13440}`;

/** White space, and signs that are drawn empty. */
const BLANK = String.raw`\s\u0085\u2800\u{16fe4}\u{1d159}`;

/** Joiners and variation selectors: emoji, and scripts whose letters change their shape, cannot do without them. */
const SHAPING = String.raw`\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}`;

/** Characters after which nothing can be joined or varied, so that a joiner only hides. */
const SHAPELESS = String
  .raw`\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{P}\p{Z}\p{Cc}\p{Nd}`;

const HIDING = new RegExp(
  String.raw`(?![${SHAPING}])[${NOT_SHOWN}]|(?<=^|[${SHAPELESS}])(?!\ufe0f\u20e3)[${SHAPING}]`,
  "gu",
);

/** Texts without such characters, as most are: this test takes a tenth of the time. */
const PLAIN = /^[\x20-\x7e]*$/;

const SHOWN = new RegExp(`[^${NOT_SHOWN}${BLANK}]`, "u");
const BLANKS = new RegExp(`[${BLANK}]+`, "gu");
const IGNORED = new RegExp(`[${NOT_SHOWN}]+`, "gu");

/** Tells whether a reader sees anything of a text. */
export function isVisible(text: string): boolean {
  return SHOWN.test(text);
}

/** A text as a reader sees it: without invisible characters, with one space for a run of blanks, trimmed. */
export function readVisible(text: string): string {
  return text.replace(BLANKS, " ").replace(IGNORED, "").replace(/ {2,}/g, " ").trim();
}

/**
 * Replaces each invisible character, but for spaces. Joiners and variation selectors stay where they shape the character
 * before them.
 */
export function replaceInvisible(text: string, replace: (character: string) => string): string {
  return PLAIN.test(text) ? text : text.replace(HIDING, (character) => replace(character));
}

/** Splits a text into its invisible characters, each alone, and the parts between them. */
export function splitInvisible(text: string): { text: string; isVisible: boolean }[] {
  if (PLAIN.test(text)) return [{ text, isVisible: true }];
  const parts: { text: string; isVisible: boolean }[] = [];
  let end = 0;
  for (const { 0: character, index } of text.matchAll(HIDING)) {
    if (index > end) parts.push({ text: text.slice(end, index), isVisible: true });
    parts.push({ text: character, isVisible: false });
    end = index + character.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isVisible: true });
  return parts;
}
