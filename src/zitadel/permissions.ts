/**
 * What the token may read.
 *
 * @module
 */
import { SyncError } from "../errors.ts";
import type { Client } from "./http/client.ts";
import { SUFFICIENT_ROLE } from "./http/failure.ts";
import { myPermissionsSchema } from "./v1/wire.ts";

/** The permissions that a sync needs for the whole organization, and what each is for. */
export const NEEDED_PERMISSIONS = {
  "org.read": "the organization",
  "user.read": "users",
  "project.read": "projects",
  "project.role.read": "project roles",
  "user.grant.read": "user grants",
} as const;

/** The permission to read the whole instance, its list of organizations among it. */
export const INSTANCE_PERMISSION = "iam.read";

/**
 * The token's permissions in an organization, or in that of its user. `POST /auth/v1/permissions/zitadel/me/_search`.
 *
 * A permission that is held for one project only ends with `:` and that project's id. Without a membership there are
 * none (200 with `{}`, observed on 4.3).
 */
export async function readPermissions(
  client: Client,
  { organizationId, signal }: { organizationId?: string | undefined; signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const { result = [] } = await client.call({
    method: "POST",
    path: "/auth/v1/permissions/zitadel/me/_search",
    organizationId,
    schema: myPermissionsSchema,
    signal,
  });
  return new Set(result);
}

/**
 * What is wrong with how a permission is held; `undefined` if nothing is.
 *
 * Held for single projects only, it would give a list that is silently cut to those.
 */
export function permissionFault(
  permissions: ReadonlySet<string>,
  name: string,
): string | undefined {
  if (permissions.has(name)) return undefined;
  const narrow = [...permissions].some((held) => held.startsWith(`${name}:`));
  return narrow ? "held for single projects only" : "missing";
}

/**
 * Refuses a token that may not read everything.
 *
 * @throws {SyncError} `PERMISSION_MISSING`, naming what is missing and the role that carries it.
 */
export function requirePermissions(
  permissions: ReadonlySet<string>,
  organizationId: string | undefined,
): void {
  const faults = Object.keys(NEEDED_PERMISSIONS)
    .map((name) => [name, permissionFault(permissions, name)] as const)
    .filter(([, fault]) => fault !== undefined);
  if (faults.length === 0) return;
  const where = organizationId === undefined
    ? "its own organization"
    : `organization ${organizationId}`;
  const why = permissions.size === 0 ? "has no role" : "may not read everything";
  throw new SyncError(
    "PERMISSION_MISSING",
    `The token's user ${why} in ${where}: ${
      faults.map(([name, fault]) => `${name} ${fault}`).join(", ")
    }`,
    { hint: permissionHint(organizationId) },
  );
}

/** What to do about a missing permission. */
export function permissionHint(organizationId: string | undefined): string {
  return `Make the service user a manager of ${
    organizationId === undefined ? "the organization" : `organization ${organizationId}`
  }, with the role ${SUFFICIENT_ROLE}: it carries all of them`;
}

/**
 * Refuses a token that may not read the events of its instance.
 *
 * @throws {SyncError} `PERMISSION_MISSING`, naming the role that carries it.
 */
export function requireInstancePermission(permissions: ReadonlySet<string>): void {
  if (permissions.has(INSTANCE_PERMISSION)) return;
  throw new SyncError(
    "PERMISSION_MISSING",
    `The token's user may not read ZITADEL's events: ${INSTANCE_PERMISSION} is missing`,
    {
      hint:
        "Make the service user a manager of the instance too, with the role IAM_OWNER_VIEWER, " +
        "or leave out `verify`",
    },
  );
}
