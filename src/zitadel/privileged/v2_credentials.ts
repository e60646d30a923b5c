/**
 * `ListPersonalAccessTokens` and `ListKeys`: those of a whole organization.
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../../errors.ts";
import { type CredentialKind, type MachineCredential, readExpiry } from "./credentials.ts";
import { id, time } from "../api/wire.ts";
import type { ConnectList } from "../api/connect.ts";

const credentialSchema = z.object({
  id,
  userId: id,
  organizationId: id,
  creationDate: time,
  changeDate: time,
  expirationDate: time,
});

type Row = z.infer<typeof credentialSchema>;

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

/** The tokens or keys of all users of an organization, in the order of their ids. */
export function organizationCredentials(
  kind: CredentialKind,
  organizationId: string,
): ConnectList<Row, MachineCredential> {
  const { name, method, sortingColumn } = LISTS[kind];
  return {
    ...{ name, method, sortingColumn },
    kind: "credentials",
    key: "result",
    row: credentialSchema,
    filters: [{ organizationIdFilter: { id: organizationId } }],
    ordered: true,
    id: ({ id }) => id,
    createdAt: ({ createdAt }) => createdAt,
    select({ id, userId, organizationId: owner, creationDate, changeDate, expirationDate }) {
      if (owner !== organizationId) {
        throw new SyncError(
          "FOREIGN_ROW",
          `POST /${method} answered with row ${id} of organization ${owner}, not of ${organizationId}`,
          {
            hint: "Something between here and ZITADEL changes requests or answers, such as a cache",
          },
        );
      }
      return {
        ...{ id, kind, userId },
        createdAt: creationDate,
        updatedAt: changeDate,
        expiresAt: readExpiry(expirationDate),
      };
    },
  };
}
