/**
 * The tables of an instance: one for what its events made, and the same ones again for what its lists answer from.
 *
 * @module
 */
import { createHeap, type Heap } from "./heap.ts";
import type {
  SeedCredential,
  SeedKey,
  SeedMembership,
  SeedOrganization,
  SeedProject,
  SeedProjectGrant,
  SeedRole,
  SeedToken,
  SeedUser,
  SeedUserGrant,
  Written,
} from "../seed.ts";

/** A row of a projection: a seed's row whose three facts about its writing are known. */
export type Stored<T extends Written> = T & Required<Written>;

/** The login names that a user has, in order; the first is the preferred one. */
export interface LoginNames {
  userId: string;
  names: readonly string[];
}

/** A Personal Access Token as it is listed. */
export interface PersonalAccessToken extends Stored<SeedCredential> {
  id: string;
  scopes: readonly string[];
}

/** Rows are never changed in place, so one that was read stays as it was. */
export interface Tables {
  readonly organizations: Heap<Stored<SeedOrganization>>;
  readonly users: Heap<Stored<SeedUser>, "organizationId">;
  readonly loginNames: Heap<LoginNames>;
  readonly projects: Heap<Stored<SeedProject>, "organizationId">;
  /** By {@linkcode roleId}. */
  readonly roles: Heap<Stored<SeedRole>, "projectId">;
  readonly projectGrants: Heap<Stored<SeedProjectGrant>, "projectId" | "grantedOrganizationId">;
  readonly userGrants: Heap<
    Stored<SeedUserGrant>,
    "organizationId" | "projectId" | "projectGrantId" | "userId"
  >;
  /** By {@linkcode membershipId}. */
  readonly memberships: Heap<Stored<SeedMembership>, "userId" | "objectId">;
  /** The tokens that work, by their secrets. */
  readonly tokens: Heap<SeedToken, "userId">;
  /** The tokens that are listed. */
  readonly personalAccessTokens: Heap<PersonalAccessToken, "userId">;
  readonly keys: Heap<Stored<SeedKey>, "userId">;
}

/** The name of a table. */
export type TableName = keyof Tables;

/** A row of a table. */
export type TableRow<Name extends TableName> = Tables[Name] extends Heap<infer Row, infer _Column>
  ? Row
  : never;

/** The key of a role's row. */
export function roleId(projectId: string, key: string): string {
  return `${projectId}\0${key}`;
}

/** The key of a membership's row. */
export function membershipId({ userId, role, objectId }: SeedMembership): string {
  return `${userId}\0${role}\0${objectId ?? ""}`;
}

/** Makes empty tables. */
export function createTables(instanceId: string): Tables {
  return {
    organizations: createHeap((row) => row.id, {}),
    users: createHeap((row) => row.id, { organizationId: (row) => row.organizationId }),
    loginNames: createHeap((row) => row.userId, {}),
    projects: createHeap((row) => row.id, { organizationId: (row) => row.organizationId }),
    roles: createHeap((row) => roleId(row.projectId, row.key), {
      projectId: (row) => row.projectId,
    }),
    projectGrants: createHeap((row) => row.id, {
      projectId: (row) => row.projectId,
      grantedOrganizationId: (row) => row.grantedOrganizationId,
    }),
    userGrants: createHeap((row) => row.id, {
      organizationId: (row) => row.organizationId,
      projectId: (row) => row.projectId,
      projectGrantId: (row) => row.projectGrantId,
      userId: (row) => row.userId,
    }),
    memberships: createHeap((row) => membershipId(row), {
      userId: (row) => row.userId,
      objectId: (row) => row.objectId ?? instanceId,
    }),
    tokens: createHeap((row) => row.token, { userId: (row) => row.userId }),
    personalAccessTokens: createHeap((row) => row.id, { userId: (row) => row.userId }),
    keys: createHeap((row) => row.id, { userId: (row) => row.userId }),
  };
}
