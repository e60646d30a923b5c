/**
 * The file that a result goes to: checked before the work begins, and written as a whole or not at all.
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
import { SNAPSHOT_FORMAT } from "../../snapshot/lists.ts";
import { parseSnapshotStream } from "../../snapshot/parse_stream.ts";
import { batches } from "./batches.ts";
import { type PreviousSnapshot, summarizeForGuard } from "./shrink_guard.ts";
import { readBytes, textBytes } from "../input/read_text.ts";
import { formatSystemError, isDenosRefusal, systemCode } from "../system_error.ts";

/** A target of {@linkcode writeTarget}, as {@linkcode inspectTarget} found it. */
export interface OutputTarget {
  /** Its path as the user wrote it. */
  path: string;
  /** The file that is written: where `path` is a symbolic link, the end of the link. */
  file: string;
  /** Whether the file is replaced; devices, pipes and open file descriptors are written into. */
  replace: boolean;
  /** The snapshot that is there now; absent if there is none, or if it does not matter. */
  previous?: PreviousSnapshot;
}

/** The kind of result, for {@linkcode inspectTarget}. */
export interface Intent {
  /** A snapshot replaces only a snapshot, and nothing else replaces one. */
  writes: "snapshot" | "other";
  /** Whether a file that is there may be replaced whatever it is. */
  force: boolean;
}

/**
 * Checks a target before the work begins, so that a target that cannot be written fails early.
 *
 * @throws {CliError} `OUTPUT_FAILED`: there is no folder or no permission, the target is no file or cannot be replaced,
 * or `intent` does not let this file be replaced.
 */
export async function inspectTarget(path: string, intent: Intent): Promise<OutputTarget> {
  // A descriptor may be a file that the shell has opened: replacing it would leave the shell with the old one.
  if (/^\/(?:dev\/fd|proc\/(?:self|\d+)\/fd)\//.test(path)) {
    return { path, file: path, replace: false };
  }
  let file = resolve(path);
  try {
    // A slash at the end says that it is a folder; resolving the path would take it away.
    if (path.endsWith("/") || path.endsWith(sep)) throw systemError("EISDIR");
    file = await resolveLinks(file);
    const found = await stat(file).catch(ignoreNotFound);
    if (found?.isDirectory()) throw systemError("EISDIR");
    if (found !== undefined && !found.isFile()) {
      await checkDevice(file, found);
      return { path, file, replace: false };
    }
    if (!(await stat(dirname(file))).isDirectory()) throw systemError("ENOTDIR");
    await checkFolder(file, found);
    const target = { path, file, replace: true };
    if (found === undefined || found.size === 0 || intent.force) return target;
    if (intent.writes === "snapshot") return { ...target, previous: await readPrevious(target) };
    if (await isSnapshot(file)) throw refusal(`Will not replace ${path}, which is a snapshot`);
    return target;
  } catch (error) {
    throw toOutputError({ path, file }, error);
  }
}

/** The content of a file: text in pieces, or all bytes. */
export type Chunks = Iterable<string> | AsyncIterable<string> | Uint8Array;

/**
 * Writes text or bytes to a target.
 *
 * A file is written beside its place, under a name that nobody can guess and for its owner only (mode 0600), flushed to
 * the disk and renamed. A failure before that leaves the old file as it is and removes the new one, unless the process
 * was killed outright.
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
      await using handle = await open(target.file, constants.O_WRONLY | constants.O_TRUNC);
      await writeChunks(handle, chunks, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw toOutputError(target, error);
  }
}

async function replaceFile(file: string, chunks: Chunks, signal: AbortSignal): Promise<void> {
  const folder = dirname(file);
  const temporary = temporaryPath(folder);
  try {
    {
      await using handle = await open(temporary, "wx", 0o600);
      await writeChunks(handle, chunks, signal);
      await handle.sync();
    }
    signal.throwIfAborted();
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The new file is in place, and a folder that cannot be flushed does not take it away again.
  await flushFolder(folder).catch(() => {});
}

async function writeChunks(handle: FileHandle, chunks: Chunks, signal: AbortSignal): Promise<void> {
  for await (const batch of chunks instanceof Uint8Array ? [chunks] : batches(chunks)) {
    signal.throwIfAborted();
    await handle.writeFile(batch);
  }
}

/** Makes the renaming last. Windows and some network file systems cannot do that. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await using handle = await open(folder, "r");
  await handle.sync();
}

function temporaryPath(folder: string): string {
  return join(folder, `.zitadel-sync-${randomUUID()}.tmp`);
}

/** Checks a target that is neither file nor folder, such as a pipe, a terminal or `/dev/null`. */
async function checkDevice(file: string, found: Stats): Promise<void> {
  if (found.isBlockDevice()) {
    throw new UnsuitableTarget("it is a disk, and would be overwritten", "Name a file on it");
  }
  if (found.isSocket()) throw new UnsuitableTarget("it is a socket", "Name a file or a pipe");
  // Opening and closing a pipe would tell its reader that the result is complete.
  if (!found.isFIFO()) await (await open(file, constants.O_WRONLY)).close();
}

/** Does in the folder what writing will do there: nothing else tells for sure whether it can be done. */
async function checkFolder(file: string, found: Stats | undefined): Promise<void> {
  const folder = dirname(file);
  const temporary = temporaryPath(folder);
  let user: number;
  {
    await using handle = await open(temporary, "wx", 0o600);
    user = (await handle.stat()).uid;
  }
  await rm(temporary);
  if (process.platform === "win32") return;
  const listed = await open(folder, "r").catch((cause) => {
    throw new UnsuitableTarget(
      `its folder cannot be listed (${systemCode(cause)}), so the file might not last`,
      `Let the folder be read too (chmod u+r ${folder}), or name a file in another one`,
    );
  });
  await listed.close();
  if (found === undefined) return;
  const { mode, uid } = await stat(folder);
  if ((mode & 0o1000) !== 0 && ![0, uid, found.uid].includes(user)) {
    throw new UnsuitableTarget(
      "it belongs to somebody else, and in this folder only they may replace it",
      `Name a file in a folder of your own: ${folder} is for everybody`,
    );
  }
  // A bind-mounted file can be written but not replaced. A second name for it would be in another mount.
  await link(file, temporary).then(() => rm(temporary), (error) => {
    // Not every file system and not every owner has hard links.
    if (systemCode(error) === "EXDEV") throw systemError("EBUSY");
  });
}

/** The file at the end of symbolic links, also one that does not exist yet. */
async function resolveLinks(path: string): Promise<string> {
  const real = await realpath(path).catch(ignoreNotFound);
  if (real !== undefined) return real;
  const next = await readlink(path).catch(() => undefined);
  return next === undefined ? path : await resolveLinks(resolve(dirname(path), next));
}

async function readPrevious({ path, file }: OutputTarget): Promise<PreviousSnapshot> {
  try {
    // A snapshot with a wrong digest may be replaced: keeping it helps nobody.
    return summarizeForGuard(
      await parseSnapshotStream(textBytes(readBytes(file), "snapshot"), { ignoreDigest: true }),
    );
  } catch (cause) {
    const why = cause instanceof SyncError ? cause.message : formatSystemError(cause);
    throw refusal(
      `Will not replace ${path}, which is not a snapshot that can be read: ${why}`,
      cause,
    );
  }
}

async function isSnapshot(file: string): Promise<boolean> {
  for await (const chunk of readBytes(file)) {
    const beginning = new TextDecoder().decode(chunk.subarray(0, 4096));
    return /^\s*\{/.test(beginning) && beginning.includes(`"${SNAPSHOT_FORMAT}"`);
  }
  return false;
}

function refusal(message: string, cause?: unknown): CliError {
  return new CliError("OUTPUT_FAILED", message, {
    cause,
    hint: "Name another file, or add --force to replace it all the same",
  });
}

/** The reason why no result can go to a place, and the remedy. */
class UnsuitableTarget extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function ignoreNotFound(error: unknown): undefined {
  if (systemCode(error) !== "ENOENT") throw error;
}

/** The names of a target: as the user wrote it, and at the end of its links. */
type Place = Pick<OutputTarget, "path" | "file">;

function toOutputError({ path, file }: Place, cause: unknown): Error {
  if (cause instanceof SyncError || cause instanceof CliError) return cause;
  const linked = resolve(path) !== file;
  return new CliError(
    "OUTPUT_FAILED",
    `Cannot write ${linked ? `${path} (${file})` : path}: ${formatSystemError(cause)}`,
    { cause, hint: hintFor(cause, path, dirname(linked ? file : path)) },
  );
}

function hintFor(cause: unknown, path: string, folder: string): string {
  if (cause instanceof UnsuitableTarget) return cause.hint;
  if (isDenosRefusal(cause)) {
    return "Deno itself guards this place: write to a file elsewhere, or to stdout";
  }
  const forbidden = `Check who may write to the folder ${folder}`;
  const full = "Free some space and run it again; a file that was there is untouched";
  const hints: Readonly<Record<string, string>> = {
    EACCES: forbidden,
    EBUSY: `It is mounted as a single file: mount the folder ${folder} instead, so that the file ` +
      "can be replaced",
    EDQUOT: full,
    EISDIR: `Name a file in it, such as ${join(path, "snapshot.json")}`,
    ENOENT: `Make the folder ${folder} first, or name another one`,
    ENOSPC: full,
    ENOTDIR: `Name a file in a folder: ${folder} is none`,
    EPERM: forbidden,
    EPIPE: "The program that reads it ended early: what it has is not the whole result",
    EROFS: "Name a file on a file system that can be written to",
  };
  return hints[systemCode(cause) ?? ""] ?? "A file that was there is untouched";
}
