import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { chmod, writeFile } from "node:fs/promises";
import { DEMO_ENV, demoZitadel, run } from "../../helpers/fake_io.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

const TOKEN = "a-token-that-nobody-may-see";
const OK = ["--instance-url", "https://zitadel.test", "--pat", TOKEN];

/** A value that each option refuses, and what is said about it. */
const WRONG: readonly (readonly [option: string, value: string, said: string])[] = [
  ["--page-size", "0", "--page-size must be a whole number from 1 to 1000, but is 0"],
  ["--page-size", "1001", "--page-size must be a whole number from 1 to 1000, but is 1001"],
  ["--page-size", "-5", "--page-size must be a whole number from 1 to 1000, but is -5"],
  ["--page-size", "1e2", '--page-size must be a whole number from 1 to 1000, but is "1e2"'],
  ["--page-size", "0x10", '--page-size must be a whole number from 1 to 1000, but is "0x10"'],
  ["--page-size", "10.5", '--page-size must be a whole number from 1 to 1000, but is "10.5"'],
  ["--page-size", "", "--page-size must be a whole number from 1 to 1000, but is empty"],
  ["--concurrency", "65", "--concurrency must be a whole number from 1 to 64, but is 65"],
  ["--attempts", "21", "--attempts must be a whole number from 1 to 20, but is 21"],
  ["--max-rps", "0", "--max-rps must be a number from 0.1 to 10000, but is 0"],
  ["--max-rps", "Infinity", '--max-rps must be a number from 0.1 to 10000, but is "Infinity"'],
  [
    "--timeout",
    "30",
    '--timeout must be a time from 1ms to 60m with its unit, such as 500ms, 30s or 2m, but is "30"',
  ],
  [
    "--timeout",
    "61m",
    '--timeout must be a time from 1ms to 60m with its unit, such as 500ms, 30s or 2m, but is "61m"',
  ],
  [
    "--timeout",
    "0s",
    '--timeout must be a time from 1ms to 60m with its unit, such as 500ms, 30s or 2m, but is "0s"',
  ],
  [
    "--max-shrink",
    "101%",
    '--max-shrink must be a share from 0 to 1 or a percentage, such as 0.5 or 50%, but is "101%"',
  ],
  [
    "--max-shrink",
    "50",
    "--max-shrink must be a share from 0 to 1 or a percentage, such as 0.5 or 50%, but is 50",
  ],
  ["--log-level", "loud", '--log-level must be debug, info, warn or error, but is "loud"'],
  ["--log-format", "xml", '--log-format must be text or json, but is "xml"'],
  ["--out", "", "--out must be the path of a file, but is empty"],
  ["--config", "", "--config must be the path of a file, but is empty"],
  [
    "--org-id",
    "12 34",
    '--org-id must be an id: 1 to 200 letters, digits or signs, without spaces, but is "12 34"',
  ],
];

describe("cli: config", () => {
  for (const [option, value, said] of WRONG) {
    it(`sync refuses ${option} ${JSON.stringify(value)} by name`, async () => {
      assertEquals(await run(["sync", ...OK, option, value]), {
        code: 2,
        stdout: "",
        stderr: `error: ${said}\ncode: CONFIG_INVALID\n`,
      });
    });
  }

  for (const flag of ["pretty", "force", "allow-http", "json", "quiet"]) {
    it(`sync refuses --${flag}=perhaps by name`, async () => {
      const { code, stderr } = await run(["sync", ...OK, `--${flag}=perhaps`]);
      assertEquals([code, stderr], [
        2,
        `error: --${flag} must be true or false, but is "perhaps"\ncode: CONFIG_INVALID\n`,
      ]);
    });
  }

  it("sync tells all faults of a configuration at once, each with its place", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("config.json");
    await writeFile(file, JSON.stringify({ pagesize: 10, attempts: "3", timeout: "soon" }));
    const { code, stdout, stderr } = await run(
      ["sync", "--config", file, "--concurency", "4", "--page-size", "many", "--out"],
      { env: { ZITADEL_MAX_RPS: "fast", ZITADEL_INSTANCE_URL: "acme.zitadel.cloud/ui/console" } },
    );
    assertEquals([code, stdout], [2, ""]);
    assertEquals(
      stderr,
      `error: 9 settings are wrong:
  Unknown option --concurency
  --out needs a value
  ${file}: unknown key "pagesize"
  --page-size must be a whole number from 1 to 1000, but is "many"
  ZITADEL_MAX_RPS must be a number from 0.1 to 10000, but is "fast"
  ${file}: timeout must be a time from 1ms to 60m with its unit, such as 500ms, 30s or 2m, but is "soon"
  ${file}: attempts must be a whole number from 1 to 20, but is "3"
  ZITADEL_INSTANCE_URL: The instance URL must be an origin, but it has no scheme
  There is no Personal Access Token
hint: Did you mean --concurrency?
      Write --out FILE, or --out=FILE if it begins with a dash
      Did you mean "pageSize"?
      Write https://acme.zitadel.cloud
      Set --pat-file or --pat or ZITADEL_PAT_FILE or ZITADEL_PAT, or "patFile" or "pat" in a file named by --config
code: CONFIG_INVALID
`,
    );
  });

  it("with --json the faults are one JSON object, the last line of stderr", async () => {
    const { stderr } = await run(["sync", "--json", "--page-size", "0"]);
    const { code, message, hint } = JSON.parse(stderr.trimEnd().split("\n").at(-1)!);
    assertEquals(code, "CONFIG_INVALID");
    assertStringIncludes(message, "--page-size must be a whole number from 1 to 1000, but is 0");
    assertStringIncludes(message, "There is no instance URL");
    assertStringIncludes(hint, "--instance-url or ZITADEL_INSTANCE_URL");
  });

  /** How many rows each request of a run asked for, which tells which page size counted. */
  async function pageSizes(args: string[], env: Record<string, string>): Promise<number[]> {
    const zitadel = demoZitadel();
    const { code, stderr } = await run(args, { env: { ...DEMO_ENV, ...env }, zitadel });
    assertEquals(code, 0, stderr);
    const bodies = zitadel.requests.filter(({ path }) => path.endsWith("/users/_search"))
      .map(({ body }) => Number((body as { query: { limit: number } }).query.limit));
    return [...new Set(bodies)];
  }

  it("a flag counts before the environment, and that before the file", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("config.json");
    await writeFile(file, JSON.stringify({ pageSize: 30 }));
    const env = { ZITADEL_PAGE_SIZE: "20" };
    const config = ["sync", "--config", file];
    assertEquals(await pageSizes([...config, "--page-size", "10"], env), [10]);
    assertEquals(await pageSizes(config, env), [20]);
    assertEquals(await pageSizes(config, { ZITADEL_PAGE_SIZE: "" }), [30]);
    assertEquals(await pageSizes(["sync"], { ZITADEL_CONFIG: file }), [30]);
    const unused = { ZITADEL_PAGE_SIZE: "not looked at" };
    assertEquals(await pageSizes(["sync", "--page-size", "10"], unused), [10]);
  });

  it("the BATON_ spellings are read, after the ZITADEL_ ones", async () => {
    const { ZITADEL_INSTANCE_URL: url, ZITADEL_PAT: pat } = DEMO_ENV;
    const baton = { BATON_INSTANCE_URL: url!, BATON_PAT: pat! };
    const { code } = await run(["sync"], { env: baton, zitadel: demoZitadel() });
    assertEquals(code, 0);
    const both = { ...baton, ZITADEL_INSTANCE_URL: "http://elsewhere.test" };
    const { stderr } = await run(["sync"], { env: both });
    assertStringIncludes(stderr, "ZITADEL_INSTANCE_URL: The instance URL is plain http");
  });

  it("a configuration file may hold everything but what belongs to one run", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("config.json");
    await writeFile(
      file,
      JSON.stringify({ force: true, config: "x", maxshrink: 0.5, colour: true }),
    );
    const { code, stderr } = await run(["sync", ...OK, "--config", file]);
    assertEquals(code, 2);
    assertEquals(
      stderr,
      `error: 4 settings are wrong:
  ${file}: "force" cannot be set in a file
  ${file}: "config" cannot be set in a file
  ${file}: unknown key "maxshrink"
  ${file}: unknown key "colour"
hint: Write --force on the command line
      Write --config on the command line
      Did you mean "maxShrink"?
code: CONFIG_INVALID
`,
    );
  });

  it("paths in a configuration file are relative to its folder", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.at("pat.txt"), `${DEMO_ENV["ZITADEL_PAT"]}\n`, { mode: 0o600 });
    const file = folder.at("config.json");
    const instanceUrl = DEMO_ENV["ZITADEL_INSTANCE_URL"];
    await writeFile(file, JSON.stringify({ instanceUrl, patFile: "pat.txt", out: "access.json" }));
    const { code, stdout, stderr } = await run(["sync", "--config", file], {
      zitadel: demoZitadel(),
    });
    assertEquals([code, stdout], [0, ""], stderr);
    assertStringIncludes(stderr, `written to ${folder.at("access.json")}\n`);
  });

  /** What a configuration file may hold that is no configuration, and what is said about it. */
  const NO_CONFIG: readonly (readonly [text: string, said: string])[] = [
    [`{"pat": "${TOKEN}",\n  "x"}`, "is not JSON (line 2, column 6)"],
    [`["${TOKEN}"]`, "must hold a JSON object"],
    ["", "is not JSON"],
  ];
  for (const [text, said] of NO_CONFIG) {
    it(`a configuration file ${JSON.stringify(text)} ${said}, and is not repeated`, async () => {
      await using folder = await temporaryFolder();
      const file = folder.at("config.json");
      await writeFile(file, text);
      const { code, stderr } = await run(["sync", "--config", file]);
      assertEquals(code, 2);
      assertEquals(stderr.split("\n")[0], `error: --config: ${file} ${said}`);
      assertNotMatch(stderr, /nobody|There is no/);
    });
  }

  it("a configuration file that is missing or a folder is named with the reason", async () => {
    await using folder = await temporaryFolder();
    const missing = folder.at("missing.json");
    const { stderr } = await run(["sync", "--config", missing]);
    assertStringIncludes(
      stderr,
      `error: --config: cannot read ${missing}: there is no such file or folder (ENOENT)\n`,
    );
    const other = await run(["sync"], { env: { ZITADEL_CONFIG: folder.path } });
    assertStringIncludes(
      other.stderr,
      `error: ZITADEL_CONFIG: cannot read ${folder.path}: it is a folder (EISDIR)\n`,
    );
  });

  it("files with a token that others may read are warned about by name", async () => {
    await using folder = await temporaryFolder();
    const pat = folder.at("pat.txt");
    const config = folder.at("config.json");
    await writeFile(pat, DEMO_ENV["ZITADEL_PAT"]!);
    await writeFile(config, JSON.stringify({ pat: DEMO_ENV["ZITADEL_PAT"] }));
    const env = { ZITADEL_INSTANCE_URL: DEMO_ENV["ZITADEL_INSTANCE_URL"]! };
    for (const args of [["--pat-file", pat], ["--config", config]]) {
      const file = args[1]!;
      await chmod(file, 0o640);
      const open = await run(["sync", "--quiet", ...args], { env, zitadel: demoZitadel() });
      assertEquals(
        open.stderr,
        `warning: ${file} has mode 0640, so other users of this machine may get at the token: ` +
          `chmod 600 ${file}\n`,
      );
      await chmod(file, 0o600);
      const closed = await run(["sync", "--quiet", ...args], { env, zitadel: demoZitadel() });
      assertEquals([open.code, closed.code, closed.stderr], [0, 0, ""]);
    }
  });

  /** Each place that keeps the quotation marks of an env file, and a value that would be right without them. */
  const QUOTED: readonly (readonly [place: string, value: string])[] = [
    ["ZITADEL_PAT", TOKEN],
    ["BATON_PAT", TOKEN],
    ["ZITADEL_PAT_FILE", "pat.txt"],
    ["ZITADEL_INSTANCE_URL", "https://zitadel.test"],
    ["BATON_INSTANCE_URL", "https://zitadel.test"],
    ["ZITADEL_ORG_ID", "318000000000000001"],
    ["ZITADEL_OUT", "access.json"],
    ["ZITADEL_CA_FILE", "ca.pem"],
    ["ZITADEL_PAGE_SIZE", "100"],
    ["ZITADEL_TIMEOUT", "30s"],
    ["ZITADEL_PRETTY", "true"],
    ["ZITADEL_LOG_LEVEL", "debug"],
    ["ZITADEL_CONFIG", "config.json"],
    ["--instance-url", "https://zitadel.test"],
    ["--org-id", "318000000000000001"],
    ["--out", "access.json"],
    ["--pat", TOKEN],
  ];
  for (const [place, value] of QUOTED) {
    it(`${place} in quotation marks is refused, and the mark named`, async () => {
      for (const [open, close = ""] of ['""', "''", "\u201c\u201d", '"', "'"]) {
        const quoted = `${open}${value}${close}`;
        // Of two spellings the first counts.
        const { [place.replace("BATON_", "ZITADEL_")]: _, ...others } = DEMO_ENV;
        const { code, stdout, stderr } = place.startsWith("--")
          ? await run(["sync", place, quoted], { env: DEMO_ENV })
          : await run(["sync"], { env: { ...others, [place]: quoted } });
        assertEquals([code, stdout], [2, ""]);
        assertStringIncludes(stderr, `${place} begins or ends with a quotation mark: ${open}\n`);
        assertStringIncludes(stderr, "Write it without quotation marks");
        assertNotMatch(stderr, new RegExp(TOKEN));
      }
    });
  }

  it("quotation marks in a configuration file's texts and in token files are named too", async () => {
    await using folder = await temporaryFolder();
    const config = folder.at("config.json");
    await writeFile(
      config,
      JSON.stringify({ instanceUrl: "'https://zitadel.test'", out: '"a.json"' }),
    );
    const fromFile = await run(["sync", "--config", config, "--pat", TOKEN]);
    assertStringIncludes(
      fromFile.stderr,
      `${config}: instanceUrl begins or ends with a quotation mark: '`,
    );
    assertStringIncludes(fromFile.stderr, `${config}: out begins or ends with a quotation mark: "`);
    for (const [option, command] of [["--pat-file", "sync"], ["--server-token-file", "serve"]]) {
      const file = folder.at("token.txt");
      await writeFile(file, `"${TOKEN}-0123456789"\n`, { mode: 0o600 });
      const { code, stderr } = await run([command!, option!, file], { env: DEMO_ENV });
      assertEquals(code, 2);
      assertStringIncludes(stderr, `${option}: ${file}`);
      assertStringIncludes(stderr, 'begins or ends with a quotation mark: "');
      assertNotMatch(stderr, new RegExp(TOKEN));
    }
  });

  it("a server token in quotation marks is refused, of several the one that has them", async () => {
    const token = "0123456789-0123456789-0123456789";
    for (
      const [text, which] of [
        [`"${token}"`, "ZITADEL_SYNC_SERVER_TOKEN"],
        [`${token} '${token}' ${token}`, "ZITADEL_SYNC_SERVER_TOKEN: server token 2"],
      ] as const
    ) {
      const env = { ...DEMO_ENV, ZITADEL_SYNC_SERVER_TOKEN: text };
      const { code, stderr } = await run(["serve"], { env });
      assertEquals(code, 2);
      assertStringIncludes(stderr, `${which} begins or ends with a quotation mark`);
      assertNotMatch(stderr, new RegExp(token));
    }
  });

  it("a name that is searched for may be in quotation marks", async () => {
    const options = { env: DEMO_ENV, zitadel: demoZitadel() };
    const { code, stderr } = await run(["grants", "--text", '"quoted"'], options);
    assertEquals([code, stderr.includes("quotation")], [11, false]);
  });

  it("words around a token in ZITADEL_PAT stay readable in messages, the token does not", async () => {
    for (const word of ["Bearer", "bearer"]) {
      const env = { ...DEMO_ENV, ZITADEL_PAT: `${word} ${TOKEN}` };
      const { code, stderr } = await run(["sync"], { env });
      assertEquals([code, stderr.split("\n")[0]], [2, 'error: ZITADEL_PAT begins with "Bearer"']);
      assertNotMatch(stderr, new RegExp(TOKEN));
    }
    const env = { ...DEMO_ENV, ZITADEL_PAT: "please replace this by the character string" };
    const { stderr } = await run(["sync"], { env });
    assertStringIncludes(stderr, "a character that no token has");
  });
});
