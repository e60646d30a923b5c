import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { writeFile } from "node:fs/promises";
import { DEMO_ENV, demoZitadel, run, type RunOptions } from "../../helpers/fake_io.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

const URL_ONLY = { ZITADEL_INSTANCE_URL: DEMO_ENV["ZITADEL_INSTANCE_URL"]! };
const TOKEN = DEMO_ENV["ZITADEL_PAT"]!;

/** The tokens that ZITADEL was sent. */
async function tokensSent(args: string[], options: RunOptions): Promise<string[]> {
  const zitadel = demoZitadel();
  const { code, stderr } = await run(["sync", ...args], { ...options, zitadel });
  assertEquals(code, 0, stderr);
  assertNotMatch(stderr, new RegExp(TOKEN));
  return [...new Set(zitadel.requests.map(({ token }) => token ?? ""))];
}

describe("cli: pat", () => {
  it("the token is read from a flag, the environment, a file and stdin", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("pat.txt");
    await writeFile(file, `\ufeff${TOKEN}\r\n`, { mode: 0o600 });
    const env = URL_ONLY;
    assertEquals(await tokensSent(["--pat", TOKEN], { env }), [TOKEN]);
    assertEquals(await tokensSent([], { env: { ...env, ZITADEL_PAT: `${TOKEN}\n` } }), [TOKEN]);
    assertEquals(await tokensSent(["--pat-file", file], { env }), [TOKEN]);
    assertEquals(await tokensSent([], { env: { ...env, ZITADEL_PAT_FILE: file } }), [TOKEN]);
    assertEquals(await tokensSent(["--pat-file", "-"], { env, stdin: `  ${TOKEN}\n\n` }), [TOKEN]);
  });

  it("a token in a flag counts before a file in the environment, and the other way", async () => {
    const env = { ...URL_ONLY, ZITADEL_PAT_FILE: "/nowhere/pat.txt" };
    assertEquals(await tokensSent(["--pat", TOKEN], { env }), [TOKEN]);
    const stdin = { env: { ...URL_ONLY, ZITADEL_PAT: "another-token" }, stdin: TOKEN };
    assertEquals(await tokensSent(["--pat-file", "-"], stdin), [TOKEN]);
  });

  it("two ways to give the token at one place are refused, both named", async () => {
    const flags = await run(["sync", "--pat", TOKEN, "--pat-file", "pat.txt"], { env: URL_ONLY });
    assertEquals(flags.code, 2);
    assertStringIncludes(flags.stderr, "error: --pat and --pat-file both give a token\n");
    assertNotMatch(flags.stderr, new RegExp(TOKEN));
    const env = { ...URL_ONLY, BATON_PAT: TOKEN, ZITADEL_PAT_FILE: "pat.txt" };
    const { stderr } = await run(["sync"], { env });
    assertStringIncludes(stderr, "error: BATON_PAT and ZITADEL_PAT_FILE both give a token\n");
  });

  /** What cannot be a token, and what is said about it. */
  const WRONG: readonly (readonly [text: string, said: string])[] = [
    ["", "is empty, so there is no token"],
    [" \n\t", "is empty, so there is no token"],
    ["secret-one secret-two", "holds a space, a line end or a character that no token has"],
    ["secret-one\nsecret-two", "holds a space, a line end or a character that no token has"],
    ["secret\x00one", "holds a space, a line end or a character that no token has"],
    ["secret\u00e9", "holds a space, a line end or a character that no token has"],
    ["Bearer secret-one", 'begins with "Bearer"'],
    ['{"type":"serviceaccount","key":"secret-one"}', "holds JSON, not a Personal Access Token"],
  ];
  for (const [text, said] of WRONG) {
    it(`a token file with ${JSON.stringify(text)} is refused and not repeated`, async () => {
      await using folder = await temporaryFolder();
      const file = folder.at("pat.txt");
      await writeFile(file, text, { mode: 0o600 });
      const { code, stderr } = await run(["sync", "--pat-file", file], { env: URL_ONLY });
      assertEquals(code, 2);
      assertStringIncludes(stderr, `error: --pat-file: ${file} ${said}`);
      assertNotMatch(stderr, /secret/);
      const piped = await run(["sync", "--pat-file", "-"], { env: URL_ONLY, stdin: text });
      assertStringIncludes(piped.stderr, `error: --pat-file: stdin ${said}`);
      assertNotMatch(piped.stderr, /secret/);
    });
  }

  it("a token file that cannot be read is named with the reason", async () => {
    await using folder = await temporaryFolder();
    const missing = await run(["sync", "--pat-file", folder.at("none")], { env: URL_ONLY });
    assertEquals(missing.code, 2);
    assertStringIncludes(
      missing.stderr,
      `error: --pat-file: cannot read ${folder.at("none")}: there is no such file or folder`,
    );
    const env = { ...URL_ONLY, ZITADEL_PAT_FILE: folder.path };
    const { stderr } = await run(["sync"], { env });
    assertStringIncludes(
      stderr,
      `error: ZITADEL_PAT_FILE: cannot read ${folder.path}: it is a folder`,
    );
  });

  it("a token in place of the token file's path is not repeated", async () => {
    const token = "k3J9_bW-".repeat(8);
    const { code, stderr } = await run(["sync", "--pat-file", token], { env: URL_ONLY });
    assertEquals(
      [code, stderr],
      [
        2,
        "error: --pat-file names a file that does not exist\n" +
        "hint: It takes the path of a file; a token itself goes into ZITADEL_PAT\n" +
        "code: CONFIG_INVALID\n",
      ],
    );
  });

  it("--pat-file - does not wait for a person at a terminal", async () => {
    const { code, stderr } = await run(["sync", "--pat-file", "-"], { env: URL_ONLY });
    assertEquals(code, 2);
    assertStringIncludes(stderr, "error: --pat-file is -, but stdin is a terminal");
  });

  it("a stray token on the command line is not repeated", async () => {
    const token = "k3J9_bW-".repeat(8);
    const lines = [
      ["sync", token],
      [token],
      ["sync", `--pta=${token}`],
      ["sync", "--pta", token],
      ["sync", `-p${token}`],
      ["sync", `--${token}`],
      ["sync", "--pat", `-${token}`],
      ["sync", "--instance-url", token],
      ["sync", "--instance-url", `https://${token}@acme.zitadel.cloud`],
      ["help", token],
    ];
    for (const args of lines) {
      const { code, stdout, stderr } = await run(args, { env: URL_ONLY });
      assertEquals([code, stdout], [2, ""], args.join(" "));
      assertNotMatch(stderr.toLowerCase(), /k3j9/);
    }
  });
});
