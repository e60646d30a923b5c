/**
 * Writing the snapshot to a file: as a whole or not at all.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import {
  type FileHandle,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { SyncError } from "../../errors.ts";
import { CliError } from "../errors.ts";
import { type Counts, parseSnapshot } from "../../snapshot/contract.ts";
import { batches } from "./batches.ts";
import { isDenosRefusal, systemCode, systemWords } from "./system_error.ts";

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

/** What counts of the snapshot that is there already. */
export interface PreviousSnapshot {
  /** Of which organization it is. */
  organizationId: string;
  /** How long its lists are. */
  counts: Counts;
}

/**
 * Looks at a target before the work begins, so that what cannot be written fails early.
 *
 * A file that is there must be a snapshot (or empty): anything else is not ours to replace. With `force` what is there
 * does not matter.
 *
 * @throws {CliError} `OUTPUT_FAILED`: no folder, no permission, a folder in its place, not a snapshot.
 */
export async function inspectTarget(path: string, force: boolean): Promise<OutputTarget> {
  try {
    // A descriptor may be a file that the shell has opened: replacing it would leave the shell with the old one.
    if (/^\/(?:dev\/fd|proc\/(?:self|\d+)\/fd)\//.test(path)) {
      return { path, file: path, replace: false };
    }
    const file = await pointedTo(resolve(path));
    const found = await stat(file).catch(unlessAbsent);
    if (found?.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
    if (found !== undefined && !found.isFile()) return { path, file, replace: false };
    if (!(await stat(dirname(file))).isDirectory()) {
      throw Object.assign(new Error(), { code: "ENOTDIR" });
    }
    await tryFolder(dirname(file));
    if (found === undefined || found.size === 0 || force) return { path, file, replace: true };
    return { path, file, replace: true, previous: await previousSnapshot(path, file) };
  } catch (error) {
    throw failed(path, error);
  }
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
    throw failed(target.path, error);
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
  await syncFolder(folder);
}

/** Makes a file and removes it: nothing else tells for sure whether files can be made in a folder. */
async function tryFolder(folder: string): Promise<void> {
  const { temporary, handle } = await createTemporary(folder);
  await handle.close();
  await rm(temporary);
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
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EOPNOTSUPP"].includes(systemCode(error) ?? "")) throw error;
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
  const text = await readFile(file, "utf8");
  try {
    const { organization, counts } = parseSnapshot(text);
    return { organizationId: organization.id, counts };
  } catch (cause) {
    if (!(cause instanceof SyncError)) throw cause;
    throw new CliError(
      "OUTPUT_FAILED",
      `Will not replace ${path}, which is not a snapshot that can be read: ${cause.message}`,
      { cause, hint: "Name another file, or add --force to replace it all the same" },
    );
  }
}

function unlessAbsent(error: unknown): undefined {
  if (systemCode(error) !== "ENOENT") throw error;
}

function failed(path: string, cause: unknown): Error {
  if (cause instanceof SyncError || cause instanceof CliError) return cause;
  return new CliError("OUTPUT_FAILED", `Cannot write ${path}: ${systemWords(cause)}`, {
    cause,
    hint: isDenosRefusal(cause)
      ? "Deno itself guards this place: write to a file elsewhere, or to stdout"
      : whatToDo(path, systemCode(cause)),
  });
}

function whatToDo(path: string, code: string | undefined): string {
  const folder = dirname(path);
  switch (code) {
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
