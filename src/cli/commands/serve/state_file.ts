/**
 * The file that keeps the server's last good snapshot over a restart.
 *
 * @module
 */
import { rename, stat } from "node:fs/promises";
import { SyncError } from "../../../errors.ts";
import { CliError } from "../../errors.ts";
import type { Snapshot } from "../../../snapshot/types.ts";
import { parseSnapshotStream } from "../../../snapshot/parse_stream.ts";
import { inspectTarget, writeTarget } from "../../output/write_output.ts";
import { readBytes, textBytes, TextError } from "../../input/read_text.ts";
import { formatSystemError, systemCode } from "../../system_error.ts";

/** A state file. */
export interface StateFile {
  /** The snapshot that was in it; absent if there was none that can be used. */
  snapshot: Snapshot | undefined;
  /** Writes a snapshot: as a whole, or the old one stays. */
  write(chunks: Iterable<string>, signal: AbortSignal): Promise<void>;
  /** Moves what is in the file aside, and answers where it is now. */
  setAside(): Promise<string>;
}

/** What {@linkcode openStateFile} needs. */
export interface StateFileOptions {
  /** The instance that the snapshot must be of. */
  instanceUrl: string;
  /** The organization that it must be of, if that is settled. */
  organizationId?: string | undefined;
  /** The time in milliseconds since 1970. */
  now: () => number;
  /** Told if what was found was moved aside. */
  warn: (message: string) => void;
}

/**
 * Opens a state file, which need not be there yet. What is there and cannot be used is moved aside, so that nothing is
 * lost.
 *
 * @throws {CliError} `LISTEN_FAILED`: no folder, no permission.
 */
export async function openStateFile(path: string, options: StateFileOptions): Promise<StateFile> {
  const target = await inspectTarget(path, { writes: "snapshot", force: true }).catch(
    (error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      const { message, hint } = error;
      throw new CliError("LISTEN_FAILED", message, { hint, cause: error });
    },
  );
  const { file } = target;
  const setAside = async () => {
    const aside = `${file}.refused-${new Date(options.now()).toISOString().replace(/[:.]/g, "-")}`;
    await rename(file, aside);
    return aside;
  };
  const reading = await read(path, file, options);
  if (reading.kind === "unusable") {
    options.warn(`${path} is not used: ${reading.issue}. It is now ${await setAside()}`);
  }
  const snapshot = reading.kind === "snapshot" ? reading.snapshot : undefined;
  return { snapshot, setAside, write: (chunks, signal) => writeTarget(target, chunks, signal) };
}

type Reading =
  | { kind: "snapshot"; snapshot: Snapshot }
  | { kind: "absent" }
  | { kind: "unusable"; issue: string };

async function read(
  path: string,
  file: string,
  { instanceUrl, organizationId }: StateFileOptions,
): Promise<Reading> {
  let snapshot: Snapshot;
  try {
    if ((await stat(file)).size === 0) return { kind: "absent" };
    snapshot = await parseSnapshotStream(textBytes(readBytes(file), "snapshot"));
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return { kind: "absent" };
    if (cause instanceof SyncError || cause instanceof TextError) {
      return { kind: "unusable", issue: cause.message };
    }
    throw new CliError("LISTEN_FAILED", `Cannot read ${path}: ${formatSystemError(cause)}`, {
      cause,
      hint: "Check who may read it, or name another file with --state",
    });
  }
  const { instance, organization } = snapshot;
  if (instance.url !== instanceUrl) {
    return { kind: "unusable", issue: `it is of the instance ${instance.url}` };
  }
  if (organizationId !== undefined && organization.id !== organizationId) {
    return { kind: "unusable", issue: `it is of organization ${organization.id}` };
  }
  return { kind: "snapshot", snapshot };
}
