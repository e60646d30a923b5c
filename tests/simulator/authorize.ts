/**
 * Checks the caller, its organization and its permissions, in ZITADEL's order.
 *
 * @module
 */
import { refusals, Refused } from "./errors.ts";
import { listContexts, listPermissions, roleLevel } from "./permissions.ts";
import { findPlace, listRoles } from "./rows.ts";
import type { SeedMembership, SeedUser } from "./seed.ts";
import type { State } from "./state/state.ts";
import type { Stored } from "./state/tables.ts";

/** A caller who passed. */
export interface Caller {
  user: Stored<SeedUser>;
  /** The one of the header, or the user's own. */
  organizationId: string;
  /** Those that count in that organization. */
  permissions: string[];
}

/** The permission that a method needs. */
export interface Requirement {
  /** `authenticated` asks for a token that works, and no more. */
  permission: string;
  /** A permission for single objects must be one for this one. */
  objectId?: string;
}

/** The user of a token that works. */
export function userOfToken(state: State, token: string | undefined): Stored<SeedUser> | undefined {
  if (token === undefined) return undefined;
  const found = state.tokens.get(token);
  if (found === undefined || found.expired) return undefined;
  const expired = found.expiresAt !== undefined && Date.parse(found.expiresAt) <= state.now();
  return expired ? undefined : state.users.get(found.userId);
}

/** The token of an `authorization` header; `undefined` unless it is well formed. */
export function parseBearer(authorization: string | null): string | undefined {
  const parts = authorization?.split("Bearer ") ?? [];
  return parts.length === 2 && parts[0] === "" ? parts[1] : undefined;
}

/** Checks a request's headers. Throws what ZITADEL refuses with. */
export function authorize(state: State, headers: Headers, requirement: Requirement): Caller {
  const authorization = headers.get("authorization");
  if (authorization === null || authorization === "") {
    throw new Refused(refusals.authorizationMissing);
  }
  const token = parseBearer(authorization);
  if (token === undefined) throw new Refused(refusals.authorizationInvalid);
  const user = userOfToken(state, token);
  if (user === undefined) throw new Refused(refusals.tokenInvalid);

  const organizationId = headers.get("x-zitadel-orgid") || user.organizationId;
  if (!state.organizationExisted(organizationId)) throw new Refused(refusals.organizationUnknown);

  const { memberships, permissions } = listUserPermissions(state, user.id, organizationId);
  const { permission, objectId } = requirement;
  if (permission !== "authenticated") {
    if (memberships.length === 0) throw new Refused(refusals.membershipNotFound);
    const contexts = listContexts(permissions, permission);
    if (contexts?.length === 0) throw new Refused(refusals.permissionMissing);
    if (objectId !== undefined && contexts?.includes(objectId) === false) {
      throw new Refused(refusals.permissionForOthers);
    }
  }
  return { user, organizationId, permissions };
}

/** The memberships of a user that count in an organization, and their permissions. */
export function listUserPermissions(
  state: State,
  userId: string,
  organizationId: string,
): { memberships: SeedMembership[]; permissions: string[] } {
  const memberships = [...state.memberships.by("userId", userId)]
    .filter((membership) => counts(state, membership, organizationId));
  const permissions = new Set(
    memberships.flatMap((membership) =>
      listRoles(membership).flatMap((role) => listPermissions(role, membership.objectId ?? ""))
    ),
  );
  return { memberships, permissions: [...permissions] };
}

function counts(state: State, membership: SeedMembership, organizationId: string): boolean {
  return roleLevel(membership.role) === "instance" ||
    findPlace({ tables: state, instance: state.instance }, membership) === organizationId;
}
