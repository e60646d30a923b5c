import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  createGroupFinder,
  createUserFinder,
  findGroups,
  findUsers,
} from "../../../src/snapshot/query/find.ts";
import { foldName, foldText, matchesWords, splitWords } from "../../../src/snapshot/text/fold.ts";
import {
  isVisible,
  readVisible,
  replaceInvisible,
  splitInvisible,
} from "../../../src/snapshot/text/invisible.ts";
import {
  formatEntitlementName,
  formatGroupName,
  formatUserName,
} from "../../../src/snapshot/text/names.ts";
import { formatOrganizationName } from "../../../src/snapshot/text/names.ts";
import { person, project, role } from "../../helpers/snapshots.ts";

describe("snapshot: fold", () => {
  for (
    const [why, one, other] of [
      ["case", "ADA Okafor", "ada okafor"],
      ["normal form", "Jose\u0301", "Jos\u00e9"],
      ["normal form and case", "JOSE\u0301", "jos\u00e9"],
      ["full width", "Ａｄａ", "ada"],
      ["ligatures", "o\ufb03ce", "office"],
      ["sharp s", "STRASSE", "stra\u00dfe"],
      ["capital sharp s", "STRA\u1e9eE", "stra\u00dfe"],
      ["final sigma", "ΟΔΥΣΣΕΥΣ", "οδυσσευς"],
      ["angstrom sign", "\u212bke", "åke"],
      ["kelvin sign", "\u212aim", "kim"],
      ["a run of blanks", "web  shop", "web shop"],
      ["a tab", "web\tshop", "web shop"],
      ["a no-break space", "web\u00a0shop", "web shop"],
      ["an ideographic space", "田中\u3000恵子", "田中 恵子"],
      ["blanks around", " ada \u2003", "ada"],
      ["a zero-width space", "ad\u200ba", "ada"],
      ["a byte order mark", "\ufeffada", "ada"],
      ["a soft hyphen", "ad\u00ada", "ada"],
      ["a direction mark", "ada\u200e", "ada"],
      ["a tag", "ada\u{e0041}", "ada"],
      ["a variation selector", "ada\ufe0f", "ada"],
      ["a filler", "ada\u3164", "ada"],
    ] as const
  ) {
    it(`foldName() makes nothing of ${why}`, () => {
      assertEquals(foldName(one), foldName(other));
      assertEquals(findUsers([person("1", { displayName: one })], other).map(({ id }) => id), [
        "1",
      ]);
      assertEquals(findUsers([person("1", { displayName: other })], one).map(({ id }) => id), [
        "1",
      ]);
    });
  }

  it("foldName() keeps apart what reads differently; only a search makes nothing of accents", () => {
    for (
      const [one, other] of [["ines", "inês"], ["web shop", "webshop"], ["a.b", "ab"], ["か", "が"]]
    ) {
      assertNotEquals(foldName(one!), foldName(other!));
    }
    assertEquals(foldText("INÊS"), foldText("ines"));
    assertNotEquals(foldText("か"), foldText("が"));
    assertNotEquals(foldText("कि"), foldText("का"));
  });

  it("a text has the words of a question in any order, and none across two names", () => {
    const text = `${foldText("Inês Carvalho")}\n${foldText("ines@acme.example")}`;
    for (const question of ["ines", "carvalho  INES", "Ｃarv", "@acme", "", " \u200b "]) {
      assert(matchesWords(text, splitWords(question)), question);
    }
    for (const question of ["inesx", "ines ada", "carvalhoines"]) {
      assertEquals(matchesWords(text, splitWords(question)), false, question);
    }
  });

  /** Names with nothing to see, each of another kind. */
  const NOTHING_VISIBLE = [
    " ",
    "\t\n",
    "\u00a0\u2003\u3000",
    "\u200b\u200c\u200d",
    "\u2060\ufeff",
    "\u3164",
    "\u115f\u1160\uffa0",
    "\u{e0041}\u{e007f}",
    "\ufe0f\u{e0100}",
    "\u202e\u2066",
    "\u00ad\u034f\u061c",
    "\u2800",
    "\u0000\u001b\u0085",
    "\u2028\u2029",
    "\u180e\u180b",
    "\u{1d173}",
  ];

  for (const name of NOTHING_VISIBLE) {
    const codes = [...name].map((character) => character.codePointAt(0)!.toString(16)).join(" ");
    it(`a name of ${codes} alone is passed over for the next that shows, and finds nobody`, () => {
      assertEquals([isVisible(name), readVisible(name), foldName(name)], [false, "", ""]);
      const user = person("1", { displayName: name, username: name, email: "a@b.example" });
      assertEquals(formatUserName(user), "a@b.example");
      assertEquals(
        formatUserName({ id: "1", state: "active", external: false, displayName: name }),
        "1",
      );
      assertEquals(formatGroupName(project("7", { name })), "7");
      assertEquals(formatEntitlementName(role("7", name, { displayName: "Reader" })), "Reader");
      assertEquals(formatEntitlementName(role("7", name)), `project:7:${name}`);
      assertEquals(formatOrganizationName({ id: "o", name, state: "active" }), "o");
      assertEquals(findUsers([user], name), []);
      assertEquals(findUsers([user], "1"), [user]);
    });
  }

  it("what is seen is a name, whatever else is in it", () => {
    for (const name of [".", "\u200bx", "\u0600", "👩‍👩‍👧", "\u0301", "\ufffd", "\ue000", "क"]) {
      assert(isVisible(name), name);
      assertEquals(formatGroupName(project("7", { name })), name);
    }
  });

  it("replaceInvisible() finds what hides in a name and leaves what emoji and scripts need", () => {
    const codes = (text: string) =>
      replaceInvisible(text, (character) => `<${character.codePointAt(0)!.toString(16)}>`);
    for (
      const [text, expected] of [
        ["ada", "ada"],
        ["ad\u200ba\u200d", "ad<200b>a<200d>"],
        ["admin\ufe0f", "admin<fe0f>"],
        ["1\ufe0f\u20e3 1\ufe0f", "1\ufe0f\u20e3 1<fe0f>"],
        ["\u202egnp.exe", "<202e>gnp.exe"],
        ["a\u3164b\u{e0041}", "a<3164>b<e0041>"],
        ["\u001b[31m\n", "<1b>[31m<a>"],
        ["👩‍👩‍👧 ❤️ 葛\u{e0100}", "👩‍👩‍👧 ❤️ 葛\u{e0100}"],
        ["می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"],
        ["Jos\u00e9  田中", "Jos\u00e9  田中"],
      ] as const
    ) {
      assertEquals(codes(text), expected);
      const parts = splitInvisible(text);
      assertEquals(parts.map((part) => part.text).join(""), text);
      assertEquals(
        parts.map((part) => part.isVisible ? part.text : codes(part.text)).join(""),
        expected,
      );
    }
  });

  it("a finder that is asked again and again finds what is found by looking at all", () => {
    const names = [
      "Ann",
      "ann",
      "ANN\u200b",
      "bea",
      "Be\u0301a",
      " ",
      "3",
      "web  shop",
      "Web shop",
    ];
    const users = names.map((name, index) =>
      person(`${index}`, { username: name, displayName: names.at(index - 1)! })
    );
    const find = createUserFinder(users);
    for (const text of [...names, "ANN", "béa", "web\tshop", "", "\u3164", "nobody", "7"]) {
      assertEquals(find(text), findUsers(users, text), text);
    }
    const groups = names.map((name, index) => project(`${index}`, { name }));
    for (const text of [...names, "ANN", "7"]) {
      assertEquals(createGroupFinder(groups)(text), findGroups(groups, text), text);
    }
  });
});
