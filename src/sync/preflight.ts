/**
 * The questions before the first list and after the last one: what the token may read, whose it is, which organization.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Client } from "../zitadel/http/client.ts";
import {
  type FoundOrganization,
  readOrganization,
  refuseChoice,
} from "../zitadel/api/organization.ts";
import {
  INSTANCE_PERMISSION,
  type NeededPermission,
  readPermissions,
  requirePermissions,
} from "../zitadel/api/permissions.ts";
import { myUserSchema } from "../zitadel/api/wire.ts";

export interface PreflightOptions {
  organizationId: string | undefined;
  /** All that the token must be allowed to read. */
  needed: readonly NeededPermission[];
  signal: AbortSignal;
}

/** The answers before the first list. */
export interface Preflight extends FoundOrganization {
  /** The id of the token's own user, if it belongs to the organization. */
  ownUserId: string | undefined;
  permissions: ReadonlySet<string>;
}

/**
 * Asks side by side, and judges in the order in which answers explain each other: a token without a role fails everywhere,
 * and only its permissions say why.
 *
 * @throws {SyncError} As {@linkcode requirePermissions} and {@linkcode readOrganization} do.
 */
export async function preflight(
  client: Client,
  { organizationId, needed, signal }: PreflightOptions,
): Promise<Preflight> {
  const controller = new AbortController();
  const call = { organizationId, signal: AbortSignal.any([signal, controller.signal]) };
  const asked = [
    readPermissions(client, call),
    client.call({ method: "GET", path: "/auth/v1/users/me", schema: myUserSchema, ...call }),
    readOrganization(client, call),
  ] as const;
  // The first error that matters is thrown below; what else fails meanwhile must not count as unhandled.
  for (const promise of asked) promise.catch(() => {});
  try {
    const permissions = await asked[0];
    requirePermissions(permissions, needed, organizationId);
    const readsInstance = permissions.has(INSTANCE_PERMISSION);
    if (organizationId === undefined && readsInstance) await refuseChoice(client, signal);
    const { user } = await asked[1];
    const org = await asked[2];
    signal.throwIfAborted();
    return {
      org,
      permissions,
      othersUnknown: organizationId === undefined && !readsInstance,
      ownUserId: user.details.resourceOwner === org.id ? user.id : undefined,
    };
  } catch (error) {
    controller.abort(error);
    throw error;
  } finally {
    // Nothing goes on in the background after an error.
    await Promise.allSettled(asked);
  }
}

/**
 * Asks again after the last list: rows that a token may no longer see are missing from ZITADEL's lists and their totals
 * without a sign.
 *
 * @throws {SyncError} As {@linkcode preflight}; `PERMISSION_MISSING`: the token's user is another one, or of another
 * organization.
 */
export async function confirmPreflight(
  client: Client,
  before: Preflight,
  options: Omit<PreflightOptions, "organizationId">,
): Promise<void> {
  try {
    const { ownUserId } = await preflight(client, { ...options, organizationId: before.org.id });
    if (ownUserId === before.ownUserId) return;
  } catch (error) {
    if (!(error instanceof SyncError) || error.code !== "PERMISSION_MISSING") throw error;
    const { code, message, hint, details } = error;
    throw new SyncError(code, `${message} (asked again after the last list)`, { hint, details });
  }
  throw new SyncError(
    "PERMISSION_MISSING",
    "The token's user changed while the lists were read: it is another one, or of another organization",
    { hint: "Try again, once the token and the roles of its user stay as they are" },
  );
}
