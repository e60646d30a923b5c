import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import fc from "fast-check";
import { harmlessCell, originalCell, parseCsv, toCsv } from "../../src/snapshot/export/csv.ts";
import { HOSTILE_NAMES } from "../helpers/hostile_names.ts";

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

Deno.test("CSV gives the cells back, whatever they hold", () => {
  const rows = fc.array(fc.array(cells, { minLength: 2, maxLength: 5 }), { minLength: 1 });
  fc.assert(
    fc.property(rows, fc.boolean(), (rows, bom) => {
      const heading = ["a,b", "c"];
      assertEquals(parseCsv([...toCsv([heading, ...rows], { bom, exact: true })].join("")), [
        heading,
        ...rows,
      ]);
    }),
    { numRuns: 2000, seed: 6 },
  );
});

Deno.test("no cell begins a formula, also where a spreadsheet cuts at semicolons or tabs; none is lost", () => {
  fc.assert(
    fc.property(cells, (cell) => {
      const harmless = harmlessCell(cell);
      for (const part of harmless.split(/[;\t\r\n]/)) {
        assertNotMatch(part, /^["\s]*[=+\-@＝＋－＠]/);
      }
      assertEquals(originalCell(harmless), cell);
    }),
    { numRuns: 5000, seed: 6 },
  );
  assertEquals(harmlessCell("=1+1"), "'=1+1");
  assertEquals(harmlessCell("'=1+1"), "''=1+1");
  assertEquals(harmlessCell("Ada; =1+1"), "Ada;' =1+1");
  assertEquals(harmlessCell("O'Neill - 1=1"), "O'Neill - 1=1");
});

Deno.test("CSV is as RFC 4180 has it", () => {
  const text = [...toCsv([["a", 'say "hi"'], ["b,c", ""], ["d\ne", " f"]])].join("");
  assertEquals(text, 'a,"say ""hi"""\r\n"b,c",\r\n"d\ne"," f"\r\n');
  assertMatch([...toCsv([["a"]], { bom: true })].join(""), /^\ufeffa\r\n$/);
});

Deno.test("CSV that a spreadsheet saved in its own way is read too", () => {
  const expected = [["user", "keep"], ['Ada "A"', "x"], ["Ben; B", ""]];
  assertEquals(parseCsv('user;keep\n"Ada ""A""";x\n"Ben; B";\n'), expected);
  assertEquals(parseCsv('\ufeffuser\tkeep\r\n"Ada ""A"""\tx\r\nBen; B\t'), expected);
  assertEquals(parseCsv(""), []);
  assertEquals(parseCsv('a,"never closed\nb'), [["a", "never closed\nb"]]);
});
