/**
 * The same snapshot without the people in it, to be shared with those who need not know them.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type {
  Actor,
  Credential,
  Entitlement,
  EventDifference,
  Evidence,
  Grant,
  Group,
  Note,
  Organization,
  Snapshot,
  User,
  Verification,
} from "../types.ts";
import { computeDigest } from "../digest.ts";
import { buildEntitlementId, clientSecretId, grantId } from "../ids.ts";
import { byCodeUnit } from "../order.ts";
import { type FindPeople, preparePeople } from "./find_people.ts";

/** How to redact. */
export interface RedactOptions {
  /** Who has it can tell whether a pseudonym belongs to a user that they know: keep it secret. Not empty. */
  key: Uint8Array<ArrayBuffer>;
}

/**
 * What becomes of a key: `keep` it, `mask` the people in its text, make pseudonyms of the ids of users or user grants or of
 * an `actor`, or `drop` it. A key that is in no policy, such as one of a later release, is dropped.
 */
type Rule = "keep" | "mask" | "user" | "authorization" | "actor" | "drop";

/** A rule for each key: whoever adds a key to the contract has to decide here. */
type Policy<Row> = { readonly [Key in keyof Required<Row>]: Rule };

const ORGANIZATION: Policy<Organization> = {
  id: "keep",
  name: "mask",
  primaryDomain: "mask",
  state: "keep",
};

const EVIDENCE: Policy<Evidence> = {
  list: "keep",
  groupId: "keep",
  reported: "keep",
  received: "keep",
  distinct: "keep",
  requests: "keep",
  method: "keep",
  passes: "keep",
  repaired: "keep",
  startedAt: "keep",
  completedAt: "keep",
  viewTimestamp: "keep",
};

const VERIFICATION: Policy<Verification> = {
  method: "keep",
  events: "keep",
  requests: "keep",
  upTo: "keep",
  agreed: "keep",
  notCompared: "keep",
  startedAt: "keep",
  completedAt: "keep",
};

/** What tells who a user is, is made anew by {@linkcode redactUser}. */
const USER: Policy<User> = {
  id: "user",
  type: "keep",
  state: "keep",
  username: "drop",
  displayName: "drop",
  firstName: "drop",
  lastName: "drop",
  email: "drop",
  emailVerified: "keep",
  preferredLoginName: "drop",
  loginNames: "drop",
  description: "drop",
  organizationId: "keep",
  external: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

const GROUP: Policy<Group> = {
  id: "keep",
  kind: "keep",
  name: "mask",
  of: "keep",
  projectId: "keep",
  state: "keep",
  roleAssertion: "keep",
  roleCheck: "keep",
  projectCheck: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

const ENTITLEMENT: Policy<Entitlement> = {
  id: "keep",
  groupId: "keep",
  roleKey: "mask",
  displayName: "mask",
  roleGroup: "mask",
  defined: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

const GRANT: Policy<Grant> = {
  id: "keep",
  entitlementId: "keep",
  groupId: "keep",
  userId: "user",
  state: "keep",
  authorizations: "authorization",
  grantedBy: "actor",
  grantedAt: "keep",
  createdAt: "keep",
  updatedAt: "keep",
};

const CREDENTIAL: Policy<Credential> = {
  id: "keep",
  kind: "keep",
  userId: "user",
  createdAt: "keep",
  updatedAt: "keep",
  expiresAt: "keep",
};

const DIFFERENCE: Policy<EventDifference> = {
  list: "keep",
  groupId: "keep",
  groupName: "mask",
  roleKey: "mask",
  authorization: "authorization",
  userId: "user",
  roleKeys: "mask",
  listedRoleKeys: "mask",
  state: "keep",
  listedState: "keep",
  event: "keep",
  at: "keep",
  by: "actor",
};

const NOTES: { readonly [Code in Note["code"]]: Policy<Extract<Note, { code: Code }>> } = {
  "other-organizations-unknown": { code: "keep" },
  "instance-administrators-unknown": { code: "keep" },
  "reported-count-differs": {
    code: "keep",
    list: "keep",
    groupId: "keep",
    reported: "keep",
    distinct: "keep",
  },
  "authorizations-without-roles": { code: "keep", authorizations: "authorization" },
  "grants-on-foreign-groups": { code: "keep", count: "keep" },
  "grants-by-other-organizations": { code: "keep", count: "keep", groups: "keep" },
  "users-without-login-name": { code: "keep", userIds: "user" },
  "users-not-listed": { code: "keep", userIds: "user" },
  "groups-not-listed": { code: "keep", groupIds: "keep", authorizations: "authorization" },
  "lost-by-zitadel": { code: "keep", ...DIFFERENCE },
  "phantom-grant": { code: "keep", ...DIFFERENCE },
  "phantom-group": { code: "keep", ...DIFFERENCE },
  "phantom-entitlement": { code: "keep", ...DIFFERENCE },
  "differs-from-events": { code: "keep", ...DIFFERENCE },
  "events-cut": { code: "keep", groupIds: "keep", authorizations: "authorization" },
  "unknown-events": {
    code: "keep",
    types: "keep",
    groupIds: "keep",
    authorizations: "authorization",
  },
};

/**
 * Replaces all that tells who somebody is by pseudonyms: ids, names, addresses, descriptions of users, the ids of user
 * grants; and in the names of projects, roles and the organization full names, accounts with a dot, blank or `@` in them,
 * and these ids, however they are spelled. Keys that this release does not know are left out.
 *
 * The same key gives the same pseudonyms for the same users, so redacted snapshots can be compared with each other. No two
 * pseudonyms are the same. All else stays: counts, states, times, who holds what, names of projects and roles, the
 * organization. The digest is that of the result.
 *
 * @throws {SyncError} `CONFIG_INVALID`: the key is empty; `SNAPSHOT_INVALID`: somebody is still in the result. It should
 * not happen.
 */
export async function redactSnapshot(
  snapshot: Snapshot,
  { key }: RedactOptions,
): Promise<Snapshot> {
  if (key.length === 0) {
    throw new SyncError("CONFIG_INVALID", "The key that pseudonyms are made with is empty");
  }
  const sign = await createSign(key);
  const pseudonyms = await makePseudonyms(snapshot, sign);
  const find = createPeopleFinder(snapshot, pseudonyms);
  const mask = (text: string) => maskPeople(text, find);
  const row = <Row extends object>(from: Row, policy: Policy<Row>): Row =>
    applyPolicy(from, policy, { mask, ...pseudonyms });

  const keys = await maskRoleKeys(snapshot.entitlements, mask, sign);
  const entitlementIds = new Map<string, string>();
  const groups = new Map(snapshot.groups.map((group) => [group.id, group]));
  const entitlements = snapshot.entitlements.map((from): Entitlement => {
    const roleKey = keys.get(from)!;
    const id = buildEntitlementId(groups.get(from.groupId)!, roleKey);
    entitlementIds.set(from.id, id);
    return { ...row(from, ENTITLEMENT), id, roleKey };
  });
  const grants = snapshot.grants.map((from): Grant => {
    const redacted = row(from, GRANT);
    const held = entitlementIds.get(from.entitlementId)!;
    return { ...redacted, id: grantId(held, redacted.userId), entitlementId: held };
  });
  const redacted = {
    format: snapshot.format,
    version: snapshot.version,
    tool: { name: snapshot.tool.name, version: snapshot.tool.version },
    instance: { url: mask(snapshot.instance.url) },
    organization: row(snapshot.organization, ORGANIZATION),
    startedAt: snapshot.startedAt,
    completedAt: snapshot.completedAt,
    digest: snapshot.digest,
    counts: {
      users: snapshot.users.length,
      groups: snapshot.groups.length,
      entitlements: entitlements.length,
      grants: grants.length,
      ...(snapshot.credentials && { credentials: snapshot.credentials.length }),
    },
    evidence: snapshot.evidence.map((from) => row(from, EVIDENCE)),
    ...(snapshot.verification && { verification: row(snapshot.verification, VERIFICATION) }),
    users: sortById(
      snapshot.users.map((user) =>
        redactUser(user, row(user, USER), pseudonyms.users.get(user.id)!)
      ),
    ),
    groups: snapshot.groups.map((from) => row(from, GROUP)),
    entitlements: sortById(entitlements),
    grants: sortById(grants),
    ...(snapshot.credentials && {
      credentials: sortById(
        snapshot.credentials.map((from) =>
          redactCredential(from, row(from, CREDENTIAL), pseudonyms)
        ),
      ),
    }),
    notes: snapshot.notes.map((from) => row(from, NOTES[from.code] as Policy<Note>)),
  } satisfies Snapshot;
  refuseLeaks(redacted, find);
  return { ...redacted, digest: await computeDigest(redacted) };
}

/** The secret of a client has no id of its own but its user's. */
function redactCredential(
  from: Credential,
  row: Credential,
  { credentials }: Pseudonyms,
): Credential {
  const id = from.kind === "client-secret"
    ? clientSecretId(row.userId)
    : `credential-${credentials.get(from.id)!}`;
  return { ...row, id };
}

interface Pseudonyms {
  /** Those of users, by their ids. */
  users: ReadonlyMap<string, string>;
  /** Those of user grants. */
  authorizations: ReadonlyMap<string, string>;
  /** Those of tokens and keys. */
  credentials: ReadonlyMap<string, string>;
}

async function makePseudonyms(
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

/** Everybody who is said to have done something. */
function listActors({ grants, notes }: Pick<Snapshot, "grants" | "notes">): Iterable<Actor> {
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
type Sign = <T>(items: Iterable<T>, text: (item: T) => string) => Promise<Map<T, Uint8Array>>;

/** How many signatures are asked for at a time: each is a promise of its own, and there may be hundreds of thousands. */
const SIGNATURES_AT_A_TIME = 1000;

async function createSign(key: Uint8Array<ArrayBuffer>): Promise<Sign> {
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
const PSEUDONYM_BYTES = 8;

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

function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += BYTES[byte]!;
  return text;
}

function createPeopleFinder(snapshot: Snapshot, pseudonyms: Pseudonyms): FindPeople {
  const { users, groups, organization } = snapshot;
  const listed = new Set(users.map(({ id }) => id));
  const others = [...listActors(snapshot)].filter(({ id }) => !listed.has(id)).map((
    { id, name },
  ): User => ({ id, state: "unknown", external: true, ...(name && { displayName: name }) }));
  const kept = new Set([organization.id, ...groups.map(({ id }) => id)]);
  const ids = [...pseudonyms.users, ...pseudonyms.authorizations];
  return preparePeople(
    [...users, ...others].map((user) => [user, pseudonyms.users.get(user.id)!]),
    ids.filter(([id]) => !kept.has(id)),
  );
}

function maskPeople(text: string, find: FindPeople): string {
  let masked = "";
  let copied = 0;
  for (const { start, end, pseudonym } of find(text)) {
    masked += text.slice(copied, start) + pseudonym;
    copied = end;
  }
  return masked + text.slice(copied);
}

/** Role keys without people; of a project still each another, as its entitlements are told apart by them. */
async function maskRoleKeys(
  entitlements: readonly Entitlement[],
  mask: (text: string) => string,
  sign: Sign,
): Promise<Map<Entitlement, string>> {
  const masked = new Map(entitlements.map((row) => [row, mask(row.roleKey)]));
  const id = (row: Entitlement) => `${row.groupId}\0${masked.get(row)}`;
  const counts = new Map<string, number>();
  for (const row of entitlements) counts.set(id(row), (counts.get(id(row)) ?? 0) + 1);
  const repeated = entitlements.filter((row) =>
    counts.get(id(row)) !== 1 && masked.get(row) !== row.roleKey
  );
  for (const [row, hash] of await sign(repeated, ({ id }) => `role:${id}`)) {
    masked.set(row, `${masked.get(row)}-${hex(hash.subarray(0, PSEUDONYM_BYTES))}`);
  }
  return masked;
}

function applyPolicy<Row extends object>(
  row: Row,
  policy: Policy<Row>,
  { mask, users, authorizations }: Pseudonyms & { mask: (text: string) => string },
): Row {
  const change: Readonly<
    Record<Exclude<Rule, "keep" | "drop" | "actor">, (text: string) => string>
  > = {
    mask,
    user: (id) => `user-${users.get(id)!}`,
    authorization: (id) => `grant-${authorizations.get(id)!}`,
  };
  const result: Partial<Row> = {};
  for (const key in policy) {
    const rule: Rule = policy[key];
    const value: unknown = row[key];
    if (value === undefined || rule === "drop") continue;
    const made = rule === "keep"
      ? value
      // The name is that of the user, where the user is in the snapshot.
      : rule === "actor"
      ? { id: change.user((value as Actor).id) }
      : typeof value === "string"
      ? change[rule](value)
      : (value as string[]).map(change[rule]).sort(byCodeUnit);
    result[key] = made as Row[typeof key];
  }
  return result as Row;
}

/** Each text is there if it was there before, so that what depends on its absence stays the same. */
function redactUser(user: User, { id, type, state, ...rest }: User, pseudonym: string): User {
  const kind = user.type === "machine" ? "Machine" : "Person";
  const loginName = (index: number) => `${pseudonym}-${index + 1}`;
  const { loginNames = [], preferredLoginName } = user;
  const preferred = preferredLoginName === undefined ? -1 : loginNames.indexOf(preferredLoginName);
  const { emailVerified, ...others } = rest;
  return {
    id,
    ...(type !== undefined && { type }),
    state,
    ...(user.username !== undefined && { username: pseudonym }),
    ...(user.displayName !== undefined && { displayName: `${kind} ${pseudonym}` }),
    ...(user.firstName !== undefined && { firstName: kind }),
    ...(user.lastName !== undefined && { lastName: pseudonym }),
    ...(user.email !== undefined && { email: `${pseudonym}@redacted.invalid` }),
    ...(emailVerified !== undefined && { emailVerified }),
    ...(preferredLoginName !== undefined &&
      { preferredLoginName: loginName(Math.max(0, preferred)) }),
    ...(user.loginNames !== undefined && {
      loginNames: loginNames.map((_, index) => loginName(index)).sort(byCodeUnit),
    }),
    ...(user.description !== undefined && { description: "redacted" }),
    ...others,
  };
}

/** What is made here is no name, nor is a time. */
const NAMELESS =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]+Z|(?:(?:client-secret:)?user-|(?:grant|credential)-|Person |Machine )?[0-9a-f]{16,64}(?:-\d+|@redacted\.invalid)?)$/;

/** Looks for people wherever a text is, whatever was done to it. */
function refuseLeaks(redacted: Snapshot, find: FindPeople): void {
  const seen = new Set<string>();
  const look = (value: unknown, path: string): void => {
    if (typeof value === "string") {
      if (seen.has(value) || NAMELESS.test(value)) return;
      seen.add(value);
      if (find(value).length === 0) return;
      throw new SyncError("SNAPSHOT_INVALID", `Cannot redact the snapshot: ${path} names somebody`);
    }
    if (typeof value !== "object" || value === null) return;
    for (const key in value) {
      look(value[key as keyof typeof value], Array.isArray(value) ? path : key);
    }
  };
  const { grants, ...others } = redacted;
  look(others, "it");
  // What else a grant holds are ids of the others, which the reader checks.
  for (const { authorizations } of grants) look(authorizations, "authorizations");
}

function sortById<T extends { id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => byCodeUnit(a.id, b.id));
}
