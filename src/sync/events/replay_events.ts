/**
 * The fold of events: the user grants, projects and roles that ZITADEL's lists should show.
 *
 * @module
 */
import type { Actor } from "../../snapshot/types.ts";
import { EVENT_TYPES, type StoreEvent } from "../../zitadel/api/events.ts";
import { createTextShare } from "../rows.ts";

/** The type, time and author of an event. */
export interface EventMark {
  /** Such as `user.grant.added`. */
  readonly type: string;
  /** When it was done, in RFC 3339. */
  readonly at: string;
  /** The user who did it; absent if ZITADEL did. */
  readonly by: Actor | undefined;
  /** Its place among all events. */
  readonly order: number;
}

/** Why a row cannot be compared: its first event is missing (`cut`), or it has an event of an unknown type. */
export type SkipReason = "cut" | "unknown-event";

/** A user grant as events make it. */
export interface ReplayedGrant {
  readonly userId: string;
  readonly groupId: string;
  /** Its roles; none is legal. */
  readonly roleKeys: readonly string[];
  /** The events that gave the roles last: one for all of them, or one for each; absent where these are cut. */
  readonly given: EventMark | readonly (EventMark | undefined)[];
  readonly isActive: boolean;
  readonly isRemoved: boolean;
  readonly last: EventMark;
  readonly skipReason: SkipReason | undefined;
}

/** A role as its project's events make it. */
export interface ReplayedRole {
  readonly isRemoved: boolean;
  readonly last: EventMark;
}

/** A project as events make it. */
export interface ReplayedProject {
  readonly name: string | undefined;
  readonly isActive: boolean;
  readonly isRemoved: boolean;
  /** Its last event, those of its roles apart. */
  readonly last: EventMark;
  /** Its roles by their keys, removed ones too. */
  readonly roles: ReadonlyMap<string, ReplayedRole>;
  readonly skipReason: SkipReason | undefined;
}

/** The state that events have made so far. Its size grows with the number of rows, not with how often they changed. */
export interface Replay {
  apply(event: StoreEvent): void;
  /** The ids of all user grants that ever were. */
  grantIds(): Iterable<string>;
  /** A user grant, after all events of its user, project, roles and project grant. */
  findGrant(id: string): ReplayedGrant | undefined;
  /** All projects that ever were, by id. */
  readonly projects: ReadonlyMap<string, ReplayedProject>;
  /** Numbers of events of unknown types, by type. */
  readonly unknownTypes: ReadonlyMap<string, number>;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** All user grants have one shape and share their texts: there may be hundreds of thousands. */
interface GrantDraft extends Draft<ReplayedGrant> {
  /** The place of the event that made it. */
  addedOrder: number;
  /** The project grant that it was made through. */
  projectGrantId: string | undefined;
  /** The sequence of its last event, if sequences count from 1: those of a ZITADEL before 2.40 do not. */
  sequence: number | undefined;
}

interface RoleDraft extends Draft<ReplayedRole> {
  /** Its last removal; it may be there again. */
  removal: EventMark | undefined;
}

interface ProjectDraft extends Omit<Draft<ReplayedProject>, "roles"> {
  roles: Map<string, RoleDraft>;
  removal: EventMark | undefined;
}

interface ProjectGrantDraft {
  roleKeys: readonly string[];
  /** The events that took roles from it, by the roles' keys. */
  lostRoles: Map<string, EventMark>;
  removal: EventMark | undefined;
}

export function createReplay(): Replay {
  const grants = new Map<string, GrantDraft>();
  const projects = new Map<string, ProjectDraft>();
  const projectGrants = new Map<string, ProjectGrantDraft>();
  const userRemovals = new Map<string, EventMark>();
  const unknownTypes = new Map<string, number>();
  const toMark = createMarks();
  const share = createShare();

  function apply(event: StoreEvent): void {
    const mark = toMark(event);
    const { type } = mark;
    const { id } = event.aggregate;
    const isKnown = type === "user.removed"
      ? userRemovals.set(id, mark) !== undefined
      : type.startsWith("user.grant.")
      ? applyToGrant(grants, event, mark, { share, findGrant })
      : type.startsWith("project.grant.")
      ? applyToProjectGrant(projectGrants, event, mark)
      : applyToProject(projects, event, mark);
    if (!isKnown) unknownTypes.set(type, (unknownTypes.get(type) ?? 0) + 1);
  }

  /** A user grant that ZITADEL's list has lost ends, and loses roles, without an event of its own. */
  function findGrant(id: string): ReplayedGrant | undefined {
    const grant = grants.get(id);
    if (grant === undefined || grant.isRemoved) return grant;
    const project = projects.get(grant.groupId);
    const projectGrant = projectGrants.get(grant.projectGrantId ?? "");
    const removal = [userRemovals.get(grant.userId), project?.removal, projectGrant?.removal]
      .find((mark) => mark !== undefined && mark.order > grant.addedOrder);
    if (removal !== undefined) return { ...grant, isRemoved: true, last: removal };
    return takeLostRoles(
      grant,
      (key) => [project?.roles.get(key)?.removal, projectGrant?.lostRoles.get(key)],
    );
  }

  return { apply, grantIds: () => grants.keys(), findGrant, projects, unknownTypes };
}

/** Finds the event that gave a role of a user grant last; absent where it is cut. */
export function findGrantOrigin(grant: ReplayedGrant, roleKey: string): EventMark | undefined {
  const at = grant.roleKeys.indexOf(roleKey);
  return at === -1 ? undefined : readGiven(grant, at);
}

function readGiven({ given }: ReplayedGrant, at: number): EventMark | undefined {
  return "order" in given ? given : given[at];
}

/** Takes the roles from a user grant that were removed after they had been given. */
function takeLostRoles(
  grant: GrantDraft,
  findRemovals: (roleKey: string) => (EventMark | undefined)[],
): ReplayedGrant {
  let { last } = grant;
  const isHeld = grant.roleKeys.map((key, at) => {
    const givenAt = readGiven(grant, at)?.order ?? grant.addedOrder;
    const removal = findRemovals(key).find((mark) => mark !== undefined && mark.order > givenAt);
    if (removal !== undefined && removal.order > last.order) last = removal;
    return removal === undefined;
  });
  if (!isHeld.includes(false)) return grant;
  const roleKeys = grant.roleKeys.filter((_, at) => isHeld[at]);
  const given = "order" in grant.given ? grant.given : grant.given.filter((_, at) => isHeld[at]);
  return { ...grant, roleKeys, given, last };
}

/** Keeps each text, and each list of role keys, once. */
interface Share {
  text(text: string): string;
  keys(keys: readonly string[]): readonly string[];
}

function createShare(): Share {
  const text = createTextShare();
  const lists = new Map<string, readonly string[]>();
  return {
    text,
    keys(keys) {
      const key = JSON.stringify(keys);
      const known = lists.get(key) ?? keys.map(text);
      lists.set(key, known);
      return known;
    },
  };
}

function applyToGrant(
  grants: Map<string, GrantDraft>,
  event: StoreEvent,
  mark: EventMark,
  { share, findGrant }: { share: Share; findGrant: Replay["findGrant"] },
): boolean {
  const { aggregate: { id }, payload: { roleKeys = [] } } = event;
  if (mark.type === "user.grant.added") {
    grants.set(id, createGrant(mark, share, event));
    return true;
  }
  const grant = grants.get(id) ?? createGrant(mark, share);
  grants.set(id, grant);
  countEvent(grant, Number(event.sequence));
  grant.last = mark;
  switch (mark.type) {
    case "user.grant.changed":
    case "user.grant.cascade.changed":
      // A role that it has lost meanwhile is given anew.
      giveRoles(grant, findGrant(id)!, share.keys(roleKeys), mark);
      return true;
    case "user.grant.deactivated":
    case "user.grant.reactivated":
      grant.isActive = mark.type === "user.grant.reactivated";
      return true;
    case "user.grant.removed":
    case "user.grant.cascade.removed":
      grant.isRemoved = true;
      return true;
    default:
      grant.skipReason ??= "unknown-event";
      return false;
  }
}

/** Makes a user grant of its first event; without one, that event is missing. */
function createGrant(mark: EventMark, share: Share, added?: StoreEvent): GrantDraft {
  const { userId = "", projectId = "", grantId, roleKeys = [] } = added?.payload ?? {};
  return {
    userId,
    groupId: share.text(projectId),
    roleKeys: share.keys(roleKeys),
    given: added === undefined ? [] : mark,
    isActive: true,
    isRemoved: false,
    last: mark,
    skipReason: added === undefined ? "cut" : undefined,
    addedOrder: mark.order,
    projectGrantId: grantId,
    sequence: added?.sequence === "1" ? 1 : undefined,
  };
}

/** Counts an event. All known types are asked for, so that a gap is an event of an unknown one. */
function countEvent(grant: GrantDraft, sequence: number): void {
  if (grant.sequence === undefined) return;
  if (sequence !== grant.sequence + 1) grant.skipReason ??= "unknown-event";
  grant.sequence = sequence;
}

function giveRoles(
  grant: GrantDraft,
  before: ReplayedGrant,
  roleKeys: readonly string[],
  mark: EventMark,
): void {
  // The first event of a cut user grant does not say which of its roles are new.
  const isFirst = grant.skipReason === "cut" && grant.addedOrder === mark.order;
  grant.given = roleKeys.map((key) => {
    const at = before.roleKeys.indexOf(key);
    return isFirst ? undefined : at === -1 ? mark : readGiven(before, at);
  });
  grant.roleKeys = roleKeys;
}

function applyToProject(
  projects: Map<string, ProjectDraft>,
  { aggregate: { id }, payload }: StoreEvent,
  mark: EventMark,
): boolean {
  const known = projects.get(id);
  const project = known ?? {
    name: undefined,
    isActive: true,
    isRemoved: false,
    last: mark,
    roles: new Map<string, RoleDraft>(),
    removal: undefined,
    skipReason: mark.type === "project.added" ? undefined : "cut",
  };
  if (known === undefined) projects.set(id, project);
  const { key } = payload;
  switch (mark.type) {
    case "project.added":
      project.isActive = true;
      project.isRemoved = false;
      project.name = payload.name;
      break;
    case "project.changed":
      project.name = payload.name ?? project.name;
      break;
    case "project.deactivated":
    case "project.reactivated":
      project.isActive = mark.type === "project.reactivated";
      break;
    case "project.removed":
      project.isRemoved = true;
      project.removal = mark;
      for (const key of project.roles.keys()) removeRole(project, key, mark);
      break;
    case "project.role.added":
    case "project.role.changed":
      if (key === undefined) return false;
      setRole(project, key, mark);
      return true;
    case "project.role.removed":
      if (key === undefined) return false;
      removeRole(project, key, mark);
      return true;
    default:
      project.skipReason ??= "unknown-event";
      return false;
  }
  project.last = mark;
  return true;
}

function setRole({ roles }: ProjectDraft, key: string, mark: EventMark): void {
  roles.set(key, { isRemoved: false, last: mark, removal: roles.get(key)?.removal });
}

function removeRole({ roles }: ProjectDraft, key: string, mark: EventMark): void {
  if (roles.get(key)?.isRemoved) return;
  roles.set(key, { isRemoved: true, last: mark, removal: mark });
}

function applyToProjectGrant(
  projectGrants: Map<string, ProjectGrantDraft>,
  { payload: { grantId = "", roleKeys = [] } }: StoreEvent,
  mark: EventMark,
): boolean {
  const known = projectGrants.get(grantId);
  const grant = known ?? { roleKeys, lostRoles: new Map(), removal: undefined };
  if (known === undefined) projectGrants.set(grantId, grant);
  switch (mark.type) {
    case "project.grant.added":
      return true;
    case "project.grant.changed":
    case "project.grant.cascade.changed":
      for (const key of grant.roleKeys) {
        if (!roleKeys.includes(key)) grant.lostRoles.set(key, mark);
      }
      grant.roleKeys = roleKeys;
      return true;
    case "project.grant.removed":
      grant.removal = mark;
      return true;
    default:
      return false;
  }
}

/** Makes marks of events; those of one type or author share it. */
function createMarks(): (event: StoreEvent) => EventMark {
  const types = new Map<string, string>(EVENT_TYPES.map((type) => [type, type]));
  const actors = new Map<string, Actor>();
  let order = 0;
  return ({ type: { type }, creationDate, editor }) => {
    const { userId, displayName } = editor ?? {};
    let by: Actor | undefined;
    if (userId) {
      const key = `${userId} ${displayName ?? ""}`;
      by = actors.get(key);
      if (by === undefined) {
        by = { id: userId, ...(displayName && { name: displayName }) };
        actors.set(key, by);
      }
    }
    return { type: types.get(type) ?? type, at: creationDate, by, order: order++ };
  };
}
