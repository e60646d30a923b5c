/**
 * Reading a snapshot from bytes that come in pieces: its text may be longer than a string can be.
 *
 * @module
 */
import { SyncError, type SyncErrorOptions } from "../errors.ts";
import { createPause } from "../event_loop.ts";
import { parseSnapshot, type Snapshot } from "./contract.ts";
import { verifyDigest } from "./digest.ts";

/** How many bytes are parsed at a time, about: a few milliseconds of work. */
const BATCH_BYTES = 128 * 1024;

/** The most bytes of one row, or of all that is not in a list. A snapshot's have a few hundred. */
const MAX_PART_BYTES = 64 * 1024 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** How {@linkcode parseSnapshotStream} reads. */
export interface ParseStreamOptions {
  /** Takes a snapshot whose digest does not fit what it holds. @default {false} */
  ignoreDigest?: boolean | undefined;
  /** Ends the reading. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads a snapshot from the bytes of its JSON text, such as a file's or those of a response's body. Any JSON will do,
 * whatever its layout and its length; a byte order mark too.
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
  const pause = createPause(signal);
  const parser = createJsonParser();
  for await (const chunk of source) {
    signal?.throwIfAborted();
    for (let at = 0; at < chunk.length; at += BATCH_BYTES) {
      parser.write(chunk.subarray(at, at + BATCH_BYTES));
      await pause();
    }
  }
  signal?.throwIfAborted();
  const snapshot = parseSnapshot(parser.end());
  if (!ignoreDigest) await verifyDigest(snapshot);
  return snapshot;
}

/** Parses JSON whose text comes in pieces. */
interface JsonParser {
  /** Takes the next piece. */
  write(chunk: Uint8Array): void;
  /** What all pieces together are. */
  end(): unknown;
}

/**
 * Lists that are values of the outermost object are parsed batch by batch, cut between elements. In the text of the rest,
 * which is parsed in the end, the number of a list takes the place of its elements. So `JSON.parse` sees every byte, and
 * all that is known of JSON here is where strings end and how deep brackets stand.
 */
function createJsonParser(): JsonParser {
  const lists: unknown[][] = [];
  const rest = createBuffer();
  const batch = createBuffer();
  const scanner = createScanner();
  let length = 0;

  const parse = (text: string) => {
    try {
      return JSON.parse(text);
    } catch (cause) {
      if (length === 0) throw invalid("it is empty", { cause });
      // The parser's own message quotes the text, which holds personal data.
      const cut = scanner.depth > 0 ? "; it seems to be cut off" : "";
      throw invalid(`it is not JSON (${length} bytes${cut})`, { cause });
    }
  };
  const endBatch = (isLast: boolean) => {
    const list = lists.at(-1)!;
    const rows: unknown[] = parse(`[${decode(batch.take())}]`);
    const isWhole = isLast && list.length === 0;
    // A comma with nothing beside it, which a batch of its own would hide.
    if (rows.length === 0 && !isWhole) parse("[,]");
    for (const row of rows) list.push(row);
  };

  return {
    write(chunk) {
      if (length === 0) refuseUtf16(chunk);
      length += chunk.length;
      let from = 0;
      let at = scanner.next(chunk, 0, BATCH_BYTES - batch.length);
      while (at < chunk.length) {
        if (chunk[at] === OPEN_LIST) {
          rest.add(chunk.subarray(from, at + 1));
          rest.add(new TextEncoder().encode(String(lists.length)));
          lists.push([]);
          from = at + 1;
        } else {
          const isLast = chunk[at] !== COMMA;
          batch.add(chunk.subarray(from, at));
          endBatch(isLast);
          from = isLast ? at : at + 1;
        }
        at = scanner.next(chunk, at + 1, from + BATCH_BYTES);
      }
      (scanner.inList ? batch : rest).add(chunk.subarray(from));
    },
    end() {
      const json: unknown = parse(decode(rest.take()));
      if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
      const isList = (value: unknown): value is [number] => Array.isArray(value);
      return Object.fromEntries(
        Object.entries(json).map((
          [key, value],
        ) => [key, isList(value) ? lists[value[0]] : value]),
      );
    },
  };
}

/** Finds the places where JSON may be cut. */
interface Scanner {
  /** How many brackets are open. */
  readonly depth: number;
  /** Whether the next byte belongs to a list that is a value of the outermost object. */
  readonly inList: boolean;
  /**
   * The next place, from `at` on, where such a list begins or ends or, from `cutFrom` on, where a comma stands between two
   * of its elements. The chunk's length if there is none. It must be called for every byte once.
   */
  next(chunk: Uint8Array, at: number, cutFrom: number): number;
}

function createScanner(): Scanner {
  let depth = 0;
  let inList = false;
  let inString = false;
  let escaped = false;
  return {
    get depth() {
      return depth;
    },
    get inList() {
      return inList;
    },
    next(chunk, at, cutFrom) {
      for (; at < chunk.length; at++) {
        const byte = chunk[at]!;
        if (inString) {
          if (escaped) escaped = false;
          else if (byte === BACKSLASH) escaped = true;
          else if (byte === QUOTE) inString = false;
        } else if (byte === QUOTE) {
          inString = true;
        } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
          depth++;
          inList ||= depth === 2 && byte === OPEN_LIST;
          if (inList && depth === 2) return at;
        } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
          depth--;
          if (inList && depth === 1) {
            inList = false;
            return at;
          }
        } else if (byte === COMMA && inList && depth === 2 && at >= cutFrom) {
          return at;
        }
      }
      return at;
    },
  };
}

/** Bytes that are put together. */
interface Buffer {
  readonly length: number;
  add(bytes: Uint8Array): void;
  /** What was added since the last time; it is written over by what is added next. */
  take(): Uint8Array;
}

function createBuffer(): Buffer {
  let bytes = new Uint8Array(2 * BATCH_BYTES);
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(more) {
      const needed = length + more.length;
      if (needed > MAX_PART_BYTES) {
        throw invalid(`more than ${MAX_PART_BYTES / 1024 / 1024} MiB of it are no rows of a list`);
      }
      if (needed > bytes.length) {
        const larger = new Uint8Array(2 * needed);
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(more, length);
      length = needed;
    },
    take() {
      const taken = bytes.subarray(0, length);
      length = 0;
      return taken;
    },
  };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid("it is not UTF-8", { cause });
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
