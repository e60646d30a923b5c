/**
 * The edits of tokens and keys.
 *
 * @module
 */
import type { SeedKey, SeedToken } from "../../seed.ts";
import type { Aggregate } from "../journal.ts";
import type { Writer } from "../writer.ts";
import { isActive } from "./event_drafts.ts";

/** The edits of tokens and keys. */
export interface CredentialEdits {
  /** Adds a token, which works if its user is active. */
  addToken(token: SeedToken): void;
  /** Removes it by its secret. */
  removeToken(token: string): void;
  addKey(key: SeedKey): void;
  removeKey(id: string): void;
}

const SCOPES = [
  "openid",
  "profile",
  "urn:zitadel:iam:user:metadata",
  "urn:zitadel:iam:user:resourceowner",
];

/** Makes them. */
export function createCredentialEdits(
  writer: Writer,
): CredentialEdits {
  const { tables } = writer;
  const toAggregate = (userId: string): Aggregate => ({
    type: "user",
    id: userId,
    owner: tables.users.get(userId)?.organizationId ?? "",
  });

  function remove(table: "personalAccessTokens" | "keys", id: string): void {
    const row = tables[table].get(id);
    if (row === undefined) return;
    const type = table === "keys" ? "user.machine.key.removed" : "user.pat.removed";
    writer.emit({ aggregate: toAggregate(row.userId), type });
    writer.set(table, id, undefined);
  }

  function makeTokenId(userId: string): string {
    let number = 1;
    while (tables.personalAccessTokens.get(`${userId}${number}`) !== undefined) number++;
    return `${userId}${number}`;
  }

  return {
    addToken: (token) =>
      writer.command(() => {
        const { token: secret, expired: _expired, ...rest } = token;
        const id = token.id ?? makeTokenId(token.userId);
        writer.insert("personalAccessTokens", { scopes: SCOPES, ...rest, id }, {
          aggregate: toAggregate(token.userId),
          type: "user.pat.added",
          payload: { tokenId: id, expiration: token.expiresAt, scopes: token.scopes ?? SCOPES },
        });
        if (isActive(tables.users.get(token.userId))) {
          writer.set("tokens", secret, { ...token, id });
        }
      }),
    removeToken: (secret) =>
      writer.command(() => {
        const token = tables.tokens.get(secret);
        if (token?.id !== undefined) remove("personalAccessTokens", token.id);
        writer.set("tokens", secret, undefined);
      }),
    addKey(key) {
      writer.insert("keys", key, {
        aggregate: toAggregate(key.userId),
        type: "user.machine.key.added",
        payload: {
          keyId: key.id,
          type: 1,
          expirationDate: key.expiresAt,
          publicKey: "LS0tLS1CRUdJTi",
        },
      });
    },
    removeKey: (id) => writer.command(() => remove("keys", id)),
  };
}
