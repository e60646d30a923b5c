import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Snapshot, takeSnapshot } from "../../mod.ts";
import { createRandom, integer, pick } from "../helpers/random.ts";
import type { Seed, SeedUserGrant } from "../simulator/seed.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";

const ORGANIZATION = "300000000000000001";
const TOKEN = "the-token-of-the-viewer";
const URL = "http://127.0.0.1:1";
const PROJECTS = ["310000000000000001", "310000000000000002", "310000000000000003"];
const SCHEDULES = 600;

/** An organization whose lists have one page to six, if a page has 4 rows: with as many rows as fit, one more, one less. */
function seed(random: () => number): Seed {
  const users = Array.from({ length: 7 + integer(random, 18) }, (_, i) => ({
    id: String(320000000000000 + i * 1000),
    organizationId: ORGANIZATION,
    userName: `user-${i}`,
    machine: { name: `User ${i}` },
  }));
  const roles = PROJECTS.flatMap((projectId, p) =>
    Array.from(
      { length: 1 + 3 * p + integer(random, 4) },
      (_, i) => ({ projectId, key: `role-${i}` }),
    )
  );
  const userGrants: SeedUserGrant[] = PROJECTS.flatMap((projectId, p) =>
    users.slice(1, 1 + integer(random, 4 + 12 * p)).map((user, i) => ({
      id: String(330000000000000 + p * 1000 + i),
      organizationId: ORGANIZATION,
      userId: user.id,
      projectId,
      roleKeys: [`role-${integer(random, 3)}`],
    }))
  );
  return {
    instance: { id: "1" },
    organizations: [{ id: ORGANIZATION, name: "Acme", primaryDomain: "acme.test" }],
    users,
    projects: PROJECTS.map((id, i) => ({
      id,
      organizationId: ORGANIZATION,
      name: `Project ${i}`,
    })),
    roles,
    userGrants,
    memberships: [{
      userId: users[0]!.id,
      role: "ORG_OWNER_VIEWER",
      objectId: ORGANIZATION,
    }],
    tokens: [{ token: TOKEN, userId: users[0]!.id }],
  };
}

/** Changes something, as administrators do. */
function edit({ state }: Simulator, random: () => number, n: number): void {
  const rows = <T>(rows: Iterable<T>) => [...rows];
  // The first user holds the token.
  const user = () => pick(random, rows(state.users.by("organizationId", ORGANIZATION)).slice(1));
  const project = () => pick(random, rows(state.projects.by("organizationId", ORGANIZATION)));
  const role = () => pick(random, rows(state.roles.by("projectId", pick(random, PROJECTS))));
  const grant = () => pick(random, rows(state.userGrants.by("organizationId", ORGANIZATION)));
  /** A user and a project without a grant; absent if none turns up. */
  const free = () => {
    const held = new Set(
      rows(state.userGrants.by("organizationId", ORGANIZATION)).map((row) =>
        `${row.userId} ${row.projectId}`
      ),
    );
    for (let tries = 0; tries < 100; tries++) {
      const [userId, projectId] = [user().id, project().id];
      if (!held.has(`${userId} ${projectId}`)) return { userId, projectId };
    }
    return undefined;
  };
  const edits = [
    // New ids follow the others, but a caller may choose one of their own.
    () =>
      state.addUser({
        id: random() < 0.5 ? String(320000000100000 + n) : String(
          320000000000500 + integer(random, 12) * 1000 + n,
        ),
        organizationId: ORGANIZATION,
        userName: `new-${n}`,
        machine: { name: "New" },
      }),
    () => state.updateUser(user().id, { userName: `renamed-${n}` }),
    () => state.removeUser(user().id),
    () => state.updateProject(project().id, { name: `Renamed ${n}` }),
    () =>
      state.addProject({
        id: String(310000000001000 + n),
        organizationId: ORGANIZATION,
        name: `New ${n}`,
      }),
    () => state.addRole({ projectId: pick(random, PROJECTS), key: `new-${n}` }),
    () => {
      const { projectId, key } = role();
      state.updateRole(projectId, key, { displayName: `Renamed ${n}` });
    },
    () => {
      const { projectId, key } = role();
      // Some roles stay, so that there is always one to edit.
      if (key.startsWith("new")) state.removeRole(projectId, key);
    },
    () => {
      const pair = free();
      if (pair === undefined) return;
      state.addUserGrant({
        id: String(330000000100000 + n),
        organizationId: ORGANIZATION,
        ...pair,
        roleKeys: ["role-0"],
      });
    },
    () => state.updateUserGrant(grant().id, { roleKeys: [`role-${integer(random, 3)}`, "role-9"] }),
    () => state.updateUserGrant(grant().id, { state: "USER_GRANT_STATE_INACTIVE" }),
    () => state.removeUserGrant(grant().id),
  ];
  pick(random, edits)();
}

/** What the lists held at one moment: the content of each row, by list and id. */
type Moment = Map<string, string>;

function captureMoment({ state }: Simulator): Moment {
  const moment: Moment = new Map();
  for (const row of state.users.by("organizationId", ORGANIZATION)) {
    moment.set(`users ${row.id}`, `${row.userName} ${row.updatedAt}`);
  }
  for (const row of state.projects.by("organizationId", ORGANIZATION)) {
    moment.set(`groups ${row.id}`, `${row.name} ${row.updatedAt}`);
    for (const role of state.roles.by("projectId", row.id)) {
      moment.set(`entitlements ${row.id} ${role.key}`, `${role.displayName} ${role.updatedAt}`);
    }
  }
  for (const row of state.userGrants.by("organizationId", ORGANIZATION)) {
    const keys = row.roleKeys.toSorted();
    moment.set(`grants ${row.id}`, `${row.userId} ${row.projectId} ${keys} ${row.updatedAt}`);
  }
  return moment;
}

/** The same of a snapshot; of a grant that shares an edge with another one only that it is there. */
function selectRows(
  { users, groups, entitlements, grants }: Snapshot,
): Map<string, string | undefined> {
  const rows = new Map<string, string | undefined>();
  for (const { id, username, updatedAt } of users) {
    rows.set(`users ${id}`, `${username} ${updatedAt}`);
  }
  for (const { id, name, updatedAt } of groups) rows.set(`groups ${id}`, `${name} ${updatedAt}`);
  for (const { groupId, roleKey, displayName, updatedAt, defined } of entitlements) {
    if (defined) rows.set(`entitlements ${groupId} ${roleKey}`, `${displayName} ${updatedAt}`);
  }
  const keys = new Map(entitlements.map(({ id, roleKey }) => [id, roleKey]));
  const edges = grants.flatMap((edge) => edge.authorizations.map((id) => ({ id, edge })));
  for (const [id, held] of Map.groupBy(edges, ({ id }) => id)) {
    const { userId, groupId, updatedAt } = held[0]!.edge;
    const roleKeys = held.map(({ edge }) => keys.get(edge.entitlementId)!).sort();
    const isShared = held.some(({ edge }) => edge.authorizations.length > 1);
    const content = `${userId} ${groupId} ${roleKeys} ${updatedAt}`;
    rows.set(`grants ${id}`, isShared ? undefined : content);
  }
  return rows;
}

/** What is wrong with the rows of a snapshot, if these were the moments of its reading. */
function findFlaws(
  rows: ReadonlyMap<string, string | undefined>,
  moments: readonly Moment[],
): string[] {
  const missing = [...moments[0]!.keys()].filter((id) =>
    !rows.has(id) && moments.every((moment) => moment.has(id))
  );
  const madeUp = [...rows].filter(([id, content]) =>
    !moments.some((moment) => moment.get(id) === (content ?? moment.get(id)) && moment.has(id))
  );
  return [
    ...missing.map((id) => `${id} was there all the time`),
    ...madeUp.map(([id, content]) => `${id} was never ${content}`),
  ];
}

/** An organization that is edited after requests: at most `edits` times, each time with the given chance. */
function movingSimulator(
  random: () => number,
  { edits, chance, mode }: { edits: number; chance: number; mode: "legacy" | "v4.20" },
) {
  let time = Date.parse("2026-06-01T00:00:00Z");
  let left = edits;
  const moments: Moment[] = [];
  const simulator = createSimulator({
    seed: seed(random),
    mode,
    ...(mode === "v4.20" && { maxQueryLimit: 4 }),
    now: () => time += 1000,
    afterRequest: (_request, simulator) => {
      while (left > 0 && random() < chance) {
        edit(simulator, random, left--);
        moments.push(captureMoment(simulator));
      }
    },
  });
  moments.push(captureMoment(simulator));
  return { simulator, moments };
}

describe("sync: complete", () => {
  it("what was there all the time is in the snapshot, whatever is edited meanwhile, and it comes out", async () => {
    const methods = new Map<string, number>();
    let repaired = 0;
    for (let schedule = 0; schedule < SCHEDULES; schedule++) {
      const random = createRandom(schedule);
      const mode = schedule % 4 === 0 ? "legacy" : "v4.20";
      const { simulator, moments } = movingSimulator(random, {
        edits: 1 + integer(random, 60),
        chance: 0.05 + random() * 0.4,
        mode,
      });
      const snapshot = await takeSnapshot({
        instanceUrl: URL,
        token: TOKEN,
        runtime: { fetch: simulator.fetch },
        concurrency: 1 + integer(random, 6),
        ...(mode === "legacy" && { pageSize: 2 + integer(random, 6) }),
      }).catch((error: unknown) => {
        throw new Error(`schedule ${schedule} did not come out`, { cause: error });
      });
      assertEquals(findFlaws(selectRows(snapshot), moments), [], `schedule ${schedule}`);
      assertEquals(snapshot.notes.filter(({ code }) => code.endsWith("not-listed")), []);
      assertEquals(snapshot.users.filter(({ external }) => external), []);
      for (const entry of snapshot.evidence) {
        methods.set(entry.method, (methods.get(entry.method) ?? 0) + 1);
        repaired += entry.repaired;
      }
    }
    assertEquals([...methods.keys()].sort(), ["anchored", "reconciled", "statement"]);
    assert(repaired > SCHEDULES / 10, `only ${repaired} gaps were closed`);
  });

  it("a plain pager loses rows under the same edits, and its count does not show it", async () => {
    let lossy = 0;
    let unnoticed = 0;
    for (let schedule = 0; schedule < SCHEDULES; schedule++) {
      const random = createRandom(schedule);
      const { simulator, moments } = movingSimulator(random, {
        edits: 30,
        chance: 0.3,
        mode: "v4.20",
      });
      const ids: string[] = [];
      let announced = 0;
      for (;;) {
        const response = await simulator.fetch(
          new Request(`${URL}/management/v1/users/grants/_search`, {
            method: "POST",
            headers: { authorization: `Bearer ${TOKEN}` },
            body: JSON.stringify({ query: { offset: ids.length, limit: 4 } }),
          }),
        );
        const { details, result = [] } = await response.json();
        announced = Number(details.totalResult ?? announced);
        ids.push(...result.map(({ id }: { id: string }) => id));
        if (result.length < 4) break;
      }
      const rows: Moment = new Map(ids.map((id) => [`grants ${id}`, ""]));
      const isLossy = [...moments[0]!.keys()].some((id) =>
        id.startsWith("grants") && !rows.has(id) && moments.every((moment) => moment.has(id))
      );
      if (isLossy) lossy++;
      if (isLossy && ids.length === announced) unnoticed++;
    }
    assert(lossy > SCHEDULES / 5, `the plain pager was wrong only ${lossy} times`);
    assert(unnoticed > 0, "the plain pager's count always showed it");
  });
});
