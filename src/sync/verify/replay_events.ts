/**
 * What events make of user grants, projects and roles: the state that ZITADEL's views should show.
 *
 * @module
 */
import type { StoreEvent } from "../../zitadel/v1/events.ts";

/** Who did something, and when. */
export interface EventMark {
  /** The type of the event, such as `user.grant.added`. */
  type: string;
  /** When it was done, in RFC 3339. */
  at: string;
  /** Who did it; absent if ZITADEL did. */
  by?: { id: string; name?: string };
}

/** Why nothing can be said of an aggregate: its first event is missing, or one in between that we do not know. */
export type Unjudged = "cut" | "unknown-event";

/** A user grant as its events make it. */
export interface ReplayedGrant {
  /** The user. */
  userId: string;
  /** The project. */
  groupId: string;
  /** Its roles, none is legal. */
  roleKeys: readonly string[];
  /** Whether it is deactivated. */
  isActive: boolean;
  /** Whether it is gone. */
  isRemoved: boolean;
  /** What was done last. */
  last: EventMark;
  /** By whom and when each role was last given. */
  given: ReadonlyMap<string, EventMark>;
  /** Why it is not judged. */
  unjudged?: Unjudged;
}

/** A role as its project's events make it. */
export interface ReplayedRole {
  /** Whether it is gone. */
  isRemoved: boolean;
  /** What was done last. */
  last: EventMark;
}

/** A project as its events make it. */
export interface ReplayedProject {
  /** What it is called. */
  name: string | undefined;
  /** Whether it is deactivated. */
  isActive: boolean;
  /** Whether it is gone, and with it its roles. */
  isRemoved: boolean;
  /** What was done last, to its roles apart. */
  last: EventMark;
  /** Its roles by their keys, removed ones too. */
  roles: ReadonlyMap<string, ReplayedRole>;
  /** Why it is not judged. */
  unjudged?: Unjudged;
}

/** The state that events have made so far. What is kept grows with what there is, not with how often it changed. */
export interface Replay {
  /** Takes the next event of its aggregate. */
  apply(event: StoreEvent): void;
  /** The user grants by id, removed ones too. */
  readonly grants: ReadonlyMap<string, ReplayedGrant>;
  /** The projects by id, removed ones too. */
  readonly projects: ReadonlyMap<string, ReplayedProject>;
  /** How many events of types that nobody knows came. */
  readonly unknownEvents: number;
}

type Draft<T> = { -readonly [K in keyof T]: T[K] };
type GrantDraft = Draft<Omit<ReplayedGrant, "given">> & {
  given: Map<string, EventMark>;
  sequence: number;
};
type ProjectDraft = Draft<Omit<ReplayedProject, "roles">> & { roles: Map<string, ReplayedRole> };

/** A replay that has seen nothing. */
export function createReplay(): Replay {
  const grants = new Map<string, GrantDraft>();
  const projects = new Map<string, ProjectDraft>();
  let unknownEvents = 0;
  return {
    grants,
    projects,
    get unknownEvents() {
      return unknownEvents;
    },
    apply(event) {
      const { type } = event.type;
      const isKnown = type.startsWith("user.grant.")
        ? applyToGrant(grants, event)
        : type.startsWith("project.")
        ? applyToProject(projects, event)
        : false;
      if (!isKnown) unknownEvents++;
    },
  };
}

function applyToGrant(grants: Map<string, GrantDraft>, event: StoreEvent): boolean {
  const { aggregate: { id }, payload = {}, sequence } = event;
  const mark = toMark(event);
  if (mark.type === "user.grant.added") {
    const { userId = "", projectId = "", roleKeys = [] } = payload;
    grants.set(id, {
      userId,
      groupId: projectId,
      roleKeys,
      isActive: true,
      isRemoved: false,
      last: mark,
      given: new Map(roleKeys.map((key) => [key, mark])),
      sequence,
      ...(sequence !== 1 && { unjudged: "cut" as const }),
    });
    return true;
  }
  const grant = grants.get(id) ?? cutGrant(grants, id, event);
  // All types of a user grant's events are asked for, so that a gap is an event of a type that nobody here knows.
  if (sequence !== grant.sequence + 1) grant.unjudged ??= "unknown-event";
  grant.sequence = sequence;
  grant.last = mark;
  switch (mark.type) {
    case "user.grant.changed":
    case "user.grant.cascade.changed":
      giveRoles(grant, payload.roleKeys ?? [], mark);
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
      grant.unjudged ??= "unknown-event";
      return false;
  }
}

function cutGrant(
  grants: Map<string, GrantDraft>,
  id: string,
  { sequence, ...event }: StoreEvent,
): GrantDraft {
  const grant: GrantDraft = {
    userId: "",
    groupId: "",
    roleKeys: [],
    isActive: true,
    isRemoved: false,
    last: toMark({ sequence, ...event }),
    given: new Map(),
    sequence: sequence - 1,
    unjudged: "cut",
  };
  grants.set(id, grant);
  return grant;
}

function giveRoles(grant: GrantDraft, roleKeys: readonly string[], mark: EventMark): void {
  for (const key of grant.given.keys()) if (!roleKeys.includes(key)) grant.given.delete(key);
  for (const key of roleKeys) if (!grant.given.has(key)) grant.given.set(key, mark);
  grant.roleKeys = roleKeys;
}

function applyToProject(projects: Map<string, ProjectDraft>, event: StoreEvent): boolean {
  const { aggregate: { id }, payload = {} } = event;
  const mark = toMark(event);
  const known = projects.get(id);
  const project = known ?? {
    name: undefined,
    isActive: true,
    isRemoved: false,
    last: mark,
    roles: new Map(),
    ...(mark.type !== "project.added" && { unjudged: "cut" as const }),
  };
  if (known === undefined) projects.set(id, project);
  switch (mark.type) {
    case "project.added":
    case "project.changed":
      project.name = payload.name ?? project.name;
      break;
    case "project.deactivated":
    case "project.reactivated":
      project.isActive = mark.type === "project.reactivated";
      break;
    case "project.removed":
      project.isRemoved = true;
      break;
    case "project.role.added":
    case "project.role.changed":
    case "project.role.removed":
      if (payload.key !== undefined) {
        const isRemoved = mark.type === "project.role.removed";
        project.roles.set(payload.key, { isRemoved, last: mark });
      }
      return true;
    default:
      project.unjudged ??= "unknown-event";
      return false;
  }
  project.last = mark;
  return true;
}

function toMark({ type: { type }, creationDate, editor = {} }: StoreEvent): EventMark {
  const { userId: id, displayName: name } = editor;
  return {
    type,
    at: creationDate,
    ...(id && { by: { id, ...(name && { name }) } }),
  };
}
