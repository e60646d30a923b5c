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

/** A text with its letters folded one by one, and their places in the original. */
export interface FoldedLetters {
  /** The folded text. */
  text: string;
  /** The place in the original of each of its code units; absent if all are in the same place. */
  origins?: number[];
}

const MARKS = /[\p{M}\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * A text as names are looked for inside it: without normal forms, marks of any script, case, characters that do not show,
 * and lengths of blanks.
 */
export function foldLetters(text: string): FoldedLetters {
  if (text === "" || PLAIN.test(text)) return { text: text.toUpperCase() };
  let folded = "";
  const origins: number[] = [];
  let at = 0;
  for (const character of text) {
    const part = /\s/.test(character)
      ? (folded.endsWith(" ") ? "" : " ")
      : character.normalize("NFKD").replace(MARKS, "").toLowerCase().toUpperCase();
    for (let i = 0; i < part.length; i++) origins.push(at);
    folded += part;
    at += character.length;
  }
  origins.push(at);
  return { text: folded, origins };
}

/** The words of what somebody searches for, folded. */
export function splitWords(question: string): string[] {
  return foldText(question).split(" ").filter((word) => word !== "");
}

/** Whether a text that was folded by {@linkcode foldText} holds every word. */
export function matchesWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
