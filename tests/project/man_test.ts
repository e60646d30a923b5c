import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { COMMAND_NAMES } from "../../src/cli/command_names.ts";
import { loadCommands } from "../../src/cli/commands.ts";
import { collectOptions } from "../../src/cli/options/option.ts";
import { manPage } from "../../tools/man.ts";

const PAGE = await manPage("2026-11-24");

/** What a reader sees, near enough. */
const SHOWN = PAGE.replaceAll("\\-", "-").replaceAll(/\\f[BIR]/g, "").replaceAll("\\&", "");

describe("cli: man", () => {
  it("the man page has each command and each option with its variables", async () => {
    for (const command of COMMAND_NAMES) assertStringIncludes(SHOWN, `\n.SS "${command}`);
    for (const { option } of collectOptions(await loadCommands())) {
      const { name, env = [], help } = option;
      assertStringIncludes(SHOWN, `\n.TP\n--${name}`);
      assertStringIncludes(SHOWN, help);
      if (env.length > 0) assertStringIncludes(SHOWN, `environment: ${env.join(", ")}`);
    }
  });

  it("no line of the man page is taken for a request that it is not", async () => {
    const requests = PAGE.split("\n").filter((line) => /^[.']/.test(line))
      .map((line) => line.split(" ")[0]!);
    assertEquals(
      [...new Set(requests)].sort(),
      [".B", ".EE", ".EX", ".PP", ".SH", ".SS", ".TH", ".TP", ".br"],
    );
    assertEquals(await manPage("2026-11-24"), PAGE);
  });
});
