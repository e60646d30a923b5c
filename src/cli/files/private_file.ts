import { open } from "node:fs/promises";
import process from "node:process";

/** A file that may hold a secret. */
export interface PrivateFile {
  /** What it holds, as UTF-8. */
  text: string;
  /** What to warn about: others may read it. */
  warning?: string;
}

/** No token and no configuration is larger; a wrong path should not fill the memory. */
const LARGEST = 1024 * 1024;

/** Reads a file that may hold a secret, and looks at who else may read it. Rejects with the system's error. */
export async function readPrivateFile(path: string): Promise<PrivateFile> {
  const file = await open(path, "r");
  try {
    const stat = await file.stat();
    if (stat.isFile() && stat.size > LARGEST) {
      throw new Error(`it has ${stat.size} bytes, at most ${LARGEST} are read`);
    }
    const text = await file.readFile("utf8");
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
