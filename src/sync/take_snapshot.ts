/**
 * Taking a snapshot: organization, lists, result.
 *
 * @module
 */
import { buildContent, type Content, type Rows } from "./build.ts";
import {
  type Entitlement,
  type Evidence,
  type Group,
  LIST_NAMES,
  type ListName,
  type Note,
  type Organization,
  type Snapshot,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
} from "../snapshot/contract.ts";
import { computeDigest } from "../snapshot/digest.ts";
import { byCodeUnit } from "../snapshot/order.ts";
import { type Authorization, authorizations, toEntitlement, toGroup, toUser } from "./rows.ts";
import { TOOL } from "../version.ts";
import {
  keeping,
  type List,
  type ListsContext,
  projectRoles,
  PROJECTS,
  read,
  readWhole,
  USER_GRANTS,
  userGrantsOn,
  USERS,
} from "../zitadel/v1/lists.ts";
import { findOrganization } from "../zitadel/organization.ts";
import { readPermissions, requirePermissions } from "../zitadel/permissions.ts";
import { allOrAbort } from "../zitadel/all_or_abort.ts";
import type { Org, ProjectRole } from "../zitadel/v1/wire.ts";
import { openSession, type TakeSnapshotOptions } from "./options.ts";
import type { SyncEvent } from "./progress.ts";
import { runInSlices } from "../event_loop.ts";

/** How often everything is read at most when lists contradict each other. */
const MAX_READINGS = 2;

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
  const { client, instanceUrl, paging, now } = openSession(options);
  const { organizationId, onProgress, singlePass = false } = options;
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const startedAt = new Date(now()).toISOString();

  const permissions = await readPermissions(client, { organizationId, signal });
  requirePermissions(permissions, organizationId);
  const { org, othersUnknown } = await findOrganization(client, {
    organizationId,
    permissions,
    signal,
  });
  const organization = toOrganization(org);
  onProgress?.({ kind: "organization", organization });

  const reading = await readConsistently(
    { client, organizationId: org.id, paging, singlePass, signal },
    (event) => onProgress?.(event),
  );
  const { notes, ...lists } = await runInSlices(buildContent(reading.rows), signal);
  const digest = await computeDigest({ organization, ...lists });
  return {
    format: SNAPSHOT_FORMAT,
    version: SNAPSHOT_VERSION,
    tool: { ...TOOL },
    instance: { url: instanceUrl.origin },
    organization,
    startedAt,
    completedAt: new Date(now()).toISOString(),
    digest,
    counts: countRows(lists),
    evidence: reading.evidence,
    ...lists,
    notes: sortNotes([
      ...notes,
      ...reading.evidence.flatMap(toCountNote),
      ...(othersUnknown ? [{ code: "other-organizations-unknown" } as const] : []),
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

function countRows(lists: Omit<Content, "notes">): Snapshot["counts"] {
  return {
    users: lists.users.length,
    groups: lists.groups.length,
    entitlements: lists.entitlements.length,
    grants: lists.grants.length,
  };
}

function toCountNote({ list, groupId, reported, distinct }: Evidence): Note[] {
  if (reported === distinct) return [];
  return [{
    code: "reported-count-differs",
    list,
    ...(groupId !== undefined && { groupId }),
    reported,
    distinct,
  }];
}

/** By code; within a code in the order of the evidence, which is that of the lists. */
function sortNotes(notes: Note[]): Note[] {
  return notes.sort((a, b) => byCodeUnit(a.code, b.code));
}

/** Everything that was read, and how we know that it is complete. */
interface Reading {
  rows: Rows;
  evidence: Evidence[];
  /** A list that lacks what a grant names. */
  lacking?: ListName | undefined;
}

/**
 * Reads all lists, and reads them again if a grant names a user or a project of this organization that its list lacks:
 * the lists are of different moments, and something was created or removed in between.
 */
async function readConsistently(
  context: ListsContext & { organizationId: string },
  report: (event: SyncEvent) => void,
): Promise<Reading> {
  for (let n = 1;; n++) {
    const reading = await readEverything(context, report);
    const { lacking } = reading;
    if (lacking === undefined || n >= MAX_READINGS) return reading;
    report({
      kind: "reread",
      list: lacking,
      reason: `a grant names one of the ${lacking} that was not listed`,
    });
  }
}

async function readEverything(
  context: ListsContext & { organizationId: string },
  report: (event: SyncEvent) => void,
): Promise<Reading> {
  const { organizationId } = context;
  const evidence: Evidence[] = [];
  const tell = tracker(context, report);

  /** Reads one list, or the part of it that belongs to a group, and keeps its evidence. */
  const track = async <W, T>(
    list: ListName,
    source: List<W, T>,
    signal: AbortSignal,
    groupId?: string,
  ): Promise<T[]> => {
    const { rows, evidence: proof } = await read({ ...tell(list, groupId), signal }, source);
    evidence.push({ list, ...(groupId !== undefined && { groupId }), ...proof });
    return rows;
  };
  const finish = (list: ListName, rows: number) => {
    const requests = evidence.filter((entry) => entry.list === list)
      .reduce((sum, entry) => sum + entry.requests, 0);
    report({ kind: "list", list, rows, requests });
  };

  const [users, { groups, entitlements }] = await allOrAbort([
    async (signal) => {
      const users = await track("users", keeping(USERS, toUser), signal);
      finish("users", users.length);
      return users;
    },
    async (signal) => {
      const groups = await track("groups", keeping(PROJECTS, toGroup), signal);
      finish("groups", groups.length);
      const roles = await allOrAbort(
        groups.map(({ id }) => (signal: AbortSignal) =>
          track("entitlements", keeping(projectRoles(id), entitlementMapper(id)), signal, id)
        ),
        signal,
      );
      const entitlements = roles.flat();
      finish("entitlements", entitlements.length);
      return { groups, entitlements };
    },
  ], context.signal);

  // Grants come last because then it is known whose personal data need not be kept with each of them.
  const keep = authorizations(new Map(users.map((user) => [user.id, user])));
  const attempt = tell("grants");
  const all = await readWhole(attempt, keeping(USER_GRANTS, keep));
  let portions: Authorization[][];
  if ("rows" in all) {
    portions = [all.rows];
    evidence.push({ list: "grants", ...all.evidence });
  } else {
    // What was counted comes again, project by project.
    attempt.onRows({ received: 0, reported: 0 });
    portions = await allOrAbort(
      groups.map(({ id }) => (signal: AbortSignal) =>
        track("grants", keeping(userGrantsOn(id), keep), signal, id)
      ),
      context.signal,
    );
  }
  const held = portions.reduce((sum, { length }) => sum + length, 0);
  finish("grants", held);
  return {
    rows: {
      organizationId,
      users,
      groups,
      entitlements,
      authorizations: drain(portions),
      unreadForeign: "announced" in all ? Math.max(0, all.announced - held) : 0,
    },
    evidence: sortEvidence(evidence),
    lacking: lackingList(portions, groups, organizationId),
  };
}

function entitlementMapper(groupId: string): (row: ProjectRole) => Entitlement {
  return (row) => toEntitlement(groupId, row);
}

/** Gives portions and forgets each: what they become stands beside them in memory otherwise. */
function* drain<T>(portions: T[]): Generator<T, void, undefined> {
  for (let next = portions.pop(); next !== undefined; next = portions.pop()) yield next;
}

function lackingList(
  portions: readonly Authorization[][],
  groups: readonly Group[],
  organizationId: string,
): ListName | undefined {
  const listed = new Set(groups.map(({ id }) => id));
  const own = (authorization: Authorization) => !authorization.foreign;
  if (portions.some((rows) => rows.some((row) => own(row) && !listed.has(row.groupId)))) {
    return "groups";
  }
  // Servers of 4.0 and 4.1 do not say whose the user is: then reading again is the only way to tell.
  const mayBeOwn = ({ unlisted }: Authorization) =>
    unlisted !== undefined && (unlisted.grantedOrgId ?? organizationId) === organizationId;
  return portions.some((rows) => rows.some((row) => own(row) && mayBeOwn(row)))
    ? "users"
    : undefined;
}

/** Adds up what the parts of a list report. */
function tracker(
  context: ListsContext,
  report: (event: SyncEvent) => void,
): (list: ListName, groupId?: string) => ListsContext & Required<Pick<ListsContext, "onRows">> {
  const sums = new Map(LIST_NAMES.map((list) => [list, { received: 0, reported: 0 }]));
  return (list, groupId) => {
    const sum = sums.get(list)!;
    const told = { received: 0, reported: 0 };
    return {
      ...context,
      onRows: ({ received, reported }) => {
        sum.received += received - told.received;
        sum.reported += reported - told.reported;
        Object.assign(told, { received, reported });
        report({ kind: "rows", list, ...sum, requests: context.client.answered });
      },
      onReread: (reason) =>
        report({ kind: "reread", list, ...(groupId !== undefined && { groupId }), reason }),
    };
  };
}

/** In the order of the lists, then of the groups: lists that are read side by side end in any order. */
function sortEvidence(evidence: Evidence[]): Evidence[] {
  const key = ({ list, groupId = "" }: Evidence) => `${LIST_NAMES.indexOf(list)} ${groupId}`;
  return evidence.sort((a, b) => byCodeUnit(key(a), key(b)));
}
