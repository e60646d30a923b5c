/**
 * What ZITADEL sends, cut to the fields that are used.
 *
 * ZITADEL leaves zero values out of its JSON (zitadel's gateway marshals without unpopulated fields), so nearly every
 * key may be absent; 64-bit numbers come as strings.
 *
 * @module
 */
import { z } from "zod";
import { RFC_3339_UTC } from "../../rfc3339.ts";
import { isPlainProject, isPlainProjectRole, isPlainUser, isPlainUserGrant } from "./plain_rows.ts";

const text = z.string().exactOptional();

const time = z.string()
  .regex(RFC_3339_UTC, "not an RFC 3339 time in UTC")
  .exactOptional();

const id = z.string().min(1);

const details = z.object({
  creationDate: time,
  changeDate: time,
  resourceOwner: id,
});

/** An organization, as in `GET /management/v1/orgs/me`. */
export const orgSchema = z.object({
  id,
  state: text,
  name: text,
  primaryDomain: text,
});

/** A row of `POST /management/v1/users/_search`. */
export const userSchema = z.object({
  id,
  details,
  state: text,
  userName: text,
  loginNames: z.array(z.string()).exactOptional(),
  preferredLoginName: text,
  human: z.object({
    profile: z.object({ firstName: text, lastName: text, displayName: text }).exactOptional(),
    email: z.object({ email: text, isEmailVerified: z.boolean().exactOptional() }).exactOptional(),
  }).exactOptional(),
  machine: z.object({ name: text, description: text }).exactOptional(),
});

/** A row of `POST /management/v1/projects/_search`. */
export const projectSchema = z.object({
  id,
  details,
  name: text,
  state: text,
  projectRoleAssertion: z.boolean().exactOptional(),
  projectRoleCheck: z.boolean().exactOptional(),
  hasProjectCheck: z.boolean().exactOptional(),
});

/** A row of `POST /management/v1/projects/{projectId}/roles/_search`. */
export const projectRoleSchema = z.object({
  key: id,
  details,
  displayName: text,
  group: text,
});

/** A row of `POST /management/v1/users/grants/_search`. */
export const userGrantSchema = z.object({
  id,
  details,
  roleKeys: z.array(id).exactOptional(),
  state: text,
  userId: id,
  userName: text,
  firstName: text,
  lastName: text,
  email: text,
  displayName: text,
  preferredLoginName: text,
  userType: text,
  projectId: id,
  projectGrantId: text,
  grantedOrgId: text,
});

/** An organization. */
export type Org = z.infer<typeof orgSchema>;
/** A user. */
export type WireUser = z.infer<typeof userSchema>;
/** A project. */
export type Project = z.infer<typeof projectSchema>;
/** A role of a project. */
export type ProjectRole = z.infer<typeof projectRoleSchema>;
/** An authorization of a user on a project. */
export type UserGrant = z.infer<typeof userGrantSchema>;

/** The answer of `GET /management/v1/orgs/me`. */
export const myOrgSchema = z.object({ org: orgSchema });

/** The answer of `GET /auth/v1/users/me`. */
export const myUserSchema = z.object({ user: userSchema });

/** The answer of `POST /auth/v1/permissions/zitadel/me/_search`. */
export const myPermissionsSchema = z.object({ result: z.array(z.string()).exactOptional() });

/** An answer of no interest beyond its status. */
export const anySchema = z.unknown();

const uint64 = z.union([z.string().regex(/^\d{1,20}$/), z.int().nonnegative()])
  .transform(Number)
  .exactOptional();

/** One page of a list whose rows fit `row`. */
export function pageSchema<T>(row: z.ZodType<T>): z.ZodType<WirePage<T>> {
  return z.object({
    details: z.object({ totalResult: uint64, viewTimestamp: time }).exactOptional(),
    result: rowsSchema(row).exactOptional(),
  });
}

const PLAIN: ReadonlyMap<z.ZodType, (row: unknown) => boolean> = new Map<
  z.ZodType,
  (row: unknown) => boolean
>([
  [userSchema, isPlainUser],
  [projectSchema, isPlainProject],
  [projectRoleSchema, isPlainProjectRole],
  [userGrantSchema, isPlainUserGrant],
]);

/**
 * Rows that all are plain as they are; what `row` makes of them otherwise. A check and not a transform: those keep hold of
 * what they are given, so that the rows of all answers would outlive the reading of each.
 */
function rowsSchema<T>(row: z.ZodType<T>): z.ZodType<T[]> {
  const rows = z.array(row);
  const isPlain = PLAIN.get(row);
  if (isPlain === undefined) return rows;
  return z.custom<T[]>().check((payload) => {
    if (Array.isArray(payload.value) && payload.value.every(isPlain)) return;
    const result = rows.safeParse(payload.value);
    if (result.success) payload.value = result.data;
    else payload.issues.push(...result.error.issues as z.core.$ZodRawIssue[]);
  });
}

/** One page of a list: neither rows nor total for an empty list and for an offset past the end. */
export interface WirePage<T> {
  /** What ZITADEL says of the list. */
  details?: { totalResult?: number; viewTimestamp?: string };
  /** The rows. */
  result?: T[];
}
