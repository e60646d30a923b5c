import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { COMMAND_NAMES, isCommandName } from "../../../src/cli/command_names.ts";
import { loadCommands } from "../../../src/cli/commands.ts";
import { run } from "../../helpers/fake_io.ts";

describe("cli: help text", () => {
  it("help is as wide as the terminal, and examples stay in one line", async () => {
    const all = await loadCommands();
    const examples = new Set(all.flatMap(({ examples }) => examples));
    for (const name of ["", ...COMMAND_NAMES]) {
      for (const columns of [40, 60, 100, 160]) {
        const args = name === "" ? ["help"] : [name, "--help"];
        const { stdout } = await run(args, { columns, stdoutIsTerminal: true });
        const lines = stdout.trimEnd().split("\n");
        // Words stay whole, as examples do, and an option stays beside what stands for its value.
        const prose = lines.filter((line) =>
          !examples.has(line.trim()) && !/^ {2}--\S+ \S+$/.test(line)
        );
        const tooWide = prose.filter((line) => line.length > columns && line.trim().includes(" "));
        assertEquals(tooWide, [], `${name} ${columns}`);
        const own = all.find((command) => command.name === name)?.examples ?? [];
        assertEquals(own.filter((example) => !lines.includes(`  ${example}`)), []);
      }
    }
  });

  it("a wide terminal is used, and a pipe gets 100 characters", async () => {
    const widest = async (options: Parameters<typeof run>[1]) => {
      const { stdout } = await run(["sync", "--help"], options);
      return Math.max(...stdout.split("\n").map((line) => line.length));
    };
    assert(await widest({ columns: 200, stdoutIsTerminal: true }) > 180);
    assert(await widest({ columns: 200 }) <= 100);
    const { stderr } = await run([], { columns: 50 });
    assert(Math.max(...stderr.split("\n").map((line) => line.length)) <= 50);
  });

  it("help tells what each value does, and every word of every option has its line", async () => {
    const { stdout } = await run(["export", "--help"]);
    assertStringIncludes(stdout.replaceAll(/\s+/g, " "), "csv: a grant a row; matrix: CSV, a user");
    for (const { name, options, operands } of await loadCommands()) {
      for (const { name: option, type, about } of Object.values(options)) {
        assertEquals(Object.keys(about ?? {}), [...type.words ?? []], `${name} --${option}`);
      }
      for (const { words = [], about } of operands) {
        const undescribed = words.filter((word) => about?.[word] === undefined);
        assertEquals(undescribed.filter((word) => !isCommandName(word)), []);
      }
    }
  });

  it("each command's --by explains what it does there, and nothing of the other", async () => {
    const [diff, review] = await Promise.all(["diff", "review"].map((name) => run(["help", name])));
    assertStringIncludes(diff!.stdout, "How changes are grouped");
    assertStringIncludes(review!.stdout, "Who decides");
    assert(!diff!.stdout.includes("review") && !review!.stdout.includes("diff"));
  });
});
