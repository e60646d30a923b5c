/**
 * Writing the snapshot to a file: as a whole or not at all.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { constants, type Stats } from "node:fs";
import {
  type FileHandle,
  link,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join, resolve, sep } from "node:path";
import process from "node:process";
import { SyncError } from "../../errors.ts";
import { CliError } from "../errors.ts";
import { SNAPSHOT_FORMAT } from "../../snapshot/contract.ts";
import { parseSnapshotStream } from "../../snapshot/parse_stream.ts";
import { batches } from "./batches.ts";
import { type PreviousSnapshot, summarizeForGuard } from "./shrink_guard.ts";
import { readBytes, textBytes } from "../input/read_text.ts";
import { formatSystemError, isDenosRefusal, systemCode } from "./system_error.ts";

/** A file that a snapshot is to be written to, looked at beforehand. */
export interface OutputTarget {
  /** Its path as the user wrote it. */
  path: string;
  /** The file that is written: where `path` is a symbolic link, what it points to. */
  file: string;
  /** Whether the file is replaced; devices, pipes and open file descriptors are written into. */
  replace: boolean;
  /** The snapshot that is there now; absent if there is none, or if it does not matter. */
  previous?: PreviousSnapshot;
}

/** What is to be written, for {@linkcode inspectTarget}. */
export interface Intent {
  /** What it will be. */
  writes: "snapshot" | "other";
  /** What is there does not matter. */
  force: boolean;
}

/**
 * Looks at a target before the work begins, so that what cannot be written in the end fails early.
 *
 * A snapshot replaces only a snapshot (or an empty file), and anything else never replaces one, unless forced.
 *
 * @throws {CliError} `OUTPUT_FAILED`: no folder, no permission, something else than a file in its place, a file that
 * cannot be replaced, not a snapshot.
 */
export async function inspectTarget(
  path: string,
  { writes, force }: Intent,
): Promise<OutputTarget> {
  // A descriptor may be a file that the shell has opened: replacing it would leave the shell with the old one.
  if (/^\/(?:dev\/fd|proc\/(?:self|\d+)\/fd)\//.test(path)) {
    return { path, file: path, replace: false };
  }
  let file = resolve(path);
  try {
    // A slash at the end says that it is a folder; resolving the path would take it away.
    if (path.endsWith("/") || path.endsWith(sep)) throw systemError("EISDIR");
    file = await pointedTo(file);
    const found = await stat(file).catch(unlessAbsent);
    if (found?.isDirectory()) throw systemError("EISDIR");
    if (found !== undefined && !found.isFile()) {
      await refuseUnwritable(file, found);
      return { path, file, replace: false };
    }
    if (!(await stat(dirname(file))).isDirectory()) throw systemError("ENOTDIR");
    await tryFolder(file, found);
    if (found === undefined || found.size === 0 || force) return { path, file, replace: true };
    if (writes === "snapshot") {
      return { path, file, replace: true, previous: await previousSnapshot(path, file) };
    }
    await refuseSnapshot(path, file);
    return { path, file, replace: true };
  } catch (error) {
    throw failed({ path, file }, error);
  }
}

/** What is neither file nor folder is written into: a pipe, a terminal, `/dev/null`. */
async function refuseUnwritable(file: string, found: Stats): Promise<void> {
  if (found.isBlockDevice()) {
    throw new Unfit("it is a disk, and would be overwritten", "Name a file on it");
  }
  if (found.isSocket()) {
    throw new Unfit("it is a socket", "Name a file or a pipe");
  }
  // To open a pipe and close it again would tell its reader that all has come.
  if (!found.isFIFO()) await (await open(file, constants.O_WRONLY)).close();
}

/** What is written: text in pieces, or all bytes of a file. */
export type Chunks = Iterable<string> | AsyncIterable<string> | Uint8Array;

/**
 * Writes text or bytes to a target.
 *
 * A file is written beside its place, with a name that nobody can guess and for its owner only (mode 0600), flushed to
 * the disk, and put in place by renaming. Whatever happens before that leaves the old file as it is; what was
 * written is then removed, unless the process was killed outright.
 *
 * @throws {CliError} `OUTPUT_FAILED`, or the reason of `signal`.
 */
export async function writeTarget(
  target: OutputTarget,
  chunks: Chunks,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (target.replace) await replaceFile(target.file, chunks, signal);
    else {
      const handle = await open(target.file, constants.O_WRONLY | constants.O_TRUNC);
      await writeAndClose(handle, chunks, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw failed(target, error);
  }
}

async function replaceFile(
  file: string,
  chunks: Chunks,
  signal: AbortSignal,
): Promise<void> {
  const folder = dirname(file);
  const { temporary, handle } = await createTemporary(folder);
  try {
    await writeAndClose(handle, chunks, signal, () => handle.sync());
    signal.throwIfAborted();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The new file is in place, and a folder that cannot be flushed does not take it away again.
  await syncFolder(folder).catch(() => {});
}

/** Does in a folder what writing will do there: nothing else tells for sure whether it can be done. */
async function tryFolder(file: string, found: Stats | undefined): Promise<void> {
  const folder = dirname(file);
  const { temporary, handle } = await createTemporary(folder);
  let user: number;
  try {
    user = (await handle.stat()).uid;
  } finally {
    await handle.close();
    await rm(temporary);
  }
  if (process.platform === "win32") return;
  try {
    await (await open(folder, "r")).close();
  } catch (cause) {
    throw new Unfit(
      `its folder cannot be listed (${
        systemCode(cause)
      }), so nothing makes sure that the file lasts`,
      `Let the folder be read too (chmod u+r ${folder}), or name a file in another one`,
    );
  }
  if (found === undefined) return;
  const { mode, uid } = await stat(folder);
  if ((mode & 0o1000) !== 0 && ![0, uid, found.uid].includes(user)) {
    throw new Unfit(
      "it belongs to somebody else, and in this folder only they may replace it",
      `Name a file in a folder of your own: ${folder} is for everybody`,
    );
  }
  await refuseMounted(file, temporary);
}

/**
 * A file that is mounted by itself, as containers do it, can be written but not replaced. A second name for it shows that:
 * it would be in another mount.
 */
async function refuseMounted(file: string, temporary: string): Promise<void> {
  try {
    await link(file, temporary);
  } catch (error) {
    // Not every file system and not every owner has hard links.
    if (systemCode(error) !== "EXDEV") return;
    throw systemError("EBUSY");
  }
  await rm(temporary);
}

/** Why something is no place for a result, and what to do. */
class Unfit extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

async function createTemporary(
  folder: string,
): Promise<{ temporary: string; handle: FileHandle }> {
  const temporary = join(folder, `.zitadel-sync-${randomUUID()}.tmp`);
  return { temporary, handle: await open(temporary, "wx", 0o600) };
}

async function writeAndClose(
  handle: FileHandle,
  chunks: Chunks,
  signal: AbortSignal,
  flush = () => Promise.resolve(),
): Promise<void> {
  try {
    for await (const batch of chunks instanceof Uint8Array ? [chunks] : batches(chunks)) {
      signal.throwIfAborted();
      await handle.writeFile(batch);
    }
    await flush();
  } finally {
    await handle.close();
  }
}

/** Makes the renaming last. Windows and some network file systems know no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file at the end of symbolic links, also one that is not there yet. */
async function pointedTo(path: string): Promise<string> {
  const real = await realpath(path).catch(unlessAbsent);
  if (real !== undefined) return real;
  const next = await readlink(path).catch(() => undefined);
  return next === undefined ? path : await pointedTo(resolve(dirname(path), next));
}

async function previousSnapshot(path: string, file: string): Promise<PreviousSnapshot> {
  try {
    // Its digest does not matter: whoever changed it is not helped by keeping it.
    return summarizeForGuard(
      await parseSnapshotStream(textBytes(readBytes(file), "snapshot"), { ignoreDigest: true }),
    );
  } catch (cause) {
    const why = cause instanceof SyncError ? cause.message : formatSystemError(cause);
    throw new CliError(
      "OUTPUT_FAILED",
      `Will not replace ${path}, which is not a snapshot that can be read: ${why}`,
      { cause, hint: "Name another file, or add --force to replace it all the same" },
    );
  }
}

/** So many bytes at the beginning of a file tell whether it is a snapshot. */
const BEGINNING = 4096;

async function refuseSnapshot(path: string, file: string): Promise<void> {
  const handle = await open(file, "r");
  let beginning: string;
  try {
    const buffer = new Uint8Array(BEGINNING);
    const { bytesRead } = await handle.read(buffer, 0, BEGINNING, 0);
    beginning = new TextDecoder().decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
  if (!/^\s*\{/.test(beginning) || !beginning.includes(`"${SNAPSHOT_FORMAT}"`)) return;
  throw new CliError("OUTPUT_FAILED", `Will not replace ${path}, which is a snapshot`, {
    hint: "Name another file, or add --force to replace it all the same",
  });
}

function unlessAbsent(error: unknown): undefined {
  if (systemCode(error) !== "ENOENT") throw error;
}

/** What is told of a target: its path as it was written, and the file at the end of its links. */
type Place = Pick<OutputTarget, "path" | "file">;

function failed(place: Place, cause: unknown): Error {
  if (cause instanceof SyncError || cause instanceof CliError) return cause;
  const { path, file } = place;
  const name = resolve(path) === file ? path : `${path} (${file})`;
  return new CliError("OUTPUT_FAILED", `Cannot write ${name}: ${formatSystemError(cause)}`, {
    cause,
    hint: isDenosRefusal(cause)
      ? "Deno itself guards this place: write to a file elsewhere, or to stdout"
      : cause instanceof Unfit
      ? cause.hint
      : whatToDo(place, systemCode(cause)),
  });
}

function whatToDo({ path, file }: Place, code: string | undefined): string {
  const folder = resolve(path) === file ? dirname(path) : dirname(file);
  switch (code) {
    case "EBUSY":
      return `It is mounted as a single file: mount the folder ${folder} instead, so that the file ` +
        "can be replaced";
    case "ENOENT":
      return `Make the folder ${folder} first, or name another one`;
    case "ENOTDIR":
      return `Name a file in a folder: ${folder} is none`;
    case "EISDIR":
      return `Name a file in it, such as ${join(path, "snapshot.json")}`;
    case "EACCES":
    case "EPERM":
      return `Check who may write to the folder ${folder}`;
    case "EROFS":
      return "Name a file on a file system that can be written to";
    case "ENOSPC":
    case "EDQUOT":
      return "Free some space and run it again; a file that was there is untouched";
    case "EPIPE":
      return "The program that reads it ended early: what it has is not the whole result";
    default:
      return "A file that was there is untouched";
  }
}
