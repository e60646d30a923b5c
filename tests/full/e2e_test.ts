/**
 * The same scenarios over all three launchers: same output, same exit codes, same bytes.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { computeDigest } from "../../src/snapshot/digest.ts";
import { TOOL } from "../../src/version.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { until } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { createRecordedSimulator, recordedTokens } from "../simulator/seeds/recorded_seed.ts";
import { command, type Finished, finished, type Launcher, LAUNCHERS } from "./launchers.ts";

/** What differs from run to run: times, how long it took, ports, and which of lists read side by side came first. */
function steady({ code, stdout, stderr }: Finished): Finished {
  const text = (written: string) =>
    written.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME").replaceAll(/ in [\d.]+ s/g, " in N s")
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT");
  const lists = (written: string) =>
    written.replace(
      /(?:^\w+: \d+ rows, \d+ requests?\n)+/m,
      (lines) => `${lines.trim().split("\n").sort().join("\n")}\n`,
    );
  return { code, stdout: text(stdout), stderr: lists(text(stderr)) };
}

/** Runs a scenario with each launcher, and answers what all of them gave alike. */
async function confusables<T>(scenario: (launcher: Launcher) => Promise<T>): Promise<T> {
  const [first, ...others] = LAUNCHERS;
  const expected = await scenario(first);
  for (const launcher of others) assertEquals(await scenario(launcher), expected, launcher);
  return expected;
}

describe("full: e2e", () => {
  it("demo shows the same with every launcher, and needs nothing", async () => {
    await using empty = await temporaryFolder();
    const { code, stdout, stderr } = await confusables(async (launcher) => {
      const env: Record<string, string> = launcher === "deno run" ? {} : { HOME: empty.path };
      const result = steady(await finished(launcher, ["demo"], { cwd: empty.path, env }));
      // The next steps name the program, which in a checkout is a task.
      const [shown = ""] = result.stdout.split("The same with your own instance");
      return { ...result, stdout: shown.replaceAll("deno task zitadel-sync", "zitadel-sync") };
    });
    assertEquals(code, 0, stderr);
    assertMatch(stdout, /^Ada Okafor +Warehouse +stock:write +active$/m);
    assertMatch(stdout, /^users +\d+ +\d+ +\d+ +1 +statement$/m);
    assertMatch(stderr, /^a ZITADEL of fixed rows answers at /);
    assertEquals(await readdir(empty.path), []);
  });

  it("sync writes the same bytes with every launcher, to stdout and to a file", async () => {
    await using zitadel = await listen(demoZitadel());
    const env = { ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT: DEMO_TOKEN };
    const printed = await confusables(async (launcher) => {
      await using folder = await temporaryFolder();
      const { stdout, ...rest } = await finished(launcher, ["sync"], { env });
      const file = folder.at("access.json");
      const written = await finished(launcher, ["sync", "--out", file, "--quiet"], { env });
      assertEquals(written, { code: 0, stdout: "", stderr: "" });
      assertEquals((await stat(file)).mode & 0o777, 0o600);
      const snapshot = parseSnapshot(stdout);
      assertEquals(await computeDigest(snapshot), snapshot.digest);
      const text = await readFile(file, "utf8");
      const run = steady({ ...rest, stdout });
      assertEquals(steady({ ...rest, stdout: text }).stdout, run.stdout);
      assertEquals(await readdir(folder.path), ["access.json"]);
      return run;
    });
    assertEquals(printed.code, 0);
    assertStringIncludes(printed.stderr, "organization: Acme (318000000000000001)\n");
  });

  /** Tokens that cannot do it, other settings, the exit code, and what is said. */
  const BAD_TOKENS: readonly (readonly [
    kind: string,
    env: Record<string, string>,
    code: number,
    said: RegExp,
  ])[] = [
    ["unknown", { ZITADEL_PAT: "pat-that-nobody-knows" }, 3, /^FAIL +token +.*401/m],
    ["without a role", { ZITADEL_PAT: recordedTokens.nobody }, 3, /^FAIL .*no role/m],
    ["of single projects", { ZITADEL_PAT: recordedTokens.projviewer }, 3, /^FAIL .*org\.read/m],
    [
      "of another organization",
      { ZITADEL_PAT: recordedTokens.gviewer, ZITADEL_ORG_ID: "400958409936997000" },
      4,
      /^FAIL +organization/m,
    ],
    ["of many organizations", { ZITADEL_PAT: recordedTokens.iamviewer }, 4, /^FAIL +organization/m],
    ["with a line break", { ZITADEL_PAT: "pat-of-\nsomebody" }, 2, /^error: .*ZITADEL_PAT/m],
    ["that is missing", {}, 2, /^error: .*token/im],
  ];

  for (const [kind, env, code, said] of BAD_TOKENS) {
    it(`check says the same of a token ${kind} with every launcher`, async () => {
      await using zitadel = await listen(createRecordedSimulator());
      const result = await confusables(async (launcher) =>
        steady(
          await finished(launcher, ["check", "--attempts", "1"], {
            env: { ZITADEL_INSTANCE_URL: zitadel.url, ...env },
          }),
        )
      );
      const told = result.stdout + result.stderr;
      assertEquals(result.code, code, told);
      assertMatch(told, said);
      for (const token of env["ZITADEL_PAT"]?.split("\n") ?? []) {
        assert(!told.includes(token), told);
      }
    });
  }

  it("wrong command lines are refused alike by every launcher", async () => {
    for (
      const [args, said] of [
        [["schema", "--pgae-size", "5"], "error: Unknown option --pgae-size\n"],
        [["snyc"], 'error: Unknown command "snyc"\nhint: Did you mean sync?\n'],
        [
          ["sync", "--page-size", "0", "--concurrency", "x"],
          "--concurrency must be a whole number",
        ],
        [["serve", "--listen", "0.0.0.0:0"], "--instance-url"],
        [[], "error: No command is given\n"],
      ] as const
    ) {
      const { code, stdout, stderr } = await confusables((launcher) => finished(launcher, args));
      assertEquals([code, stdout], [2, ""]);
      assertStringIncludes(stderr, said);
    }
  });

  it("help, schema and completions are the same with every launcher", async () => {
    for (const args of [["help"], ["help", "serve"], ["schema"], ["completions", "bash"]]) {
      const { code, stdout, stderr } = await confusables((launcher) => finished(launcher, args));
      assertEquals([code, stderr], [0, ""]);
      assert(stdout.length > 1000);
    }
  });

  it("--version names the commit where the program was built", async () => {
    assertEquals(
      (await finished("deno run", ["--version"])).stdout,
      `zitadel-sync ${TOOL.version}\n`,
    );
    for (const launcher of LAUNCHERS.slice(1)) {
      const { code, stdout, stderr } = await finished(launcher, ["--version"]);
      assertEquals([code, stderr], [0, ""]);
      assertMatch(
        stdout,
        /^zitadel-sync \d+\.\d+\.\d+ \(commit [0-9a-f]{12}(?:\+changes)?, \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\)\n$/,
      );
      const json = JSON.parse((await finished(launcher, ["version", "--json"])).stdout);
      assertEquals(stdout, `zitadel-sync ${json.version} (commit ${json.commit}, ${json.date})\n`);
    }
  });

  it("a full disk ends every launcher alike, with exit code 7", async () => {
    await using zitadel = await listen(demoZitadel());
    const env = { ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT: DEMO_TOKEN };
    const { code, stderr } = await confusables(async (launcher) =>
      steady(await finished(launcher, ["sync"], { env }, 'exec "$0" "$@" > /dev/full'))
    );
    assertEquals(code, 7);
    assertStringIncludes(
      stderr,
      "error: Cannot write everything to stdout: the disk is full (ENOSPC)\n",
    );
  });

  it("a file that cannot be written to its end leaves the old one, with every launcher", async () => {
    await using zitadel = await listen(demoZitadel());
    const env = { ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT: DEMO_TOKEN };
    const { code, stderr } = await confusables(async (launcher) => {
      await using folder = await temporaryFolder();
      await writeFile(folder.at("access.json"), "old");
      const result = await finished(
        launcher,
        ["sync", "--force", "--out", "access.json"],
        { env, cwd: folder.path },
        `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`,
      );
      assertEquals(await readFile(folder.at("access.json"), "utf8"), "old");
      assertEquals(await readdir(folder.path), ["access.json"]);
      return steady(result);
    });
    assertEquals(code, 7);
    assertStringIncludes(
      stderr,
      "error: Cannot write access.json: the file would become too big (EFBIG)\n",
    );
  });

  it("an open descriptor with a full disk behind it ends every launcher with exit code 7", async () => {
    await using zitadel = await listen(demoZitadel());
    const env = { ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT: DEMO_TOKEN };
    for (const launcher of LAUNCHERS) {
      // Not `--out /dev/full`: a program with a fault, started by root, would replace the device of this machine.
      const args = ["sync", "--out", "/dev/fd/3"];
      const script = 'exec "$0" "$@" 3> /dev/full';
      const { code, stdout, stderr } = await finished(launcher, args, { env }, script);
      assertEquals([code, stdout], [7, ""]);
      // With the binary's few permissions Deno lets nobody open descriptors by name.
      assertStringIncludes(
        stderr,
        launcher === "the binary"
          ? "hint: Deno itself guards this place: write to a file elsewhere, or to stdout\n"
          : "error: Cannot write /dev/fd/3: the disk is full (ENOSPC)\n",
      );
    }
  });

  it("SIGTERM ends a sync of every launcher alike, and leaves the old file", async () => {
    const result = await confusables(async (launcher) => {
      await using folder = await temporaryFolder();
      const { promise: asked, resolve } = Promise.withResolvers<void>();
      await using silent = await listen({
        fetch: ({ signal }) => {
          resolve();
          return new Promise((_, reject) =>
            signal.addEventListener("abort", () => reject(signal.reason))
          );
        },
      });
      const file = folder.at("access.json");
      await writeFile(file, "");
      const env = { ZITADEL_INSTANCE_URL: silent.url, ZITADEL_PAT: DEMO_TOKEN };
      const child = (await command(launcher, ["sync", "--out", file], { env })).spawn();
      await asked;
      child.kill("SIGTERM");
      const { code, signal, stderr } = await child.output();
      assertEquals([await readdir(folder.path), (await stat(file)).size], [["access.json"], 0]);
      return { code, signal, stderr: new TextDecoder().decode(stderr) };
    });
    assertEquals([result.code, result.signal], [143, null]);
    assertStringIncludes(result.stderr, "error: Interrupted by SIGTERM\n");
  });

  const SERVER_TOKEN = "server-token-0123456789-0123456789-abcdef";

  it("serve answers curl alike with every launcher, is healthy, and ends on SIGTERM", async () => {
    await using zitadel = await listen(demoZitadel());
    const served = await confusables(async (launcher) => {
      await using server = await serving(launcher, zitadel.url);
      const curl = async (path: string, ...args: string[]) => {
        const { stdout } = await promisify(execFile)("curl", [
          ...["--silent", "--show-error", "--write-out", "\n%{http_code} %{content_type}"],
          ...args,
          `${server.url}${path}`,
        ]);
        return steady({ code: 0, stdout, stderr: "" }).stdout;
      };
      const login = ["--header", `authorization: Bearer ${SERVER_TOKEN}`];
      await until(async () => (await curl("/readyz")).includes("\n200 "));
      const answers = [
        await curl("/v1/snapshot"),
        await curl("/v1/snapshot", ...login),
        await curl("/v1/users?q=okafor", ...login),
        await curl("/nowhere", ...login),
      ];
      const health = await finished(launcher, ["health"], {
        env: { ZITADEL_SYNC_LISTEN: server.url.replace("http://", "") },
      });
      assertEquals(health, { code: 0, stdout: "ok\n", stderr: "" });
      return [...answers, await server.end()];
    });
    assertMatch(String(served[0]), /\n401 application\/problem\+json/);
    assertMatch(String(served[1]), /"digest":"sha256:[^]*\n200 application\/json/);
    assertEquals(served.at(-1), 0);
  });

  /** Starts `serve` on a free port. */
  async function serving(launcher: Launcher, url: string) {
    const child = (await command(launcher, ["serve", "--listen", "127.0.0.1:0"], {
      env: {
        ZITADEL_INSTANCE_URL: url,
        ZITADEL_PAT: DEMO_TOKEN,
        ZITADEL_SYNC_SERVER_TOKEN: SERVER_TOKEN,
      },
      stdout: "null",
    })).spawn();
    const { promise, resolve } = Promise.withResolvers<string>();
    let written = "";
    const reading = (async () => {
      for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) {
        written += chunk;
        const [, found] = /listening on (http:\S+)/.exec(written) ?? [];
        if (found !== undefined) resolve(found);
      }
    })();
    const ended = child.status;
    let over = false;
    ended.then(() => over = true);
    return {
      url: await Promise.race([
        promise,
        ended.then(({ code }) => {
          throw new Error(`serve ended with ${code}: ${written}`);
        }),
      ]),
      /** Sends SIGTERM, and answers the exit code. */
      async end(): Promise<number> {
        child.kill("SIGTERM");
        return (await ended).code;
      },
      async [Symbol.asyncDispose]() {
        if (!over) child.kill("SIGKILL");
        await ended;
        await reading;
      },
    };
  }
});
