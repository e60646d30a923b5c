/**
 * The state file: it keeps the last good snapshot of the server for the next start.
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

export interface StateFile {
  /** The snapshot in the file, if there is a usable one. */
  snapshot: Snapshot | undefined;
  /** Writes a snapshot. If that fails, the old one stays. */
  write(chunks: Iterable<string>, signal: AbortSignal): Promise<void>;
  /** Moves the file aside and returns its new path. */
  setAside(): Promise<string>;
}

/** The options of {@linkcode openStateFile}. */
export interface StateFileOptions {
  /** The instance of the snapshot. */
  instanceUrl: string;
  /** The organization of the snapshot, if the settings name one. */
  organizationId?: string | undefined;
  /** The clock, in milliseconds since 1970. */
  now: () => number;
  /** Receives a warning if the file was moved aside. */
  warn: (message: string) => void;
}

/**
 * Opens a state file, which need not exist yet. A file that cannot be used is moved aside, so that nothing is lost.
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
  const content = await read(path, file, options);
  if (content.kind === "unusable") {
    options.warn(`${path} is not used: ${content.issue}. It is now ${await setAside()}`);
  }
  const snapshot = content.kind === "snapshot" ? content.snapshot : undefined;
  return { snapshot, setAside, write: (chunks, signal) => writeTarget(target, chunks, signal) };
}

type FileContent =
  | { kind: "snapshot"; snapshot: Snapshot }
  | { kind: "absent" }
  | { kind: "unusable"; issue: string };

async function read(
  path: string,
  file: string,
  { instanceUrl, organizationId }: StateFileOptions,
): Promise<FileContent> {
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
