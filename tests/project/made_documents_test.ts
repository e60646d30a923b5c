import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { loadCommands } from "../../src/cli/commands.ts";
import { collectOptions } from "../../src/cli/options/option.ts";
import { MADE_DOCUMENTS, makeDocument } from "../../tools/docs.ts";
import { readDocument } from "../helpers/documents.ts";

/** Words without the layout that `deno fmt` gives them. */
function wordsOf(text: string): string[] {
  return text.split(/[\s|]+/).filter((word) => !/^-*$/.test(word));
}

describe("project: made documents", () => {
  for (const name of Object.keys(MADE_DOCUMENTS)) {
    it(`${name} says what the code says`, async () => {
      const text = await readDocument(name);
      assertEquals(wordsOf(text), wordsOf(await makeDocument(name, text)));
    });
  }

  it("the settings have each option with its variables and its help", async () => {
    const text = wordsOf(await readDocument("docs/settings.md")).join(" ");
    for (const { option: { name, env = [], help } } of collectOptions(await loadCommands())) {
      const shown = [`\`--${name}`, ...env.map((variable) => `\`${variable}\``)];
      const words = wordsOf(help.replaceAll("|", "\\|")).join(" ");
      assertEquals([...shown, words].filter((part) => !text.includes(part)), [], name);
    }
  });
});
