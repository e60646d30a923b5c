/**
 * The tokens and keys of one machine: the v1 lists.
 *
 * @module
 */
import { z } from "zod";
import { type CredentialKind, type MachineCredential, readExpiry } from "./credentials.ts";
import type { List } from "../api/lists.ts";
import { details, id, rowSchema, time } from "../api/wire.ts";

const credentialSchema = z.object({ id, details, expirationDate: time });

type Row = z.infer<typeof credentialSchema>;

const LISTS = {
  "personal-access-token": { name: "personal access tokens", path: "pats" },
  "key": { name: "keys", path: "keys" },
} as const;

/** The tokens or keys of one machine. */
export function machineCredentials(
  kind: CredentialKind,
  userId: string,
): List<Row, MachineCredential> {
  const list = LISTS[kind];
  const path = `/management/v1/users/${encodeURIComponent(userId)}/${list.path}/_search`;
  return {
    name: `${list.name} of user ${userId}`,
    kind: "credentials",
    path,
    row: credentialSchema,
    id: ({ id }) => id,
    createdAt: ({ createdAt }) => createdAt,
    select: ({ id, details, expirationDate }) => ({
      ...{ id, kind, userId },
      createdAt: details.creationDate,
      updatedAt: details.changeDate,
      expiresAt: readExpiry(expirationDate),
    }),
    // These lists have no filter, and a machine has few of them.
    lookup: (kept) => ({
      method: "POST",
      path,
      body: { query: { limit: 1000 } },
      schema: rowSchema(credentialSchema, (row) => row.id === kept.id),
      goneErrors: [],
    }),
  };
}
