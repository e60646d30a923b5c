/**
 * The server's own bearer tokens.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** The shortest token that is accepted, in characters. */
export const SHORTEST_TOKEN = 32;

/** Whether a text can be a bearer token at all (RFC 6750, 2.1). */
export function isBearerToken(text: string): boolean {
  return /^[\w.~+/-]+=*$/.test(text);
}

/**
 * A check whether a token is one of these.
 *
 * How long it takes does not tell how much of a token is right, nor which one it is: what is compared are SHA-256
 * digests, all bytes of all of them.
 */
export function createTokenCheck(tokens: readonly string[]): (token: string) => boolean {
  const accepted = tokens.map(sha256);
  return (token) => {
    const given = sha256(token);
    return accepted.filter((digest) => timingSafeEqual(digest, given)).length > 0;
  };
}

function sha256(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
