/**
 * Reads a snapshot from a stream of bytes: its text may be longer than a string can be.
 *
 * @module
 */
import { SyncError, type SyncErrorOptions } from "../errors.ts";
import { createPause } from "../concurrency.ts";
import { createJsonParser, JsonTextError, writeInSlices } from "./json_stream.ts";
import { parseSnapshot } from "./parse.ts";
import type { Snapshot } from "./types.ts";
import { verifyDigest } from "./digest.ts";

/** Options of {@linkcode parseSnapshotStream}. */
export interface ParseStreamOptions {
  /** Accepts a snapshot whose digest does not fit its content. @default {false} */
  ignoreDigest?: boolean | undefined;
  /** Ends the reading. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads a snapshot from the bytes of its JSON text, such as a file or a response's body. The layout and length of the JSON
 * do not matter, and it may begin with a byte order mark.
 *
 * @example
 * ```ts ignore
 * import { parseSnapshotStream } from "@zitadel-sync/zitadel-sync";
 *
 * const file = await Deno.open("snapshot.json");
 * const snapshot = await parseSnapshotStream(file.readable);
 * ```
 *
 * @throws {SyncError} `SNAPSHOT_INVALID`: as `parseSnapshot`; it is not UTF-8; or, unless `ignoreDigest`, its digest does
 * not fit.
 * @throws The reason of `signal`, and whatever `source` throws.
 */
export async function parseSnapshotStream(
  source: AsyncIterable<Uint8Array>,
  { ignoreDigest = false, signal }: ParseStreamOptions = {},
): Promise<Snapshot> {
  const snapshot = parseSnapshot(await parseJsonStream(source, signal));
  if (!ignoreDigest) await verifyDigest(snapshot);
  return snapshot;
}

async function parseJsonStream(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const pause = createPause(signal);
  const parser = createJsonParser();
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      if (parser.length === 0) refuseUtf16(chunk);
      await writeInSlices(parser, chunk, pause);
    }
    signal?.throwIfAborted();
    return parser.end();
  } catch (error) {
    throw error instanceof JsonTextError ? invalid(error.message) : error;
  }
}

function refuseUtf16([first, second]: Uint8Array): void {
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (!isUtf16) return;
  throw invalid("it is UTF-16, not UTF-8", {
    hint: "Write it as UTF-8: `>` in Windows PowerShell makes UTF-16 of what a program writes",
  });
}

function invalid(why: string, options?: SyncErrorOptions): SyncError {
  return new SyncError("SNAPSHOT_INVALID", `Cannot read the snapshot: ${why}`, options);
}
