/**
 * A server whose pages of the usual size come in another order than the end of the list, for ever: PostgreSQL has a general
 * plan for them. What is read from it is complete all the same.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { takeSnapshot } from "../../mod.ts";
import { createRandom } from "../helpers/random.ts";
import {
  RANDOM_ORGANIZATION_ID,
  RANDOM_TOKEN,
  randomSeed,
} from "../simulator/seeds/random_seed.ts";
import { createSimulator, type SimulatorOptions } from "../simulator/simulator.ts";

const LIMIT = 40;

/** Projects, user grants and the roles of each project are longer than a page. */
const SEED = randomSeed({ users: 60, projects: 47, userGrants: 210, rolesPerProject: 43 });

/** All that was ever asked for is worn out; pages of other sizes are new. */
const WORN: Partial<SimulatorOptions> = {
  maxQueryLimit: LIMIT,
  statementRuns: ({ limit }) => limit === LIMIT ? 9 : 0,
};

async function sync(seed: number, options: Partial<SimulatorOptions> = {}) {
  const simulator = createSimulator({ seed: SEED, ...WORN, ...options });
  const snapshot = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: RANDOM_TOKEN,
    pageSize: LIMIT,
    runtime: {
      fetch: simulator.fetch,
      delay: () => Promise.resolve(),
      random: createRandom(seed),
    },
  });
  return { snapshot, simulator };
}

describe("scenario: pages in two orders", () => {
  it("a quiet organization comes out each of 8 times, nothing missing", async () => {
    const roles = SEED.roles.length;
    for (let seed = 1; seed <= 8; seed++) {
      const { snapshot: { counts, evidence }, simulator } = await sync(seed);
      assertEquals([counts.users, counts.groups, counts.entitlements], [61, 47, roles]);
      const grants = evidence.filter(({ list }) => list === "grants");
      assertEquals(grants.reduce((sum, { distinct }) => sum + distinct, 0), 210);
      assert(simulator.requests.length < 1000, `${simulator.requests.length} requests`);
    }
  });

  it("an organization that is edited meanwhile comes out, too, with all that was there all the time", async () => {
    for (let seed = 1; seed <= 4; seed++) {
      let edits = 0;
      const { snapshot } = await sync(seed, {
        afterRequest: ({ number }, { state }) => {
          if (number % 7 !== 0) return;
          const projects = [...state.projects.by("organizationId", RANDOM_ORGANIZATION_ID)];
          state.updateProject(projects[edits++ % 5]!.id, { name: `renamed ${edits}` });
          const grants = [...state.userGrants.by("organizationId", RANDOM_ORGANIZATION_ID)];
          state.updateUserGrant(grants[edits % 5]!.id, { roleKeys: ["role:0"] });
        },
      });
      assertEquals(snapshot.counts.groups, 47);
      assertEquals(snapshot.counts.entitlements, SEED.roles.length);
      const held = new Set(snapshot.grants.map(({ id }) => id.split(":")[0]));
      assert(held.size > 0 && edits > 5, `${edits} edits`);
    }
  });
});
