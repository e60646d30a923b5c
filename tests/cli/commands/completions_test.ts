import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { loadCommands } from "../../../src/cli/commands.ts";
import { run } from "../../helpers/fake_io.ts";

/** The script of PowerShell, and of each option its line. */
async function powershell(): Promise<{ script: string; option(name: string): string[] }> {
  const { code, stdout } = await run(["completions", "powershell"]);
  assertEquals(code, 0);
  const lines = stdout.split("\n");
  return {
    script: stdout,
    option: (name) => lines.filter((line) => line.includes(`@{ name = '--${name}'; `)),
  };
}

describe("cli: completions", () => {
  it("PowerShell's script names each option, the commands that take it, and what each value does", async () => {
    const { script, option } = await powershell();
    for (const { name, summary, options } of await loadCommands()) {
      assertStringIncludes(script, `'${name}' = '${summary.replaceAll("'", "''")}'`);
      for (const { name: flag } of Object.values(options)) {
        const taken = option(flag).filter((line) =>
          new RegExp(`takenBy = [^;]*'${name}'[,;]`).test(line)
        );
        assertEquals(taken.length, 1, `${name} --${flag}`);
      }
    }
    const [include] = option("include");
    assertMatch(include!, /isList = \$true; .*'credentials' = 'tokens and keys of machines/);
    const formats = option("format").join("\n");
    assertStringIncludes(formats, "'c1-csv' = 'the file that ConductorOne''s baton-file takes'");
    assertMatch(option("json")[0]!, /takesValue = \$false/);
    assertMatch(
      option("org-id")[0]!,
      /takesValue = \$true; isList = \$false; words = \[ordered\]@\{ {2}\}/,
    );
    assertMatch(script, /command = 'review'; at = 0; .*'apply' = /);
  });

  it("quotation marks and brackets of the texts end nothing: they pair in each script", async () => {
    const { script } = await powershell();
    const outside = script.replace(/^#.*$/gm, "").replaceAll(/'(?:[^']|'')*'/g, "");
    assertEquals(outside.includes("'"), false);
    const pairs: Record<string, string> = { ")": "(", "}": "{", "]": "[" };
    const open: string[] = [];
    for (const sign of outside.replaceAll(/"[^"\n]*"/g, "").match(/[()[\]{}]/g) ?? []) {
      if (pairs[sign] === undefined) open.push(sign);
      else assertEquals(open.pop(), pairs[sign]);
    }
    assertEquals(open, []);
  });
});
