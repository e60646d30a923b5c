import { readFile } from "node:fs/promises";
import { SyncError } from "../../errors.ts";
import { CliError } from "../errors.ts";
import { parseSnapshot, type Snapshot } from "../../snapshot/contract.ts";
import { takeSnapshot } from "../../sync/take_snapshot.ts";
import type { Context } from "../context.ts";
import type { Io } from "../io.ts";
import { createProgress } from "../terminal/progress.ts";
import { snapshotOptions } from "../args/snapshot_options.ts";
import { systemWords } from "./system_error.ts";

/**
 * The snapshot that a command asks questions of: that of `--snapshot`, else a new one.
 *
 * @throws {SyncError} As `readSnapshot` or `takeSnapshot`.
 */
export async function loadSnapshot(context: Context): Promise<Snapshot> {
  const { io, settings: { snapshot }, log, line } = context;
  if (snapshot !== undefined) return await readSnapshot(snapshot, io);
  const onProgress = createProgress({ log, line, now: io.now });
  const taken = await takeSnapshot({ ...snapshotOptions(context), onProgress });
  line?.clear();
  return taken;
}

/**
 * The snapshot in a file; `-` is standard input.
 *
 * @throws {CliError} `CONFIG_INVALID`: the file cannot be read; `SNAPSHOT_INVALID`: it holds no snapshot.
 */
export async function readSnapshot(path: string, io: Io): Promise<Snapshot> {
  const text = await readText(path, io);
  try {
    return parseSnapshot(text);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    const { code, message, hint, cause } = error;
    throw new SyncError(code, `${path === "-" ? "stdin" : path}: ${message}`, { hint, cause });
  }
}

/**
 * The text of a file; `-` is standard input.
 *
 * @throws {CliError} `CONFIG_INVALID`: the file cannot be read, or is not UTF-8.
 */
export async function readText(path: string, io: Io): Promise<string> {
  if (path === "-") return await io.readStdin();
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path, { signal: io.signal });
  } catch (cause) {
    io.signal.throwIfAborted();
    throw new CliError("CONFIG_INVALID", `Cannot read ${path}: ${systemWords(cause)}`, { cause });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new CliError("CONFIG_INVALID", `Cannot read ${path}: it is not UTF-8`, {
      cause,
      hint: "Save it as UTF-8; spreadsheets call it CSV UTF-8",
    });
  }
}
