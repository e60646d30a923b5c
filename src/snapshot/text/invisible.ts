/**
 * Characters that do not show: in names they hide what differs, on a terminal and a page they move what stands around.
 *
 * @module
 */

/**
 * Controls, line and paragraph separators, marks of direction, zero widths, fillers, tags: what Unicode calls ignorable,
 * and the few that it does not.
 */
const NOT_SHOWN = String
  .raw`\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb\u{13430}-\u{13440}`;

/** What takes room and shows nothing: white space, and signs that are drawn empty. */
const BLANK = String.raw`\s\u0085\u2800\u{16fe4}\u{1d159}`;

/** Joiners and variation selectors: emoji, and scripts whose letters change their shape, cannot do without them. */
const SHAPING = String.raw`\u200c\u200d\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}`;

/** After these nothing can be joined or varied, so that it would only hide. */
const SHAPELESS = String
  .raw`\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{P}\p{Z}\p{Cc}\p{Nd}`;

const HIDING = new RegExp(
  String.raw`(?![${SHAPING}])[${NOT_SHOWN}]|(?<=^|[${SHAPELESS}])(?!\ufe0f\u20e3)[${SHAPING}]`,
  "gu",
);

/** Most texts; to tell them apart takes a tenth of the time. */
const PLAIN = /^[\x20-\x7e]*$/;

const SHOWN = new RegExp(`[^${NOT_SHOWN}${BLANK}]`, "u");
const BLANKS = new RegExp(`[${BLANK}]+`, "gu");
const IGNORED = new RegExp(`[${NOT_SHOWN}]+`, "gu");

/** Whether a reader sees anything of a text. */
export function isVisible(text: string): boolean {
  return SHOWN.test(text);
}

/** A text as a reader takes it in: without what does not show, with one space for a run of blanks, and none around. */
export function readVisible(text: string): string {
  return text.replace(BLANKS, " ").replace(IGNORED, "").replace(/ {2,}/g, " ").trim();
}

/**
 * A text with something else in place of each character that does not show, but for spaces.
 *
 * Joiners and variation selectors stay where they give the character before them its shape.
 */
export function replaceInvisible(text: string, replace: (character: string) => string): string {
  return PLAIN.test(text) ? text : text.replace(HIDING, (character) => replace(character));
}

/** The parts of a text: characters that do not show, each alone, and what stands between them. */
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
