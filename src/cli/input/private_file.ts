import { open } from "node:fs/promises";
import process from "node:process";
import { decodeText, joinText, readHandle, TextError, type TextUse } from "./read_text.ts";

/** A file that may hold a secret. */
export interface PrivateFile {
  /** What it holds, without a byte order mark. */
  text: string;
  /** What to warn about: others may read it. */
  warning?: string;
}

/** No token and no configuration is larger; a wrong path should not fill the memory. */
const LARGEST = 1024 * 1024;

/**
 * Reads a file that may hold a secret, and looks at who else may read it.
 *
 * Rejects with the system's error, or with a `TextError` if it is not UTF-8.
 */
export async function readPrivateFile(
  path: string,
  use: TextUse = "secret",
): Promise<PrivateFile> {
  const file = await open(path, "r");
  try {
    const stat = await file.stat();
    const text = await joinText(decodeText(atMost(LARGEST, readHandle(file)), use));
    // Windows has no such bits: there all files look readable by all.
    const open = stat.isFile() && process.platform !== "win32" && (stat.mode & 0o077) !== 0;
    if (!open) return { text };
    const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
    return {
      text,
      warning: `${path} has mode ${mode}, so other users of this machine may get at the token: ` +
        `chmod 600 ${path}`,
    };
  } finally {
    await file.close();
  }
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
