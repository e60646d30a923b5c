/**
 * What the endpoint answers beside the snapshot, as schemas: the types of the code and the OpenAPI document are made of
 * them.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { FILTERS } from "../snapshot/query/filters.ts";
import type { Counts, Organization } from "../snapshot/types.ts";
import { type ListName, SOURCE_NAMES, type SourceName } from "../snapshot/lists.ts";

const time = z.iso.datetime();
const count = z.int().min(0);

/** Where the document describes a part of a snapshot. */
export function referTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** A part of a snapshot, which has a description of its own. */
function part<T>(name: string): z.ZodType<T> {
  return z.unknown().nonoptional().openapi(referTo(name)) as z.ZodType<unknown> as z.ZodType<T>;
}

const counts = part<Counts>("Counts");

/** A sync, or the writing of the state file, that failed. */
const failure = z.object({
  at: time,
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
}).openapi("Failure");

/** What `GET /v1/status` answers. */
export const statusSchema = z.object({
  tool: z.object({ name: z.string(), version: z.string() }),
  snapshot: z.object({
    organization: part<Organization>("Organization"),
    digest: z.string(),
    completedAt: time,
    ageSeconds: count,
    counts,
    verification: z.object({ events: count, upTo: time.optional(), differences: count })
      .optional().openapi({
        description: "What comparing it with ZITADEL's events came to; absent without --verify",
      }),
  }).nullable().openapi({ description: "The snapshot that is answered; null before the first" }),
  lastSuccess: z.object({ at: time, durationMs: count }).nullable().openapi({
    description: "The last sync that succeeded",
  }),
  lastFailure: z.union([failure, z.null()]).openapi({
    description: "The last sync that failed, also if others have succeeded since",
  }),
  failuresInARow: count.openapi({
    description: "How many syncs have failed since the last one that succeeded",
  }),
  stateFailure: z.union([failure, z.null()]).openapi({
    description: "Why the state file could not be written the last time",
  }),
  nextRefreshAt: time.nullable().openapi({
    description: "When the next sync begins by itself; null while one runs and where none will",
  }),
  running: z.object({
    startedAt: time,
    requests: count.openapi({ description: "How many requests ZITADEL has answered" }),
    lists: z.object(
      recordOfSources(() => z.object({ received: count, reported: count }).optional()),
    ),
  }).nullable().openapi({ description: "The sync that runs now" }),
}).openapi("Status");

/** What `GET /v1/status` answers. */
export type Status = z.infer<typeof statusSchema>;

/** What `POST /v1/refresh` answers: at once, or with `wait=true` when the sync has succeeded. */
export const refreshRunningSchema = z.object({
  status: z.literal("running"),
  joined: z.boolean().openapi({ description: "Whether another request had started it" }),
}).openapi("RefreshRunning");

/** What `POST /v1/refresh?wait=true` answers. */
export const refreshSucceededSchema = z.object({
  status: z.literal("succeeded"),
  joined: z.boolean().openapi({ description: "Whether another request had started it" }),
  durationMs: count,
  completedAt: time,
  digest: z.string(),
  counts,
}).openapi("RefreshSucceeded");

/** What `GET /healthz` answers. */
export const healthSchema = z.object({ status: z.literal("ok") }).openapi("Health");

/** What `GET /readyz` answers. */
export const readinessSchema = z.object({ status: z.literal("ready") }).openapi("Readiness");

/** A refusal or a failure. */
export const problemSchema = z.object({
  type: z.literal("about:blank"),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
}).openapi("Problem", { description: "RFC 9457, with code and hint" });

const unmatched = z.object({
  filter: z.enum(Object.keys(FILTERS)),
  value: z.string(),
}).openapi("UnmatchedValue", {
  description: "A value of a filter that no row of the snapshot has",
});

/** What the rows of each list are called. */
const ROWS: Record<ListName, string> = {
  users: "User",
  groups: "Group",
  entitlements: "Entitlement",
  grants: "Grant",
  credentials: "Credential",
};

/** One list, and which snapshot it is of. */
export function listSchema(list: ListName) {
  const row = ROWS[list];
  return z.object({
    organizationId: z.string(),
    digest: z.string(),
    completedAt: time,
    unmatched: z.array(unmatched).optional(),
    [list]: z.unknown().nonoptional().openapi({ type: "array", items: referTo(row) }),
  }).openapi(`${row}List`);
}

function recordOfSources<T>(schema: () => T): Record<SourceName, T> {
  return Object.fromEntries(SOURCE_NAMES.map((list) => [list, schema()])) as Record<
    SourceName,
    T
  >;
}
