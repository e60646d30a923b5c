/**
 * Taking a snapshot: organization, lists, result.
 *
 * @module
 */
import { buildContent, type Content, type Rows } from "../snapshot/build.ts";
import {
  type Evidence,
  LIST_NAMES,
  type ListName,
  type Note,
  type Organization,
  type Snapshot,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
} from "../snapshot/contract.ts";
import { digestOf } from "../snapshot/digest.ts";
import { TOOL } from "../version.ts";
import {
  type List,
  type ListsContext,
  projectRoles as projectRolesOf,
  PROJECTS,
  read,
  readWhole,
  USER_GRANTS,
  userGrantsOn,
  USERS,
} from "../zitadel/lists.ts";
import { findOrganization } from "../zitadel/organization.ts";
import { readPermissions, requirePermissions } from "../zitadel/permissions.ts";
import { sideBySide } from "../zitadel/side_by_side.ts";
import type { Org, UserGrant, WireUser } from "../zitadel/wire.ts";
import { openSession, type TakeSnapshotOptions } from "./options.ts";
import type { SyncEvent } from "./progress.ts";

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
 * @throws {SyncError} With one of the codes of {@linkcode SyncErrorCode}, but for `SHRUNK` and `OUTPUT_FAILED`.
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
  const { notes, ...lists } = buildContent({ ...reading.rows, organizationId: org.id });
  const digest = await digestOf({ organization, ...lists });
  return {
    format: SNAPSHOT_FORMAT,
    version: SNAPSHOT_VERSION,
    tool: { ...TOOL },
    instance: { url: instanceUrl.origin },
    organization,
    startedAt,
    completedAt: new Date(now()).toISOString(),
    digest,
    counts: countsOf(lists),
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

function countsOf(lists: Omit<Content, "notes">): Snapshot["counts"] {
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
  return notes.sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

/** Everything that was read, and how we know that it is complete. */
interface Reading {
  rows: Omit<Rows, "organizationId">;
  evidence: Evidence[];
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
    const missing = danglingList(reading.rows, context.organizationId);
    if (missing === undefined || n >= MAX_READINGS) return reading;
    report({
      kind: "reread",
      list: missing,
      reason: `a grant names one of the ${missing} that was not listed`,
    });
  }
}

function danglingList(
  { users, projects, userGrants }: Reading["rows"],
  organizationId: string,
): ListName | undefined {
  const userIds = new Set(users.map(({ id }) => id));
  const projectIds = new Set(projects.map(({ id }) => id));
  const own = userGrants.filter((row) => row.projectGrantId === undefined);
  if (own.some(({ projectId }) => !projectIds.has(projectId))) return "groups";
  // Servers of 4.0 and 4.1 do not say whose the user is: then reading again is the only way to tell.
  const mayBeOwn = ({ grantedOrgId = organizationId }: UserGrant) =>
    grantedOrgId === organizationId;
  return own.some((row) => !userIds.has(row.userId) && mayBeOwn(row)) ? "users" : undefined;
}

async function readEverything(
  context: ListsContext & { organizationId: string },
  report: (event: SyncEvent) => void,
): Promise<Reading> {
  const evidence: Evidence[] = [];
  const tell = tracker(context, report);

  /** Reads one list, or the part of it that belongs to a group, and keeps its evidence. */
  const track = async <T>(
    list: ListName,
    source: List<T>,
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

  const [users, { projects, projectRoles }] = await sideBySide([
    async (signal) => {
      const users = await track("users", USERS, signal);
      finish("users", users.length);
      return users;
    },
    async (signal) => {
      const projects = await track("groups", PROJECTS, signal);
      finish("groups", projects.length);
      const roles = await sideBySide(
        projects.map(({ id }) => (signal: AbortSignal) =>
          track("entitlements", projectRolesOf(id), signal, id)
        ),
        signal,
      );
      finish("entitlements", roles.reduce((sum, { length }) => sum + length, 0));
      const projectRoles = new Map(projects.map(({ id }, i) => [id, roles[i]!]));
      return { projects, projectRoles };
    },
  ], context.signal);

  // Grants come last because then it is known whose personal data need not be kept with each of them.
  const keep = withoutKnownPeople(users);
  const all = await readWhole(tell("grants"), { ...USER_GRANTS, keep });
  let userGrants: readonly UserGrant[];
  let unreadForeignGrants = 0;
  if ("rows" in all) {
    userGrants = all.rows;
    evidence.push({ list: "grants", ...all.evidence });
  } else {
    const byProject = await sideBySide(
      projects.map(({ id }) => (signal: AbortSignal) =>
        track("grants", keepingLess(userGrantsOn(id), keep), signal, id)
      ),
      context.signal,
    );
    userGrants = byProject.flat();
    unreadForeignGrants = Math.max(0, all.announced - userGrants.length);
  }
  finish("grants", userGrants.length);
  return {
    rows: { users, projects, projectRoles, userGrants, unreadForeignGrants },
    evidence: sortEvidence(evidence),
  };
}

function withoutKnownPeople(users: readonly WireUser[]): (row: UserGrant) => UserGrant {
  const known = new Set(users.map(({ id }) => id));
  return (row) => {
    if (!known.has(row.userId)) return row;
    const { id, details, roleKeys, state, userId, projectId, projectGrantId } = row;
    return {
      id,
      details,
      ...(roleKeys !== undefined && { roleKeys }),
      ...(state !== undefined && { state }),
      userId,
      projectId,
      ...(projectGrantId !== undefined && { projectGrantId }),
    };
  };
}

function keepingLess<T>(list: List<T>, keep: (row: T) => T): List<T> {
  return { ...list, keep: (row) => keep(list.keep?.(row) ?? row) };
}

/** Adds up what the parts of a list report. */
function tracker(
  context: ListsContext,
  report: (event: SyncEvent) => void,
): (list: ListName, groupId?: string) => ListsContext {
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
  return evidence.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
