import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseArgs } from "@std/cli/parse-args";
import fc from "fast-check";
import { parseArgs as standIn } from "../../compat/parse_args.ts";

const ALL = { string: ["_", "out", "json"], collect: ["out", "json"], "--": true } as const;
const LAST = { string: ["_", "out", "json"] } as const;

/** What the real `parseArgs` makes of arguments that are words, or options with their values behind `=`. */
const PROMISES: readonly (readonly [
  args: string[],
  options: typeof ALL | typeof LAST,
  expected: Record<string, unknown>,
])[] = [
  [[], ALL, { _: [], "--": [], out: [], json: [] }],
  [["--out=a", "--out=b"], ALL, { _: [], "--": [], out: ["a", "b"], json: [] }],
  [["--out="], ALL, { _: [], "--": [], out: [""], json: [] }],
  [["--out=a=b"], ALL, { _: [], "--": [], out: ["a=b"], json: [] }],
  [["--out=--json=1"], ALL, { _: [], "--": [], out: ["--json=1"], json: [] }],
  [["--out=a\nb"], ALL, { _: [], "--": [], out: ["a\nb"], json: [] }],
  [["--out=5", "0x10"], ALL, { _: ["0x10"], "--": [], out: ["5"], json: [] }],
  [["--json=true"], ALL, { _: [], "--": [], out: [], json: ["true"] }],
  [["-", "", "a b"], ALL, { _: ["-", "", "a b"], "--": [], out: [], json: [] }],
  [["a", "--", "--out=b", "--"], ALL, {
    _: ["a"],
    "--": ["--out=b", "--"],
    out: [],
    json: [],
  }],
  [["--out=a", "sync", "--json=b"], LAST, { _: ["sync"], out: "a", json: "b" }],
  [["--out=a", "--out=b"], LAST, { _: [], out: "b" }],
  [["--", "a"], LAST, { _: ["a"] }],
];

describe("project: compat", () => {
  for (const [args, options, expected] of PROMISES) {
    for (const [who, parse] of [["parse-args", parseArgs], ["its stand-in", standIn]] as const) {
      const how = "collect" in options ? "with all values" : "with the last value of each";
      it(`${who} takes ${JSON.stringify(args)} apart ${how}`, () => {
        assertEquals({ ...parse(args, options) }, expected);
      });
    }
  }

  it("parse-args and its stand-in agree on every line of words and options with =", () => {
    const option = fc.tuple(fc.constantFrom("--out", "--json"), fc.string())
      .map(([name, value]) => `${name}=${value}`);
    const word = fc.string().filter((text) => !/^-./.test(text));
    fc.assert(fc.property(
      fc.array(fc.oneof(option, word, fc.constant("--"))),
      fc.constantFrom(ALL, LAST),
      (args, options) =>
        assertEquals({ ...standIn(args, options) }, { ...parseArgs(args, options) }),
    ));
  });
});
