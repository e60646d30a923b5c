import { open } from "node:fs/promises";
import process from "node:process";
import { decodeText, joinText, readHandle, TextError, type TextUse } from "./read_text.ts";

/** A file that may hold a secret. */
export interface PrivateFile {
  /** Its content, without a byte order mark. */
  text: string;
  /** The warning that others may read it. */
  warning?: string;
}

/** In bytes. No token and no configuration is larger; a wrong path should not fill the memory. */
const LARGEST = 1024 * 1024;

/**
 * Reads a file that may hold a secret, and checks who else may read it.
 *
 * Rejects with the system's error, or with a `TextError` if it is not UTF-8.
 */
export async function readPrivateFile(
  path: string,
  use: TextUse = "secret",
): Promise<PrivateFile> {
  await using file = await open(path, "r");
  const stat = await file.stat();
  const text = await joinText(decodeText(atMost(LARGEST, readHandle(file)), use));
  // Windows has no such bits: all files look readable by all there.
  const isOpen = stat.isFile() && process.platform !== "win32" && (stat.mode & 0o077) !== 0;
  if (!isOpen) return { text };
  const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
  return {
    text,
    warning: `${path} has mode ${mode}, so other users of this machine may get at the token: ` +
      `chmod 600 ${path}`,
  };
}

async function* atMost(
  most: number,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > most) {
      throw new TextError(`it has more than ${most} bytes`, "Name the right file: it has a few");
    }
    yield chunk;
  }
}
