import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type SyncEvent, takeSnapshot } from "../../mod.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";

const SHOP = demoSeed.projects.find(({ name }) => name === "Web shop")!.id;
const ADA = demoSeed.users.find(({ userName }) => userName === "ada")!.id;

/** A sync during which `change` happens once, after the first answer for the list of users. */
async function takeWhile(change: (simulator: Simulator) => void) {
  let changed = false;
  const simulator = createSimulator({
    seed: demoSeed,
    afterRequest: ({ path }) => {
      if (changed || path !== "/management/v1/users/_search") return;
      changed = true;
      change(simulator);
    },
  });
  const events: SyncEvent[] = [];
  const snapshot = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: DEMO_TOKEN,
    runtime: { fetch: simulator.fetch },
    concurrency: 1,
    onProgress: (event) => events.push(event),
  });
  const rereads = events.filter((event) => event.kind === "reread");
  return { snapshot, rereads };
}

const grant = { id: "318000000000049999", organizationId: DEMO_ORGANIZATION_ID };

describe("sync: created meanwhile", () => {
  it("a person who was created and granted a role meanwhile is not taken for a stranger", async () => {
    const { snapshot, rereads } = await takeWhile(({ state }) => {
      state.addUser({
        id: "318000000000019999",
        organizationId: DEMO_ORGANIZATION_ID,
        userName: "new",
        machine: { name: "New" },
      });
      state.addUserGrant({
        ...grant,
        userId: "318000000000019999",
        projectId: SHOP,
        roleKeys: ["viewer"],
      });
    });
    const user = snapshot.users.find(({ username }) => username === "new")!;
    assertEquals([user.external, user.state], [false, "active"]);
    assert(snapshot.grants.some(({ userId }) => userId === user.id));
    assertEquals(rereads, []);
  });

  it("a project that was created and granted meanwhile is not taken for somebody else's", async () => {
    const { snapshot, rereads } = await takeWhile(({ state }) => {
      state.addProject({
        id: "318000000000000150",
        organizationId: DEMO_ORGANIZATION_ID,
        name: "New",
      });
      state.addRole({ projectId: "318000000000000150", key: "x" });
      state.addUserGrant({
        ...grant,
        userId: ADA,
        projectId: "318000000000000150",
        roleKeys: ["x"],
      });
    });
    assert(snapshot.groups.some(({ name }) => name === "New"));
    assert(
      snapshot.grants.some(({ entitlementId }) => entitlementId === "project:318000000000000150:x"),
    );
    assert(!snapshot.notes.some(({ code }) => code === "groups-not-listed"));
    assertEquals(rereads, []);
  });

  it("a person of another organization needs no second reading", async () => {
    const { snapshot, rereads } = await takeWhile(() => {});
    assertEquals(
      snapshot.users.filter(({ external }) => external).map(({ username }) => username),
      [
        "zoe",
      ],
    );
    assertEquals(rereads, []);
  });
});
