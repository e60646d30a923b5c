/**
 * Pseudonyms: the same for the same key and id, and none for two ids.
 *
 * @module
 */
import type { Actor, Snapshot } from "../types.ts";

/** Pseudonyms by the ids that they stand for. */
export interface Pseudonyms {
  /** Those of users, by their ids. */
  users: ReadonlyMap<string, string>;
  /** Those of user grants. */
  authorizations: ReadonlyMap<string, string>;
  /** Those of tokens and keys. */
  credentials: ReadonlyMap<string, string>;
}

/** Makes the pseudonyms of everybody and everything in a snapshot that needs one. */
export async function makePseudonyms(
  { users, grants, credentials = [], notes }: Snapshot,
  sign: Sign,
): Promise<Pseudonyms> {
  const userIds = new Set(users.map(({ id }) => id));
  const authorizations = new Set<string>();
  for (const grant of grants) for (const id of grant.authorizations) authorizations.add(id);
  for (const note of notes) {
    if ("userIds" in note) { for (const id of note.userIds) userIds.add(id); }
    if ("authorizations" in note) { for (const id of note.authorizations) authorizations.add(id); }
    if ("event" in note) {
      if (note.userId !== undefined) userIds.add(note.userId);
      if (note.authorization !== undefined) authorizations.add(note.authorization);
    }
  }
  for (const { id } of listActors({ grants, notes })) userIds.add(id);
  const make = async (kind: string, ids: Set<string>) =>
    shortenHashes(await sign(ids, (id) => `${kind}:${id}`));
  return {
    users: await make("user", userIds),
    authorizations: await make("authorization", authorizations),
    credentials: await make("credential", new Set(credentials.map(({ id }) => id))),
  };
}

/** Everybody who did something, by what a snapshot tells. */
export function listActors({ grants, notes }: Pick<Snapshot, "grants" | "notes">): Iterable<Actor> {
  const actors = new Map<string, Actor>();
  for (const { grantedBy } of grants) {
    if (grantedBy !== undefined) actors.set(grantedBy.id, grantedBy);
  }
  for (const note of notes) {
    if ("by" in note && note.by !== undefined) actors.set(note.by.id, note.by);
  }
  return actors.values();
}

/** The HMAC-SHA-256 of a text for each item. */
export type Sign = <T>(
  items: Iterable<T>,
  text: (item: T) => string,
) => Promise<Map<T, Uint8Array>>;

/** How many signatures are asked for at a time: each is a promise of its own, and there may be hundreds of thousands. */
const SIGNATURES_AT_A_TIME = 1000;

/** Prepares a key to sign with. */
export async function createSign(key: Uint8Array<ArrayBuffer>): Promise<Sign> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmac = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  const encoder = new TextEncoder();
  return async (items, text) => {
    const all = [...items];
    const signed = new Map<typeof all[number], Uint8Array>();
    for (let from = 0; from < all.length; from += SIGNATURES_AT_A_TIME) {
      const some = all.slice(from, from + SIGNATURES_AT_A_TIME);
      const signatures = await Promise.all(
        some.map((item) => crypto.subtle.sign("HMAC", hmac, encoder.encode(text(item)))),
      );
      some.forEach((item, i) => signed.set(item, new Uint8Array(signatures[i]!)));
    }
    return signed;
  };
}

/** How many bytes of a hash make up a pseudonym. */
export const PSEUDONYM_BYTES = 8;

/**
 * The first digits of hashes, as many as it takes for each to be another. With 16 of them two of 100,000 users share a
 * beginning once in four thousand million organizations; two of a thousand million users, once in 37.
 */
export function shortenHashes(hashes: ReadonlyMap<string, Uint8Array>): Map<string, string> {
  const shortened = new Map<string, string>();
  const taken = new Set<string>();
  const repeated = new Set<string>();
  for (const [id, hash] of hashes) {
    const beginning = hex(hash.subarray(0, PSEUDONYM_BYTES));
    shortened.set(id, beginning);
    if (taken.has(beginning)) repeated.add(beginning);
    taken.add(beginning);
  }
  if (repeated.size === 0) return shortened;
  for (const [id, beginning] of shortened) {
    if (repeated.has(beginning)) shortened.set(id, hex(hashes.get(id)!));
  }
  return shortened;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Bytes in hexadecimal. */
export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += BYTES[byte]!;
  return text;
}
