/**
 * When two texts are the same for whoever types one of them. There is one such rule, for commands, filters and the page.
 *
 * @module
 */
import { readVisible } from "./invisible.ts";

/** What is the same but for the case of its letters; most texts are. */
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/**
 * A name as it is compared: whatever its normal form, the width and case of its letters, the length of its blanks, and
 * what does not show in it. Of a name that does not show nothing is left.
 */
export function foldName(name: string): string {
  if (PLAIN.test(name)) return name.toUpperCase();
  // By way of the small letters, as there is no other way from `ẞ` to `SS`.
  return readVisible(name.normalize("NFKC").toLowerCase().toUpperCase().normalize("NFKC"));
}

/** A text as it is searched: folded as names are, and without accents, which many keyboards do not have. */
export function foldText(text: string): string {
  const folded = foldName(text);
  return PLAIN.test(folded)
    ? folded
    : folded.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC");
}

/** The words of what somebody searches for, folded. */
export function splitWords(question: string): string[] {
  return foldText(question).split(" ").filter((word) => word !== "");
}

/** Whether a text that was folded by {@linkcode foldText} holds every word. */
export function matchesWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
