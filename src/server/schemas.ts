/**
 * The schemas of all answers beside the snapshot. The types of the code and the OpenAPI document come from them.
 *
 * @module
 */
import { z } from "@hono/zod-openapi";
import { FILTERS } from "../snapshot/query/filters.ts";
import type { Counts, Organization } from "../snapshot/types.ts";
import { type ListName, SOURCE_NAMES, type SourceName } from "../snapshot/lists.ts";

const time = z.iso.datetime();
const count = z.int().min(0);

/** Refers to a component of the OpenAPI document. */
export function referTo(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** Makes a schema that refers to the component of a part of a snapshot. */
function part<T>(name: string): z.ZodType<T> {
  return z.unknown().nonoptional().openapi(referTo(name)) as z.ZodType<unknown> as z.ZodType<T>;
}

const counts = part<Counts>("Counts");

/** A failure of a sync, or of writing the state file. */
const failure = z.object({
  at: time,
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
}).openapi("Failure");

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
        description: "The comparison with ZITADEL's events, if there was one",
      }),
  }).nullable().openapi({
    description: "The snapshot that is answered; null before the first one",
  }),
  lastSuccess: z.object({ at: time, durationMs: count }).nullable().openapi({
    description: "The last successful sync",
  }),
  lastFailure: z.union([failure, z.null()]).openapi({
    description: "The last failed sync, even if others have succeeded since",
  }),
  failuresInARow: count.openapi({
    description: "The number of failed syncs since the last successful one",
  }),
  stateFailure: z.union([failure, z.null()]).openapi({
    description: "The failure of the last attempt to write the state file",
  }),
  nextRefreshAt: time.nullable().openapi({
    description: "The time of the next planned sync; null while one runs, or if none is planned",
  }),
  running: z.object({
    startedAt: time,
    requests: count.openapi({ description: "The number of requests that ZITADEL answered" }),
    lists: z.object(
      recordOfSources(() => z.object({ received: count, reported: count }).optional()),
    ),
  }).nullable().openapi({ description: "The running sync" }),
}).openapi("Status");

export type Status = z.infer<typeof statusSchema>;

/** The answer of `POST /v1/refresh`. */
export const refreshRunningSchema = z.object({
  status: z.literal("running"),
  joined: z.boolean().openapi({ description: "true if another request had started it" }),
}).openapi("RefreshRunning");

/** The answer of `POST /v1/refresh?wait=true` after a successful sync. */
export const refreshSucceededSchema = z.object({
  status: z.literal("succeeded"),
  joined: z.boolean().openapi({ description: "true if another request had started it" }),
  durationMs: count,
  completedAt: time,
  digest: z.string(),
  counts,
}).openapi("RefreshSucceeded");

/** The answer of `GET /healthz`. */
export const healthSchema = z.object({ status: z.literal("ok") }).openapi("Health");

/** The answer of `GET /readyz`. */
export const readinessSchema = z.object({ status: z.literal("ready") }).openapi("Readiness");

/** A problem (RFC 9457). */
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
  description: "A value of a filter that no row of the snapshot has, whatever list was asked for",
});

/** The component of the rows of each list. */
const ROWS: Record<ListName, string> = {
  users: "User",
  groups: "Group",
  entitlements: "Entitlement",
  grants: "Grant",
  credentials: "Credential",
};

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
