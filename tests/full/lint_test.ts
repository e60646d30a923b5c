import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";

/** A program, its arguments, and what it looks at. */
const LINTERS: readonly (readonly [string, readonly string[]])[] = [
  ["actionlint", [".github/workflows/ci.yml", ".github/workflows/release.yml"]],
  ["hadolint", ["Dockerfile"]],
  ["shellcheck", ["install.sh"]],
];

describe("full: lint", () => {
  for (const [linter, args] of LINTERS) {
    it(`${linter} has nothing to say about ${args.join(" and ")}`, async () => {
      const { code, stdout, stderr } = await new Deno.Command(linter, { args: [...args] }).output();
      const decoder = new TextDecoder();
      assertEquals([code, decoder.decode(stdout) + decoder.decode(stderr)], [0, ""]);
    });
  }

  it("every action is pinned by its commit, and no job has more rights than it names", async () => {
    for (const file of ["ci.yml", "release.yml"]) {
      const text = await Deno.readTextFile(`.github/workflows/${file}`);
      for (const [, action] of text.matchAll(/uses: (.*)/g)) {
        assertMatch(action!, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
      assertMatch(text, /^permissions: \{\}$/m);
      const jobs = text.slice(text.indexOf("\njobs:")).match(/^ {2}[\w-]+:$/gm) ?? [];
      assertEquals(jobs.length, text.match(/^ {4}permissions:/gm)?.length);
    }
  });
});
