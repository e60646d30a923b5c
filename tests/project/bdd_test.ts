import { assertEquals, assertStringIncludes } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import * as real from "@std/testing/bdd";
import * as standIn from "../../compat/bdd.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

/** The part of the real signature that the tests use. */
interface Promised {
  describe(name: string, fn: () => void): void;
  it(name: string, fn: () => void | Promise<void>): void;
  beforeAll(fn: () => void | Promise<void>): void;
  afterAll(fn: () => void | Promise<void>): void;
}

const BOTH = { real, standIn } satisfies Record<string, Promised>;

/** What happened while the groups below ran, in order. */
const calls: string[] = [];

describe("project: a group of tests", () => {
  beforeAll(() => void calls.push("before outer"));
  it("runs its tests in the order in which they stand", () => void calls.push("first"));
  describe("that holds another", () => {
    beforeAll(() => void calls.push("before inner"));
    it("runs that where it stands", () => void calls.push("inner"));
    afterAll(() => void calls.push("after inner"));
  });
  it("prepares once, and cleans up when all have run", () => {
    assertEquals(calls, ["before outer", "first", "before inner", "inner", "after inner"]);
  });
});

describe("project: the stand-in for @std/testing/bdd", () => {
  it("has every name that the tests use, as the real one has", () => {
    for (const name of ["describe", "it", "beforeAll", "afterAll"] as const) {
      assertEquals([typeof BOTH.real[name], typeof BOTH.standIn[name]], ["function", "function"]);
    }
  });

  const FAILURES: readonly (readonly [what: string, body: string, told: string])[] = [
    ["a test that fails", `it("the promise", () => { throw new Error("broken"); });`, "broken"],
    [
      "a test that leaves a file open",
      `it("the promise", () => { Deno.openSync(Deno.execPath()); });`,
      "A file was opened during the test, but not closed",
    ],
    [
      "a preparation that fails",
      `beforeAll(() => { throw new Error("no server"); }); it("the promise", () => {});`,
      "no server",
    ],
    [
      "a clean-up that fails",
      `afterAll(() => { throw new Error("still running"); }); it("the promise", () => {});`,
      "still running",
    ],
    ["a group that cannot be read", `throw new Error("no such fixture");`, "no such fixture"],
  ];
  for (const [what, body, told] of FAILURES) {
    it(`${what} fails the run, and the reason is told`, async () => {
      await using folder = await temporaryFolder();
      const module = JSON.stringify(new URL("../../compat/bdd.ts", import.meta.url).href);
      await Deno.writeTextFile(
        folder.at("group_test.ts"),
        `import { afterAll, beforeAll, describe, it } from ${module};\n` +
          `describe("group", () => { ${body} });\nvoid [afterAll, beforeAll, it];\n`,
      );
      await Deno.copyFile(new URL("../../deno.json", import.meta.url), folder.at("deno.json"));
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["test", "--no-lock", "--no-check", "-A", "group_test.ts"],
        cwd: folder.path,
        env: { NO_COLOR: "1" },
      }).output();
      const output = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
      assertStringIncludes(output, told);
      assertEquals(code, 1);
    });
  }

  it("a test outside a group is refused", async () => {
    const message = await Promise.resolve().then(() => standIn.it("alone", () => {}))
      .catch((error: Error) => error.message);
    assertEquals(message, "it() stands in a describe()");
  });
});
