import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  escapeFormulas,
  originalCell,
  parseCsv,
  readCsv,
  toCsv,
} from "../../../src/snapshot/export/csv.ts";
import { HOSTILE_NAMES } from "../../helpers/hostile_names.ts";

/** Texts of the characters that matter. */
const cells = fc.oneof(
  fc.string({
    unit: fc.constantFrom(
      "=",
      "+",
      "-",
      "@",
      "\t",
      "\r",
      "\n",
      '"',
      "'",
      ";",
      ",",
      " ",
      "a",
      "é",
      "＝",
    ),
    maxLength: 12,
  }),
  fc.constantFrom(...HOSTILE_NAMES),
);

describe("snapshot: csv", () => {
  it("CSV gives the cells back, whatever they hold", () => {
    const rows = fc.array(fc.array(cells, { minLength: 2, maxLength: 5 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.boolean(), fc.constantFrom(",", ";", "\t"), (rows, bom, separator) => {
        const heading = ["a,b;c\td", "c"];
        const text = [...toCsv([heading, ...rows], { bom, exact: true, separator })].join("");
        assertEquals(parseCsv(text), [heading, ...rows]);
        assertEquals(readCsv(text).issues, []);
      }),
      { numRuns: 2000, seed: 6 },
    );
  });

  it("no cell begins a formula, also where a spreadsheet cuts at semicolons or tabs; none is lost", () => {
    fc.assert(
      fc.property(cells, (cell) => {
        const harmless = escapeFormulas(cell);
        for (const part of harmless.split(/[;\t\r\n]/)) {
          assertNotMatch(part, /^["\s]*[=+\-@＝＋－＠]/);
        }
        assertEquals(originalCell(harmless), cell);
      }),
      { numRuns: 5000, seed: 6 },
    );
    assertEquals(escapeFormulas("=1+1"), "'=1+1");
    assertEquals(escapeFormulas("'=1+1"), "''=1+1");
    assertEquals(escapeFormulas("Ada; =1+1"), "Ada;' =1+1");
    assertEquals(escapeFormulas("O'Neill - 1=1"), "O'Neill - 1=1");
  });

  it("CSV is as RFC 4180 has it", () => {
    const text = [...toCsv([["a", 'say "hi"'], ["b,c", ""], ["d\ne", " f"]])].join("");
    assertEquals(text, 'a,"say ""hi"""\r\n"b,c",\r\n"d\ne"," f"\r\n');
    assertMatch([...toCsv([["a"]], { bom: true })].join(""), /^\ufeffa\r\n$/);
  });

  it("CSV that a spreadsheet saved in its own way is read too", () => {
    const expected = [["user", "keep"], ['Ada "A"', "x"], ["Ben; B", ""]];
    assertEquals(parseCsv('user;keep\n"Ada ""A""";x\n"Ben; B";\n'), expected);
    assertEquals(parseCsv('\ufeffuser\tkeep\r\n"Ada ""A"""\tx\r\nBen; B\t'), expected);
    assertEquals(parseCsv(""), []);
    assertEquals(parseCsv('a,"never closed\nb'), [["a", "never closed\nb"]]);
  });

  const SHAPES: [name: string, text: string, rows: string[][]][] = [
    ["sep=; of Excel", "sep=;\r\na;b,c\r\n1;2\r\n", [["a", "b,c"], ["1", "2"]]],
    ["SEP=, in quotes", '"SEP=,"\na,b;c\n', [["a", "b;c"]]],
    ["sep of a tab", "sep=\t\na\tb\n", [["a", "b"]]],
    ["sep=; that a spreadsheet saved again", "sep=;,,\na;b;c\n", [["a", "b", "c"]]],
    ["a byte order mark before sep", "\ufeffsep=;\na;b\n", [["a", "b"]]],
    ["semicolons and commas in names", "a;b\nShop, EU;x\n", [["a", "b"], ["Shop, EU", "x"]]],
    [
      "commas, and more semicolons in a quoted heading",
      '"a;b;c;d",e\n1,2\n',
      [["a;b;c;d", "e"], ["1", "2"]],
    ],
    ["line ends of an old Mac", "a,b\rc,d", [["a", "b"], ["c", "d"]]],
    ["empty lines", "\n\na,b\n\nc,d\n\n", [["a", "b"], ["c", "d"]]],
    ["one column", "a\nb\n", [["a"], ["b"]]],
    ["an empty cell alone", '""\na\n', [[""], ["a"]]],
    ["cells that are missing at the end", "a,b,c\n1,2\n", [["a", "b", "c"], ["1", "2"]]],
  ];
  for (const [name, text, rows] of SHAPES) {
    it(`CSV with ${name} is read as it is meant`, () => {
      assertEquals([parseCsv(text), readCsv(text).issues], [rows, []]);
    });
  }

  it("what in CSV is ambiguous or lost is an issue with its line", () => {
    const cases: [text: string, issue: string][] = [
      ['a,b\r\n"1\r\n2",3\r\n"4,5\r\n6,7\r\n', "line 4: a quotation mark is not closed"],
      ["Shop, EU;Inês\n", "line 1: commas or semicolons may separate the cells"],
      ["a,b\tc\n", "line 1: commas or tabs may separate the cells"],
    ];
    for (const [text, issue] of cases) assertMatch(readCsv(text).issues[0]!, new RegExp(issue));
  });

  it("each row knows its number in a spreadsheet", () => {
    const text = 'sep=,\r\na,b\r\n\r\n"x\r\ny\rz\n",1\n2,3';
    assertEquals(readCsv(text).rows.map(({ row }) => row), [1, 3, 4]);
  });
});
