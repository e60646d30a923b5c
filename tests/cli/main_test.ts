import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { loadCommand, loadCommands } from "../../src/cli/commands.ts";
import { parseCommandLine } from "../../src/cli/options/parse_command_line.ts";
import { run } from "../helpers/fake_io.ts";

/** The variables that set options, without those of secrets, which are also hidden. */
const VARIABLES = new Set(
  (await loadCommands()).flatMap(({ options }) => Object.values(options))
    .flatMap(({ env, secret }) => secret ? [] : env ?? []),
);

/** How often a run reads each variable. */
async function countReads(args: readonly string[]): Promise<Map<string, number>> {
  const reads = new Map<string, number>();
  const env = new Proxy<Record<string, string>>({}, {
    get(_, name) {
      if (VARIABLES.has(String(name))) reads.set(String(name), (reads.get(String(name)) ?? 0) + 1);
      return undefined;
    },
  });
  await run(args, { env });
  return reads;
}

/** Parses a line, and tells which modules were loaded for it. */
async function loadedFor(args: readonly string[]): Promise<string[]> {
  const loaded: string[] = [];
  await parseCommandLine(args, {
    loadCommand(name) {
      loaded.push(name);
      return loadCommand(name);
    },
    loadCommands() {
      loaded.push("all");
      return loadCommands();
    },
  });
  return loaded;
}

describe("cli: main", () => {
  const LINES = [
    ["who", "Payroll", "--snapshot", "missing.json"],
    ["who", "Payroll", "--snapshot", "missing.json", "--log-level", "loud", "--frobnicate"],
    ["snyc"],
    ["sync", "--pgae-size", "10"],
    ["help", "sync"],
    [],
  ];
  for (const args of LINES) {
    it(`zitadel-sync ${args.join(" ")} reads each variable of its options once`, async () => {
      const reads = await countReads(args);
      assertEquals(reads.get("ZITADEL_LOG_LEVEL"), 1);
      assertEquals([...reads].filter(([, count]) => count !== 1), []);
    });
  }

  it("a right command line loads the module of its command and no other", async () => {
    assertEquals(await loadedFor(["who", "Payroll", "--snapshot", "x", "--json"]), ["who"]);
    assertEquals(await loadedFor(["--log-level", "debug", "--quiet", "sync", "--out=x"]), ["sync"]);
    assertEquals(await loadedFor(["--", "schema"]), ["schema"]);
    assertEquals(await loadedFor(["sync", "--help"]), ["sync", "help"]);
    assertEquals(await loadedFor(["--version"]), ["version"]);
    assertEquals(await loadedFor(["--out", "x", "sync"]), ["all", "sync"]);
    assertEquals(await loadedFor(["who", "--frobnicate"]), ["who", "all"]);
  });

  it("options of a command may stand before it, and are those of that command", async () => {
    const line = await parseCommandLine(["--format", "sarif", "--fail-on=high", "findings"], {
      loadCommand,
      loadCommands,
    });
    assertEquals(line.command?.name, "findings");
    assertEquals([...line.values], [["format", "sarif"], ["failOn", "high"]]);
    assertEquals(line.issues, []);
  });
});
