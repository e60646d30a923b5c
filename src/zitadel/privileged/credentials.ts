/**
 * `ListPersonalAccessTokens` and `ListKeys`: the tokens and keys of the machines of an organization.
 *
 * @module
 */
import { z } from "zod";
import { type ConnectList, readConnect } from "../api/connect.ts";
import { foreignRow, type ListsContext } from "../api/lists.ts";
import { id, time } from "../api/wire.ts";
import { inParallel } from "../in_parallel.ts";
import type { ListReading } from "../lists/list_source.ts";

const LISTS = {
  "personal-access-token": {
    name: "personal access tokens",
    method: "zitadel.user.v2.UserService/ListPersonalAccessTokens",
    sortingColumn: "PERSONAL_ACCESS_TOKEN_FIELD_NAME_ID",
  },
  "key": {
    name: "keys",
    method: "zitadel.user.v2.UserService/ListKeys",
    sortingColumn: "KEY_FIELD_NAME_ID",
  },
} as const;

/** A kind of credentials that has a list. */
export type CredentialKind = keyof typeof LISTS;

export const CREDENTIAL_KINDS = Object.keys(LISTS) as CredentialKind[];

/** A token or a key, without its secret. */
export interface MachineCredential {
  id: string;
  kind: CredentialKind;
  /** The machine that signs in with it. */
  userId: string;
  /** When it was made, in RFC 3339. */
  createdAt: string | undefined;
  /** When it was last changed, in RFC 3339. */
  updatedAt: string | undefined;
  /** When it ends, in RFC 3339; `undefined`: never. */
  expiresAt: string | undefined;
}

const credentialSchema = z.object({
  id,
  userId: id,
  organizationId: id,
  creationDate: time,
  changeDate: time,
  expirationDate: time,
});

type Row = z.infer<typeof credentialSchema>;

/** Reads all tokens and keys of an organization, or of one of its users. @throws {SyncError} As {@linkcode readConnect}. */
export function readCredentials(
  context: ListsContext & { organizationId: string },
  userId?: string,
): Promise<ListReading<MachineCredential>[]> {
  return inParallel(
    CREDENTIAL_KINDS,
    context,
    (kind, signal) =>
      readConnect({ ...context, signal }, listOfCredentials(kind, { ...context, userId })),
  );
}

/** The tokens or keys of the users of an organization, or of one of them, in the order of their ids. */
export function listOfCredentials(
  kind: CredentialKind,
  { organizationId, userId }: { organizationId: string; userId?: string | undefined },
): ConnectList<Row, MachineCredential> {
  const { name, method, sortingColumn } = LISTS[kind];
  return {
    ...{ name, method, sortingColumn },
    kind: "credentials",
    key: "result",
    row: credentialSchema,
    filters: [
      { organizationIdFilter: { id: organizationId } },
      ...(userId === undefined ? [] : [{ userIdFilter: { id: userId } }]),
    ],
    ordered: true,
    id: ({ id }) => id,
    createdAt: ({ createdAt }) => createdAt,
    map({ id, userId, organizationId: owner, creationDate, changeDate, expirationDate }) {
      if (owner !== organizationId) {
        throw foreignRow(`/${method}`, `row ${id}`, owner, organizationId);
      }
      return {
        ...{ id, kind, userId },
        createdAt: creationDate,
        updatedAt: changeDate,
        // ZITADEL's way to say that something never ends.
        expiresAt: expirationDate?.startsWith("9999-12-31T23:59:59") ? undefined : expirationDate,
      };
    },
  };
}
