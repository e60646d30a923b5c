/**
 * A snapshot in the forms in which it is answered, made once.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/contract.ts";
import { serializeSnapshot } from "../snapshot/serialize.ts";
import { yieldToEventLoop } from "../event_loop.ts";

/** Bytes in pieces: one piece would have to be copied together, which holds everything else up. */
export interface Pieces {
  /** The pieces, in order. */
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
  /** How many bytes they have together. */
  readonly length: number;
}

/** A snapshot, ready to be answered. */
export interface Published {
  /** The snapshot. */
  readonly snapshot: Snapshot;
  /** Its text, byte for byte as `sync` writes it. */
  readonly plain: Pieces;
  /** The same, compressed. */
  readonly gzip: Pieces;
  /** What tells it from any other: its digest and its times. Without the quotes that HTTP puts around it. */
  readonly tag: string;
  /** When it was complete, as HTTP writes it. */
  readonly lastModified: string;
  /** When it was complete, in milliseconds since 1970. */
  readonly completedAt: number;
}

/** So much is compressed at a time, in bytes: a few milliseconds of work. */
const GZIP_BLOCK = 128 * 1024;

/** So long a piece is at least, but for the last. */
const PIECE = 256 * 1024;

/** Makes a snapshot ready. It pauses often, so that requests are answered meanwhile. */
export async function publish(snapshot: Snapshot): Promise<Published> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let text = "";
  for (const more of serializeSnapshot(snapshot)) {
    text += more;
    if (text.length < PIECE) continue;
    pieces.push(encoder.encode(text));
    text = "";
    await yieldToEventLoop();
  }
  pieces.push(encoder.encode(text));
  const hex = snapshot.digest.replace("sha256:", "");
  const times = [snapshot.startedAt, snapshot.completedAt].map((time) => time.replace(/\D/g, ""));
  return {
    snapshot,
    plain: { pieces, length: pieces.reduce((sum, { length }) => sum + length, 0) },
    gzip: await compressed(pieces),
    tag: [hex, ...times].join("-"),
    lastModified: new Date(snapshot.completedAt).toUTCString(),
    completedAt: Date.parse(snapshot.completedAt),
  };
}

async function compressed(pieces: Pieces["pieces"]): Promise<Pieces> {
  async function* blocks() {
    for (const piece of pieces) {
      for (let at = 0; at < piece.length; at += GZIP_BLOCK) {
        yield piece.subarray(at, at + GZIP_BLOCK);
        await yieldToEventLoop();
      }
    }
  }
  const packed: Uint8Array<ArrayBuffer>[] = [];
  const stream = ReadableStream.from<BufferSource>(blocks());
  for await (const piece of stream.pipeThrough(new CompressionStream("gzip"))) {
    packed.push(piece as Uint8Array<ArrayBuffer>);
  }
  return together(packed);
}

/** The same bytes in fewer pieces, which are sent faster. */
function together(small: Pieces["pieces"]): Pieces {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let some: Uint8Array[] = [];
  let length = 0;
  let sum = 0;
  const join = () => {
    const piece = new Uint8Array(length);
    let at = 0;
    for (const one of some) {
      piece.set(one, at);
      at += one.length;
    }
    pieces.push(piece);
    sum += length;
    some = [];
    length = 0;
  };
  for (const one of small) {
    some.push(one);
    length += one.length;
    if (length >= PIECE) join();
  }
  if (length > 0) join();
  return { pieces, length: sum };
}
