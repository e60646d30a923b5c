import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { parseSnapshot } from "../src/snapshot/contract.ts";
import { demoZitadel } from "./fake_io.ts";
import { temporaryFolder } from "./temporary_folder.ts";
import { type Handler, listen } from "./zitadel/listen.ts";
import { DEMO_TOKEN } from "./zitadel/seeds/demo_seed.ts";

const CLI = new URL("../cli.ts", import.meta.url).pathname;

function spawn(args: readonly string[], url: string, options: Deno.CommandOptions = {}) {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", CLI, ...args],
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

Deno.test("the program syncs over a real socket into a real file", async () => {
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

Deno.test("the program reads the token from a pipe and writes the snapshot to one", async () => {
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
  Deno.test(`${signal} ends a sync with exit code ${exit} and leaves the old file`, async () => {
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

Deno.test("SIGINT ends a program that waits for the token on stdin", async () => {
  const child = spawn(["sync", "--pat-file", "-", "--log-level", "debug"], "http://127.0.0.1:1", {
    env: { ZITADEL_INSTANCE_URL: "http://127.0.0.1:1" },
    stdin: "piped",
  });
  // The first line says that the signals are heard and stdin is about to be read.
  const reader = child.stderr.getReader();
  await reader.read();
  reader.releaseLock();
  child.kill("SIGINT");
  const { code } = await child.status;
  await child.stdin.close();
  await child.stdout.cancel();
  await child.stderr.cancel();
  assertEquals(code, 130);
});

Deno.test("a reader that goes away ends the program with a clear error", async () => {
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

/** Places that take nothing, even from root. */
const UNWRITABLE = [
  ["/dev/full", "the disk is full (ENOSPC)"],
  ["/proc/access.json", "there is no such file or folder (ENOENT)"],
] as const;
for (const [path, why] of UNWRITABLE) {
  Deno.test(`--out ${path} ends with a clear error`, async () => {
    await using zitadel = await listen(demoZitadel());
    const { code, stdout, stderr } = await finished(spawn(["sync", "--out", path], zitadel.url));
    assertEquals([code, stdout], [7, ""]);
    assertStringIncludes(stderr, `error: Cannot write ${path}: ${why}\n`);
    assertStringIncludes(stderr, "code: OUTPUT_FAILED\n");
  });
}

Deno.test("a full disk behind stdout ends with a clear error", async () => {
  await using zitadel = await listen(demoZitadel());
  const command = new Deno.Command("/bin/sh", {
    args: ["-c", 'exec "$0" run -A --quiet "$1" sync > /dev/full', Deno.execPath(), CLI],
    env: { ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT: DEMO_TOKEN },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  const { code, stderr } = await finished(command.spawn());
  assertEquals(code, 7);
  assertStringIncludes(
    stderr,
    "error: Cannot write everything to stdout: the disk is full (ENOSPC)\n",
  );
});

Deno.test("a host that is not there ends with exit code 6, its address named, the token not", async () => {
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

Deno.test("the program needs no more than network, environment and files", async () => {
  await using folder = await temporaryFolder();
  await using zitadel = await listen(demoZitadel());
  await mkdir(folder.at("sub"));
  const file = folder.at("sub/access.json");
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
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
