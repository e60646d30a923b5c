import { SyncError } from "../../errors.ts";
import type { Snapshot } from "../../snapshot/types.ts";
import { computeDigest } from "../../snapshot/digest.ts";
import { parseSnapshotStream } from "../../snapshot/parse_stream.ts";
import type { Io } from "../io.ts";
import type { Log } from "../output/log.ts";
import { readGiven, textBytes, TextError, unreadable } from "./read_text.ts";

export interface ReadSnapshotOptions {
  io: Io;
  log: Log;
  /** Accepts a snapshot that was changed, with a warning. */
  ignoreDigest?: boolean | undefined;
}

/**
 * Reads the snapshot in a file; `-` is standard input.
 *
 * @throws {CliError} `CONFIG_INVALID`: the file cannot be read.
 * @throws {SyncError} `SNAPSHOT_INVALID`: it holds no snapshot, or one that was changed.
 */
export async function readSnapshot(
  path: string,
  { io, log, ignoreDigest = false }: ReadSnapshotOptions,
): Promise<Snapshot> {
  const name = path === "-" ? "stdin" : path;
  try {
    const snapshot = await parseSnapshotStream(textBytes(readGiven(path, io), "snapshot"), {
      signal: io.signal,
      ignoreDigest,
    });
    if (ignoreDigest && await computeDigest(snapshot) !== snapshot.digest) {
      log.write("warn", `${name}: the digest does not fit, so something in it was changed`);
    }
    return snapshot;
  } catch (error) {
    io.signal.throwIfAborted();
    if (error instanceof TextError) {
      const { message, hint, cause } = error;
      throw new SyncError("SNAPSHOT_INVALID", `${name}: Cannot read the snapshot: ${message}`, {
        hint,
        cause,
      });
    }
    if (!(error instanceof SyncError)) throw unreadable(path, error);
    const { code, message, hint, cause } = error;
    throw new SyncError(code, `${name}: ${message}`, { hint, cause });
  }
}
