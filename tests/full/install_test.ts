import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { tarGz } from "../../tools/archive.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { serveReleases } from "./release_files.ts";

const INSTALLER = new URL("../../install.sh", import.meta.url).pathname;
const PROGRAM = "#!/bin/sh\necho zitadel-sync 9.9.9\n";
const encoder = new TextEncoder();

/** An archive that holds this as the program. */
function pack(program: string): Uint8Array {
  const file = { name: "zitadel-sync", data: encoder.encode(program), executable: true };
  return tarGz([file], new Date(0));
}

/** A release with one archive for this machine, a site that serves it, and a home to install into. */
async function setUp() {
  const folder = await temporaryFolder();
  for (const name of ["release", "home", "bin"]) await mkdir(folder.at(name));
  const target = `${Deno.build.arch}-unknown-linux-gnu`;
  const name = `zitadel-sync-9.9.9-${target}.tar.gz`;
  const release = async (program: string) => {
    const archive = pack(program);
    const digest = createHash("sha256").update(archive).digest("hex");
    await writeFile(folder.at(`release/${name}`), archive);
    await writeFile(folder.at("release/SHA256SUMS"), `${digest}  ${name}\n`);
  };
  await release(PROGRAM);
  const asked: string[] = [];
  const site = await serveReleases(folder.at("release"), "9.9.9", asked);
  return {
    asked,
    name,
    at: folder.at,
    /** Makes this the program that the release holds. */
    release,
    async install(env: Record<string, string> = {}) {
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: [INSTALLER],
        clearEnv: true,
        env: {
          PATH: `${folder.at("bin")}:${Deno.env.get("PATH")}`,
          HOME: folder.at("home"),
          TMPDIR: folder.at("."),
          ZITADEL_SYNC_RELEASES: site.url,
          ...env,
        },
        stdin: "null",
      }).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    /** All that is in the home. */
    home: () => readdir(folder.at("home"), { recursive: true }),
    /** Puts a program before the system's own. */
    async pretend(program: string, script: string) {
      await writeFile(folder.at(`bin/${program}`), `#!/bin/sh\n${script}\n`);
      await chmod(folder.at(`bin/${program}`), 0o755);
    },
    /** What it left behind in the folder for temporary files. */
    leftovers: async () => (await readdir(folder.path)).filter((name) => name.startsWith("tmp")),
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe("full: install", () => {
  it("the installer puts the newest binary into ~/.local/bin, and says so", async () => {
    await using machine = await setUp();
    const { code, stdout, stderr } = await machine.install();
    assertEquals([code, stderr], [0, ""]);
    const file = machine.at("home/.local/bin/zitadel-sync");
    assertStringIncludes(stdout, `zitadel-sync 9.9.9 is in ${file}\n`);
    assertStringIncludes(stdout, "Add it to your PATH");
    assertEquals(await readFile(file, "utf8"), PROGRAM);
    assertEquals((await stat(file)).mode & 0o777, 0o755);
    assertEquals(await machine.leftovers(), []);
    assertEquals(machine.asked, [
      "/latest/download/SHA256SUMS",
      `/latest/download/${machine.name}`,
    ]);
  });

  it("the installer takes a version and a folder", async () => {
    await using machine = await setUp();
    const env = { ZITADEL_SYNC_VERSION: "v9.9.9", ZITADEL_SYNC_DIR: machine.at("home/tools") };
    assertEquals((await machine.install(env)).code, 0);
    assertEquals((await machine.home()).sort(), ["tools", "tools/zitadel-sync"]);
    assertEquals(machine.asked[0], "/download/v9.9.9/SHA256SUMS");
    const missing = await machine.install({ ...env, ZITADEL_SYNC_VERSION: "1.2.3" });
    assertEquals(missing.code, 1);
    assertStringIncludes(missing.stderr, "was not installed: cannot download");
    assertStringIncludes(missing.stderr, "/download/v1.2.3/SHA256SUMS");
  });

  it("an archive that is not the one of the checksum never lands", async () => {
    await using machine = await setUp();
    await writeFile(machine.at(`release/${machine.name}`), pack("#!/bin/sh\ntouch ~/run\n"));
    const { code, stdout, stderr } = await machine.install();
    assertEquals([code, stdout], [1, ""]);
    assertMatch(stderr, /not installed: .+ has the checksum [0-9a-f]{64}, but SHA256SUMS says/);
    assertEquals(await machine.home(), []);
    assertEquals(await machine.leftovers(), []);
  });

  it("a machine for which there is no binary is told so", async () => {
    await using machine = await setUp();
    await machine.pretend("uname", `[ "$1" = -s ] && echo SunOS || echo x86_64`);
    assertStringIncludes((await machine.install()).stderr, "there is no binary for SunOS");
    await machine.pretend("uname", `[ "$1" = -s ] && echo Linux || echo riscv64`);
    assertStringIncludes((await machine.install()).stderr, "there is no binary for riscv64");
    await machine.pretend("uname", `[ "$1" = -s ] && echo Darwin || echo arm64`);
    const { code, stderr } = await machine.install();
    assertEquals(code, 1);
    assertStringIncludes(stderr, "has no archive for aarch64-apple-darwin");
    await machine.pretend("uname", `[ "$1" = -s ] && echo MINGW64_NT-10.0 || echo x86_64`);
    assertStringIncludes((await machine.install()).stderr, "on Windows, unpack the zip");
    assertEquals(await machine.home(), []);
  });

  it("a binary that does not run leaves the old one in place", async () => {
    await using machine = await setUp();
    assertEquals((await machine.install()).code, 0);
    await machine.release("#!/bin/sh\nexit 1\n");
    const { code, stderr } = await machine.install();
    assertEquals(code, 1);
    assertStringIncludes(stderr, `the binary does not run from ${machine.at("home/.local/bin")}`);
    assertEquals(await readFile(machine.at("home/.local/bin/zitadel-sync"), "utf8"), PROGRAM);
    assertEquals((await machine.home()).sort(), [
      ".local",
      ".local/bin",
      ".local/bin/zitadel-sync",
    ]);
  });

  it("nothing is run in the folder for temporary files, which may be mounted noexec", async () => {
    await using machine = await setUp();
    await machine.release('#!/bin/sh\necho "zitadel-sync 9.9.9, run in $(dirname "$0")"\n');
    const { code, stdout } = await machine.install();
    assertEquals(code, 0);
    assertStringIncludes(
      stdout,
      `zitadel-sync 9.9.9, run in ${machine.at("home/.local/bin")} is in`,
    );
  });

  it("releases that do not come over https are refused", async () => {
    await using machine = await setUp();
    for (const url of ["http://example.com", "http://127.0.0.1.example.com", "file:///tmp"]) {
      const { code, stderr } = await machine.install({ ZITADEL_SYNC_RELEASES: url });
      assertEquals(code, 1);
      assertStringIncludes(stderr, "ZITADEL_SYNC_RELEASES must begin with https://");
    }
    assertEquals(machine.asked, []);
  });

  it("an installer that was cut off on its way does nothing", async () => {
    await using machine = await setUp();
    const text = await readFile(INSTALLER, "utf8");
    for (let end = text.length - 6; end > 0; end -= 97) {
      const child = new Deno.Command("sh", {
        clearEnv: true,
        env: {
          PATH: Deno.env.get("PATH")!,
          HOME: machine.at("home"),
          ZITADEL_SYNC_RELEASES: "http://127.0.0.1:1",
        },
        stdin: "piped",
        stdout: "null",
        stderr: "null",
      }).spawn();
      const input = child.stdin.getWriter();
      await input.write(encoder.encode(text.slice(0, end))).catch(() => {});
      await input.close().catch(() => {});
      await child.status;
    }
    assertEquals([await machine.home(), machine.asked], [[], []]);
    assert((await stat(INSTALLER)).mode & 0o100);
  });
});
