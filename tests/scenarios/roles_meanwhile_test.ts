/**
 * Roles are read beside user grants: what is removed or defined between the two is never told to be held and undefined.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Snapshot, takeSnapshot } from "../../mod.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";
import { RANDOM_TOKEN, randomSeed } from "../simulator/seeds/random_seed.ts";

const GRANTS = "/management/v1/users/grants/_search";
const seed = randomSeed({ users: 20, projects: 6, userGrants: 60 });
const last = seed.projects.at(-1)!.id;
const ROLES = `/management/v1/projects/${last}/roles/_search`;
const key = seed.userGrants.find(({ projectId, roleKeys }) =>
  projectId === last && roleKeys.length > 0
)!
  .roleKeys[0]!;

/** A sync during which `edit` is done once user grants have been read, and before the roles of the last project are. */
async function take(edit: (simulator: Simulator) => void): Promise<[Snapshot, Simulator]> {
  let edited = false;
  const simulator = createSimulator({
    seed,
    afterRequest: ({ path }, simulator) => {
      if (path !== GRANTS || edited) return;
      edited = true;
      edit(simulator);
    },
  });
  const snapshot = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: RANDOM_TOKEN,
    concurrency: 1,
    runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
  });
  const paths = simulator.requests.map(({ path }) => path);
  assert(paths.indexOf(GRANTS) < paths.indexOf(ROLES), "the roles were read first");
  return [snapshot, simulator];
}

const roleId = `project:${last}:${key}`;
const holders = seed.userGrants.filter(({ projectId, roleKeys }) =>
  projectId === last && roleKeys.includes(key)
);

describe("sync: roles meanwhile", () => {
  it("a role that was removed after its grants were read is gone with what they held", async () => {
    assert(holders.length > 0);
    const [snapshot, { state }] = await take(({ state }) => state.removeRole(last, key));
    assertEquals(snapshot.entitlements.filter(({ defined }) => !defined), []);
    assertEquals(snapshot.entitlements.some(({ id }) => id === roleId), false);
    assertEquals(snapshot.grants.some(({ entitlementId }) => entitlementId === roleId), false);
    // What the same user grants hold besides is as it is now.
    const held = snapshot.grants.filter(({ groupId }) => groupId === last)
      .flatMap(({ authorizations, entitlementId }) =>
        authorizations.map((id) => `${id} ${entitlementId}`)
      );
    const now = [...state.userGrants.by("projectId", last)]
      .flatMap(({ id, roleKeys }) => roleKeys.map((key) => `${id} project:${last}:${key}`));
    assertEquals(held.sort(), now.sort());
  });

  it("a role that was removed together with one of its grants leaves nothing of that grant", async () => {
    const { id } = holders[0]!;
    const [snapshot] = await take(({ state }) => {
      state.removeUserGrant(id);
      state.removeRole(last, key);
    });
    assertEquals(snapshot.grants.some(({ authorizations }) => authorizations.includes(id)), false);
  });

  it("a role that is held and not defined indeed is told so, at the price of one request", async () => {
    const ghost = {
      ...seed,
      roles: seed.roles.filter((role) => role.projectId !== last || role.key !== key),
    };
    const simulator = createSimulator({ seed: ghost });
    const snapshot = await takeSnapshot({
      instanceUrl: "http://127.0.0.1:1",
      token: RANDOM_TOKEN,
      runtime: { fetch: simulator.fetch },
    });
    const role = snapshot.entitlements.find(({ id }) => id === roleId);
    assertEquals(role?.defined, false);
    const asked = simulator.requests.filter(({ path, body }) =>
      path === GRANTS && JSON.stringify(body).includes("roleKeyQuery")
    );
    assertEquals(asked.length, 1);
  });
});
