/**
 * An organization that goes on living while it is read: it comes out, every time.
 *
 * The proportions are those of 20,000 users and 60,000 grants read in pages of 1,000 from a server of 20 ms latency, four at
 * a time, while 30 rows a second are edited; each row here stands for ten.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Snapshot, takeSnapshot } from "../../mod.ts";
import { createRandom, integer } from "../helpers/random.ts";
import {
  RANDOM_ORGANIZATION_ID,
  RANDOM_TOKEN,
  randomSeed,
} from "../simulator/seeds/random_seed.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator/simulator.ts";

const RUNS = 20;

/** How many for the other servers. */
const FEWER_RUNS = 5;

/** Edits for each answer: 30 a second, of 200 answers a second at the most, and of half as many as a rule. */
const EDITS = 0.3;

/** Takes away one of the items. */
function take(random: () => number, items: string[]): string {
  const at = integer(random, items.length);
  const [item, last] = [items[at]!, items.pop()!];
  if (at < items.length) items[at] = last;
  return item;
}

/** What is there all the time, and what is done meanwhile. */
function createEditor(seed: ReturnType<typeof randomSeed>, random: () => number) {
  const users = seed.users.slice(0, -1).map(({ id }) => id);
  const grants = new Set(seed.userGrants.map(({ id }) => id));
  const projects = seed.projects.map(({ id }) => id);
  const stable = { users: new Set(users), grants: new Set(grants) };
  const pickGrant = () => [...grants][integer(random, grants.size)]!;
  let n = 0;
  const edits: ((state: Simulator["state"]) => void)[] = [
    (state) =>
      state.addUser({
        id: `3319${String(++n).padStart(14, "0")}`,
        organizationId: RANDOM_ORGANIZATION_ID,
        userName: `new-${n}`,
        machine: { name: "New" },
      }),
    (state) => state.updateUser(users[integer(random, users.length)]!, { userName: `name-${++n}` }),
    (state) => {
      const id = take(random, users);
      stable.users.delete(id);
      for (const grant of [...state.userGrants.by("userId", id)]) {
        grants.delete(grant.id);
        stable.grants.delete(grant.id);
      }
      state.removeUser(id);
    },
    (state) => state.updateProject(projects[n % projects.length]!, { name: `project-${++n}` }),
    (state) => {
      const id = `3339${String(++n).padStart(14, "0")}`;
      // A second grant of the same user on the same project cannot be: this one has just come.
      const userId = `3319${id.slice(4)}`;
      state.addUser({
        id: userId,
        organizationId: RANDOM_ORGANIZATION_ID,
        userName: `holder-${n}`,
        machine: { name: "Holder" },
      });
      state.addUserGrant({
        id,
        organizationId: RANDOM_ORGANIZATION_ID,
        userId,
        projectId: projects[n % projects.length]!,
        roleKeys: ["role:0"],
      });
    },
    (state) => state.updateUserGrant(pickGrant(), { roleKeys: ["role:1"] }),
    (state) => state.updateUserGrant(pickGrant(), { state: "USER_GRANT_STATE_INACTIVE" }),
    (state) => {
      const id = pickGrant();
      grants.delete(id);
      stable.grants.delete(id);
      state.removeUserGrant(id);
    },
  ];
  let due = 0;
  return {
    stable,
    edit: ({ state }: Simulator) => {
      for (due += EDITS * 2 * random(); due >= 1; due--) {
        edits[integer(random, edits.length)]!(state);
      }
    },
  };
}

const SERVERS: [name: string, projects: number, server: Partial<SimulatorOptions>][] = [
  ["of v4.20", 50, { mode: "v4.20", maxQueryLimit: 100 }],
  ["of v4.20, with few projects", 3, { mode: "v4.20", maxQueryLimit: 100 }],
  ["of v4.20, with many projects", 200, { mode: "v4.20", maxQueryLimit: 100 }],
  ["of before, that sends 400 KB", 50, {
    mode: "legacy",
    messageLimit: { by: "receiver", bytes: 400_000 },
  }],
  ["of before, that sends 1 MB, with few projects", 3, {
    mode: "legacy",
    messageLimit: { by: "sender", bytes: 1_000_000 },
  }],
];

describe("sync: busy", () => {
  for (const [at, [name, projects, server]] of SERVERS.entries()) {
    const runs = at === 0 ? RUNS : FEWER_RUNS;
    it(`a busy organization on a server ${name} comes out each of ${runs} times, nothing missing`, async () => {
      for (let run = 0; run < runs; run++) {
        const random = createRandom(run);
        const seed = randomSeed({ users: 2_000, projects, userGrants: 6_000, seed: run });
        const { stable, edit } = createEditor(seed, random);
        const simulator = createSimulator({ seed, ...server, beforeAnswer: edit });
        const snapshot: Snapshot = await takeSnapshot({
          instanceUrl: "http://127.0.0.1:1",
          token: RANDOM_TOKEN,
          runtime: { fetch: simulator.fetch },
        });
        const users = new Set(snapshot.users.map(({ id }) => id));
        for (const id of stable.users) assert(users.has(id), `run ${run}: user ${id}`);
        const grants = new Set(snapshot.grants.flatMap(({ authorizations }) => authorizations));
        const roleless = snapshot.notes.find(({ code }) => code === "authorizations-without-roles");
        const none = roleless?.code === "authorizations-without-roles"
          ? roleless.authorizations
          : [];
        for (const id of none) grants.add(id);
        for (const id of stable.grants) assert(grants.has(id), `run ${run}: grant ${id}`);
        const [entry] = snapshot.evidence;
        assertEquals([entry!.list, entry!.passes], ["users", 1], `run ${run}`);
        assert(simulator.requests.length < 4_000, `${simulator.requests.length} requests`);
      }
    });
  }
});
