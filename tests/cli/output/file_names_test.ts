import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { toFileNames } from "../../../src/cli/output/file_names.ts";

/** Titles of words with blanks between: their file names are the same words. */
const WORDS: [title: string, name: string][] = [
  ["Web shop", "web-shop"],
  ["Inês Carvalho", "inês-carvalho"],
  ["Ine\u0302s  Carvalho ", "inês-carvalho"],
  ["Иван Петров", "иван-петров"],
  ["Йозеф Ёлкин", "йозеф-ёлкин"],
  ["佐藤", "佐藤"],
  ["ガード 一郎", "ガード-一郎"],
  ["김철수", "김철수"],
  ["Straße", "straße"],
  ["محمد علي", "محمد-علي"],
  ["हिन्दी नाम", "हिन्दी-नाम"],
  ["ada.okafor@acme.example", "ada.okafor@acme.example"],
  ["Console", "console"],
  ["COM10", "com10"],
  ["trailing blanks   ", "trailing-blanks"],
  ["ﬁle №5", "file-no5"],
];

/** Titles that are more than that: a part of their hash tells their file names from those of others. */
const MORE: [title: string, beginning: string][] = [
  ["AUX", "aux"],
  ["nul", "nul"],
  ["Con.", "con"],
  ["COM1", "com1"],
  ["com¹", "com1"],
  ["LPT9 ", "lpt9"],
  ["PRN:", "prn"],
  ["CONIN$", "conin"],
  ["CON.csv", "con-csv"],
  ["aux.tar.gz", "aux-tar-gz"],
  ["trailing dots...", "trailing-dots"],
  ["../../etc/passwd", "etc-passwd"],
  ["C:\\Windows", "c-windows"],
  ["-rf", "rf"],
  [".htaccess", "htaccess"],
  ["C++", "c"],
  ["C#", "c"],
  ["web-shop", "web-shop"],
  ['a<b>c:d"e|f?g*h', "a-b-c-d-e-f-g-h"],
  ["~", "packet"],
  ["", "packet"],
  ["\u0000", "packet"],
  ["🚀", "packet"],
  ["🎉", "packet"],
  ["x".repeat(300), "x".repeat(90)],
  ["я".repeat(300), "я".repeat(45)],
  ["漢".repeat(300), "漢".repeat(30)],
  [`${"x".repeat(89)}e\u0302`, "x".repeat(89)],
];
/** All of them but those that are the same as another one when names are compared. */
const TITLES = [...WORDS, ...MORE].map(([title]) => title)
  .filter((title) => !["Ine\u0302s  Carvalho ", "com¹"].includes(title));

describe("cli: file names", () => {
  for (const [title, name] of WORDS) {
    it(`the words of ${JSON.stringify(title)} stay in its file name`, () => {
      assertEquals(toFileNames([title], "packet"), [name]);
    });
  }

  for (const [title, beginning] of MORE) {
    it(`${JSON.stringify(title.slice(0, 30))} gets a file name of its own`, () => {
      const [name] = toFileNames([title], "packet");
      assertEquals(name!.slice(0, -9), beginning);
      assertMatch(name!.slice(-9), /^-[0-9a-f]{8}$/);
    });
  }

  it("a file name stays the same whoever comes or goes", () => {
    const together = toFileNames(TITLES, "packet");
    assertEquals(toFileNames(TITLES.toReversed(), "packet"), together.toReversed());
    for (const [index, title] of TITLES.entries()) {
      assertEquals(toFileNames([title], "packet"), [together[index]]);
    }
  });

  it("no two file names are the same, also where neither case nor normal forms count", () => {
    const titles = [
      ...TITLES,
      "Shop",
      "Shop!",
      "shop-2",
      "Shop 2",
      "shop",
      "ＳＨＯＰ",
      "aux packet",
    ];
    const names = toFileNames(titles, "packet");
    const folded = names.map((name) => name.normalize("NFD").toLowerCase().toUpperCase());
    assertEquals(new Set(folded).size, names.length);
    for (const name of names) {
      assert(new TextEncoder().encode(`.${name}.html.tmp`).length <= 143, name);
      assertMatch(name, /^[\p{L}\p{N}][\p{L}\p{M}\p{N}.@_-]*$/u);
      assertEquals(name, name.normalize("NFC"));
      assertEquals(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)|[. ]$/.test(name), false, name);
    }
  });
});
