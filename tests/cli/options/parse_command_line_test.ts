import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { DEMO_ENV, run } from "../../helpers/fake_io.ts";

/** A command line, and the first lines of what is said about it. */
const WRONG: readonly (readonly [args: string[], said: string])[] = [
  [["snyc"], 'error: Unknown command "snyc"\nhint: Did you mean sync?\n'],
  [["SYNC"], 'error: Unknown command "SYNC"\nhint: Did you mean sync?\n'],
  [
    ["frobnicate"],
    'error: Unknown command "frobnicate"\n' +
    "hint: The commands are: sync, check, ",
  ],
  [["help", "chekc"], 'error: Unknown command "chekc"\nhint: Did you mean check?\n'],
  [["help", "sync", "check"], 'error: Unexpected argument: "check"\n'],
  [["schema", "--frobnicate"], "error: Unknown option --frobnicate\nhint: See zitadel-sync help\n"],
  [["schema", "--jsn"], "error: Unknown option --jsn\nhint: Did you mean --json?\n"],
  [
    ["schema", "--logLevel", "x"],
    "error: Unknown option --logLevel\nhint: Did you mean --log-level?\n",
  ],
  [
    ["schema", "--log_level=x"],
    "error: Unknown option --log_level\nhint: Did you mean --log-level?\n",
  ],
  [["schema", "--token", "x"], "error: Unknown option --token\nhint: Did you mean --pat?\n"],
  [
    ["schema", "--issuer", "x"],
    "error: Unknown option --issuer\nhint: Did you mean --instance-url?\n",
  ],
  [["schema", "--output", "x"], "error: Unknown option --output\nhint: Did you mean --out?\n"],
  [["schema", "-o", "x"], "error: Unknown option -o\nhint: Did you mean --out?\n"],
  [["schema", "--no-json"], "error: Unknown option --no-json\nhint: Write --json=false\n"],
  [["demo", "--quiet", "--quiet"], "error: --quiet is given more than once\nhint: Give it once\n"],
  [["schema", "extra"], 'error: Unexpected argument: "extra"\n'],
  [["schema", "--", "--json"], 'error: Unexpected argument: "--json"\n'],
  [
    ["schema", "--out", "x"],
    "error: --out is no option of schema\nhint: --out belongs to: sync",
  ],
  [["demo", "--page-size=5"], "error: --page-size is no option of demo\n"],
  [
    ["findings", "--frmat", "json"],
    "error: Unknown option --frmat\nhint: Did you mean --format?\n",
  ],
  [
    ["redact", "--key-fle", "x"],
    "error: Unknown option --key-fle\nhint: Did you mean --key-file?\n",
  ],
  [
    ["check", "--key-file", "x"],
    "error: --key-file is no option of check\nhint: --key-file belongs to: redact\n",
  ],
  [
    ["sync", "--format=csv"],
    "error: --format is no option of sync\nhint: --format belongs to: findings, diff, export\n",
  ],
  [
    ["--pretty", "schema"],
    "error: --pretty is no option of schema\nhint: --pretty belongs to: sync\n",
  ],
  [["schema", "--no-json=x"], "error: Unknown option --no-json\nhint: Write --json=false\n"],
  [["schema", "--json=perhaps"], 'error: --json must be true or false, but is "perhaps"\n'],
  [["schema", "--json.x=1"], "error: Unknown option --json.x\n"],
  [["schema", "--_=1"], "error: Unknown option --_\n"],
  [["schema", "--__proto__=1"], "error: Unknown option --__proto__\n"],
  [["schema", "-_x"], "error: Unknown option -_\n"],
  [["schema", "-hx"], "error: Unknown option -h\nhint: See zitadel-sync help\n"],
  [["schema", "--\n"], 'error: Unknown option "--\\n"\nhint: See zitadel-sync help\n'],
  [["schema", "--version=false", "x"], 'error: Unexpected argument: "x"\n'],
  [["users", "--snapshot="], "error: --snapshot must be the path of a file, but is empty\ncode:"],
  [["schema", "-5"], "error: Unknown option -5\n"],
  [["schema", "--=x"], "error: Unknown option --\n"],
  [["schema", ""], 'error: Unexpected argument: ""\n'],
  [["schema", "5"], 'error: Unexpected argument: "5"\n'],
  [
    ["schema", "--log-level="],
    "error: --log-level must be debug, info, warn or error, but is empty\n",
  ],
  [["schema", "--log-level", "--"], "error: --log-level needs a value\n"],
  [["schema", "--log-level"], "error: --log-level needs a value\n"],
  [["schema", "--log-level", "--json"], '{"code":"CONFIG_INVALID","message":"--log-level needs'],
];

describe("cli: options", () => {
  for (const [args, said] of WRONG) {
    it(`zitadel-sync ${args.join(" ")} is refused by name`, async () => {
      const { code, stdout, stderr } = await run(args, { env: DEMO_ENV });
      assertEquals([code, stdout, stderr.slice(0, said.length)], [2, "", said]);
    });
  }

  it("who names a snapshot, even a wrong one, is not asked for an instance and a token", async () => {
    for (const env of [{ ZITADEL_SNAPSHOT: '"a.json"' }, { ZITADEL_SNAPSHOT: "'a.json'" }]) {
      const { code, stderr } = await run(["users"], { env });
      assertEquals([code, stderr.split("\n").length], [2, 4]);
      assertStringIncludes(stderr, "error: ZITADEL_SNAPSHOT begins or ends with a quotation mark");
    }
  });

  it("a value that begins with a dash can be written with =", async () => {
    const { code, stderr } = await run(["schema", "--log-level=-5"]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, '--log-level must be debug, info, warn or error, but is "-5"');
  });

  it("options may stand before the command", async () => {
    const { code, stdout } = await run(["--log-level", "error", "--json", "version"]);
    assertEquals([code, stdout], [0, '{"name":"zitadel-sync","version":"0.1.0"}\n']);
  });

  it("version and --version print name and version", async () => {
    for (const args of [["version"], ["--version"], ["sync", "--version"]]) {
      assertEquals(await run(args), { code: 0, stdout: "zitadel-sync 0.1.0\n", stderr: "" });
    }
  });

  it("without a command the help goes to stderr, and the exit code is 2", async () => {
    const { code, stdout, stderr } = await run([]);
    assertEquals([code, stdout], [2, ""]);
    assertMatch(stderr, /^Who holds which role[^]*\nerror: No command is given\n/);
  });

  it("help lists every command and every exit code", async () => {
    const overview = await run(["help"]);
    assertEquals(overview.code, 0);
    for (const name of ["sync", "check", "schema", "demo", "version", "help"]) {
      assertMatch(overview.stdout, new RegExp(`^  ${name} +\\w`, "m"));
    }
    for (const code of ["0", "1", "2", "3", "4", "5", "6", "7", "130, 143"]) {
      assertMatch(overview.stdout, new RegExp(`^  ${code} +\\w`, "m"));
    }
    assertEquals(await run(["--help"]), overview);
    assertEquals(await run(["-h"]), overview);
  });

  it("the help of a command is the same by all ways, whatever else is wrong", async () => {
    const help = await run(["help", "sync"]);
    assertEquals(help.code, 0);
    for (
      const args of [["sync", "--help"], ["sync", "-h"], ["--help", "sync", "--page-size", "0"]]
    ) {
      assertEquals(await run(args), help);
    }
  });

  it("the help of a command tells default, variables and file key of its options", async () => {
    const { stdout } = await run(["help", "sync"]);
    const text = stdout.replaceAll(/\s+/g, " ");
    assertStringIncludes(text, "--timeout TIME The time limit of one attempt");
    assertStringIncludes(text, "[default: 30s; ZITADEL_TIMEOUT; timeout]");
    assertStringIncludes(text, "[ZITADEL_PAT, BATON_PAT; pat]");
    assertStringIncludes(text, "Flags show in process lists");
    assertStringIncludes(text, "--force Replace");
    const check = await run(["help", "check"]);
    assert(!check.stdout.includes("--force"));
  });

  it("no help line is wider than 100 characters", async () => {
    for (const topic of [[], ["sync"], ["check"], ["schema"], ["demo"], ["version"], ["help"]]) {
      const { stdout } = await run(["help", ...topic]);
      assertEquals(stdout.split("\n").filter((line) => line.length > 100), []);
    }
  });

  it("schema prints the JSON Schema that a snapshot's format names", async () => {
    const { code, stdout, stderr } = await run(["schema"]);
    assertEquals([code, stderr], [0, ""]);
    const schema = JSON.parse(stdout);
    assertEquals(schema.$schema, "https://json-schema.org/draft/2020-12/schema");
    assertEquals(schema.properties.format.const, "zitadel-access-snapshot");
  });
});
