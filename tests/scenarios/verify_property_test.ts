/**
 * Whatever is done in any order, and whichever rows ZITADEL's views lose or keep: exactly what differs is told.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Note, type Snapshot, takeSnapshot } from "../../mod.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";
import type { Tables } from "../simulator/state/tables.ts";
import type { Arrival, Change } from "../simulator/state/views.ts";
import {
  ACME,
  BILLING,
  GLOBEX,
  viewedInstance,
  VIEWER,
  VIEWER_TOKEN,
} from "../helpers/two_organizations.ts";
import { createRandom, pick } from "../helpers/random.ts";

const EDITS = 150;
/** When the views show what was done: at once, late, or never, so that they lose rows and keep removed ones. */
function arrive({ table, after }: Change, chance: number): Arrival {
  if (["userGrants", "projects", "roles"].includes(table)) {
    return chance < 0.1 ? "never" : chance < 0.2 ? { ms: 15_000 } : "now";
  }
  // User grants of users without a login name are hidden.
  const isNew = after !== undefined && ["users", "loginNames"].includes(table);
  return isNew && chance < 0.1 ? "never" : "now";
}

/** One thing that can be done; nothing where there is nothing to do it to. */
type Edit = [weight: number, edit: () => void];

/** All that can be done to user grants and to what they hang on. */
function listEdits({ state }: Simulator, random: () => number, made: number): Edit[] {
  const own = { organizationId: ACME };
  const some = <T>(rows: Iterable<T>) => {
    const all = [...rows];
    return all.length === 0 ? undefined : pick(random, all);
  };
  const project = some(state.projects.by("organizationId", ACME));
  const user = some([...state.users.all()].filter(({ id }) => id !== VIEWER));
  const grant = some(state.userGrants.by("organizationId", ACME));
  const given = some(state.projectGrants.by("grantedOrganizationId", ACME));
  const keysOf = (projectId: string) =>
    Array.from(state.roles.by("projectId", projectId), ({ key }) => key);
  const half = (keys: readonly string[]) => keys.filter(() => random() < 0.5);
  const id = `${made}`;
  const newUser = { id: `U${id}`, userName: `u${id}`, machine: { name: "U" } };

  const edits: Edit[] = [
    [3, () => state.addUser({ ...newUser, ...own })],
    [2, () => state.addUser({ ...newUser, organizationId: GLOBEX })],
    [3, () => state.addProject({ ...own, id: `P${id}`, name: `p${id}` })],
  ];
  if (user) edits.push([1, () => state.removeUser(user.id)]);
  if (project) {
    const projectId = project.id;
    const roleKeys = half(keysOf(projectId));
    const states = ["PROJECT_STATE_ACTIVE", "PROJECT_STATE_INACTIVE"] as const;
    edits.push(
      [1, () => state.removeProject(projectId)],
      [2, () => state.updateProject(projectId, { state: pick(random, states) })],
      [5, () => state.addRole({ projectId, key: `r${id}` })],
      [3, () => roleKeys[0] && state.removeRole(projectId, roleKeys[0])],
      // A key that may have been there before.
      [2, () => keysOf(projectId).includes("again") || state.addRole({ projectId, key: "again" })],
      [
        2,
        () =>
          state.addProjectGrant({ id: `S${id}`, projectId, grantedOrganizationId: ACME, roleKeys }),
      ],
    );
    if (user) {
      const userGrant = { ...own, id: `G${id}`, userId: user.id, projectId, roleKeys };
      edits.push([12, () => state.addUserGrant(userGrant)]);
    }
  }
  if (given) {
    const { projectId, roleKeys } = given;
    edits.push(
      [1, () => state.updateProjectGrant(given.id, { roleKeys: half(roleKeys) })],
      [1, () => state.removeProjectGrant(given.id)],
    );
    if (user) {
      const held = { projectId, projectGrantId: given.id, roleKeys: half(roleKeys) };
      edits.push([
        4,
        () => state.addUserGrant({ ...own, ...held, id: `G${id}`, userId: user.id }),
      ]);
    }
  }
  if (grant) {
    const states = ["USER_GRANT_STATE_ACTIVE", "USER_GRANT_STATE_INACTIVE"] as const;
    const through = state.projectGrants.get(grant.projectGrantId ?? "");
    const keys = through?.roleKeys ?? keysOf(grant.projectId);
    edits.push(
      [8, () => state.updateUserGrant(grant.id, { roleKeys: half(keys) })],
      [3, () => state.updateUserGrant(grant.id, { state: pick(random, states) })],
      [4, () => state.removeUserGrant(grant.id)],
    );
  }
  return edits;
}

function editOnce(simulator: Simulator, random: () => number, made: number): void {
  const wheel = listEdits(simulator, random, made)
    .flatMap(([weight, edit]) => new Array<() => void>(weight).fill(edit));
  pick(random, wheel)();
}

/** What there is of Acme's own: by list and ids, with what is compared. */
function describeRows(tables: Tables, isShown: (grantId: string) => boolean): Map<string, string> {
  const rows = new Map<string, string>();
  for (const { id, state = "PROJECT_STATE_ACTIVE" } of tables.projects.by("organizationId", ACME)) {
    rows.set(`groups ${id}`, state);
    for (const { key } of tables.roles.by("projectId", id)) {
      rows.set(`entitlements ${id} ${key}`, "");
    }
  }
  for (const row of tables.userGrants.by("organizationId", ACME)) {
    const { id, roleKeys, state = "USER_GRANT_STATE_ACTIVE", projectId } = row;
    if (isShown(id) && projectId !== BILLING) {
      rows.set(`grants ${id}`, `${[...new Set(roleKeys)].sort()} ${state}`);
    }
  }
  return rows;
}

/** What is to be told, and how many rows agree, from what the instance holds and what its lists show. */
function expect({ state, views }: Simulator) {
  const truth = describeRows(state, () => true);
  const shown = new Set(state.toSnapshot(ACME).userGrants.map(({ id }) => id));
  const listed = describeRows(views.tables, (id) => shown.has(id));
  const differences: string[] = [];
  const agreed = { groups: 0, entitlements: 0, grants: 0 };
  for (const key of new Set([...truth.keys(), ...listed.keys()])) {
    const [list, id] = key.split(" ");
    // The roles of a project that no list shows are not read, and of one that is gone ZITADEL lists none.
    const group = `groups ${id}`;
    if (list === "entitlements" && !(listed.has(group) && truth.has(group))) continue;
    const [is, seems] = [truth.get(key), listed.get(key)];
    if (is === seems) {
      agreed[list as keyof typeof agreed]++;
      continue;
    }
    const kind = seems === undefined ? "lost" : is === undefined ? "phantom" : "differs";
    differences.push(`${kind} ${key}`);
  }
  return { differences: differences.sort(), agreed };
}

type Difference = Extract<Note, { event: string }>;

function listTold({ notes }: Snapshot): string[] {
  return notes.filter((note): note is Difference => "event" in note).map((note) => {
    const { code, list, groupId, roleKey, authorization } = note;
    const row = list === "groups"
      ? groupId
      : list === "entitlements"
      ? `${groupId} ${roleKey}`
      : authorization;
    return `${code.split("-")[0]} ${list} ${row}`;
  }).sort();
}

describe("sync: verify, whatever happened", () => {
  it("exactly the lost, phantom and different rows are told", async () => {
    const kinds = new Set<string>();
    for (let number = 1; number <= 60; number++) {
      const random = createRandom(number);
      let time = Date.UTC(2026, 10, 24);
      const simulator = createSimulator({
        seed: viewedInstance,
        now: () => time,
        arrival: (change) => arrive(change, random()),
      });
      for (let made = 1; made <= EDITS; made++) {
        // Some were begun before others that were written first.
        const early = random() < 0.3 ? random() * 50_000 : undefined;
        simulator.state.actAt(
          early === undefined ? undefined : new Date(time - early).toISOString(),
        );
        editOnce(simulator, random, made);
        time += 100;
      }
      simulator.state.actAt(undefined);
      const delay = (ms: number) => {
        time += ms;
        return Promise.resolve();
      };
      const snapshot = await takeSnapshot({
        instanceUrl: "http://127.0.0.1:1",
        token: VIEWER_TOKEN,
        organizationId: ACME,
        verify: "events",
        runtime: { fetch: simulator.fetch, now: () => time, delay },
      });
      const { agreed, notCompared } = snapshot.verification!;
      const differences = listTold(snapshot);
      assertEquals({ differences, agreed }, expect(simulator), `seed ${number}`);
      assertEquals(notCompared, { groups: 0, entitlements: 0, grants: 0 }, `seed ${number}`);
      for (const difference of differences) kinds.add(difference.split(" ").slice(0, 2).join(" "));
    }
    assertEquals([...kinds].sort(), [
      "differs grants",
      "differs groups",
      "lost entitlements",
      "lost grants",
      "lost groups",
      "phantom entitlements",
      "phantom grants",
      "phantom groups",
    ]);
  });
});
