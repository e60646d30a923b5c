/**
 * `ListPersonalAccessTokens` and `ListKeys`: credentials of all users in one list.
 *
 * @module
 */
import { listUserPermissions } from "../authorize.ts";
import type { Message, MessageType } from "../decode.ts";
import { NEVER } from "../rows.ts";
import type { SeedCredential } from "../seed.ts";
import type { State } from "../state/state.ts";
import type { Stored } from "../state/tables.ts";
import { shorten, toMicros } from "../time.ts";
import type { Views } from "../state/views.ts";
import { answerPage, ID_FILTER, PAGINATION, passesTime, TIMESTAMP_FILTER } from "./pages.ts";

/** The two lists. */
export type CredentialList = "personalAccessTokens" | "keys";

/** The differences between them: names of filters and sorting columns. */
const NAMES = {
  personalAccessTokens: {
    column: "PERSONAL_ACCESS_TOKEN_FIELD_NAME",
    expiry: "EXPIRATION_DATE",
    id: "tokenIdFilter",
    filter: "zitadel.user.v2.PersonalAccessTokensSearchFilter.filter",
  },
  keys: {
    column: "KEY_FIELD_NAME",
    expiry: "KEY_EXPIRATION_DATE",
    id: "keyIdFilter",
    filter: "zitadel.user.v2.KeysSearchFilter.filter",
  },
} as const;

/** The fields of a list's request. */
export function credentialsRequest(list: CredentialList): MessageType {
  const { column, expiry, id, filter } = NAMES[list];
  const columns = ["UNSPECIFIED", "CREATED_DATE", "ID", "USER_ID", "ORGANIZATION_ID", expiry];
  return {
    fields: {
      pagination: PAGINATION,
      sortingColumn: {
        enum: Object.fromEntries(columns.map((name, number) => [`${column}_${name}`, number])),
      },
      filters: {
        repeated: {
          message: {
            fields: {
              [id]: ID_FILTER,
              userIdFilter: ID_FILTER,
              organizationIdFilter: ID_FILTER,
              createdDateFilter: TIMESTAMP_FILTER,
              expirationDateFilter: TIMESTAMP_FILTER,
            },
            oneof: filter,
          },
        },
      },
    },
  };
}

/** A credential and the organization of its user. */
interface Credential {
  row: Stored<SeedCredential> & { id: string };
  organizationId: string;
}

const readExpiry = ({ row }: Credential) => shorten(row.expiresAt ?? NEVER);

/** Answers a list. Throws what ZITADEL refuses with. */
export function listCredentials(
  list: CredentialList,
  { state, views: { tables } }: { state: State; views: Views },
  callerId: string,
  request: Message,
): string {
  const filters = (request.filters ?? []) as Message[];
  const rows = Array.from(tables[list].all(), (row): Credential => ({
    row,
    organizationId: state.users.get(row.userId)?.organizationId ?? "",
  })).filter((credential) => filters.every((filter) => passes(credential, filter)));
  const mayRead = createPermissionCheck(state, callerId);
  return answerPage(request, {
    rows,
    compare: COMPARISONS[Number(request.sortingColumn ?? 0)] ?? COMPARISONS[0]!,
    toKey: ({ row }) => row.id,
    isVisible: ({ row, organizationId }) => row.userId === callerId || mayRead(organizationId),
    toRow: (credential) => ({
      creationDate: credential.row.createdAt,
      changeDate: credential.row.updatedAt,
      id: credential.row.id,
      userId: credential.row.userId,
      organizationId: credential.organizationId,
      expirationDate: readExpiry(credential),
    }),
    list: "result",
  });
}

/** A permission for single projects shows nothing here. */
function createPermissionCheck(
  state: State,
  callerId: string,
): (organizationId: string) => boolean {
  const known = new Map<string, boolean>();
  return (organizationId) => {
    const found = known.get(organizationId) ??
      listUserPermissions(state, callerId, organizationId).permissions.includes("user.read");
    known.set(organizationId, found);
    return found;
  };
}

function passes({ row, organizationId }: Credential, filter: Message): boolean {
  return Object.entries(filter).every(([name, value]) => {
    const fields = value as Message;
    switch (name) {
      case "userIdFilter":
        return row.userId === fields.id;
      case "organizationIdFilter":
        return organizationId === fields.id;
      case "createdDateFilter":
        return passesTime(toMicros(row.createdAt), fields);
      case "expirationDateFilter":
        return passesTime(toMicros(row.expiresAt ?? NEVER), fields);
      default:
        return row.id === fields.id;
    }
  });
}

const compareText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;
const byCreation = (a: Credential, b: Credential) =>
  toMicros(a.row.createdAt) - toMicros(b.row.createdAt);

/** By `sortingColumn`. */
const COMPARISONS: readonly ((a: Credential, b: Credential) => number)[] = [
  byCreation,
  byCreation,
  (a, b) => compareText(a.row.id, b.row.id),
  (a, b) => compareText(a.row.userId, b.row.userId),
  (a, b) => compareText(a.organizationId, b.organizationId),
  (a, b) => toMicros(readExpiry(a)) - toMicros(readExpiry(b)),
];
