import { SyncError } from "../../errors.ts";
import type { Client } from "../http/client.ts";
import { SUFFICIENT_ROLE } from "../http/failure.ts";
import { myPermissionsSchema } from "./wire.ts";

/** A permission that a sync needs for the whole organization. */
export interface NeededPermission {
  /** ZITADEL's name of it. */
  name: string;
  /** The rows that it opens. */
  reads: string;
  /** The least role that carries it. */
  role: string;
  /** Where a user has that role. */
  scope: "organization" | "instance";
}

/** The permission to read the whole instance, its list of organizations among it. */
export const INSTANCE_PERMISSION = "iam.read";

const BASE: readonly NeededPermission[] = Object.entries({
  "org.read": "the organization",
  "user.read": "users",
  "project.read": "projects",
  "project.role.read": "project roles",
  "user.grant.read": "user grants",
}).map(([name, reads]) => ({ name, reads, role: SUFFICIENT_ROLE, scope: "organization" }));

const ADMINISTRATION: readonly NeededPermission[] = Object.entries({
  "org.member.read": "who administers the organization",
  "project.member.read": "who administers its projects",
  "project.grant.read": "project grants",
  "project.grant.member.read": "who administers project grants",
}).map(([name, reads]) => ({ name, reads, role: SUFFICIENT_ROLE, scope: "organization" }));

/** The permission to see who administers the instance; without it the rest is read all the same. */
export const INSTANCE_MEMBERS: NeededPermission = {
  name: "iam.member.read",
  reads: "who administers the instance",
  role: "IAM_OWNER_VIEWER",
  scope: "instance",
};

/** The parts of a sync beyond the lists that it always reads. */
export interface Scope {
  /** The inclusions. */
  include?: readonly Inclusion[] | undefined;
  verify?: "events" | undefined;
}

/** The parts that can be included beside the lists that a sync always reads; tokens and keys need no permission but `user.read`. */
export const INCLUSIONS = ["administrators", "credentials", "history"] as const;

/** One of {@linkcode INCLUSIONS}. */
export type Inclusion = typeof INCLUSIONS[number];

const EVENTS: NeededPermission = {
  name: INSTANCE_PERMISSION,
  reads: "the instance's events",
  role: "IAM_OWNER_VIEWER",
  scope: "instance",
};

/** Whether a sync reads the event store. */
export function readsEvents({ include = [], verify }: Scope): boolean {
  return verify !== undefined || include.includes("history");
}

/** All that a sync needs. */
export function listNeededPermissions(scope: Scope): readonly NeededPermission[] {
  return [
    ...BASE,
    ...(scope.include?.includes("administrators") ? ADMINISTRATION : []),
    ...(readsEvents(scope) ? [EVENTS] : []),
  ];
}

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
 * The fault of a permission: `missing`, or held too narrowly; `undefined` if nothing is.
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
 * @throws {SyncError} `PERMISSION_MISSING`, naming what is missing and the roles that carry it.
 */
export function requirePermissions(
  permissions: ReadonlySet<string>,
  needed: readonly NeededPermission[],
  organizationId: string | undefined,
): void {
  const missing = needed.filter(({ name }) => permissionFault(permissions, name) !== undefined);
  if (missing.length === 0) return;
  const where = organizationId === undefined
    ? "its own organization"
    : `organization ${organizationId}`;
  const why = permissions.size === 0 ? "has no role" : "may not read everything";
  throw new SyncError(
    "PERMISSION_MISSING",
    `The token's user ${why} in ${where}: ${
      missing.map(({ name }) => `${name} ${permissionFault(permissions, name)}`).join(", ")
    }`,
    {
      hint: permissionHint(missing, organizationId),
      details: { permissions: missing.map(({ name }) => name) },
    },
  );
}

/** Advice about missing permissions. */
export function permissionHint(
  missing: readonly NeededPermission[],
  organizationId: string | undefined,
): string {
  const places = {
    organization: organizationId === undefined
      ? "the organization"
      : `organization ${organizationId}`,
    instance: "the instance",
  };
  const roles = new Map(missing.map(({ role, scope }) => [role, places[scope]]));
  const advice = [...roles].map(([role, place]) => `a manager of ${place}, with the role ${role}`);
  const all = roles.size === 1 ? "it carries all of them" : "together they carry all of them";
  return `Make the service user ${advice.join(" and ")}: ${all}`;
}
