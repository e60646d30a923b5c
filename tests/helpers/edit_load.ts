/**
 * An organization that is edited all the time, by a clock and a seed.
 *
 * @module
 */
import type { Simulator } from "../simulator/simulator.ts";
import type { Change } from "../simulator/state/views.ts";
import { integer, pick } from "./random.ts";

/** What {@linkcode createEditLoad} may be told. */
export interface EditLoadOptions {
  organizationId: string;
  perSecond: number;
  /** In [0, 1). */
  random: () => number;
  /** In milliseconds: the simulator's clock, or the real one. */
  now: () => number;
}

/** A load of edits. */
export interface EditLoad {
  /** Does the edits that are due since the first call: what `beforeAnswer` of a simulator is for. */
  catchUp: (simulator: Simulator) => void;
  /** All that changed in the views since the first call, in order. */
  readonly history: readonly Change[];
  /** How many edits were done. */
  readonly count: number;
}

/** Makes a load of edits of users, projects, roles and user grants: mostly changes, some of them new, some gone. */
export function createEditLoad(options: EditLoadOptions): EditLoad {
  const history: Change[] = [];
  let count = 0;
  let running: { startedAt: number; edit: () => void } | undefined;

  function start(simulator: Simulator) {
    simulator.views.subscribe((change) => history.push(change));
    return { startedAt: options.now(), edit: createEditor(simulator, options) };
  }

  return {
    history,
    get count() {
      return count;
    },
    catchUp(simulator) {
      running ??= start(simulator);
      const due = (options.now() - running.startedAt) / 1000 * options.perSecond;
      for (; count < Math.floor(due); count++) running.edit();
    },
  };
}

/** Edits one thing at each call. */
function createEditor(
  { state }: Simulator,
  { organizationId, random }: EditLoadOptions,
): () => void {
  const own = { organizationId };
  const ids = (rows: Iterable<{ id: string }>) => createBag(Array.from(rows, ({ id }) => id));
  const users = ids(
    [...state.users.by("organizationId", organizationId)]
      // The load must not take away the token that reads.
      .filter(({ id }) => [...state.tokens.by("userId", id)].length === 0),
  );
  const projects = ids(state.projects.by("organizationId", organizationId));
  const grants = ids(state.userGrants.by("organizationId", organizationId));
  let made = 0;
  // A new id may come anywhere in the order of ids: callers may choose their own.
  const newId = (near: string) =>
    random() < 0.5 ? `9${String(++made).padStart(17, "0")}` : `${near}${++made}`;
  const keysOf = (projectId: string) =>
    Array.from(state.roles.by("projectId", projectId), ({ key }) => key);
  const rolesFor = (projectId: string) => {
    const keys = keysOf(projectId);
    return keys.length === 0 ? [] : [pick(random, keys)];
  };
  const withRole = (edit: (projectId: string, key: string) => void) => () => {
    const projectId = projects.pick(random);
    const keys = keysOf(projectId);
    if (keys.length > 0) edit(projectId, pick(random, keys));
  };

  const edits: [weight: number, edit: () => void][] = [
    [20, () => {
      const id = users.pick(random);
      state.updateUser(id, { userName: `renamed-${++made}` });
    }],
    [4, () => {
      state.updateUser(users.pick(random), {
        state: pick(random, ["USER_STATE_ACTIVE", "USER_STATE_LOCKED"]),
      });
    }],
    [8, () => {
      const id = newId(users.pick(random));
      state.addUser({ ...own, id, userName: `new-${made}`, machine: { name: "New" } });
      users.add(id);
    }],
    [5, () => state.removeUser(users.take(random))],
    [20, () => {
      const grant = state.userGrants.get(grants.pick(random));
      // A user or a project may have taken it along.
      if (grant === undefined) return;
      state.updateUserGrant(grant.id, { roleKeys: rolesFor(grant.projectId) });
    }],
    [15, () => {
      const projectId = projects.pick(random);
      const userId = users.pick(random);
      const held = [...state.userGrants.by("userId", userId)];
      if (held.some((grant) => grant.projectId === projectId)) return;
      const id = newId(grants.pick(random));
      state.addUserGrant({ ...own, id, userId, projectId, roleKeys: rolesFor(projectId) });
      grants.add(id);
    }],
    [10, () => state.removeUserGrant(grants.take(random))],
    [6, () => state.updateProject(projects.pick(random), { name: `Renamed ${++made}` })],
    [3, () => {
      const id = newId(projects.pick(random));
      state.addProject({ ...own, id, name: `New ${made}` });
      projects.add(id);
    }],
    [1, () => {
      if (projects.size > 2) state.removeProject(projects.take(random));
    }],
    [4, () => state.addRole({ projectId: projects.pick(random), key: `new-${++made}` })],
    [3, withRole((id, key) => state.updateRole(id, key, { displayName: `Renamed ${++made}` }))],
    [1, withRole((id, key) => state.removeRole(id, key))],
  ];
  const wheel = edits.flatMap(([weight, edit]) => new Array<() => void>(weight).fill(edit));
  return () => pick(random, wheel)();
}

/** Ids to pick from at random. */
function createBag(ids: string[]) {
  return {
    get size() {
      return ids.length;
    },
    add: (id: string) => {
      ids.push(id);
    },
    pick: (random: () => number) => pick(random, ids),
    take(random: () => number): string {
      const index = integer(random, ids.length);
      const [id, last] = [ids[index]!, ids.pop()!];
      if (index < ids.length) ids[index] = last;
      return id;
    },
  };
}
