/**
 * What the machines of an organization sign in with: tokens and keys.
 *
 * @module
 */
import { inParallel } from "../in_parallel.ts";
import type { ListEvidence } from "../lists/list_source.ts";
import { machineCredentials } from "./v1_credentials.ts";
import { type ListsContext, read } from "../api/lists.ts";
import { isServiceMissing, readConnect } from "../api/connect.ts";
import { organizationCredentials } from "./v2_credentials.ts";

/** What kinds of credentials there are lists of. */
export type CredentialKind = "personal-access-token" | "key";

/** A token or a key, without its secret. */
export interface MachineCredential {
  /** ZITADEL's id. */
  id: string;
  /** What it is. */
  kind: CredentialKind;
  /** Whose it is. */
  userId: string;
  /** When it was made, in RFC 3339. */
  createdAt: string | undefined;
  /** When it was last changed, in RFC 3339. */
  updatedAt: string | undefined;
  /** When it ends, in RFC 3339; `undefined`: never. */
  expiresAt: string | undefined;
}

/** Credentials, and how we know that they are all. */
export interface CredentialsReading {
  /** All of them. */
  credentials: MachineCredential[];
  /** Of each list that was read. */
  evidence: { evidence: ListEvidence }[];
}

const KINDS: readonly CredentialKind[] = ["personal-access-token", "key"];

/**
 * Reads all tokens and keys: by v2 those of the organization, where the server has no v2 by the v1 lists, two for each
 * machine.
 *
 * @throws {SyncError} As {@linkcode readConnect} and {@linkcode read}.
 */
export async function readCredentials(
  context: ListsContext & { organizationId: string },
  machineIds: readonly string[],
): Promise<CredentialsReading> {
  const { organizationId } = context;
  try {
    return gather(
      await inParallel(
        KINDS,
        context,
        (kind, signal) =>
          readConnect({ ...context, signal }, organizationCredentials(kind, organizationId)),
      ),
    );
  } catch (error) {
    if (!isServiceMissing(error)) throw error;
  }
  const lists = machineIds.flatMap((userId) =>
    KINDS.map((kind) => machineCredentials(kind, userId))
  );
  return gather(
    await inParallel(lists, context, (list, signal) => read({ ...context, signal }, list)),
  );
}

function gather(
  readings: readonly { rows: MachineCredential[]; evidence: ListEvidence }[],
): CredentialsReading {
  return {
    credentials: readings.flatMap(({ rows }) => rows),
    evidence: readings.map(({ evidence }) => ({ evidence })),
  };
}

/** ZITADEL's way to say that something never ends: the last second of the year 9999. */
export function readExpiry(time: string | undefined): string | undefined {
  return time?.startsWith("9999-12-31T23:59:59") ? undefined : time;
}
