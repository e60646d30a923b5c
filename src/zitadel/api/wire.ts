/**
 * The answers of ZITADEL, cut to the fields that are used.
 *
 * ZITADEL leaves zero values out of its JSON (zitadel's gateway marshals without unpopulated fields), so nearly every
 * key may be absent; 64-bit numbers come as strings.
 *
 * @module
 */
import { z } from "zod";
import { RFC_3339_UTC } from "../../rfc3339.ts";

/** A text that may be left out. */
export const text = z.string().exactOptional();

const givenTime = z.string().regex(RFC_3339_UTC, "not an RFC 3339 time in UTC");

/** A time. One that was never set comes as the first moment of the year 1: that says nothing. */
export const time = givenTime
  .transform((text) => text.startsWith("0001-") ? undefined : text)
  .optional();

/** The name of an enum's value; protojson writes a value that it has no name for as its number. */
export const enumName = z.union([z.string(), z.int().transform(String)]).exactOptional();

/** An id, or another key. */
export const id = z.string().min(1);

/** The details of each row. */
export const details = z.object({
  creationDate: time,
  changeDate: time,
  resourceOwner: id,
});

/** An organization, as in `GET /management/v1/orgs/me`. */
export const orgSchema = z.object({
  id,
  state: enumName,
  name: text,
  primaryDomain: text,
});

/** A row of `POST /management/v1/users/_search`. */
export const userSchema = z.object({
  id,
  details,
  state: enumName,
  userName: text,
  loginNames: z.array(z.string()).exactOptional(),
  preferredLoginName: text,
  human: z.object({
    profile: z.object({ firstName: text, lastName: text, displayName: text }).exactOptional(),
    email: z.object({ email: text, isEmailVerified: z.boolean().exactOptional() }).exactOptional(),
  }).exactOptional(),
  machine: z.object({ name: text, description: text, hasSecret: z.boolean().exactOptional() })
    .exactOptional(),
});

/** A row of `POST /management/v1/projects/_search`. */
export const projectSchema = z.object({
  id,
  details,
  name: text,
  state: enumName,
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
  state: enumName,
  userId: id,
  userName: text,
  firstName: text,
  lastName: text,
  email: text,
  displayName: text,
  preferredLoginName: text,
  userType: enumName,
  projectId: id,
  projectGrantId: text,
  grantedOrgId: text,
});

export type Org = z.infer<typeof orgSchema>;
export type WireUser = z.infer<typeof userSchema>;
export type Project = z.infer<typeof projectSchema>;
export type ProjectRole = z.infer<typeof projectRoleSchema>;
/** An authorization of a user on a project. */
export type UserGrant = z.infer<typeof userGrantSchema>;

/** The answer of `GET /management/v1/orgs/me`. */
export const myOrgSchema = z.object({ org: orgSchema });

/** The answer of `GET /auth/v1/users/me`. */
export const myUserSchema = z.object({ user: userSchema });

/** The answer of `POST /auth/v1/permissions/zitadel/me/_search`. */
export const myPermissionsSchema = z.object({ result: z.array(z.string()).exactOptional() });

/** The answer of `GET /management/v1/healthz`: nothing at all, so that no other program's answer passes for it. */
export const healthSchema = z.strictObject({});

/** The answer of `GET /management/v1/users/{userId}`. */
export const userByIdSchema = z.object({ user: userSchema });

/** The answer of `GET /management/v1/projects/{projectId}`. */
export const projectByIdSchema = z.object({ project: projectSchema });

/** The answer of `GET /management/v1/users/{userId}/grants/{grantId}`. */
export const userGrantByIdSchema = z.object({ userGrant: userGrantSchema });

/** A 64-bit number. */
export const uint64 = z.union([z.string().regex(/^\d{1,20}$/), z.int().nonnegative()])
  .transform(Number)
  .exactOptional();

/**
 * One page of a list whose rows fit `rows`.
 *
 * Zero values are left out, so that nearly any JSON object would pass for an empty list: that of a proxy, of a
 * maintenance page, of a view that never ran. What ZITADEL's own answers always hold is therefore required:
 * `details.viewTimestamp`, `totalResult` beside rows, and `result` beside a total.
 */
export function pageSchema<T>(rows: z.ZodType<T[]>): z.ZodType<WirePage<T>> {
  return z.object({
    details: z.object({ totalResult: uint64, viewTimestamp: givenTime }),
    result: rows.exactOptional(),
    // And not `superRefine`: what zod hangs on each value for that let V8 keep every answer until a full collection.
  }).check(({ value: { details: { totalResult = 0 }, result }, issues }) => {
    const issue = (...path: string[]) => issues.push({ code: "custom", path, input: undefined });
    if (totalResult > 0 && result === undefined) issue("result");
    if (totalResult === 0 && result !== undefined && result.length > 0) {
      issue("details", "totalResult");
    }
  });
}

/** The one row of a page that is looked for. */
export function rowSchema<T>(
  row: z.ZodType<T>,
  isWanted: (row: T) => boolean,
): z.ZodType<T | undefined> {
  return pageSchema(z.array(row)).transform(({ result }) => result?.find(isWanted));
}

/** One page of a list: neither rows nor total for an empty list and for an offset past the end. */
export interface WirePage<T> {
  /** The details of the list. */
  details: { totalResult?: number; viewTimestamp: string };
  result?: T[];
}
