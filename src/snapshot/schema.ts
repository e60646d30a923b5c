/**
 * The schema that checks a value against the model.
 *
 * @module
 */
import { z } from "zod";
import { RFC_3339_UTC } from "../rfc3339.ts";
import {
  GROUP_KINDS,
  LIST_NAMES,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  SOURCE_NAMES,
} from "./lists.ts";
import type { Snapshot } from "./types.ts";

/** The names of the parts, for documents in which each has to have one. */
const names = z.registry<{ id: string }>();

function named<T extends z.ZodType>(id: string, schema: T): T {
  names.add(schema, { id });
  return schema;
}

const count = z.int().nonnegative();
const text = z.string().min(1);
const time = z.string().regex(
  RFC_3339_UTC,
  "not an RFC 3339 time in UTC",
);
/** Requests go to this address: a changed file must not send them elsewhere. */
const origin = z.string().regex(/^https?:\/\/[^\s/?#@\\]+$/, "not an origin").refine(
  (text) => URL.canParse(text) && new URL(text).origin === text,
  "not an origin such as https://acme.zitadel.cloud",
);
const list = z.enum(LIST_NAMES);
const times = { createdAt: time.exactOptional(), updatedAt: time.exactOptional() };

const user = named(
  "User",
  z.object({
    id: text,
    type: z.enum(["human", "machine"]).exactOptional(),
    state: z.enum(["active", "inactive", "locked", "initial", "deleted", "suspended", "unknown"]),
    username: text.exactOptional(),
    displayName: text.exactOptional(),
    firstName: text.exactOptional(),
    lastName: text.exactOptional(),
    email: text.exactOptional(),
    emailVerified: z.boolean().exactOptional(),
    preferredLoginName: text.exactOptional(),
    loginNames: z.array(text).exactOptional(),
    description: text.exactOptional(),
    organizationId: text.exactOptional(),
    external: z.boolean(),
    ...times,
  }),
);

const group = named(
  "Group",
  z.object({
    id: text,
    kind: z.enum(GROUP_KINDS),
    name: text.exactOptional(),
    of: text.exactOptional(),
    projectId: text.exactOptional(),
    state: z.enum(["active", "inactive", "unknown"]),
    roleAssertion: z.boolean().exactOptional(),
    roleCheck: z.boolean().exactOptional(),
    projectCheck: z.boolean().exactOptional(),
    ...times,
  }),
);

const entitlement = named(
  "Entitlement",
  z.object({
    id: text,
    groupId: text,
    roleKey: text,
    displayName: text.exactOptional(),
    roleGroup: text.exactOptional(),
    defined: z.boolean(),
    ...times,
  }),
);

const actor = named("Actor", z.object({ id: text, name: text.exactOptional() }));

const grant = named(
  "Grant",
  z.object({
    id: text,
    entitlementId: text,
    groupId: text,
    userId: text,
    state: z.enum(["active", "inactive", "unknown"]),
    authorizations: z.array(text),
    grantedBy: actor.exactOptional(),
    grantedAt: time.exactOptional(),
    ...times,
  }),
);

const credential = named(
  "Credential",
  z.object({
    id: text,
    kind: z.enum(["personal-access-token", "key", "client-secret"]),
    userId: text,
    ...times,
    expiresAt: time.exactOptional(),
  }),
);

const evidence = named(
  "Evidence",
  z.object({
    list: z.enum(SOURCE_NAMES),
    groupId: text.exactOptional(),
    reported: count,
    received: count,
    distinct: count,
    requests: count,
    method: z.enum(["statement", "anchored", "reconciled"]),
    passes: count,
    repaired: count,
    startedAt: time,
    completedAt: time,
    viewTimestamp: time.exactOptional(),
  }),
);

const verifiedCounts = named(
  "VerifiedCounts",
  z.object({ groups: count, entitlements: count, grants: count }),
);

const verification = named(
  "Verification",
  z.object({
    method: z.literal("events"),
    events: count,
    requests: count,
    upTo: time.exactOptional(),
    agreed: verifiedCounts,
    notCompared: verifiedCounts,
    startedAt: time,
    completedAt: time,
  }),
);

const difference = {
  list: z.enum(["groups", "entitlements", "grants"]),
  groupId: text,
  groupName: text.exactOptional(),
  roleKey: text.exactOptional(),
  authorization: text.exactOptional(),
  userId: text.exactOptional(),
  roleKeys: z.array(text).exactOptional(),
  listedRoleKeys: z.array(text).exactOptional(),
  state: z.enum(["active", "inactive"]).exactOptional(),
  listedState: z.enum(["active", "inactive", "unknown"]).exactOptional(),
  event: text,
  at: time,
  by: actor.exactOptional(),
};

const note = z.discriminatedUnion("code", [
  named("HiddenInstanceNote", z.object({ code: z.literal("instance-administrators-unknown") })),
  named("OtherOrganizationsNote", z.object({ code: z.literal("other-organizations-unknown") })),
  named(
    "ReportedCountNote",
    z.object({
      code: z.literal("reported-count-differs"),
      list,
      groupId: text.exactOptional(),
      reported: count,
      distinct: count,
    }),
  ),
  named(
    "AuthorizationsWithoutRolesNote",
    z.object({ code: z.literal("authorizations-without-roles"), authorizations: z.array(text) }),
  ),
  named("ForeignGroupsNote", z.object({ code: z.literal("grants-on-foreign-groups"), count })),
  named(
    "PartnerGrantsNote",
    z.object({
      code: z.literal("grants-by-other-organizations"),
      count,
      groups: z.array(z.object({ groupId: text, count })),
    }),
  ),
  named(
    "UsersWithoutLoginNameNote",
    z.object({ code: z.literal("users-without-login-name"), userIds: z.array(text) }),
  ),
  named(
    "UnlistedUsersNote",
    z.object({ code: z.literal("users-not-listed"), userIds: z.array(text) }),
  ),
  named(
    "UnlistedGroupsNote",
    z.object({
      code: z.literal("groups-not-listed"),
      groupIds: z.array(text),
      authorizations: z.array(text),
    }),
  ),
  named("LostRowNote", z.object({ code: z.literal("lost-by-zitadel"), ...difference })),
  named("PhantomGrantNote", z.object({ code: z.literal("phantom-grant"), ...difference })),
  named("PhantomGroupNote", z.object({ code: z.literal("phantom-group"), ...difference })),
  named(
    "PhantomEntitlementNote",
    z.object({ code: z.literal("phantom-entitlement"), ...difference }),
  ),
  named("DifferingRowNote", z.object({ code: z.literal("differs-from-events"), ...difference })),
  named(
    "CutEventsNote",
    z.object({
      code: z.literal("events-cut"),
      groupIds: z.array(text),
      authorizations: z.array(text),
    }),
  ),
  named(
    "UnknownEventsNote",
    z.object({
      code: z.literal("unknown-events"),
      types: z.array(text),
      groupIds: z.array(text),
      authorizations: z.array(text),
    }),
  ),
]);

/** The zod schema of a snapshot. It accepts keys that it does not name. */
export const SNAPSHOT: z.ZodType<Snapshot> = named(
  "Snapshot",
  z.object({
    format: z.literal(SNAPSHOT_FORMAT),
    version: z.literal(SNAPSHOT_VERSION),
    tool: z.object({ name: text, version: text }),
    instance: z.object({ url: origin }),
    organization: named(
      "Organization",
      z.object({
        id: text,
        name: text.exactOptional(),
        primaryDomain: text.exactOptional(),
        state: z.enum(["active", "inactive", "unknown"]),
      }),
    ),
    startedAt: time,
    completedAt: time,
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "not a sha256 digest"),
    counts: named(
      "Counts",
      z.object({
        users: count,
        groups: count,
        entitlements: count,
        grants: count,
        credentials: count.exactOptional(),
      }),
    ),
    evidence: z.array(evidence),
    verification: verification.exactOptional(),
    users: z.array(user),
    groups: z.array(group),
    entitlements: z.array(entitlement),
    grants: z.array(grant),
    credentials: z.array(credential).exactOptional(),
    notes: z.array(note),
  }),
);

/**
 * The JSON Schema (draft 2020-12) of a {@linkcode Snapshot}.
 *
 * It accepts keys that it does not name, as `parseSnapshot` does: a later release may add optional ones.
 */
export function snapshotSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(SNAPSHOT, { target: "draft-2020-12", io: "input" });
  return { $schema, title: "ZITADEL access snapshot", ...schema };
}

/** The same with a schema of its own for each part, by name; `reference` makes the `$ref` to one of them. */
export function snapshotSchemas(reference: (name: string) => string): Record<string, object> {
  const { schemas } = z.toJSONSchema(names, { io: "input", uri: reference });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _, $id: __, ...schema }]) => [name, schema]),
  );
}
