/**
 * Which organization is read.
 *
 * @module
 */
import { SyncError } from "../../errors.ts";
import type { Client } from "../http/client.ts";
import { ORGS, readFew } from "./lists.ts";
import { INSTANCE_PERMISSION } from "./permissions.ts";
import { myOrgSchema, type Org } from "./wire.ts";

/** How many organizations an error lists. */
const LISTED = 20;

/** Options of {@linkcode findOrganization}. */
export interface FindOrganizationOptions {
  organizationId?: string | undefined;
  permissions: ReadonlySet<string>;
  signal: AbortSignal;
}

/** The organization to read. */
export interface FoundOrganization {
  /** The organization. */
  org: Org;
  /** Whether it was detected by a token that cannot see whether there are others. */
  othersUnknown: boolean;
}

/**
 * The organization to read: {@linkcode readOrganization}, unless there is a choice.
 *
 * @throws {SyncError} As {@linkcode refuseChoice} and {@linkcode readOrganization}.
 */
export async function findOrganization(
  client: Client,
  { organizationId, permissions, signal }: FindOrganizationOptions,
): Promise<FoundOrganization> {
  const readsInstance = permissions.has(INSTANCE_PERMISSION);
  if (organizationId === undefined && readsInstance) await refuseChoice(client, signal);
  const org = await readOrganization(client, { organizationId, signal });
  return { org, othersUnknown: organizationId === undefined && !readsInstance };
}

/**
 * The organization that was named, confirmed, or else the one of the token's user. `GET /management/v1/orgs/me`, which
 * answers from events and so is never stale.
 *
 * @throws {SyncError} `ORG_NOT_FOUND`: it does not exist or has been removed; `FOREIGN_ROW`: another one was answered.
 */
export async function readOrganization(
  client: Client,
  { organizationId, signal }: { organizationId: string | undefined; signal: AbortSignal },
): Promise<Org> {
  const { org } = await client.call({
    method: "GET",
    path: "/management/v1/orgs/me",
    organizationId,
    schema: myOrgSchema,
    signal,
  });
  if (organizationId !== undefined && org.id !== organizationId) {
    throw new SyncError(
      "FOREIGN_ROW",
      `GET /management/v1/orgs/me returned organization ${org.id}, but ${organizationId} was requested`,
      { hint: "Something between here and ZITADEL drops the header x-zitadel-orgid" },
    );
  }
  if (org.state === undefined) {
    // Its lists would be empty, which must not be taken for nobody having access.
    throw new SyncError("ORG_NOT_FOUND", `Organization ${org.id} has been removed`, {
      hint: "Name another one with `organizationId`",
    });
  }
  return org;
}

/**
 * Ends a sync that must not choose among the organizations of an instance.
 *
 * @throws {SyncError} `ORG_AMBIGUOUS`: there are several.
 */
export async function refuseChoice(client: Client, signal: AbortSignal): Promise<void> {
  const { rows, total } = await readFew({ client, signal }, ORGS, LISTED);
  if (total < 2) return;
  const listed = rows
    .map(({ id, name = "" }) => ({ id, name: printable(name) }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const lines = listed.map(({ id, name }) => `\n  ${id}  ${name}`);
  const more = total > LISTED ? `\n  and ${total - LISTED} more` : "";
  throw new SyncError(
    "ORG_AMBIGUOUS",
    `The token reads an instance with ${total} organizations:${lines.join("")}${more}`,
    {
      hint: `Name the one to read, for example \`organizationId: "${listed[0]!.id}"\``,
      details: { total, organizations: rows.map(({ id, name = "" }) => ({ id, name })) },
    },
  );
}

/** Names are free text; an error is one of the few places where they meet a terminal. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\uFFFD");
}
