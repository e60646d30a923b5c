/**
 * The file that keeps the server's last good snapshot over a restart.
 *
 * @module
 */
import { readFile, rename } from "node:fs/promises";
import { SyncError } from "../../errors.ts";
import { CliError } from "../errors.ts";
import { parseSnapshot, type Snapshot } from "../../snapshot/contract.ts";
import { computeDigest } from "../../snapshot/digest.ts";
import { inspectTarget, writeTarget } from "./write_output.ts";
import { systemCode } from "./system_error.ts";

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
  const target = await inspectTarget(path, true).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    const { message, hint } = error;
    throw new CliError("LISTEN_FAILED", message, { hint, cause: error });
  });
  const { file } = target;
  const setAside = async () => {
    const aside = `${file}.refused-${new Date(options.now()).toISOString().replace(/[:.]/g, "-")}`;
    await rename(file, aside);
    return aside;
  };
  const text = await readStateText(path, file);
  let snapshot: Snapshot | undefined;
  if (text !== "") {
    const reading = await read(text, options);
    if ("fault" in reading) {
      options.warn(`${path} is not used: ${reading.fault}. It is now ${await setAside()}`);
    } else snapshot = reading.snapshot;
  }
  return { snapshot, setAside, write: (chunks, signal) => writeTarget(target, chunks, signal) };
}

async function readStateText(path: string, file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return "";
    throw new CliError("LISTEN_FAILED", `Cannot read ${path}: ${systemCode(cause)}`, {
      cause,
      hint: "Check who may read it, or name another file with --state",
    });
  }
}

async function read(
  text: string,
  { instanceUrl, organizationId }: StateFileOptions,
): Promise<{ snapshot: Snapshot } | { fault: string }> {
  let snapshot: Snapshot;
  try {
    snapshot = parseSnapshot(text);
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    return { fault: error.message };
  }
  const { digest, instance, organization } = snapshot;
  if (await computeDigest(snapshot) !== digest) {
    return { fault: "its digest does not fit, so something in it was changed" };
  }
  if (instance.url !== instanceUrl) return { fault: `it is of the instance ${instance.url}` };
  if (organizationId !== undefined && organization.id !== organizationId) {
    return { fault: `it is of organization ${organization.id}` };
  }
  return { snapshot };
}
