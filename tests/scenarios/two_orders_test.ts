/**
 * Pages of one list in two orders, as PostgreSQL gives them to a server that is used for long: all rows come out, quiet or
 * edited.
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
import { createSimulator, type Simulator } from "../simulator/simulator.ts";

const RUNS = 12;

/** What an organization has many of, so that this list needs pages. */
const LISTS = [
  ["projects", { projects: 260, users: 3, userGrants: 20, rolesPerProject: 1 }],
  ["grants", { projects: 3, users: 120, userGrants: 330, rolesPerProject: 3 }],
  ["roles", { projects: 2, users: 3, userGrants: 4, rolesPerProject: 250 }],
] as const;

/** Edits of one row at a time, of projects, roles and user grants. */
function createEditor(simulator: Simulator, random: () => number): () => void {
  const { state } = simulator;
  const pickOf = <T>(rows: Iterable<T>) => {
    const all = [...rows];
    return all[integer(random, all.length)]!;
  };
  let n = 0;
  const edits = [
    () =>
      state.updateProject(
        pickOf(state.projects.by("organizationId", RANDOM_ORGANIZATION_ID)).id,
        { name: `renamed-${++n}` },
      ),
    () => {
      const { id } = pickOf(state.projects.by("organizationId", RANDOM_ORGANIZATION_ID));
      const { projectId, key } = pickOf(state.roles.by("projectId", id));
      state.updateRole(projectId, key, { displayName: `renamed-${++n}` });
    },
    () => {
      const { id } = pickOf(state.userGrants.by("organizationId", RANDOM_ORGANIZATION_ID));
      state.updateUserGrant(id, { roleKeys: ["role:0"] });
    },
  ];
  return () => edits[integer(random, edits.length)]!();
}

function count({ groups, entitlements, grants, notes }: Snapshot) {
  const held = new Set(grants.flatMap(({ authorizations }) => authorizations));
  const none = notes.find(({ code }) => code === "authorizations-without-roles");
  if (none?.code === "authorizations-without-roles") {
    none.authorizations.forEach((id) => held.add(id));
  }
  return {
    projects: groups.length,
    roles: entitlements.filter(({ defined }) => defined).length,
    grants: held.size,
  };
}

describe("scenario: each list in two orders", () => {
  for (const [list, sizes] of LISTS) {
    for (const [edited, chance] of [["nobody edits", 0], ["is edited", 0.3]] as const) {
      for (const pageSize of [undefined, 100]) {
        const asked = pageSize === undefined ? "" : `, asked for ${pageSize} rows at a time`;
        it(`all ${list} come out of an organization that ${edited}${asked}`, async () => {
          for (let run = 0; run < RUNS; run++) {
            const random = createRandom(run);
            let edit = () => {};
            const simulator = createSimulator({
              seed: randomSeed({ ...sizes, seed: run }),
              mode: pageSize === undefined ? "v4.20" : "legacy",
              maxQueryLimit: 100,
              plan: "prepared",
              // Somebody else has asked for pages of 100 for long.
              statementRuns: ({ limit }) => limit === 100 ? 9 : 0,
              beforeAnswer: () => random() < chance ? edit() : undefined,
            });
            edit = createEditor(simulator, random);
            const snapshot = await takeSnapshot({
              instanceUrl: "http://127.0.0.1:1",
              token: RANDOM_TOKEN,
              pageSize,
              runtime: { fetch: simulator.fetch, random },
            });
            assertEquals(count(snapshot), {
              projects: sizes.projects,
              roles: sizes.projects * sizes.rolesPerProject,
              grants: sizes.userGrants,
            }, `run ${run}`);
            const passes = Math.max(...snapshot.evidence.map(({ passes }) => passes));
            assert(chance > 0 || passes <= 4, `run ${run}: ${passes} passes`);
          }
        });
      }
    }
  }
});
