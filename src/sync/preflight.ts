/**
 * What is asked before the first list: what the token may read, whose it is, which organization.
 *
 * @module
 */
import type { Client } from "../zitadel/http/client.ts";
import {
  type FoundOrganization,
  readOrganization,
  refuseChoice,
} from "../zitadel/api/organization.ts";
import {
  INSTANCE_PERMISSION,
  listNeededPermissions,
  readPermissions,
  requirePermissions,
  type Scope,
} from "../zitadel/api/permissions.ts";
import { myUserSchema } from "../zitadel/api/wire.ts";

/** What is known before the first list. */
export interface Preflight extends FoundOrganization {
  /** The id of the token's own user, if it belongs to the organization. */
  ownUserId: string | undefined;
  /** What the token may read. */
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
  { organizationId, signal, ...scope }: Scope & {
    organizationId: string | undefined;
    signal: AbortSignal;
  },
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
    requirePermissions(permissions, listNeededPermissions(scope), organizationId);
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
