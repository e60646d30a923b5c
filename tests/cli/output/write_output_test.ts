import {
  assert,
  assertEquals,
  assertNotMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { parseSnapshot } from "../../../src/snapshot/parse.ts";
import { inspectTarget, writeTarget } from "../../../src/cli/output/write_output.ts";
import { CliError } from "../../../src/cli/errors.ts";
import { SyncError } from "../../../src/errors.ts";
import { DEMO_ENV, demoZitadel, type Run, run } from "../../helpers/fake_io.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";
import { demoSeed } from "../../simulator/seeds/demo_seed.ts";

function sync(args: readonly string[], options: Parameters<typeof run>[1] = {}): Promise<Run> {
  return run(["sync", "--quiet", ...args], { env: DEMO_ENV, zitadel: demoZitadel(), ...options });
}

/** A simulator of the same organization in which the first grants are all that is left. */
function shrunk(grants: number) {
  return demoZitadel({ seed: { ...demoSeed, userGrants: demoSeed.userGrants.slice(0, grants) } });
}

/** A simulator in which the same organization has another id. */
function otherOrganization() {
  const from = demoSeed.organizations[0]!.id;
  const seed = JSON.parse(JSON.stringify(demoSeed).replaceAll(`"${from}"`, '"999"'));
  return demoZitadel({ seed });
}

describe("cli: output", () => {
  it("--out writes the same bytes as stdout, for the owner alone, and leaves nothing else", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    const { stdout } = await sync([]);
    assertEquals(await sync(["--out", file]), { code: 0, stdout: "", stderr: "" });
    assertEquals(await readFile(file, "utf8"), stdout);
    assertEquals(parseSnapshot(stdout).counts.grants, 54);
    assertEquals((await stat(file)).mode & 0o777, 0o600);
    assertEquals(await readdir(folder.path), ["access.json"]);
  });

  it("--out replaces an older snapshot whatever its mode", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await sync(["--out", file], { zitadel: shrunk(40) });
    await chmod(file, 0o644);
    assertEquals((await sync(["--out", file])).code, 0);
    assertEquals(parseSnapshot(await readFile(file, "utf8")).counts.grants, 54);
    assertEquals((await stat(file)).mode & 0o777, 0o600);
  });

  it("--out writes into an empty file", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await writeFile(file, "");
    assertEquals((await sync(["--out", file])).code, 0);
  });

  it("--out follows a symbolic link, also to a file that is not there yet", async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.at("real"));
    await symlink("real/access.json", folder.at("link.json"));
    for (let i = 0; i < 2; i++) {
      assertEquals((await sync(["--out", folder.at("link.json")])).code, 0);
      assert((await lstat(folder.at("link.json"))).isSymbolicLink());
      assert((await lstat(folder.at("real/access.json"))).isFile());
    }
  });

  it("--out with a slash at its end is a folder, whether there is one or not", async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.at("there"));
    for (const name of ["there", "x.html"]) {
      const zitadel = demoZitadel();
      const { code, stderr } = await sync(["--out", `${folder.at(name)}/`], { zitadel });
      assertEquals([code, zitadel.requests.length], [7, 0]);
      assertStringIncludes(stderr, `Cannot write ${folder.at(name)}/: it is a folder (EISDIR)\n`);
      assertStringIncludes(stderr, `${name}/snapshot.json`);
    }
    assertEquals(await readdir(folder.path), ["there"]);
  });

  it("--out - and --out /dev/stdout are stdout", async () => {
    const { stdout } = await sync([]);
    assertEquals((await sync(["--out", "-"])).stdout, stdout);
    assertEquals((await sync(["--out", "/dev/stdout"])).stdout, stdout);
  });

  it("a file that is no snapshot is not replaced, unless with --force", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("notes.txt");
    const texts = ["my notes", '{"format":"something else"}', '{"format":"zitadel-access-snap'];
    for (const text of texts) {
      await writeFile(file, text);
      const zitadel = demoZitadel();
      const { code, stderr } = await sync(["--out", file], { zitadel });
      assertEquals([code, await readFile(file, "utf8")], [7, text]);
      assertStringIncludes(stderr, `error: Will not replace ${file}, which is not a snapshot`);
      assertStringIncludes(stderr, "--force");
      assertNotMatch(stderr, /my notes/);
      assertEquals(zitadel.requests.length, 0, "known before anything is read");
    }
    assertEquals((await sync(["--out", file, "--force"])).code, 0);
    assertEquals(parseSnapshot(await readFile(file, "utf8")).counts.grants, 54);
  });

  it("a snapshot of another organization is not replaced, unless with --force", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await sync(["--out", file], { zitadel: otherOrganization() });
    const old = await readFile(file, "utf8");
    const { code, stderr } = await sync(["--out", file]);
    assertEquals([code, await readFile(file, "utf8")], [7, old]);
    assertStringIncludes(
      stderr,
      `error: Will not replace ${file}: it is of organization 999, and this snapshot is of ` +
        `${demoSeed.organizations[0]!.id}\n`,
    );
    assertEquals((await sync(["--out", file, "--force"])).code, 0);
  });

  it("a snapshot that lost too much is not written, unless it is allowed", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await sync(["--out", file]);
    const old = await readFile(file, "utf8");
    const few = () => shrunk(2);
    const kept = parseSnapshot((await sync([], { zitadel: few() })).stdout).counts.grants;

    const refused = await sync(["--out", file], { zitadel: few() });
    assertEquals(refused.code, 5);
    assertEquals(
      refused.stderr.split("\n")[0],
      `error: Will not replace ${file}: 54 grants became ${kept}, ` +
        "and more than 50% less looks like a mistake",
    );
    assertStringIncludes(refused.stderr, "code: SHRUNK\n");
    assertEquals(await readFile(file, "utf8"), old);

    const share = (54 - kept) / 54;
    const tooLittle = await sync(["--out", file, "--max-shrink", String(share - 0.001)], {
      zitadel: few(),
    });
    assertEquals(tooLittle.code, 5);
    for (
      const more of [["--max-shrink", String(share + 0.001)], ["--max-shrink=100%"], ["--force"]]
    ) {
      await writeFile(file, old);
      assertEquals((await sync(["--out", file, ...more], { zitadel: few() })).code, 0, more.join());
      assertEquals(parseSnapshot(await readFile(file, "utf8")).counts.grants, kept);
    }
  });

  it("--max-shrink 0 lets nothing become fewer, and more is always welcome", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await sync(["--out", file]);
    const less = 40;
    assertEquals((await sync(["--out", file, "--max-shrink", "0"])).code, 0);
    const { code } = await sync(["--out", file, "--max-shrink", "0"], { zitadel: shrunk(less) });
    assertEquals(code, 5);
    await sync(["--out", file], { zitadel: shrunk(less) });
    assertEquals((await sync(["--out", file, "--max-shrink", "0"])).code, 0);
  });

  it("a place that cannot be written to is told before anything is read", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.at("file"), "");
    await symlink("circle", folder.at("circle"));
    const cases: [path: string, why: string, hint: string][] = [
      [
        folder.at("none/access.json"),
        "there is no such file or folder (ENOENT)",
        "Make the folder",
      ],
      [folder.at("file/access.json"), "a part of the path is a file", "Name a file in a folder"],
      [folder.path, "it is a folder (EISDIR)", `such as ${folder.path}/snapshot.json`],
      [folder.at("circle"), "its symbolic links go in circles (ELOOP)", ""],
    ];
    for (const [path, why, hint] of cases) {
      const zitadel = demoZitadel();
      const { code, stdout, stderr } = await sync(["--out", path], { zitadel });
      assertEquals([code, stdout, zitadel.requests.length], [7, "", 0]);
      assertStringIncludes(stderr, `error: Cannot write ${path}: ${why}`);
      assertStringIncludes(stderr, hint);
    }
  });

  it("a report, an export or a redacted copy never replaces a snapshot by mistake", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    const { stdout } = await sync(["--pretty"]);
    for (const command of ["report", "export", "redact"]) {
      await writeFile(file, `\ufeff${stdout}`);
      const zitadel = demoZitadel();
      const env = { ...DEMO_ENV, ZITADEL_OUT: file };
      const { code, stderr } = await run([command, "--out", file], { env, zitadel });
      assertEquals([code, zitadel.requests.length], [7, 0]);
      assertStringIncludes(stderr, `Will not replace ${file}, which is a snapshot`);
      assertEquals(await readFile(file, "utf8"), `\ufeff${stdout}`);
      await writeFile(file, "an older report");
      assertEquals((await run([command, "--out", file], { env, zitadel })).code, 0);
    }
  });

  it("a named pipe is written into, not replaced", async () => {
    await using folder = await temporaryFolder();
    const pipe = folder.at("pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const [result, text] = await Promise.all([sync(["--out", pipe]), readFile(pipe, "utf8")]);
    assertEquals(result.code, 0, result.stderr);
    assertEquals(parseSnapshot(text).counts.grants, 54);
    assert((await lstat(pipe)).isFIFO());
  });

  it("writeTarget() leaves the old file and nothing else when the text ends in an error", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await writeFile(file, "old");
    const target = { path: file, file, replace: true };
    function* broken() {
      yield "x".repeat(1_000_000);
      throw new Error("broken off");
    }
    const error = await assertRejects(
      () => writeTarget(target, broken(), new AbortController().signal),
      CliError,
      `Cannot write ${file}: broken off`,
    );
    assertEquals(error.code, "OUTPUT_FAILED");
    assertEquals([await readFile(file, "utf8"), await readdir(folder.path)], ["old", [
      "access.json",
    ]]);
  });

  it("writeTarget() leaves the old file and nothing else when it is interrupted", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await writeFile(file, "old");
    const target = await inspectTarget(file, { writes: "snapshot", force: true });
    const controller = new AbortController();
    const seen: string[][] = [];
    async function* slow() {
      yield "x".repeat(1_000_000);
      seen.push(await readdir(folder.path));
      controller.abort(new SyncError("ABORTED", "enough"));
      yield "y";
    }
    await assertRejects(() => writeTarget(target, slow(), controller.signal), SyncError, "enough");
    assertEquals(seen[0]?.length, 2, "it was being written");
    assertEquals([await readFile(file, "utf8"), await readdir(folder.path)], ["old", [
      "access.json",
    ]]);
  });

  it("kill -9 in the middle of writing leaves the old file", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await writeFile(file, "old");
    const output = new URL("../../../src/cli/output/write_output.ts", import.meta.url);
    const script = folder.at("write.ts");
    await writeFile(
      script,
      `import { inspectTarget, writeTarget } from ${JSON.stringify(output.href)};
    async function* stuck() {
      yield "x".repeat(1_000_000);
      console.log("half");
      await new Promise((resolve) => setTimeout(resolve, 1_000_000));
    }
    const file = Deno.args[0]!;
    await writeTarget(await inspectTarget(file, { writes: "snapshot", force: true }), stuck(), new AbortController().signal);`,
    );
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    await using child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--config", config, script, file],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    assertEquals(new TextDecoder().decode((await reader.read()).value), "half\n");
    await reader.cancel();
    const names = await readdir(folder.path);
    const temporary = names.find((name) => name.endsWith(".tmp"))!;
    assertEquals((await stat(folder.at(temporary))).mode & 0o777, 0o600);
    child.kill("SIGKILL");
    assertEquals((await child.status).signal, "SIGKILL");
    assertEquals(await readFile(file, "utf8"), "old");
  });

  /** Commands that write a result which is no new snapshot, and how it begins. */
  const RESULTS: readonly (readonly [args: string[], begins: string])[] = [
    [["report"], "<!doctype html>"],
    [["export"], "id,userId"],
    [["export", "--format", "jsonl"], "{"],
    [["redact"], "{"],
  ];
  for (const [args, begins] of RESULTS) {
    it(`${args.join(" ")} does not write where ZITADEL_OUT and a file's out name the snapshot`, async () => {
      await using folder = await temporaryFolder();
      const file = folder.at("access.json");
      await sync(["--out", file]);
      const before = await readFile(file, "utf8");
      const config = folder.at("config.json");
      await writeFile(config, JSON.stringify({ out: "access.json" }));
      const env = { ...DEMO_ENV, ZITADEL_OUT: file, ZITADEL_CONFIG: config };
      const { code, stdout, stderr } = await run([...args, "--snapshot", file], { env });
      assertEquals([code, stdout.slice(0, begins.length)], [0, begins], stderr);
      assertEquals(await readFile(file, "utf8"), before);
    });

    it(`${args.join(" ")} replaces a snapshot only with --force`, async () => {
      await using folder = await temporaryFolder();
      const file = folder.at("access.json");
      await sync(["--out", file]);
      const before = await readFile(file, "utf8");
      const line = [...args, "--snapshot", file, "--out", file];
      const { code, stderr } = await run(line, { env: DEMO_ENV });
      assertEquals(code, 7);
      assertStringIncludes(stderr, "--force");
      assertEquals(await readFile(file, "utf8"), before);
      assertEquals((await run([...line, "--force"], { env: DEMO_ENV })).code, 0);
      const after = await readFile(file, "utf8");
      assertEquals([after.slice(0, begins.length), after === before], [begins, false]);
    });
  }

  it("sync writes where ZITADEL_OUT or a file's out names, the variable first", async () => {
    await using folder = await temporaryFolder();
    const config = folder.at("config.json");
    await writeFile(config, JSON.stringify({ out: "from-file.json" }));
    const env = { ...DEMO_ENV, ZITADEL_CONFIG: config };
    assertEquals((await sync([], { env })).code, 0);
    await sync([], { env: { ...env, ZITADEL_OUT: folder.at("from-variable.json") } });
    const names = await readdir(folder.path);
    assertEquals(names.sort(), ["config.json", "from-file.json", "from-variable.json"]);
  });
});
