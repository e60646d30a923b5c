import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { mkdir, open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { compatFlags } from "../../compat/deno.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { type Handler, listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";

const CLI = new URL("../../cli.ts", import.meta.url).pathname;
const FLAGS = await compatFlags("runtime");

function spawn(args: readonly string[], url: string, options: Deno.CommandOptions = {}) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", ...FLAGS, "-A", "--quiet", CLI, ...args],
    env: { ZITADEL_INSTANCE_URL: url, ZITADEL_PAT: DEMO_TOKEN, NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
  }).spawn();
}

/** Runs the program to its end. */
async function finished(child: Deno.ChildProcess) {
  const { code, signal, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, signal, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A server that takes requests and does not answer, and tells when the first one has come. */
function silentServer(): Handler & { asked: Promise<void> } {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  return {
    asked,
    fetch: (request) => {
      resolve();
      return new Promise((_, reject) => {
        request.signal.addEventListener("abort", () => reject(request.signal.reason));
      });
    },
  };
}

describe("cli: process", () => {
  it("the program syncs over a real socket into a real file", async () => {
    await using folder = await temporaryFolder();
    await using zitadel = await listen(demoZitadel());
    const file = folder.at("access.json");
    const { code, stdout, stderr } = await finished(spawn(["sync", "--out", file], zitadel.url));
    assertEquals([code, stdout], [0, ""], stderr);
    assertEquals(parseSnapshot(await readFile(file, "utf8")).counts.grants, 54);
    assertEquals((await stat(file)).mode & 0o777, 0o600);
    assertMatch(stderr, /^organization: Acme \(318000000000000001\)\n/);
    assertStringIncludes(stderr, `written to ${file}\n`);
  });

  it("the program reads the token from a pipe and writes the snapshot to one", async () => {
    await using zitadel = await listen(demoZitadel());
    const child = spawn(["sync", "--pat-file", "-", "--quiet"], zitadel.url, {
      env: { ZITADEL_INSTANCE_URL: zitadel.url },
      stdin: "piped",
    });
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${DEMO_TOKEN}\n`));
    await writer.close();
    const { code, stdout, stderr } = await finished(child);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(parseSnapshot(stdout).counts.grants, 54);
  });

  for (const [signal, exit] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    it(`${signal} ends a sync with exit code ${exit} and leaves the old file`, async () => {
      await using folder = await temporaryFolder();
      const server = silentServer();
      await using listener = await listen(server);
      const file = folder.at("access.json");
      await writeFile(file, "");
      const child = spawn(["sync", "--json", "--out", file], listener.url);
      await server.asked;
      child.kill(signal);
      const { code, signal: killedBy, stdout, stderr } = await finished(child);
      assertEquals([code, killedBy, stdout], [exit, null, ""]);
      assertEquals(JSON.parse(stderr.trimEnd().split("\n").at(-1)!), {
        code: "ABORTED",
        message: `Interrupted by ${signal}`,
      });
      assertEquals([await readdir(folder.path), (await stat(file)).size], [["access.json"], 0]);
    });
  }

  /** What a list of processes shows of one. (Deno lets nobody read /proc without every permission; `cat` may.) */
  async function processTitle(pid: number): Promise<string> {
    const [program, ...args] = Deno.build.os === "linux"
      ? ["cat", `/proc/${pid}/cmdline`]
      : ["ps", "-ww", "-o", "args=", "-p", String(pid)];
    return (await promisify(execFile)(program!, args)).stdout;
  }

  it("a token from a file or the environment is not in the process title", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("pat.txt");
    await writeFile(file, DEMO_TOKEN, { mode: 0o600 });
    for (const env of [{ ZITADEL_PAT: DEMO_TOKEN }, { ZITADEL_PAT_FILE: file }]) {
      const server = silentServer();
      await using listener = await listen(server);
      const child = spawn(["sync"], listener.url, {
        env: { ZITADEL_INSTANCE_URL: listener.url, ...env },
      });
      await server.asked;
      const title = await processTitle(child.pid);
      child.kill("SIGTERM");
      await finished(child);
      assertStringIncludes(title, "sync");
      assert(!title.includes(DEMO_TOKEN));
    }
  });

  it("SIGINT ends a program that waits for a token which does not come", async () => {
    await using folder = await temporaryFolder();
    const pipe = folder.at("pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const child = spawn(["sync", "--pat-file", pipe], "http://127.0.0.1:1");
    // Opening a named pipe succeeds once the other side has opened it too: then the program is reading.
    const writer = await open(pipe, "w");
    child.kill("SIGINT");
    const { code, stderr } = await finished(child);
    await writer.close();
    assertEquals([code, stderr], [130, "error: Interrupted by SIGINT\ncode: ABORTED\n"]);
  });

  it("SIGINT ends a program that waits for stdin", async () => {
    await using folder = await temporaryFolder();
    const script = folder.at("listen_first.ts");
    await writeFile(
      script,
      `import process from "node:process";
    process.on("newListener", (name) => {
      if (name === "SIGTERM") console.log("SIGINT is heard");
    });
    await import(${JSON.stringify(CLI)});`,
    );
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        ...FLAGS,
        "-A",
        "--quiet",
        script,
        "sync",
        "--pat-file",
        "-",
      ],
      env: { ZITADEL_INSTANCE_URL: "http://127.0.0.1:1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    assertEquals(new TextDecoder().decode((await reader.read()).value), "SIGINT is heard\n");
    await reader.cancel();
    child.kill("SIGINT");
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    await child.stdin.close();
    assertEquals([code, stderr], [130, "error: Interrupted by SIGINT\ncode: ABORTED\n"]);
  });

  it("a reader that goes away ends the program with a clear error", async () => {
    await using zitadel = await listen(demoZitadel());
    const child = spawn(["sync"], zitadel.url);
    await child.stdout.cancel();
    const [status, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assertEquals(status.code, 7, stderr);
    assertStringIncludes(
      stderr,
      "error: Cannot write everything to stdout: nobody reads it any more (EPIPE)\n",
    );
    assertStringIncludes(stderr, "code: OUTPUT_FAILED\n");
    assertNotMatch(stderr, /\n +at /);
  });

  it("--out in a folder that takes no files, even from root, ends with a clear error", async () => {
    await using zitadel = await listen(demoZitadel());
    const path = "/proc/access.json";
    const { code, stdout, stderr } = await finished(spawn(["sync", "--out", path], zitadel.url));
    assertEquals([code, stdout], [7, ""]);
    assertMatch(stderr, /^error: Cannot write \/proc\/access\.json: .+ \(E[A-Z]+\)$/m);
    assertStringIncludes(stderr, "code: OUTPUT_FAILED\n");
  });

  /** Runs the program from a shell, which prepares what `$0 "$@"` then finds. */
  function fromShell(script: string, args: readonly string[], url: string) {
    return finished(
      new Deno.Command("/bin/sh", {
        args: ["-c", script, Deno.execPath(), "run", ...FLAGS, "-A", "--quiet", CLI, ...args],
        env: { ZITADEL_INSTANCE_URL: url, ZITADEL_PAT: DEMO_TOKEN },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }).spawn(),
    );
  }

  it("a full disk behind stdout or an open descriptor ends with a clear error", async () => {
    await using zitadel = await listen(demoZitadel());
    const stdout = await fromShell('exec "$0" "$@" > /dev/full', ["sync"], zitadel.url);
    assertEquals(stdout.code, 7);
    assertStringIncludes(
      stdout.stderr,
      "error: Cannot write everything to stdout: the disk is full (ENOSPC)\n",
    );
    // Not `--out /dev/full`: a program with a fault, started by root, would replace the device of this machine.
    const args = ["sync", "--out", "/dev/fd/3"];
    const descriptor = await fromShell('exec "$0" "$@" 3> /dev/full', args, zitadel.url);
    assertEquals(descriptor.code, 7);
    assertStringIncludes(
      descriptor.stderr,
      "error: Cannot write /dev/fd/3: the disk is full (ENOSPC)\n",
    );
  });

  it("a file that cannot be written to its end leaves the old file and nothing else", async () => {
    await using folder = await temporaryFolder();
    await using zitadel = await listen(demoZitadel());
    const file = folder.at("access.json");
    await writeFile(file, "old");
    const { code, stderr } = await fromShell(
      `trap '' XFSZ; ulimit -f 8; exec "$0" "$@"`,
      ["sync", "--force", "--out", file],
      zitadel.url,
    );
    assertEquals(code, 7, stderr);
    assertStringIncludes(
      stderr,
      `error: Cannot write ${file}: the file would become too big (EFBIG)\n`,
    );
    assertEquals([await readFile(file, "utf8"), await readdir(folder.path)], ["old", [
      "access.json",
    ]]);
  });

  it("a host that is not there ends with exit code 6, its address named, the token not", async () => {
    await using folder = await temporaryFolder();
    const listener = await listen(demoZitadel());
    await listener[Symbol.asyncDispose]();
    const file = folder.at("access.json");
    const { code, stdout, stderr } = await finished(
      spawn(["sync", "--out", file, "--attempts", "1", "--log-level", "debug"], listener.url),
    );
    assertEquals([code, stdout, await readdir(folder.path)], [6, "", []]);
    assertStringIncludes(stderr, "code: UNREACHABLE\n");
    assertNotMatch(stderr, new RegExp(DEMO_TOKEN));
  });

  it("the program needs no more than network, environment and files", async () => {
    await using folder = await temporaryFolder();
    await using zitadel = await listen(demoZitadel());
    await mkdir(folder.at("sub"));
    const file = folder.at("sub/access.json");
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        ...FLAGS,
        "--no-prompt",
        "--quiet",
        "--allow-net",
        "--allow-env",
        "--allow-read",
        "--allow-write",
        CLI,
        "sync",
        "--out",
        file,
      ],
      env: { ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT: DEMO_TOKEN },
      stderr: "piped",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assert((await stat(file)).size > 0);
  });
});
