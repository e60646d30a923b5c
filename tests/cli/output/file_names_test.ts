import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { toFileNames } from "../../../src/cli/output/file_names.ts";

const NAMES: [title: string, name: string][] = [
  ["Web shop", "web-shop"],
  ["Inês Carvalho", "ines-carvalho"],
  ["AUX", "aux-packet"],
  ["nul", "nul-packet"],
  ["Con.", "con-packet"],
  ["COM1", "com1-packet"],
  ["com¹", "com1-packet"],
  ["LPT9 ", "lpt9-packet"],
  ["PRN:", "prn-packet"],
  ["CONIN$", "conin-packet"],
  ["CON.csv", "con-csv"],
  ["Console", "console"],
  ["COM10", "com10"],
  ["trailing dots...", "trailing-dots"],
  ["trailing blanks   ", "trailing-blanks"],
  ["../../etc/passwd", "etc-passwd"],
  ["C:\\Windows", "c-windows"],
  ["-rf", "rf"],
  ['a<b>c:d"e|f?g*h', "a-b-c-d-e-f-g-h"],
  ["~", "packet"],
  ["", "packet"],
  ["\u0000", "packet"],
  ["Проект", "packet"],
  ["ﬁle №5", "file-no5"],
  ["x".repeat(300), "x".repeat(60)],
  [`${"x".repeat(59)} y`, "x".repeat(59)],
];
describe("cli: file names", () => {
  for (const [title, name] of NAMES) {
    it(`${JSON.stringify(title.slice(0, 30))} becomes a file name that every system takes`, () => {
      assertEquals(toFileNames([title], "packet"), [name]);
    });
  }

  it("no two file names are the same, also where case does not count", () => {
    const titles = [
      "Shop",
      "SHOP",
      "shop-2",
      "Shop 2",
      "shop",
      "ＳＨＯＰ",
      "",
      "Ё",
      "aux",
      "AUX",
      "aux packet",
    ];
    const names = toFileNames([...titles, "y".repeat(100), "y".repeat(99)], "packet");
    assertEquals(new Set(names.map((name) => name.toLowerCase())).size, names.length);
    for (const name of names) {
      assertMatch(name, /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
      assert(name.length < 70);
    }
  });
});
