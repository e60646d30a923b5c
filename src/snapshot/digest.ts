/**
 * The digest of the access that a snapshot holds.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Snapshot } from "./types.ts";
import { type ListName, listNames } from "./lists.ts";
import { listRows } from "./types.ts";

/** Number of rows in a block. It is part of the definition: another number gives other digests. */
const BLOCK_ROWS = 1000;

/** The part of a snapshot that its digest covers. */
export type DigestInput =
  & { organization: Pick<Snapshot["organization"], "id"> }
  & Pick<Snapshot, ListName>;

/**
 * Computes the digest of a snapshot's access: the same access gives the same digest, whenever and however it was read.
 *
 * It is the SHA-256 of a text of lines: the organization's id; then for each list that the snapshot has its name
 * and the SHA-256, in hexadecimal, of each 1000 rows, a row being its JSON in one line. (Blocks, because Web Crypto hashes
 * whole buffers only, and a list may have hundreds of megabytes.) You can check it without this program:
 *
 * ```sh
 * { jq -r .organization.id snapshot.json
 *   for list in users groups entitlements grants; do
 *     echo "$list"
 *     jq -c ".$list[]" snapshot.json | split -l 1000 --filter 'sha256sum | cut -c -64'
 *   done
 * } | sha256sum
 * ```
 *
 * @returns `sha256:` and 64 hexadecimal digits.
 */
export async function computeDigest(snapshot: DigestInput): Promise<string> {
  const lines = [snapshot.organization.id];
  for (const name of listNames(snapshot)) {
    lines.push(name);
    const rows: readonly unknown[] = listRows(snapshot, name);
    for (let start = 0; start < rows.length; start += BLOCK_ROWS) {
      const block = rows.slice(start, start + BLOCK_ROWS);
      lines.push(await sha256(block.map((row) => `${JSON.stringify(row)}\n`).join("")));
    }
  }
  return `sha256:${await sha256(lines.map((line) => `${line}\n`).join(""))}`;
}

/**
 * Compares a snapshot's digest with its content.
 *
 * @throws {SyncError} `SNAPSHOT_INVALID`: they differ, so the snapshot was changed after it was taken.
 */
export async function verifyDigest(snapshot: Snapshot): Promise<void> {
  if (await computeDigest(snapshot) === snapshot.digest) return;
  throw new SyncError(
    "SNAPSHOT_INVALID",
    "Cannot trust the snapshot: its digest does not fit, so something in it was changed",
    {
      hint:
        "Take a new snapshot, or the file as it was first written; to look at this one all the " +
        "same there is `ignoreDigest: true`",
    },
  );
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
