/**
 * Redaction: a snapshot without the people in it, fit to share.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type { Actor, Credential, Entitlement, Grant, Note, Snapshot, User } from "../types.ts";
import { computeDigest } from "../digest.ts";
import { buildEntitlementId, clientSecretId, grantId } from "../ids.ts";
import { byCodeUnit } from "../order.ts";
import { type FindPeople, preparePeople } from "./find_people.ts";
import {
  CREDENTIAL,
  ENTITLEMENT,
  EVIDENCE,
  GRANT,
  GROUP,
  NOTES,
  ORGANIZATION,
  type Policy,
  type Rule,
  USER,
  VERIFICATION,
} from "./policy.ts";
import {
  createSign,
  hex,
  listActors,
  makePseudonyms,
  PSEUDONYM_BYTES,
  type Pseudonyms,
  type Sign,
} from "./pseudonyms.ts";

/** Options of {@linkcode redactSnapshot}. */
export interface RedactOptions {
  /** The secret key of the pseudonyms, not empty. Anyone who has it can check whether a pseudonym is that of a known user. */
  key: Uint8Array<ArrayBuffer>;
}

/**
 * Replaces everything that identifies a person by pseudonyms: ids, names, addresses and descriptions of users, ids of user
 * grants; and, in the names of projects, roles and the organization, full names, accounts with a dot, blank or `@` in them,
 * and these ids, in any spelling. Keys that this release does not know are left out.
 *
 * The same key gives the same pseudonyms for the same users, so redacted snapshots can be compared. No two pseudonyms are
 * equal. Everything else stays: counts, states, times, grants, names of projects and roles, the organization. The digest
 * is that of the result.
 *
 * @throws {SyncError} `CONFIG_INVALID`: the key is empty; `SNAPSHOT_INVALID`: the result still names somebody, which
 * should not happen.
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

/** A client secret has no id of its own, only its user's. */
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

/** Masks people in role keys. The keys of a project stay different, as they tell its entitlements apart. */
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
      // The snapshot has the name of a user that it holds.
      : rule === "actor"
      ? { id: change.user((value as Actor).id) }
      : typeof value === "string"
      ? change[rule](value)
      : (value as string[]).map(change[rule]).sort(byCodeUnit);
    result[key] = made as Row[typeof key];
  }
  return result as Row;
}

/** Replaces texts that were there, and adds none, as their absence means something. */
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

/** Texts that name nobody: pseudonyms, and times. */
const NAMELESS =
  /^(?:\d{4}-\d\d-\d\dT[\d:.]+Z|(?:(?:client-secret:)?user-|(?:grant|credential)-|Person |Machine )?[0-9a-f]{16,64}(?:-\d+|@redacted\.invalid)?)$/;

/** Looks for people in every text of the result. */
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
  // The other keys of a grant are ids of other rows, which were checked.
  for (const { authorizations } of grants) look(authorizations, "authorizations");
}

function sortById<T extends { id: string }>(rows: T[]): T[] {
  return rows.sort((a, b) => byCodeUnit(a.id, b.id));
}
