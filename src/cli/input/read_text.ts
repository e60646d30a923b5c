/**
 * Text from a file or standard input: the one place that knows how bytes become text.
 *
 * @module
 */
import { Buffer, constants } from "node:buffer";
import { type FileHandle, open } from "node:fs/promises";
import { CliError } from "../errors.ts";
import type { Io } from "../io.ts";
import { raceWithSignal } from "../../concurrency.ts";
import { formatSystemError } from "../system_error.ts";

/** The use of a text; it decides which advice a refusal gives. */
export type TextUse = "snapshot" | "table" | "json" | "secret" | "certificate";

/** The reason why bytes are not the expected text. */
export class TextError extends Error {
  /** How to get the right bytes. */
  readonly hint: string;

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

/** The number of bytes that one read takes. */
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

/** The error for a file or standard input that cannot be read. */
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
  // Opening a pipe waits for its writer.
  await using handle = await raceWithSignal(open(path, "r"), signal);
  for await (const chunk of readHandle(handle)) {
    signal.throwIfAborted();
    yield chunk;
  }
}

/** The bytes of an open file from its position, in pieces. */
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
 * Bytes as text without a byte order mark, in pieces.
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

/** The number of bytes that tell the kind of a file. */
const SIGNATURE_BYTES = 16;

/**
 * The bytes of a text without its byte order mark.
 *
 * @throws {TextError} They are UTF-16, compressed, or a workbook.
 */
export async function* textBytes(
  bytes: AsyncIterable<Uint8Array>,
  use: TextUse,
): AsyncGenerator<Uint8Array, void, undefined> {
  let beginning: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of bytes) {
    if (beginning === undefined) {
      yield chunk;
      continue;
    }
    beginning = Buffer.concat([beginning, chunk]);
    if (beginning.length < SIGNATURE_BYTES) continue;
    yield withoutMarks(beginning, use);
    beginning = undefined;
  }
  if (beginning !== undefined) yield withoutMarks(beginning, use);
}

function withoutMarks(beginning: Uint8Array, use: TextUse): Uint8Array {
  refuseOtherFiles(beginning, use);
  // Files that were joined begin with several marks.
  let at = 0;
  while ([0xef, 0xbb, 0xbf].every((byte, i) => beginning[at + i] === byte)) at += 3;
  return beginning.subarray(at);
}

const TAB = 0x09;

function refuseOtherFiles(beginning: Uint8Array, use: TextUse): void {
  const [a, b, c, d] = beginning;
  const marked = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff);
  // Without a mark, every second byte of the first letters is zero.
  if (marked || (a === 0) !== (b === 0) && a !== undefined && b !== undefined) {
    const hasTabs = beginning.some((byte, i) => byte === TAB && beginning[i ^ 1] === 0);
    const maker = use === "table" && hasTabs
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
