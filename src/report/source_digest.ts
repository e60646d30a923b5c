import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** One number for the contents of some files; which line ends a checkout has makes no difference. */
export async function sourceDigest(root: URL, paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) {
    const text = (await readFile(new URL(path, root), "utf8")).replaceAll("\r\n", "\n");
    hash.update(`${path} ${text.length}\n${text}`);
  }
  return hash.digest("hex");
}
