/**
 * Names that people confuse.
 *
 * @module
 */
import { foldName } from "./fold.ts";
import { readVisible } from "./invisible.ts";

/**
 * Finds names that look the same to a reader: they differ only in case, in letters of other scripts, in digits in place
 * of letters, in invisible characters, or in blanks.
 *
 * @returns Sets of two or more names, each in the order given.
 */
export function findConfusables(names: readonly string[]): string[][] {
  const first = new Map<string, string>();
  const sets = new Map(names.map((name) => [name, new Set([name])]));
  for (const name of names) {
    const visible = readVisible(name.normalize("NFKC"));
    const lower = visible.toLowerCase();
    for (const key of [foldName(name), foldConfusables(visible), foldConfusables(lower)]) {
      const twin = first.get(key);
      if (twin === undefined) {
        first.set(key, name);
        continue;
      }
      const set = sets.get(twin)!;
      for (const other of sets.get(name)!) sets.set(other, set.add(other));
    }
  }
  return [...new Set(sets.values())].filter(({ size }) => size > 1).map((set) => [...set]);
}

/** A text with a Latin letter in place of each letter that looks like it. */
function foldConfusables(text: string): string {
  return [...text].map((letter) => LATIN.get(letter) ?? letter).join("").toLowerCase();
}

/** Letters of Cyrillic, Greek and Armenian, and digits, with the Latin letters that they look like. */
const LATIN: ReadonlyMap<string, string> = new Map(
  ([
    ["аԁеѕіјӏморԛсһухѵѡԝ", "adesijlmopqchyxvww"],
    ["АВЕЅІЈКМНОРСТУХԜ", "ABESlJKMHOPCTYXW"],
    ["ανοριυκ", "avopiuk"],
    ["ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHlKMNOPTYX"],
    ["օսհոց", "ouhng"],
    ["01I|ı", "ollli"],
  ] as const).flatMap(([others, latin]) => {
    const letters = [...latin];
    return [...others].map((other, index): [string, string] => [other, letters[index]!]);
  }),
);
