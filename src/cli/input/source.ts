/**
 * The snapshot that a command answers from: the file of `--snapshot`, or a new one of ZITADEL. This file alone decides
 * which.
 *
 * @module
 */
import type { Snapshot } from "../../snapshot/types.ts";
import type { Inclusion } from "../../zitadel/api/permissions.ts";
import type { Context, InputContext, InputResult } from "../command.ts";
import type { sourceOptions } from "../options/shared_options.ts";
import {
  checkTokenSources,
  type Connection,
  readConnection,
  readInstanceUrl,
} from "./connection.ts";
import { readSnapshot } from "./read_snapshot.ts";

/** The origin of a snapshot: a file (`-` is stdin), or ZITADEL. */
export type Source =
  | { kind: "file"; path: string }
  | { kind: "zitadel"; connection: Connection };

/** Decides between a file and ZITADEL. A file needs no instance and no token. */
export async function readSource(
  context: InputContext<typeof sourceOptions>,
): Promise<InputResult<Source>> {
  const { settings: { snapshot }, sources } = context;
  if (!sources.has("snapshot")) {
    const read = await readConnection(context);
    return "value" in read ? { ...read, value: { kind: "zitadel", connection: read.value } } : read;
  }
  const issues = [...checkTokenSources(context), ...readInstanceUrl(context).issues];
  return issues.length > 0 || snapshot === undefined
    ? { issues }
    : { value: { kind: "file", path: snapshot } };
}

export type SourceContext =
  & Pick<Context, "io" | "log" | "progress">
  & { inputs: { source: Source }; settings: { ignoreDigest?: boolean | undefined } };

/**
 * Loads the snapshot from the source that {@linkcode readSource} chose; a new one also has `include`.
 *
 * @throws {SyncError} As `readSnapshot` or `takeSnapshot`.
 */
export async function loadSnapshot(
  { io, settings: { ignoreDigest }, inputs: { source }, log, progress }: SourceContext,
  include: readonly Inclusion[] = [],
): Promise<Snapshot> {
  if (source.kind === "file") return await readSnapshot(source.path, { io, log, ignoreDigest });
  const { connection } = source;
  const all = [...new Set([...connection.include ?? [], ...include])];
  return await takeNew({ ...connection, include: all }, progress);
}

/** Takes a new snapshot, and shows the progress. */
export async function takeNew(
  connection: Connection,
  progress: Context["progress"],
): Promise<Snapshot> {
  // Loaded here, so that help and what reads a file go without the client.
  const { takeSnapshot } = await import("../../sync/take_snapshot.ts");
  const snapshot = await takeSnapshot({ ...connection, onProgress: progress.follow });
  progress.clear();
  return snapshot;
}
