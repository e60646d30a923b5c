/**
 * Folding: the one rule by which commands, filters and the page compare texts that people type.
 *
 * @module
 */
import { readVisible } from "./invisible.ts";

/** Texts that only need their case folded, as most do. */
const PLAIN = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;

/**
 * Folds a name for comparison: normal form, width and case of letters, lengths of blanks and invisible characters do not
 * count. An invisible name gives an empty text.
 */
export function foldName(name: string): string {
  if (PLAIN.test(name)) return name.toUpperCase();
  // By way of the small letters, as there is no other way from `ẞ` to `SS`.
  return readVisible(name.normalize("NFKC").toLowerCase().toUpperCase().normalize("NFKC"));
}

/** Folds a text for search: as a name, and without accents, which many keyboards lack. */
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
 * Folds a text in which names are searched for, letter by letter: normal forms, marks of any script, case, invisible
 * characters and lengths of blanks do not count.
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

/** Splits a search into folded words. */
export function splitWords(question: string): string[] {
  return foldText(question).split(" ").filter((word) => word !== "");
}

/** Tells whether a text that was folded by {@linkcode foldText} holds every word. */
export function matchesWords(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}
