/**
 * Names that people take for one another.
 *
 * @module
 */
import { foldName } from "./fold.ts";
import { readVisible } from "./invisible.ts";

/**
 * The names that look the same to a reader: they differ only in case, in letters of other scripts, in digits in place
 * of letters, in characters that are not shown, or in how many blanks stand where.
 *
 * @returns The sets of two or more names, each in the order given.
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

/** What is left of a text when each letter that looks like a Latin one is that one. */
function foldConfusables(text: string): string {
  return [...text].map((letter) => LATIN.get(letter) ?? letter).join("").toLowerCase();
}

/** Letters of Cyrillic, Greek and Armenian, and digits, over the Latin letters that they look like. */
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
