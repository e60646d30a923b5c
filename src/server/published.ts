/**
 * A snapshot in the forms in which it is answered, made once.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/types.ts";
import { serializeSnapshot } from "../snapshot/serialize.ts";
import { createPause } from "../concurrency.ts";

/** Bytes in chunks: a single one would have to be copied together, which holds everything else up. */
export interface ChunkedBytes {
  /** The chunks, in order. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  /** How many bytes they have together. */
  readonly length: number;
}

/** A snapshot, ready to be answered. */
export interface Published {
  /** The snapshot. */
  readonly snapshot: Snapshot;
  /** Its text, byte for byte as `sync` writes it. */
  readonly plain: ChunkedBytes;
  /** The same, compressed. */
  readonly gzip: ChunkedBytes;
  /** What tells it from any other: its digest and its times. Without the quotes that HTTP puts around it. */
  readonly tag: string;
  /** When it was complete, as HTTP writes it. */
  readonly lastModified: string;
  /** When it was complete, in milliseconds since 1970. */
  readonly completedAt: number;
}

/** So much is compressed at a time, in bytes: a few milliseconds of work. */
const GZIP_BLOCK = 128 * 1024;

/** So long a chunk is at least, but for the last. */
const CHUNK = 256 * 1024;

/** Makes a snapshot ready. It pauses often, so that requests are answered meanwhile. */
export async function publish(snapshot: Snapshot): Promise<Published> {
  const pause = createPause();
  const encoder = new TextEncoder();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let text = "";
  for (const more of serializeSnapshot(snapshot)) {
    text += more;
    if (text.length < CHUNK) continue;
    chunks.push(encoder.encode(text));
    text = "";
    await pause();
  }
  chunks.push(encoder.encode(text));
  const hex = snapshot.digest.replace("sha256:", "");
  const times = [snapshot.startedAt, snapshot.completedAt].map((time) => time.replace(/\D/g, ""));
  return {
    snapshot,
    plain: { chunks, length: chunks.reduce((sum, { length }) => sum + length, 0) },
    gzip: await compress(chunks),
    tag: [hex, ...times].join("-"),
    lastModified: new Date(snapshot.completedAt).toUTCString(),
    completedAt: Date.parse(snapshot.completedAt),
  };
}

async function compress(chunks: ChunkedBytes["chunks"]): Promise<ChunkedBytes> {
  async function* blocks() {
    const pause = createPause();
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += GZIP_BLOCK) {
        await pause();
        yield chunk.subarray(at, at + GZIP_BLOCK);
      }
    }
  }
  const packed: Uint8Array<ArrayBuffer>[] = [];
  let small: BlobPart[] = [];
  let length = 0;
  // Fewer and larger chunks are sent faster.
  const join = async () => {
    const chunk = new Uint8Array(await new Blob(small).arrayBuffer());
    packed.push(chunk);
    length += chunk.length;
    small = [];
  };
  let waiting = 0;
  const stream = ReadableStream.from<BufferSource>(blocks());
  for await (const piece of stream.pipeThrough(new CompressionStream("gzip"))) {
    small.push(piece as Uint8Array<ArrayBuffer>);
    waiting += piece.length;
    if (waiting < CHUNK) continue;
    waiting = 0;
    await join();
  }
  await join();
  return { chunks: packed, length };
}
