/**
 * A snapshot as text.
 *
 * @module
 */
import type { Snapshot } from "./types.ts";
import { LIST_NAMES } from "./lists.ts";

/** Number of rows in one piece of text. */
const CHUNK_ROWS = 500;

/** The keys of a snapshot that hold rows. */
const ROW_KEYS: ReadonlySet<string> = new Set([...LIST_NAMES, "evidence", "notes"]);

/** Options of {@linkcode serializeSnapshot}, {@linkcode stringifySnapshot} and {@linkcode streamSnapshot}. */
export interface SerializeOptions {
  /** Whether to indent by two spaces, for people. @default {false} */
  pretty?: boolean | undefined;
}

/**
 * The JSON text of a snapshot, in pieces, with a line feed at the end.
 *
 * Every row is on a line of its own, so that `diff` and git show changes of access as changes of lines.
 */
export function* serializeSnapshot(
  snapshot: Snapshot,
  { pretty = false }: SerializeOptions = {},
): Generator<string, void, undefined> {
  const gap = pretty ? " " : "";
  const text = (value: unknown, depth: number) =>
    pretty
      ? JSON.stringify(value, null, 2).replaceAll("\n", `\n${"  ".repeat(depth)}`)
      : JSON.stringify(value);
  const indent = (depth: number) => (pretty ? "  ".repeat(depth) : "");

  let separator = "{";
  for (const [key, value] of Object.entries(snapshot)) {
    yield `${separator}\n${indent(1)}${JSON.stringify(key)}:${gap}`;
    separator = ",";
    if (!ROW_KEYS.has(key) || !Array.isArray(value) || value.length === 0) {
      yield text(value, 1);
      continue;
    }
    for (let start = 0; start < value.length; start += CHUNK_ROWS) {
      const rows = value.slice(start, start + CHUNK_ROWS);
      const lines = rows.map((row) => `\n${indent(2)}${text(row, 2)}`).join(",");
      yield `${start === 0 ? "[" : ","}${lines}`;
    }
    yield `\n${indent(1)}]`;
  }
  yield "\n}\n";
}

/**
 * The JSON text of a snapshot as one string, as {@linkcode serializeSnapshot} writes it.
 *
 * @throws {RangeError} It is longer than a string can be: in V8 2^29 - 24 characters, about 1.1 million grants.
 */
export function stringifySnapshot(snapshot: Snapshot, options?: SerializeOptions): string {
  try {
    return [...serializeSnapshot(snapshot, options)].join("");
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new RangeError(
      "The snapshot is longer than one string can be: write it in pieces, with streamSnapshot or serializeSnapshot",
      { cause },
    );
  }
}

/** The JSON text of a snapshot in UTF-8, made piece by piece as it is read. */
export function streamSnapshot(
  snapshot: Snapshot,
  options?: SerializeOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = serializeSnapshot(snapshot, options);
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      const { done, value } = chunks.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}
