/**
 * A snapshot in the forms in which it is answered, made once.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/types.ts";
import { serializeSnapshot } from "../snapshot/serialize.ts";
import { createPause } from "../concurrency.ts";

/** Bytes in chunks. Copying large ones into a single chunk would hold up all other requests. */
export interface ChunkedBytes {
  /** The chunks, in order. */
  readonly chunks: readonly Uint8Array<ArrayBuffer>[];
  /** The number of bytes of all chunks. */
  readonly length: number;
}

/** A snapshot in the forms in which the endpoint answers it. */
export interface Published {
  /** The snapshot. */
  readonly snapshot: Snapshot;
  /** Its JSON, byte for byte as `sync` writes it. */
  readonly plain: ChunkedBytes;
  /** The same compressed. */
  readonly gzip: ChunkedBytes;
  /** Its entity tag, made of digest and times, without the quotation marks of HTTP. */
  readonly tag: string;
  /** The time of its completion as an HTTP date. */
  readonly lastModified: string;
  /** The time of its completion in milliseconds since 1970. */
  readonly completedAt: number;
}

/** The bytes that are compressed at a time: a few milliseconds of work. */
const GZIP_BLOCK = 128 * 1024;

/** The least length of a chunk in bytes, apart from the last one. */
const CHUNK = 256 * 1024;

/** Makes a snapshot ready to be answered. It pauses often, so that requests are answered meanwhile. */
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
