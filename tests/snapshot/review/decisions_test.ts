import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readCsv, toCsv } from "../../../src/snapshot/export/csv.ts";
import { readDecisions } from "../../../src/snapshot/review/decisions.ts";
import { readReviewers } from "../../../src/snapshot/review/reviewers.ts";
import { makeSnapshot, person, project } from "../../helpers/snapshots.ts";

const ID = "project:1:admin:user:ada";

/** What a table of one row says. */
function decide(keep: string, remove: string): string {
  const rows = [["keep", "remove", "comment", "grant"], [keep, remove, "", ID]];
  const table = readCsv([...toCsv(rows, { exact: true })].join(""));
  const { decisions, undecided, issues } = readDecisions(table, "shop.csv");
  const said = [
    ...decisions.map(({ decision }) => decision as string),
    ...undecided.map(() => "undecided"),
    ...issues,
  ];
  assertEquals(said.length, 1, said.join());
  return said[0]!;
}

const TICKS = ["x", "X", " x ", "yes", "Ja", "OUI", "sí", "1", "✓", "✔", "✔\ufe0f", "☑", "✅"];
const ON = ["TRUE", "true", "True", "WAHR", "VRAI", "VERDADERO", "VERO", "VERDADEIRO", "WAAR"];
const OFF = ["FALSE", "false", "FALSCH", "FAUX", "FALSO", "ONWAAR", "ЛОЖЬ", "YANLIŞ", "0", "☐"];
const CROSSES = ["✗", "✘", "☒", "✖", "✖\ufe0f", "❌", "❎", "×"];

const snapshot = await makeSnapshot({
  users: [person("ada", { displayName: "Ada Okafor" }), person("ben")],
  groups: [
    project("1", { name: "Shop" }),
    project("2", { name: "=Payroll" }),
    project("3", { name: "'s-Hertogenbosch" }),
    project("4", { name: "Project" }),
    project("5", { name: "Ｗａｒｅ  house" }),
    project("6", { name: "owner" }),
  ],
});

describe("snapshot: review tables", () => {
  for (const tick of [...TICKS, ...ON, "'x", "SANT", "ИСТИНА", "DOĞRU", "ｘ"]) {
    it(`${JSON.stringify(tick)} in keep is keep, in remove remove, in both refused`, () => {
      assertEquals(decide(tick, ""), "keep");
      assertEquals(decide("", tick), "remove");
      assertEquals(decide(tick, tick), "shop.csv: row 2: keep and remove are both marked");
      assertEquals(decide(tick, "FALSE"), "keep");
      assertEquals(decide("FALSCH", tick), "remove");
      assertEquals(decide("no", tick), "remove");
    });
  }

  for (const off of OFF) {
    it(`the check box ${off} in both columns is no decision, in one alone it is unclear`, () => {
      assertEquals(decide(off, off), "undecided");
      assertStringIncludes(decide(off, ""), "row 2: no in keep, and nothing says yes");
      assertStringIncludes(decide("", off), "row 2: no in remove, and nothing says yes");
    });
  }

  for (const cross of CROSSES) {
    it(`the cross ${cross} never counts as keep, and is refused unless a tick is beside it`, () => {
      assertStringIncludes(decide(cross, ""), "a cross in keep may mean yes or no");
      assertStringIncludes(decide("", cross), "a cross in remove may mean yes or no");
      assertStringIncludes(decide(cross, cross), "a cross in keep, remove may mean");
      assertStringIncludes(decide(cross, "x"), "a cross in keep may mean yes or no");
      assertStringIncludes(decide("x", cross), "a cross in remove may mean yes or no");
      assertStringIncludes(decide(cross, "FALSE"), "a cross in keep may mean yes or no");
      assertEquals(decide(cross, "✓"), "remove");
      assertEquals(decide("✓", cross), "keep");
    });
  }

  it("what is neither yes nor no is refused with its row", () => {
    for (const word of ["maybe", "?", "-", "see below", "keep", "2", "tru", "yes/no"]) {
      assertEquals(decide(word, ""), "shop.csv: row 2: keep must be x or empty");
      assertEquals(decide("x", word), "shop.csv: row 2: remove must be x or empty");
    }
    assertStringIncludes(decide("no", "no"), "no in keep and remove");
    assertStringIncludes(decide("nein", ""), "no in keep");
    assertEquals(decide("", " "), "undecided");
  });

  const TABLES: [name: string, text: string, issue: string][] = [
    ["a row that is shifted", `keep,remove,comment,grant\nx,,why, so,${ID}\n`, "row 2"],
    ["a row that is cut", "keep,remove,comment,grant\nx,\n", "row 2: the column grant is empty"],
    [
      "an id that is cut",
      "keep,remove,comment,grant\n,x,,project:1:adm\n",
      "row 2: the column grant holds no id of a grant",
    ],
    [
      "a number for an id",
      "keep,remove,comment,grant\n,x,,3.18E+17\n",
      "row 2: the column grant holds no id of a grant",
    ],
    ["a column twice", `keep,Keep,remove,comment,grant\nx,,,,${ID}\n`, "column keep is there more"],
    ["no heading", `x,,,${ID}\n`, "there is no column keep, remove, comment, grant"],
    ["nothing", "", "there is no column keep, remove, comment, grant"],
    [
      "a quotation mark that is not closed",
      `keep,remove,comment,grant\nx,,"why,${ID}\n,x,,${ID}\n`,
      "line 2: a quotation mark is not closed",
    ],
  ];
  for (const [name, text, issue] of TABLES) {
    it(`decisions with ${name} are refused`, () => {
      const { issues } = readDecisions(readCsv(text), "shop.csv");
      assertStringIncludes(issues.join("\n"), issue);
      assertStringIncludes(issues[0]!, "shop.csv: ");
    });
  }

  it("decisions come back through sep=;, other orders of columns and capital headings", () => {
    const text = `sep=;\r\nGRANT;Comment;More;REMOVE;Keep\r\n"${ID}";'=left, "so";;x;\r\n`;
    const { decisions, issues } = readDecisions(readCsv(text), "shop.csv");
    assertEquals(issues, []);
    assertEquals(decisions, [{
      grantId: ID,
      decision: "remove",
      comment: '=left, "so"',
      source: "shop.csv: row 2",
    }]);
  });

  function owners(text: string, by: "group" | "user" = "group") {
    const { reviewers, issues } = readReviewers(readCsv(text), {
      by,
      snapshot,
      file: "owners.csv",
    });
    return { reviewers: Object.fromEntries(reviewers), issues };
  }

  const OWNERS: [name: string, text: string, reviewers: Record<string, string>][] = [
    ["a heading", "project,owner\nShop,Grace\n", { 1: "Grace" }],
    ["a heading in German", "Projekt;Verantwortlich\nShop;Grace\n", { 1: "Grace" }],
    ["only the second heading known", "Anwendung (SAP),Owner\nShop,Grace\n", { 1: "Grace" }],
    ["no heading", "Shop,Grace\n2,Inês\n", { 1: "Grace", 2: "Inês" }],
    ["no heading, and a project called so", "Project,Grace\nShop,Ben\n", { 1: "Ben", 4: "Grace" }],
    ["a heading that is a project too", "project,owner\nProject,Grace\n", { 4: "Grace" }],
    ["our own apostrophe", "'=Payroll,'=Grace\n", { 2: "=Grace" }],
    ["an apostrophe of its own", "'s-Hertogenbosch,Grace\n", { 3: "Grace" }],
    ["an apostrophe of its own made harmless", "''s-Hertogenbosch,Grace\n", { 3: "Grace" }],
    ["other blanks, width and case", "ware house,Grace\n", { 5: "Grace" }],
    ["one reviewer in two spellings", "Shop,Grace\n2,GRACE \n", { 1: "Grace", 2: "Grace" }],
    ["tabs and empty lines", "\nShop\tGrace\n\n\n", { 1: "Grace" }],
    ["sep=; and a comma in a name", 'sep=;\n"Shop";"Kim, Grace"\n', { 1: "Kim, Grace" }],
    ["columns that are named and not needed", "project,owner,note\nShop,Grace,x\n", { 1: "Grace" }],
  ];
  for (const [name, text, reviewers] of OWNERS) {
    it(`an owners file with ${name} is read as it is meant`, () => {
      assertEquals(owners(text), { reviewers, issues: [] });
    });
  }

  const NO_OWNERS: [name: string, text: string, issue: string][] = [
    [
      "a first row that is neither heading nor project",
      "Shopp,Grace\nShop,Ben\n",
      'owners.csv: row 1: "Shopp" is nobody and nothing in this snapshot; a heading would be project,owner',
    ],
    [
      "a project twice",
      "project,owner\nShop,Grace\n2,Ben\nShop,Inês\n",
      'owners.csv: row 4: "Shop" was named already in row 2',
    ],
    [
      "a project twice, in another case",
      "Shop,Grace\nSHOP,Ben\n",
      'owners.csv: row 2: "SHOP" was named already in row 1',
    ],
    [
      "a project twice, by name and by id",
      "Shop,Grace\n1,Ben\n",
      'owners.csv: row 2: "1" was named already in row 1',
    ],
    ["no reviewer", "Shop,\n", 'owners.csv: row 1: "Shop" has no reviewer'],
    ["no project", "project,owner\n,Grace\n", 'owners.csv: row 2: "" is nobody'],
    [
      "a comma too many",
      "project,owner\nShop,Kim,Grace\n",
      'owners.csv: row 2: "Shop" has 3 cells, not 2: a separator too many?',
    ],
    ["separators that may be either", "Shop, EU;Grace\n", "line 1: commas or semicolons may"],
  ];
  for (const [name, text, issue] of NO_OWNERS) {
    it(`an owners file with ${name} is refused with its row`, () => {
      assertStringIncludes(owners(text).issues.join("\n"), issue);
    });
  }

  it("the managers of people are read in the same way", () => {
    assertEquals(owners("Person;Vorgesetzter\nada okafor;Zed\nBEN;Zed\n", "user"), {
      reviewers: { ada: "Zed", ben: "Zed" },
      issues: [],
    });
  });
});
