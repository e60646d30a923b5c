/**
 * What is read beside the four lists, if it is asked for: who administers, and what machines sign in with.
 *
 * @module
 */
import type { Credential, Group, Note, Organization, User } from "../snapshot/types.ts";
import { clientSecretId } from "../snapshot/ids.ts";
import { byCodeUnit } from "../snapshot/order.ts";
import { readAdministrators } from "../zitadel/privileged/administrators.ts";
import { readCredentials } from "../zitadel/privileged/credentials.ts";
import type { ListsContext } from "../zitadel/api/lists.ts";
import type { WireUser } from "../zitadel/api/wire.ts";
import { isSameAdministrator, readAdministration } from "./administration.ts";
import type { Administration } from "./build.ts";
import { askNamedUsers, type NamedUser } from "./named_users.ts";
import type { Session } from "./options.ts";
import type { Recorder } from "./recorder.ts";
import { present } from "./rows.ts";

/** What {@linkcode readPrivileged} needs. */
export interface PrivilegedOptions {
  /** The organization. */
  organization: Organization;
  /** The users that are known. */
  users: readonly User[];
  /** The organization's projects. */
  projects: readonly Group[];
  /** The ids of machines that have a client secret. */
  machinesWithSecret: ReadonlySet<string>;
  /** The host of the instance, if the token may see who administers that. */
  instanceHost: string | undefined;
  /** Reports, and keeps the evidence. */
  recorder: Recorder;
  /** What the lists of this sync share, and what is asked for. */
  context: ListsContext & Pick<Session, "include"> & { organizationId: string };
}

/** What was asked for. */
export interface Privileged {
  /** Users that the other lists lack. */
  users: User[];
  /** Who administers what. */
  administration?: Administration;
  /** What machines sign in with, sorted by id. */
  credentials?: Credential[];
  /** What is not in it. */
  notes: Note[];
}

/** Reads what is asked for. @throws {SyncError} As `readAdministration` and `readCredentials` do. */
export async function readPrivileged(options: PrivilegedOptions): Promise<Privileged> {
  const { include } = options.context;
  const administrators = include.includes("administrators")
    ? await readAdministrationWithUsers(options)
    : { users: [], notes: [] };
  if (!include.includes("credentials")) return administrators;
  const users = [...options.users, ...administrators.users];
  const credentials = await readCredentialsWithUsers({ ...options, users });
  return {
    ...administrators,
    credentials: credentials.credentials,
    users: [...administrators.users, ...credentials.users],
  };
}

async function readAdministrationWithUsers(options: PrivilegedOptions): Promise<Privileged> {
  const { context, instanceHost } = options;
  const { administrators, toRows } = await readAdministration(options);
  const unknown = administrators.filter(isOfUnknown(options.users, ({ user }) => user.id));
  const users = await askNamedUsers(
    unknown.map((one): NamedUser => ({
      user: one.user,
      async isStillNamed(signal) {
        const again = await readAdministrators({ ...context, signal }, [one.of]);
        return again.administrators.some((other) => isSameAdministrator(one, other));
      },
    })),
    context,
  );
  const known = new Set([...options.users, ...users].map(({ id }) => id));
  return {
    users,
    administration: toRows(administrators.filter(({ user }) => known.has(user.id))),
    notes: instanceHost === undefined ? [{ code: "instance-administrators-unknown" }] : [],
  };
}

async function readCredentialsWithUsers(
  options: PrivilegedOptions,
): Promise<{ users: User[]; credentials: Credential[] }> {
  const { recorder, machinesWithSecret } = options;
  const { organizationId, signal } = options.context;
  const context = { ...recorder.contextFor("credentials", signal), organizationId };
  const reading = await readCredentials(context);
  for (const evidence of reading.evidence) recorder.add("credentials", { evidence });
  recorder.finish("credentials", reading.credentials.length);

  const unknown = reading.credentials.filter(isOfUnknown(options.users, ({ userId }) => userId));
  const users = await askNamedUsers(
    unknown.map(({ userId }): NamedUser => ({
      user: { id: userId },
      async isStillNamed(signal) {
        const { credentials } = await readCredentials({ ...options.context, signal }, userId);
        return credentials.length > 0;
      },
    })),
    options.context,
  );
  const known = new Set([...options.users, ...users].map(({ id }) => id));
  const secrets = [...machinesWithSecret].map((userId): Credential => ({
    id: clientSecretId(userId),
    kind: "client-secret",
    userId,
  }));
  const credentials = reading.credentials.filter(({ userId }) => known.has(userId))
    .map((one) => present<Credential>(one));
  return {
    users,
    credentials: [...credentials, ...secrets].sort((a, b) => byCodeUnit(a.id, b.id)),
  };
}

/** Whether a row is of a user who is not among these. */
function isOfUnknown<T>(
  users: readonly { id: string }[],
  readUserId: (row: T) => string,
): (row: T) => boolean {
  const known = new Set(users.map(({ id }) => id));
  return (row) => !known.has(readUserId(row));
}

/** Remembers which machines have a client secret: only their rows tell, and these are not kept. */
export function createSecretRecord(): {
  onUser(row: WireUser): void;
  machineIds: ReadonlySet<string>;
} {
  const machineIds = new Set<string>();
  return {
    machineIds,
    onUser({ id, machine }) {
      // A user may be read twice, and have lost the secret meanwhile.
      if (machine?.hasSecret) machineIds.add(id);
      else machineIds.delete(id);
    },
  };
}
