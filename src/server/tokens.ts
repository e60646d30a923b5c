/**
 * The server's own bearer tokens.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** The shortest token that is accepted, in characters. */
export const SHORTEST_TOKEN = 32;

/**
 * A check of the header `Authorization` against all accepted tokens.
 *
 * How long it takes does not tell how much of a token is right: what is compared are SHA-256 hashes, all bytes of all
 * of them.
 */
export function createAuthorize(tokens: readonly string[]): (header: string | null) => boolean {
  const accepted = tokens.map(sha256);
  return (header) => {
    const given = sha256(/^bearer +([\x21-\x7e]+) *$/i.exec(header ?? "")?.[1] ?? "");
    let known = 0;
    for (const hash of accepted) {
      let difference = 0;
      for (let i = 0; i < hash.length; i++) difference |= hash[i]! ^ given[i]!;
      // 1 where there is no difference, without a branch.
      known |= ((difference - 1) >>> 8) & 1;
    }
    return known === 1;
  };
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
