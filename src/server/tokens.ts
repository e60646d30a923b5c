/**
 * The server's own bearer tokens.
 *
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** The least length of a token, in characters. */
export const SHORTEST_TOKEN = 32;

/** Tells whether a text has the form of a bearer token (RFC 6750, 2.1). */
export function isBearerToken(text: string): boolean {
  return /^[\w.~+/-]+=*$/.test(text);
}

/**
 * Creates a test of whether a token is one of `tokens`.
 *
 * Its duration reveals neither how much of a token is right nor which one it is: it compares all bytes of all SHA-256
 * digests.
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
