/**
 * Places that only a system can make: files mounted by themselves, folders of others, disks that are full.
 *
 * It needs Linux, root, `unshare` and `setpriv`.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { chmod, copyFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { serializeSnapshot } from "../../mod.ts";
import { demoSnapshot } from "../helpers/snapshots.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { builtBy } from "./launchers.ts";

/** Runs a shell script as root, with mounts of its own; in it `$me` runs what follows as nobody. */
function shell(script: string, cwd: string): Promise<{ code: number; stderr: string }> {
  const me = "setpriv --reuid 65534 --regid 65534 --clear-groups";
  return new Promise((resolve) => {
    const env = { PATH: Deno.env.get("PATH")!, HOME: cwd, me };
    execFile("unshare", ["-m", "sh", "-ec", script], { env, cwd }, (error, _, stderr) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stderr });
    });
  });
}

/** A sync of an instance that nobody could reach: whatever is told of the file is told before that. */
const SYNC = "./zitadel-sync sync --instance-url http://127.0.0.1:1 --pat token-of-tests " +
  "--attempts 1 --out";

const FOUND_BEFORE: [name: string, script: string, says: string, advises: string][] = [
  [
    "a file that is mounted by itself",
    `touch there mounted; mount --bind there mounted; ${SYNC} mounted`,
    "Cannot write mounted: it is in use, or is a bind mount (EBUSY)",
    "mount the folder . instead",
  ],
  [
    "a snapshot that is mounted by itself",
    `cp access.json mounted; mount --bind access.json mounted; ${SYNC} "$PWD/mounted" --force`,
    "(EBUSY)",
    "mount the folder /",
  ],
  [
    "a folder that cannot be listed",
    `mkdir box; chown 65534 box; chmod 300 box; $me ${SYNC} box/access.json`,
    "its folder cannot be listed (EACCES)",
    "chmod u+r /",
  ],
  [
    "a folder that cannot be written to",
    `mkdir box; $me ${SYNC} box/access.json`,
    "permission denied (EACCES)",
    "Check who may write to the folder box",
  ],
  [
    "a folder that cannot be entered",
    `mkdir box; chmod 700 box; $me ${SYNC} box/access.json`,
    "permission denied (EACCES)",
    "box",
  ],
  [
    "a file of somebody else in a folder for everybody",
    `mkdir box; chmod 1777 box; cp access.json box; $me ${SYNC} box/access.json --force`,
    "it belongs to somebody else",
    "a folder of your own",
  ],
  [
    "a file system that is only read",
    `mkdir box; mount -t tmpfs none box; mount -o remount,ro box; ${SYNC} box/access.json`,
    "(EROFS)",
    "that can be written to",
  ],
  [
    "a link into a folder that is not there",
    `ln -s none/access.json link; ${SYNC} link`,
    "none/access.json): there is no such file or folder",
    "none",
  ],
  ["a disk", `mknod disk b 7 99; ${SYNC} disk`, "it is a disk", "Name a file on it"],
  [
    "a device that is not for everybody",
    `mknod device c 1 3; chmod 600 device; $me ${SYNC} device`,
    "permission denied (EACCES)",
    "",
  ],
  [
    "an old snapshot that may not be read",
    `mkdir box; chown 65534 box; cp access.json box; chmod 600 box/access.json; ` +
    `$me ${SYNC} box/access.json`,
    "not a snapshot that can be read: permission denied (EACCES)",
    "--force",
  ],
];

async function prepared() {
  const folder = await temporaryFolder();
  await chmod(folder.path, 0o755);
  await copyFile(await builtBy("the binary"), folder.at("zitadel-sync"));
  await chmod(folder.at("zitadel-sync"), 0o755);
  await writeFile(
    folder.at("access.json"),
    [...serializeSnapshot(await demoSnapshot())].join(""),
  );
  return folder;
}

describe("full: output files", () => {
  for (const [name, script, says, advises] of FOUND_BEFORE) {
    it(`${name} is found before anything is read, with advice`, async () => {
      await using folder = await prepared();
      const { code, stderr } = await shell(script, folder.path);
      assertEquals(code, 7, stderr);
      assertStringIncludes(stderr, says);
      assertStringIncludes(stderr, advises);
    });
  }

  const EXPORT = "./zitadel-sync export --snapshot access.json --format jsonl --out";

  const WRITTEN: [name: string, script: string][] = [
    [
      "through a link in a folder of somebody else",
      `mkdir box mine; chown 65534 mine; ln -s ../mine/out box/link; $me ${EXPORT} box/link; test -s mine/out`,
    ],
    [
      "over a file that may only be read",
      `echo old > out; chmod 400 out; ${EXPORT} out; grep -q project: out`,
    ],
    [
      "over a file of somebody else in a folder of one's own",
      `mkdir box; chown 65534 box; echo old > box/out; $me ${EXPORT} box/out; grep -q project: box/out`,
    ],
    [
      "by root into a folder for everybody",
      `mkdir box; chmod 1777 box; echo old > box/out; chown 65534 box/out; ${EXPORT} box/out; grep -q project: box/out`,
    ],
    ["into a device", `mknod device c 1 3; ${EXPORT} device; test -c device`],
    [
      "where the disk has just enough room",
      `mkdir box; mount -t tmpfs -o size=64k none box; ${EXPORT} box/out; test -s box/out`,
    ],
  ];

  for (const [name, script] of WRITTEN) {
    it(`a result is written ${name}`, async () => {
      await using folder = await prepared();
      const { code, stderr } = await shell(script, folder.path);
      assertEquals(code, 0, stderr);
    });
  }

  it("a socket is found before anything is read", async () => {
    await using folder = await prepared();
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(folder.at("socket"), resolve));
    const { code, stderr } = await shell(`${SYNC} socket`, folder.path);
    await new Promise((resolve) => socket.close(resolve));
    assertEquals(code, 7, stderr);
    assertStringIncludes(stderr, "it is a socket");
  });

  it("a folder that cannot be flushed after the renaming is no reason to say that nothing was written", async () => {
    await using folder = await prepared();
    // The second one is that of the folder: the first is that of the file.
    const inject =
      "strace -f -qq -o /dev/null -e trace=fsync,fdatasync -e inject=fsync:error=EIO:when=2+";
    const { code, stderr } = await shell(`${inject} ${EXPORT} out; test -s out`, folder.path);
    assertEquals(code, 0, stderr);
    const first = await shell(`${inject.replace("2+", "1")} ${EXPORT} other; ls`, folder.path);
    assertEquals(first.code, 7, first.stderr);
    assertStringIncludes(first.stderr, "the device reports an error (EIO)");
  });

  it("a disk that becomes full leaves the old file", async () => {
    await using folder = await prepared();
    const script = "mkdir box; mount -t tmpfs -o size=8k none box; echo old > box/out; " +
      `${EXPORT} box/out || code=$?; test "$(cat box/out)" = old; test "$(ls -A box)" = out; exit $code`;
    const { code, stderr } = await shell(script, folder.path);
    assertEquals(code, 7, stderr);
    assertStringIncludes(stderr, "the disk is full (ENOSPC)");
  });
});
