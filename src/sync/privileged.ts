/**
 * Administrators and credentials, which are read beside the four lists if they are asked for.
 *
 * @module
 */
import type { Credential, Note, User } from "../snapshot/types.ts";
import { clientSecretId } from "../snapshot/ids.ts";
import { byCodeUnit } from "../snapshot/order.ts";
import type { WireUser } from "../zitadel/api/wire.ts";
import { readCredentials } from "../zitadel/privileged/credentials.ts";
import { type PrivilegedOptions, readAdministration } from "./administration.ts";
import type { Administration } from "./build.ts";
import { findUsers } from "./named_users.ts";
import type { Session } from "./options.ts";
import { omitEmpty } from "./rows.ts";

/** Rows beside those of the four lists, as far as they were asked for. */
export interface Privileged {
  /** Users that the other lists lack. */
  users: User[];
  administration?: Administration;
  /** Sorted by id. */
  credentials?: Credential[];
  /** Notes about what could not be read. */
  notes: Note[];
}

/** Reads what was asked for. @throws {SyncError} As `readAdministration` and `readCredentials`. */
export async function readPrivileged(
  { include, machinesWithSecret, ...options }: PrivilegedOptions & Pick<Session, "include"> & {
    /** The ids of machines that have a client secret. */
    machinesWithSecret: ReadonlySet<string>;
  },
): Promise<Privileged> {
  const privileged: Privileged = { users: [], notes: [] };
  if (include.includes("administrators")) {
    Object.assign(privileged, await readAdministration(options));
    if (options.instanceHost === undefined) {
      privileged.notes.push({ code: "instance-administrators-unknown" });
    }
  }
  if (include.includes("credentials")) {
    const known = [...options.users, ...privileged.users];
    const { users, credentials } = await readOwnedCredentials({ ...options, users: known });
    const secrets = [...machinesWithSecret].map((userId): Credential => ({
      id: clientSecretId(userId),
      kind: "client-secret",
      userId,
    }));
    privileged.users.push(...users);
    privileged.credentials = [...credentials, ...secrets].sort((a, b) => byCodeUnit(a.id, b.id));
  }
  return privileged;
}

/** Reads tokens and keys, and users that own them and are not known. */
async function readOwnedCredentials(
  { recorder, context, users: known }: PrivilegedOptions,
): Promise<{ users: User[]; credentials: Credential[] }> {
  const { organizationId, signal } = context;
  const own = recorder.contextFor("credentials", signal);
  const readings = await readCredentials({ ...own, organizationId });
  for (const reading of readings) recorder.add("credentials", reading);
  const credentials = readings.flatMap(({ rows }) => rows);
  recorder.finish("credentials", credentials.length);
  const { users, rows } = await findUsers(credentials, {
    known,
    readUser: ({ userId }) => ({ id: userId }),
    async isListed({ userId }, signal) {
      const again = await readCredentials({ ...context, signal }, userId);
      return again.some(({ rows }) => rows.length > 0);
    },
    context,
  });
  return { users, credentials: rows.map((row) => omitEmpty<Credential>(row)) };
}

/** Remembers the machines that have a client secret: only their rows tell, and these are not kept. */
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
