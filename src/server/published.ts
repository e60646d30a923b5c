/**
 * A snapshot in the forms in which it is answered, made once.
 *
 * @module
 */
import type { Snapshot } from "../snapshot/contract.ts";
import { serializeSnapshot } from "../snapshot/serialize.ts";
import { breathe } from "./breathe.ts";

/** A snapshot, ready to be answered. */
export interface Published {
  /** The snapshot. */
  readonly snapshot: Snapshot;
  /** Its text, byte for byte as `sync` writes it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, compressed. */
  readonly gzip: Uint8Array<ArrayBuffer>;
  /** What tells it from any other: its digest and its times. Without the quotes that HTTP puts around it. */
  readonly tag: string;
  /** When it was complete, as HTTP writes it. */
  readonly lastModified: string;
  /** When it was complete, in milliseconds since 1970. */
  readonly completedAt: number;
}

/** So much is compressed at a time, in bytes: a few milliseconds of work. */
const GZIP_BLOCK = 64 * 1024;

/** Makes a snapshot ready. It pauses often, so that requests are answered meanwhile. */
export async function publish(snapshot: Snapshot): Promise<Published> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (const text of serializeSnapshot(snapshot)) {
    pieces.push(encoder.encode(text));
    await breathe();
  }
  const bytes = joined(pieces);
  const hex = snapshot.digest.replace("sha256:", "");
  const times = [snapshot.startedAt, snapshot.completedAt].map((time) => time.replace(/\D/g, ""));
  return {
    snapshot,
    bytes,
    gzip: await compressed(bytes),
    tag: [hex, ...times].join("-"),
    lastModified: new Date(snapshot.completedAt).toUTCString(),
    completedAt: Date.parse(snapshot.completedAt),
  };
}

async function compressed(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  let at = 0;
  const blocks = new ReadableStream<BufferSource>({
    async pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at += GZIP_BLOCK));
      await breathe();
    },
  });
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const piece of blocks.pipeThrough(new CompressionStream("gzip"))) {
    pieces.push(piece as Uint8Array<ArrayBuffer>);
  }
  return joined(pieces);
}

function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
