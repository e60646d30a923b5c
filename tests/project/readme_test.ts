import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { EXIT_CODES } from "../../src/cli/exit_codes.ts";
import { computeDigest, parseSnapshot, SyncError, type SyncErrorCode } from "../../mod.ts";

const README = await Deno.readTextFile(new URL("../../README.md", import.meta.url));

function example(language: string): string {
  const [, text] = README.split(`\`\`\`${language}\n`);
  return text!.split("```")[0]!;
}

describe("project: readme", () => {
  it("the README's table of exit codes is the program's", () => {
    const rows = [...README.matchAll(/^\| (\d+)(?:, \d+)? *\| `([A-Z_]+)` *\|/gm)]
      .map(([, exit, code]) => [code, Number(exit)] as const);
    assertEquals(Object.fromEntries(rows), { ...EXIT_CODES });
  });

  it("the README's snapshot is one, and its digest fits", async () => {
    const snapshot = parseSnapshot(example("json"));
    assertEquals(await computeDigest(snapshot), snapshot.digest);
  });

  it("the README's library example type-checks and fails as it says without a token", async () => {
    const code = example("ts").replace(
      "@zitadel-sync/zitadel-sync",
      new URL("../../mod.ts", import.meta.url).href,
    );
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    try {
      await Deno.writeTextFile(file, code);
      const config = new URL("../../deno.json", import.meta.url).pathname;
      const { stderr, code: exit } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--check", "--quiet", "--no-lock", "--config", config, "--allow-env", file],
        env: { ZITADEL_PAT: " " },
        stdout: "piped",
        stderr: "piped",
      }).output();
      const text = new TextDecoder().decode(stderr);
      assertEquals(exit, 0, text);
      const expected: SyncErrorCode = new SyncError("CONFIG_INVALID", "").code;
      assert(text.startsWith(expected), text);
    } finally {
      await Deno.remove(file);
    }
  });
});
