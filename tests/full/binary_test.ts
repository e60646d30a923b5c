import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { loadCommands } from "../../src/cli/commands.ts";
import { permissions } from "../../tools/permissions.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { builtBy } from "./launchers.ts";

const binary = () => builtBy("the binary");

/** Somebody without rights, where the tests run as root, whom no mode of a file stops. */
const nobody = Deno.uid() === 0 ? { uid: 65534, gid: 65534 } : {};

describe("full: binary", () => {
  it("the binary works alone in a folder that nobody can write to, without home and environment", async () => {
    await using folder = await temporaryFolder();
    await using zitadel = await listen(demoZitadel());
    await mkdir(folder.at("only"));
    const alone = folder.at("only/zitadel-sync");
    await copyFile(await binary(), alone);
    for (const path of [alone, folder.at("only")]) await chmod(path, 0o555);
    await chmod(folder.path, 0o755);
    const { code, stdout, stderr } = await new Deno.Command(alone, {
      ...nobody,
      args: ["sync", "--instance-url", zitadel.url, "--pat", DEMO_TOKEN, "--quiet"],
      cwd: folder.at("only"),
      clearEnv: true,
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    assertEquals([code, decoder.decode(stderr)], [0, ""]);
    assertEquals(parseSnapshot(decoder.decode(stdout)).counts.grants, 54);
    assertEquals(await readdir(folder.path, { recursive: true }), ["only", "only/zitadel-sync"]);
  });

  /** What a run of the binary asks of the system. */
  async function traced(args: readonly string[]) {
    await using folder = await temporaryFolder();
    const log = folder.at("strace.log");
    const { stdout } = await promisify(execFile)(
      "strace",
      ["-f", "-qq", "-o", log, "-e", "trace=%file,%network,execve", await binary(), ...args],
      { cwd: folder.path, env: {}, maxBuffer: 1e8 },
    );
    const calls = (await readFile(log, "utf8")).split("\n");
    const paths = calls.filter((call) => !/ = -1 /.test(call)).flatMap((call) =>
      /^\d+ +(?:open|openat|creat|readlink|rename|unlink|mkdir)\w*\(.*?"([^"]*)"/.exec(call)?.slice(
        1,
      ) ?? []
    );
    return {
      stdout,
      files: [...new Set(paths)].sort(),
      written: calls.filter((call) => /\b(?:O_WRONLY|O_RDWR|O_CREAT)\b/.test(call)),
      connected: [
        ...new Set(
          calls.flatMap((call) =>
            /connect\(.*sin6?_port=htons\((\d+)\).*?"([\d.:]+)"/.exec(call)?.slice(1).reverse()
              .join(
                ":",
              ) ?? []
          ),
        ),
      ],
      programs: calls.filter((call) => call.includes("execve(")).length,
    };
  }

  /** What the C library and the runtime look at, whatever the program. */
  const SYSTEM =
    /^(?:\/(?:proc|sys)\/.*|\/etc\/(?:ld\.so\.cache|nsswitch\.conf|host\.conf|resolv\.conf|hosts|gai\.conf|passwd)|(?:\/usr)?\/lib\/.*|\/dev\/(?:null|tty|urandom)|\/usr\/share\/zoneinfo\/.*|\/etc\/localtime)$/;

  it("a sync reads no file but its own, connects to ZITADEL only, and starts no program", async () => {
    await using zitadel = await listen(demoZitadel());
    const own = await binary();
    const { stdout, files, written, connected, programs } = await traced(
      ["sync", "--instance-url", zitadel.url, "--pat", DEMO_TOKEN, "--quiet"],
    );
    assertEquals(parseSnapshot(stdout).counts.grants, 54);
    assert(files.includes(own), "nothing was traced");
    assertEquals(files.filter((file) => file !== own && !SYSTEM.test(file)), []);
    assertEquals(written.filter((call) => !call.includes("/dev/")), []);
    assertEquals(connected, [zitadel.url.replace("http://", "")]);
    assertEquals(programs, 1);
  });

  it("help reads no file but its own and uses no network", async () => {
    const own = await binary();
    const { files, connected, programs } = await traced(["help"]);
    assertEquals(files.filter((file) => file !== own && !SYSTEM.test(file)), []);
    assertEquals([connected, programs], [[], 1]);
  });

  it("the binary may read exactly the variables of its settings and of terminal and proxy", async () => {
    const variables = (await loadCommands()).flatMap(({ options }) => Object.values(options))
      .flatMap(({ env = [] }) => env);
    const flag = (await permissions()).find((flag) => flag.startsWith("--allow-env="))!;
    assertEquals(
      flag.slice("--allow-env=".length).split(","),
      [
        ...new Set([
          ...variables,
          ...["NO_COLOR", "TERM"],
          ...["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"],
          ...["https_proxy", "http_proxy", "all_proxy", "no_proxy"],
        ]),
      ].sort(),
    );
    assertEquals(
      (await permissions()).filter((flag) => flag !== flag.replace(/=.*/, "")).length,
      1,
    );
    assertEquals(
      (await permissions()).map((flag) => flag.replace(/=.*/, "")),
      ["--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-write"],
    );
  });

  it("on a terminal the binary asks no question", async () => {
    await using folder = await temporaryFolder();
    // `script` gives it a terminal; a question would wait for an answer until the time is over.
    const { stdout } = await promisify(execFile)("script", [
      ...["--quiet", "--return", "--command", `'${await binary()}' demo --quiet`],
      folder.at("typescript"),
    ], { env: { TERM: "xterm" }, timeout: 60_000 });
    assertStringIncludes(stdout, "Who holds what");
    assert(!/permission|allow\?/i.test(stdout));
    assertMatch(stdout, /zitadel-sync check --instance-url/);
  });
});
