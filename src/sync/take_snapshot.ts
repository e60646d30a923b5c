/**
 * Taking a snapshot: organization, lists, result.
 *
 * @module
 */
import { buildContent, type Content, type Rows } from "./build.ts";
import { SNAPSHOT_FORMAT, SNAPSHOT_VERSION } from "../snapshot/lists.ts";
import type { Evidence, Note, Organization, Snapshot, User } from "../snapshot/types.ts";
import { computeDigest } from "../snapshot/digest.ts";
import { byCodeUnit } from "../snapshot/order.ts";
import { TOOL } from "../version.ts";
import { allOrAbort } from "../zitadel/all_or_abort.ts";
import {
  INSTANCE_MEMBERS,
  listNeededPermissions,
  readsEvents,
} from "../zitadel/api/permissions.ts";
import type { Org } from "../zitadel/api/wire.ts";
import { openSession, type Session, type TakeSnapshotOptions } from "./options.ts";
import { confirmPreflight, preflight } from "./preflight.ts";
import { type Privileged, readPrivileged } from "./privileged.ts";
import type { SyncEvent } from "./progress.ts";
import { readLists } from "./read_lists.ts";
import type { MiscountedList } from "./recorder.ts";
import {
  compareWithEventStore,
  type EventStoreResult,
  readEventLog,
} from "./events/event_store.ts";

/**
 * Reads who holds which role in which project of one organization: completely, or not at all.
 *
 * It only reads. Every list is proven complete (see {@linkcode Evidence}), every row is checked to belong to the
 * organization, and failures that may pass are tried again.
 *
 * @example
 * ```ts ignore
 * import { takeSnapshot } from "@zitadel-sync/zitadel-sync";
 *
 * const snapshot = await takeSnapshot({
 *   instanceUrl: "https://acme.zitadel.cloud",
 *   token: Deno.env.get("ZITADEL_PAT")!,
 * });
 * console.log(`${snapshot.counts.grants} grants, ${snapshot.digest}`);
 * ```
 *
 * @throws {SyncError} With one of the codes of {@linkcode SyncErrorCode}.
 * @throws The reason of `options.signal`, once that is aborted.
 */
export async function takeSnapshot(options: TakeSnapshotOptions): Promise<Snapshot> {
  const { instanceUrl, organizationId, ...session } = openSession(options);
  const { onProgress } = options;
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const startedAt = new Date(session.now()).toISOString();

  const { include, verify } = session;
  const needed = listNeededPermissions({ include, verify });
  const found = await preflight(session.client, { organizationId, needed, signal });
  const organization = toOrganization(found.org);
  onProgress?.({ kind: "organization", organization });

  const readsInstanceMembers = found.permissions.has(INSTANCE_MEMBERS.name);
  const reading = await readEverything(
    { ...session, organizationId: organization.id, signal },
    {
      organization,
      ownUserId: found.ownUserId,
      instanceHost: readsInstanceMembers ? instanceUrl.host : undefined,
      report: (event) => onProgress?.(event),
    },
  );
  await confirmPreflight(session.client, found, {
    needed: readsInstanceMembers && include.includes("administrators")
      ? [...needed, INSTANCE_MEMBERS]
      : needed,
    signal,
  });
  onProgress?.({ kind: "completed", requests: session.client.requests });
  const { notes, ...built } = await buildContent(reading.rows, signal);
  const { credentials } = reading.privileged;
  const lists = { ...built, ...(credentials && { credentials }) };
  const digest = await computeDigest({ organization, ...lists });
  return {
    format: SNAPSHOT_FORMAT,
    version: SNAPSHOT_VERSION,
    tool: { ...TOOL },
    instance: { url: instanceUrl.origin },
    organization,
    startedAt,
    completedAt: new Date(session.now()).toISOString(),
    digest,
    counts: countRows(lists),
    evidence: reading.evidence,
    ...(reading.eventStore?.verification && { verification: reading.eventStore.verification }),
    ...lists,
    notes: sortNotes([
      ...notes,
      ...reading.miscounted.map((list) => ({ code: "reported-count-differs" as const, ...list })),
      ...reading.eventStore?.notes ?? [],
      ...(found.othersUnknown ? [{ code: "other-organizations-unknown" } as const] : []),
      ...reading.privileged.notes,
    ]),
  };
}

function toOrganization({ id, name, primaryDomain, state }: Org): Organization {
  return {
    id,
    ...(name && { name }),
    ...(primaryDomain && { primaryDomain }),
    state: state === "ORG_STATE_ACTIVE"
      ? "active"
      : state === "ORG_STATE_INACTIVE"
      ? "inactive"
      : "unknown",
  };
}

function countRows(
  lists: Omit<Content, "notes"> & Pick<Snapshot, "credentials">,
): Snapshot["counts"] {
  return {
    users: lists.users.length,
    groups: lists.groups.length,
    entitlements: lists.entitlements.length,
    grants: lists.grants.length,
    ...(lists.credentials && { credentials: lists.credentials.length }),
  };
}

/** By code; within a code in the order of the evidence, which is that of the lists. */
function sortNotes(notes: Note[]): Note[] {
  return notes.sort((a, b) => byCodeUnit(a.code, b.code));
}

/** Everything that was read, and how we know that it is complete. */
interface ReadResult {
  rows: Rows;
  evidence: Evidence[];
  miscounted: readonly MiscountedList[];
  /** The result of the event store, if that was asked. */
  eventStore: EventStoreResult | undefined;
  privileged: Privileged;
}

/** The session, with the organization that was found. */
type SyncContext = Omit<Session, "instanceUrl"> & { organizationId: string; signal: AbortSignal };

interface ReadEverythingOptions {
  organization: Organization;
  /** The id of the token's own user, if it belongs to the organization. */
  ownUserId: string | undefined;
  /** The host of the instance, if the token may see who administers it. */
  instanceHost: string | undefined;
  report: (event: SyncEvent) => void;
}

/** The lists, and the events beside them; then what was done meanwhile, who administers and with what. */
async function readEverything(
  context: SyncContext,
  { organization, ownUserId, instanceHost, report }: ReadEverythingOptions,
): Promise<ReadResult> {
  const [lists, log] = await allOrAbort([
    (signal) => readLists({ ...context, signal }, { ownUserId, report }),
    async (signal) =>
      readsEvents(context) ? await readEventLog({ ...context, report, signal }) : undefined,
  ], context.signal);
  const { named, batches, users, recorder } = lists;
  const eventStore = log && await compareWithEventStore(log, {
    ...{ ...context, groups: named.groups, entitlements: named.entitlements, batches },
    ...{ users, unknownUsers: listUnknownUsers(named.users), report },
    ...{ select: lists.select, readGrantsAgain: lists.readGrantsAgain },
  });
  const privileged = await readPrivileged({
    ...{ organization, users: named.users, projects: named.groups, instanceHost },
    ...{ machinesWithSecret: lists.machinesWithSecret, include: context.include },
    ...{ recorder, context },
  });
  return {
    rows: {
      ...named,
      users: [...named.users, ...privileged.users],
      administration: privileged.administration,
      authorizations: drain(batches),
      findGrantOrigin: eventStore?.findGrantOrigin,
    },
    evidence: recorder.evidence(),
    miscounted: recorder.miscounted,
    privileged,
    eventStore,
  };
}

/** Those that only user grants know: ZITADEL's list has lost them, or they were removed and their user grants stayed. */
function listUnknownUsers(users: readonly User[]): string[] {
  return users.filter(({ external, organizationId }) => !external && organizationId === undefined)
    .map(({ id }) => id);
}

/** Gives batches and forgets each: what they become stands beside them in memory otherwise. */
function* drain<T>(batches: T[]): Generator<T, void, undefined> {
  for (let next = batches.pop(); next !== undefined; next = batches.pop()) yield next;
}
