/**
 * A snapshot in the forms in which it is answered, made once.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/types.ts";
import { serializeSnapshot } from "../snapshot/serialize.ts";
import { yieldToEventLoop } from "../concurrency.ts";

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
  const encoder = new TextEncoder();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let text = "";
  for (const more of serializeSnapshot(snapshot)) {
    text += more;
    if (text.length < CHUNK) continue;
    chunks.push(encoder.encode(text));
    text = "";
    await yieldToEventLoop();
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
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += GZIP_BLOCK) {
        yield chunk.subarray(at, at + GZIP_BLOCK);
        await yieldToEventLoop();
      }
    }
  }
  const packed: Uint8Array<ArrayBuffer>[] = [];
  const stream = ReadableStream.from<BufferSource>(blocks());
  for await (const chunk of stream.pipeThrough(new CompressionStream("gzip"))) {
    packed.push(chunk as Uint8Array<ArrayBuffer>);
  }
  return joinSmall(packed);
}

/** The same bytes in fewer chunks, which are sent faster. */
function joinSmall(small: ChunkedBytes["chunks"]): ChunkedBytes {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let some: Uint8Array[] = [];
  let length = 0;
  let sum = 0;
  const join = () => {
    const chunk = new Uint8Array(length);
    let at = 0;
    for (const one of some) {
      chunk.set(one, at);
      at += one.length;
    }
    chunks.push(chunk);
    sum += length;
    some = [];
    length = 0;
  };
  for (const one of small) {
    some.push(one);
    length += one.length;
    if (length >= CHUNK) join();
  }
  if (length > 0) join();
  return { chunks, length: sum };
}
