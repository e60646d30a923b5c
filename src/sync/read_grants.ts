/**
 * Reading all user grants.
 *
 * In as few requests as the server gives: in one statement, or else in pages of the whole list. Where the organization is
 * so busy that a few passes over its pages prove nothing, project by project: each of these lists is short, and so
 * proven soon.
 *
 * @module
 */
import { inParallel } from "../zitadel/in_parallel.ts";
import {
  type List,
  type ListsContext,
  mapRows,
  readFew,
  tryRead,
  USER_GRANTS,
  userGrantsOn,
} from "../zitadel/api/lists.ts";
import { partnerGrantRequest, type RowRequest, userGrantRequest } from "../zitadel/api/by_id.ts";
import { unproven } from "../zitadel/lists/read_list.ts";
import type { UserGrant } from "../zitadel/api/wire.ts";
import type { Recorder } from "./recorder.ts";
import type { Authorization } from "./rows.ts";

/** How often the pages of the whole list are read at least before it is read project by project. */
const WHOLE_PASSES = 3;

/** How often they are read for what the projects' lists lack. A list that stands still is found out earlier. */
const SEARCH = { passes: 8, requests: 0 };

export interface ReadGrantsOptions {
  projects: number;
  /** Makes of a row what is kept of it. */
  select: (row: UserGrant) => Authorization;
  /** Which of the projects belong to the organization, and which do not, of those that rows name. */
  classifyProjects: (
    groupIds: Iterable<string>,
    signal: AbortSignal,
  ) => Promise<ClassifiedProjects>;
  /** Reports, and keeps the evidence. */
  recorder: Recorder;
  context: ListsContext;
}

/** Projects by whose they are. */
export interface ClassifiedProjects {
  own: ReadonlySet<string>;
  /** Those of other organizations. */
  foreign: ReadonlySet<string>;
}

/** All user grants, in batches. @throws {SyncError} As `read`; `INCONSISTENT`: some are announced and not to be found. */
export async function readGrants(options: ReadGrantsOptions): Promise<Authorization[][]> {
  const { recorder, context } = options;
  const listContext = recorder.contextFor("grants", context.signal);
  // While that takes fewer requests than reading each project's list would.
  const budget = { passes: WHOLE_PASSES, requests: options.projects };
  const whole = await tryRead(listContext, select(USER_GRANTS, options), budget);
  if (whole.kind === "complete") {
    recorder.add("grants", whole);
    return [whole.rows];
  }

  // What was counted comes again, project by project.
  listContext.onRows?.({ received: 0, reported: 0 });
  const named = new Set(whole.rows.map(({ groupId }) => groupId));
  const { own, foreign } = await options.classifyProjects(named, context.signal);
  const batches = await inParallel(
    [...own, ...foreign],
    context,
    (groupId, signal) => readGrantsOn(groupId, options, signal),
  );
  const found = batches.reduce((sum, { length }) => sum + length, 0);
  const after = await readFew(context, select(USER_GRANTS, options), 1);
  // Two numbers of two moments prove nothing by themselves; they only say when to look.
  if (Math.min(whole.announced, after.total) > found) {
    batches.push(await search(batches, options));
  }
  return batches;
}

/** All user grants on one project. @throws {SyncError} As `read`. */
export function readGrantsOn(
  groupId: string,
  { recorder, ...options }: Pick<ReadGrantsOptions, "recorder" | "select">,
  signal: AbortSignal,
): Promise<Authorization[]> {
  return recorder.read("grants", select(userGrantsOn(groupId), options), signal, groupId);
}

/** The user grants that the projects' lists lack, of all that the unfiltered list shows. */
async function search(
  batches: readonly Authorization[][],
  options: ReadGrantsOptions,
): Promise<Authorization[]> {
  const { recorder, context } = options;
  const known = new Set(batches.flatMap((rows) => rows.map(({ id }) => id)));
  const listContext = recorder.contextFor("grants", context.signal);
  const all = await tryRead(listContext, select(USER_GRANTS, options), SEARCH);
  if (all.kind === "unproven" && all.isStill) throw unproven(USER_GRANTS.name, all);
  // A list that goes on changing had other numbers before, and each project's list is proven.
  return all.rows.filter(({ id }) => !known.has(id));
}

function select(
  list: List<UserGrant>,
  { select }: Pick<ReadGrantsOptions, "select">,
): List<UserGrant, Authorization> {
  return mapRows(list, select, lookup);
}

function lookup(
  { id, userId, groupId, grantingOrganizationId }: Authorization,
): RowRequest<UserGrant> {
  return grantingOrganizationId === undefined
    ? userGrantRequest(userId, id)
    : partnerGrantRequest({ id, userId, projectId: groupId });
}
