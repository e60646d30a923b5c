/**
 * The same snapshot without the people in it, to be shared with those who need not know them.
 *
 * @module
 */
import type { Grant, Note, Snapshot, User } from "../contract.ts";
import { computeDigest } from "../digest.ts";
import { entitlementId, grantId } from "../ids.ts";
import { byCodeUnit } from "../order.ts";

/** How to redact. */
export interface RedactOptions {
  /** Who has it can tell whether a pseudonym belongs to a user that they know: keep it secret. Not empty. */
  key: Uint8Array<ArrayBuffer>;
}

/** How many hexadecimal digits make up a pseudonym: enough that no two of a billion users share one by chance. */
const PSEUDONYM_LENGTH = 16;

/** So many pseudonyms are computed side by side. */
const BLOCK = 1000;

/** A name of a person in the text of something else is looked for over this many words. */
const LONGEST_NAME = 8;

/**
 * Replaces all that tells who somebody is by pseudonyms: ids, names, addresses, descriptions of users, the ids of user
 * grants, and full names and addresses in the names of projects, roles and the organization.
 *
 * The same key gives the same pseudonyms for the same users, so redacted snapshots can be compared with each other. All
 * else stays: lists, counts, states, times, who holds what, names of projects and roles, the organization. The digest is
 * that of the result.
 */
export async function redactSnapshot(
  snapshot: Snapshot,
  { key }: RedactOptions,
): Promise<Snapshot> {
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const users = await pseudonyms(hmac, "user", snapshot.users.map(({ id }) => id));
  const authorizations = await pseudonyms(hmac, "authorization", listAuthorizations(snapshot));
  const pseudonymForUser = (id: string) => `user-${users.get(id)!}`;
  const pseudonymForAuthorization = (id: string) => `grant-${authorizations.get(id)!}`;
  const masked = masking(snapshot.users, users);
  const { organization } = snapshot;

  const entitlementIds = new Map<string, string>();
  const entitlements = snapshot.entitlements.map((row) => {
    const roleKey = masked(row.roleKey);
    const id = entitlementId(row.groupId, roleKey);
    entitlementIds.set(row.id, id);
    return {
      ...row,
      id,
      roleKey,
      ...(row.displayName !== undefined && { displayName: masked(row.displayName) }),
      ...(row.roleGroup !== undefined && { roleGroup: masked(row.roleGroup) }),
    };
  });
  const redacted: Snapshot = {
    ...snapshot,
    organization: {
      ...organization,
      ...(organization.name !== undefined && { name: masked(organization.name) }),
    },
    users: sortById(snapshot.users.map((user) => redactUser(user, users.get(user.id)!))),
    groups: snapshot.groups.map((row) => ({
      ...row,
      ...(row.name !== undefined && { name: masked(row.name) }),
    })),
    entitlements: sortById(entitlements),
    grants: sortById(snapshot.grants.map((grant): Grant => {
      const userId = pseudonymForUser(grant.userId);
      const entitlement = entitlementIds.get(grant.entitlementId)!;
      return {
        ...grant,
        id: grantId(entitlement, userId),
        entitlementId: entitlement,
        userId,
        authorizations: grant.authorizations.map(pseudonymForAuthorization).sort(byCodeUnit),
      };
    })),
    notes: snapshot.notes.map((note): Note => ({
      ...note,
      ...("authorizations" in note && {
        authorizations: note.authorizations.map(pseudonymForAuthorization).sort(byCodeUnit),
      }),
      ...("userIds" in note && { userIds: note.userIds.map(pseudonymForUser).sort(byCodeUnit) }),
    })),
  };
  return { ...redacted, digest: await computeDigest(redacted) };
}

function listAuthorizations({ grants, notes }: Snapshot): string[] {
  const ids = new Set(grants.flatMap(({ authorizations }) => authorizations));
  for (const note of notes) {
    if ("authorizations" in note) { for (const id of note.authorizations) ids.add(id); }
  }
  return [...ids];
}

async function pseudonyms(
  key: CryptoKey,
  kind: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const encoder = new TextEncoder();
  const found = new Map<string, string>();
  for (let start = 0; start < ids.length; start += BLOCK) {
    const block = ids.slice(start, start + BLOCK);
    const hashes = await Promise.all(
      block.map((id) => crypto.subtle.sign("HMAC", key, encoder.encode(`${kind}:${id}`))),
    );
    block.forEach((id, index) => found.set(id, hex(hashes[index]!)));
  }
  return found;
}

function hex(hash: ArrayBuffer): string {
  return [...new Uint8Array(hash, 0, PSEUDONYM_LENGTH / 2)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Each text is there if it was there before, so that what depends on its absence stays the same. */
function redactUser(user: User, pseudonym: string): User {
  const kind = user.type === "machine" ? "Machine" : "Person";
  const loginName = (index: number) => `${pseudonym}-${index + 1}`;
  const { loginNames = [], preferredLoginName } = user;
  const preferred = preferredLoginName === undefined ? -1 : loginNames.indexOf(preferredLoginName);
  return {
    ...user,
    id: `user-${pseudonym}`,
    ...(user.username !== undefined && { username: pseudonym }),
    ...(user.displayName !== undefined && { displayName: `${kind} ${pseudonym}` }),
    ...(user.firstName !== undefined && { firstName: kind }),
    ...(user.lastName !== undefined && { lastName: pseudonym }),
    ...(user.email !== undefined && { email: `${pseudonym}@redacted.invalid` }),
    ...(preferredLoginName !== undefined &&
      { preferredLoginName: loginName(Math.max(0, preferred)) }),
    ...(user.loginNames !== undefined && {
      loginNames: loginNames.map((_, index) => loginName(index)).sort(byCodeUnit),
    }),
    ...(user.description !== undefined && { description: "redacted" }),
  };
}

/**
 * Finds people in the names of other things. Only what can be nothing else counts: full names and addresses. A user
 * name may well be that of a role too, such as `admin`.
 */
function masking(
  users: readonly User[],
  pseudonyms: ReadonlyMap<string, string>,
): (text: string) => string {
  const names = new Map<string, string>();
  for (const user of users) {
    if (user.type === "machine") continue;
    const { displayName, username, email, preferredLoginName, loginNames = [] } = user;
    for (const name of [displayName, username, email, preferredLoginName, ...loginNames]) {
      if (name !== undefined && /\S[\s.@]\S/.test(name)) names.set(name, pseudonyms.get(user.id)!);
    }
  }
  return (text) => {
    const words = [...text.matchAll(/[\p{L}\p{N}\p{M}]+/gu)];
    let masked = "";
    let copied = 0;
    for (let first = 0; first < words.length; first++) {
      const start = words[first]!.index;
      if (start < copied) continue;
      for (let last = Math.min(words.length, first + LONGEST_NAME) - 1; last > first; last--) {
        const end = words[last]!.index + words[last]![0].length;
        const pseudonym = names.get(text.slice(start, end));
        if (pseudonym === undefined) continue;
        masked += text.slice(copied, start) + pseudonym;
        copied = end;
        break;
      }
    }
    return masked + text.slice(copied);
  };
}

function sortById<T extends { id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => byCodeUnit(a.id, b.id));
}
