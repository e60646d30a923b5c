/**
 * Text that people give, from a file or standard input: the one place that knows how bytes become text.
 *
 * @module
 */
import { constants } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { SyncError } from "../../errors.ts";
import type { Io } from "../io.ts";
import { raceWithSignal } from "../race_with_signal.ts";
import { systemWords } from "./system_error.ts";

/** What a text is for: it decides what a refusal advises. */
export type TextUse = "snapshot" | "table" | "json" | "secret" | "certificate";

/** Bytes that are not the text that was expected. */
export class TextError extends Error {
  /** What to do about it. */
  readonly hint: string;

  /** An error that says what the bytes are, and how to get the right ones. */
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { cause });
    this.name = "TextError";
    this.hint = hint;
  }
}

const ADVICE: Readonly<Record<TextUse, string>> = {
  snapshot: "Let zitadel-sync write the file itself: --out access.json instead of >",
  table: "Save it as UTF-8; spreadsheets call it CSV UTF-8",
  json: "Save it as UTF-8; in PowerShell with Set-Content -Encoding utf8 instead of >",
  secret: "Save it as UTF-8; in PowerShell with Set-Content -Encoding ascii instead of >",
  certificate: "It must be PEM, text that begins with -----BEGIN; openssl makes it of DER",
};

/** So many bytes are read at a time. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * The text of a file, or of standard input for `-`, without its byte order mark.
 *
 * @throws {SyncError} `CONFIG_INVALID`: it cannot be read, is not UTF-8, or is longer than a string can be.
 */
export async function readText(path: string, io: Io, use: TextUse = "table"): Promise<string> {
  const name = path === "-" ? "stdin" : path;
  try {
    return await joinText(readChunks(path, io, use));
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

/**
 * As {@linkcode readText}, in pieces.
 *
 * @throws {SyncError} `CONFIG_INVALID`: it cannot be read, or is not UTF-8.
 */
export async function* readChunks(
  path: string,
  io: Io,
  use: TextUse,
): AsyncGenerator<string, void, undefined> {
  const name = path === "-" ? "stdin" : path;
  try {
    if (path === "-") {
      yield* decodeText(io.stdin(), use);
      return;
    }
    const handle = await raceWithSignal(open(path, "r"), io.signal);
    try {
      yield* decodeText(readBytes(handle, io.signal), use);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    io.signal.throwIfAborted();
    throw unreadable(name, cause);
  }
}

/** The bytes of an open file from where it stands, in pieces. */
export async function* readBytes(
  handle: FileHandle,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
    signal?.throwIfAborted();
    const buffer = new Uint8Array(CHUNK_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

/**
 * Bytes as text, without their byte order mark, in pieces that need not be those of the bytes.
 *
 * @throws {TextError} They are not UTF-8.
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  use: TextUse,
): AsyncGenerator<string, void, undefined> {
  // The mark is looked for here, since files that were joined begin with several.
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let begun = false;
  const decode = (chunk?: Uint8Array) => {
    try {
      const text = chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
      return begun ? text : text.replace(/^\ufeff+/, "");
    } catch (cause) {
      throw new TextError("it is not UTF-8", ADVICE[use], cause);
    }
  };
  for await (const chunk of withBeginning(bytes)) {
    if (!begun) refuseOtherFiles(chunk, use);
    const text = decode(chunk);
    begun ||= text !== "";
    if (text !== "") yield text;
  }
  const rest = decode();
  if (rest !== "") yield rest;
}

/** The same bytes, of which the first piece is long enough to see what they are. */
async function* withBeginning(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let beginning: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (beginning === undefined) {
      yield chunk;
      continue;
    }
    const joined: Uint8Array = new Uint8Array(beginning.length + chunk.length);
    joined.set(beginning);
    joined.set(chunk, beginning.length);
    beginning = joined;
    if (joined.length < 4) continue;
    yield joined;
    beginning = undefined;
  }
  if (beginning !== undefined && beginning.length > 0) yield beginning;
}

/** What begins like something else that people give by mistake is told as that. */
function refuseOtherFiles([a, b, c, d]: Uint8Array, use: TextUse): void {
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // Without a mark, every second byte of the first letters is zero.
  if (marked || (a === 0) !== (b === 0) && a !== undefined && b !== undefined) {
    throw new TextError("it is UTF-16, as PowerShell's > writes it, not UTF-8", ADVICE[use]);
  }
  if (a === 0x1f && b === 0x8b) {
    throw new TextError("it is compressed (gzip)", "Unpack it first, with gunzip");
  }
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4) {
    throw new TextError(
      "it is a workbook or another zip file, not text",
      use === "table" ? "Save the sheet as CSV UTF-8" : "Unpack it first",
    );
  }
}

/**
 * All pieces as one text.
 *
 * @throws {TextError} It is longer than a string can be.
 */
export async function joinText(chunks: AsyncIterable<string>): Promise<string> {
  const parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > constants.MAX_STRING_LENGTH) {
      throw new TextError(
        `it has more than ${constants.MAX_STRING_LENGTH} characters`,
        "Name the right file: none of this kind is that long",
      );
    }
    parts.push(chunk);
  }
  return parts.join("");
}

function unreadable(name: string, cause: unknown): unknown {
  if (cause instanceof SyncError) return cause;
  return new SyncError("CONFIG_INVALID", `Cannot read ${name}: ${systemWords(cause)}`, {
    cause,
    ...(cause instanceof TextError && { hint: cause.hint }),
  });
}
