/**
 * Text that people give, from a file or standard input: the one place that knows how bytes become text.
 *
 * @module
 */
import { constants } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { raceWithSignal } from "../race_with_signal.ts";
import { formatSystemError } from "../output/system_error.ts";

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
 * @throws {CliError} `CONFIG_INVALID`: it cannot be read, is not UTF-8, or is longer than a string can be.
 */
export async function readText(path: string, io: Io, use: TextUse = "table"): Promise<string> {
  try {
    return await joinText(decodeText(readGiven(path, io), use));
  } catch (cause) {
    io.signal.throwIfAborted();
    throw unreadable(path, cause);
  }
}

/** Why something that was given cannot be read. */
export function unreadable(path: string, cause: unknown): CliError {
  const name = path === "-" ? "stdin" : path;
  return new CliError("CONFIG_INVALID", `Cannot read ${name}: ${formatSystemError(cause)}`, {
    cause,
    ...(cause instanceof TextError && { hint: cause.hint }),
  });
}

/** The bytes of a file, or of standard input for `-`. Fails with the system's error or the reason of `io.signal`. */
export function readGiven(path: string, io: Io): AsyncIterable<Uint8Array> {
  return path === "-" ? io.stdin() : readBytes(path, io.signal);
}

/** The bytes of a file in pieces. Fails with the system's error or the reason of `signal`. */
export async function* readBytes(
  path: string,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<Uint8Array, void, undefined> {
  // Opening a pipe waits for whoever writes into it.
  const handle = await raceWithSignal(open(path, "r"), signal);
  try {
    for await (const chunk of readHandle(handle)) {
      signal.throwIfAborted();
      yield chunk;
    }
  } finally {
    await handle.close();
  }
}

/** The bytes of an open file from where it stands, in pieces. */
export async function* readHandle(
  handle: FileHandle,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (;;) {
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
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for await (const chunk of textBytes(bytes, use)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new TextError("it is not UTF-8", ADVICE[use], cause);
  }
}

const MARK = [0xef, 0xbb, 0xbf] as const;

/**
 * The bytes of a text without their byte order mark; files that were joined begin with several.
 *
 * @throws {TextError} They begin as something else does that people give by mistake.
 */
export async function* textBytes(
  bytes: AsyncIterable<Uint8Array>,
  use: TextUse,
): AsyncGenerator<Uint8Array, void, undefined> {
  let beginning: Uint8Array | undefined = new Uint8Array();
  const begin = (chunk: Uint8Array) => {
    refuseOtherFiles(chunk, use);
    let at = 0;
    while (MARK.every((byte, i) => chunk[at + i] === byte)) at += MARK.length;
    return chunk.subarray(at);
  };
  for await (const chunk of bytes) {
    if (beginning === undefined) {
      yield chunk;
      continue;
    }
    const joined: Uint8Array = new Uint8Array(beginning.length + chunk.length);
    joined.set(beginning);
    joined.set(chunk, beginning.length);
    beginning = joined;
    if (joined.length < SIGNATURE_BYTES) continue;
    yield begin(joined);
    beginning = undefined;
  }
  if (beginning !== undefined) yield begin(beginning);
}

const TAB = 0x09;

/** So many bytes tell what a file is. */
const SIGNATURE_BYTES = 16;

function refuseOtherFiles(beginning: Uint8Array, use: TextUse): void {
  const [a, b, c, d] = beginning;
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // Without a mark, every second byte of the first letters is zero.
  if (marked || (a === 0) !== (b === 0) && a !== undefined && b !== undefined) {
    const maker = use === "table" && beginning.some((byte, i) =>
        byte === TAB && beginning[i ^ 1] === 0
      )
      ? "Excel's Unicode Text, with tabs between the cells,"
      : "PowerShell's >";
    throw new TextError(`it is UTF-16, as ${maker} writes it, not UTF-8`, ADVICE[use]);
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
