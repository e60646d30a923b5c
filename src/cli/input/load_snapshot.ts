import { SyncError } from "../../errors.ts";
import type { Snapshot } from "../../snapshot/types.ts";
import { computeDigest } from "../../snapshot/digest.ts";
import { parseSnapshotStream } from "../../snapshot/parse_stream.ts";
import type { Context } from "../command.ts";
import type { Io } from "../io.ts";
import type { Log } from "../output/log.ts";
import { createProgress } from "../output/progress.ts";
import type { Source } from "./connection.ts";
import { readGiven, textBytes, TextError, unreadable } from "./read_text.ts";

/** What a command works with that looks at a snapshot. */
export type SourceContext =
  & Pick<Context, "io" | "log" | "progressLine">
  & {
    inputs: { source: Source };
    settings: { ignoreDigest?: boolean | undefined };
  };

/**
 * The snapshot that a command asks questions of: that of `--snapshot`, else a new one.
 *
 * @throws {SyncError} As `readSnapshot` or `takeSnapshot`.
 */
export async function loadSnapshot(
  { io, settings: { ignoreDigest }, inputs: { source }, log, progressLine }: SourceContext,
): Promise<Snapshot> {
  if (source.kind === "file") return await readSnapshot(source.path, { io, log, ignoreDigest });
  // Loaded here, so that help and what looks at a file go without the client.
  const { takeSnapshot } = await import("../../sync/take_snapshot.ts");
  const { follow: onProgress } = createProgress({ log, line: progressLine, now: io.now });
  const taken = await takeSnapshot({ ...source.connection, onProgress });
  progressLine?.clear();
  return taken;
}

/** How {@linkcode readSnapshot} reads. */
export interface ReadSnapshotOptions {
  io: Io;
  log: Log;
  /** Takes a snapshot that was changed, with a warning. */
  ignoreDigest?: boolean | undefined;
}

/**
 * The snapshot in a file; `-` is standard input.
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

export { readText } from "./read_text.ts";
