/**
 * Whose a user, a project, a grant is: never concluded from what a list lacks.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Snapshot, SyncError, takeSnapshot, type TakeSnapshotOptions } from "../../mod.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator/simulator.ts";
import {
  ACME,
  ANN,
  BILLING,
  BOB,
  GLOBEX,
  PORTAL,
  SHOP,
  twoOrganizations,
  VIEWER_TOKEN,
  ZOE,
} from "../helpers/two_organizations.ts";

/** The ways in which lists are read: in one answer each, or in pages. */
const WAYS: [name: string, server: Partial<SimulatorOptions>, client: { pageSize?: number }][] = [
  ["whole lists", { mode: "legacy" }, {}],
  ["pages", { mode: "legacy" }, { pageSize: 2 }],
  ["pages of a server of v4.20", { mode: "v4.20", maxQueryLimit: 3 }, {}],
];

async function take(simulator: Simulator, client: Partial<TakeSnapshotOptions> = {}) {
  return await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
    concurrency: 1,
    ...client,
  });
}

/** Does something once, after the first answer of a list that has this path. */
function after(path: string, change: (simulator: Simulator) => void): Partial<SimulatorOptions> {
  let changed = false;
  return {
    afterRequest: (request, simulator) => {
      if (changed || !request.path.endsWith(path)) return;
      changed = true;
      change(simulator);
    },
  };
}

function edges({ grants, users }: Snapshot): string[] {
  const names = new Map(users.map(({ id, username }) => [id, username]));
  return grants.map(({ userId, entitlementId, state }) =>
    `${names.get(userId)} ${entitlementId.replace("project:", "")} ${state}`
  ).sort();
}

function note<Code extends Snapshot["notes"][number]["code"]>(snapshot: Snapshot, code: Code) {
  return snapshot.notes.find((note): note is Extract<typeof note, { code: Code }> =>
    note.code === code
  );
}

const EDGES = [
  `ann ${SHOP}:reader active`,
  `ann ${PORTAL}:reader active`,
  `zoe ${SHOP}:reader active`,
];

describe("sync: whose", () => {
  for (const [name, server, client] of WAYS) {
    const simulate = (options: Partial<SimulatorOptions> = {}) =>
      createSimulator({ seed: twoOrganizations, ...server, ...options });

    it(`${name}: own projects are the organization's whoever they are granted to, foreign ones are not`, async () => {
      const snapshot = await take(simulate(), client);
      assertEquals(edges(snapshot), EDGES);
      assertEquals(note(snapshot, "grants-on-foreign-groups")?.count, 1);
      assertEquals(snapshot.users.filter(({ external }) => external).map(({ id }) => id), [ZOE]);
      assert(!snapshot.groups.some(({ id }) => id === BILLING));
    });

    it(`${name}: grants that other organizations made on own projects are counted, for each project`, async () => {
      assertEquals(note(await take(simulate(), client), "grants-by-other-organizations"), {
        code: "grants-by-other-organizations",
        count: 2,
        groups: [{ groupId: SHOP, count: 2 }],
      });
    });

    it(`${name}: several grants of one role are one edge, active if one of them is`, async () => {
      const simulator = simulate();
      simulator.state.addUserGrant({
        id: "340000000000000050",
        organizationId: ACME,
        userId: ANN,
        projectId: PORTAL,
        roleKeys: ["reader"],
        state: "USER_GRANT_STATE_INACTIVE",
      });
      const snapshot = await take(simulator, client);
      assertEquals(edges(snapshot), EDGES);
      const edge = snapshot.grants.find(({ groupId }) => groupId === PORTAL)!;
      assertEquals(edge.authorizations, ["340000000000000005", "340000000000000050"]);
    });

    it(`${name}: a project, its roles, a user and a grant that come between the lists are in the snapshot`, async () => {
      const created = { createdAt: "2026-11-25T00:00:00Z" };
      const simulator = simulate(after("/projects/_search", ({ state }) => {
        const [project, user] = ["310000000000000005", "320000000000000005"];
        state.addProject({ id: project, organizationId: ACME, name: "New", ...created });
        state.addRole({ projectId: project, key: "fresh", ...created });
        state.addRole({ projectId: SHOP, key: "fresh", ...created });
        state.addUser({
          id: user,
          organizationId: ACME,
          userName: "eve",
          machine: { name: "Eve" },
          ...created,
        });
        for (const [i, projectId] of [project, SHOP].entries()) {
          state.addUserGrant({
            id: `34000000000000006${i}`,
            organizationId: ACME,
            userId: user,
            projectId,
            roleKeys: ["fresh"],
            createdAt: new Date().toISOString(),
          });
        }
      }));
      const snapshot = await take(simulator, client);
      assertEquals(edges(snapshot), [
        ...EDGES.slice(0, 2),
        `eve ${SHOP}:fresh active`,
        "eve 310000000000000005:fresh active",
        EDGES[2]!,
      ]);
      assertEquals(snapshot.entitlements.filter(({ defined }) => !defined), []);
      assertEquals(snapshot.users.find(({ username }) => username === "eve")!.external, false);
      assertEquals(note(snapshot, "grants-on-foreign-groups")?.count, 1);
    });

    it(`${name}: a role that is defined and given after the roles were listed is not a ghost`, async () => {
      const simulator = simulate(after(`/${SHOP}/roles/_search`, ({ state }) => {
        state.addRole({ projectId: SHOP, key: "late" });
        state.updateUserGrant("340000000000000001", { roleKeys: ["late"] });
        state.updateUserGrant("340000000000000002", { roleKeys: ["never"] });
      }));
      const { entitlements } = await take(simulator, client);
      const ofShop = entitlements.filter(({ groupId }) => groupId === SHOP);
      assertEquals(ofShop.map(({ roleKey, defined }) => [roleKey, defined]), [
        ["late", true],
        ["never", false],
        ["reader", true],
        ["writer", true],
      ]);
    });

    it(`${name}: a user and a project that come and go between the lists leave no note`, async () => {
      const [project, user] = ["310000000000000005", "320000000000000005"];
      const grant = (state: Simulator["state"], id: string, userId: string, projectId: string) =>
        state.addUserGrant({ id, organizationId: ACME, userId, projectId, roleKeys: ["reader"] });
      const steps: [path: string, change: (state: Simulator["state"]) => void][] = [
        ["/users/_search", (state) => {
          state.addUser({
            id: user,
            organizationId: ACME,
            userName: "eve",
            machine: { name: "E" },
          });
          grant(state, "340000000000000060", user, SHOP);
        }],
        ["/projects/_search", (state) => {
          state.addProject({ id: project, organizationId: ACME, name: "New" });
          grant(state, "340000000000000061", ANN, project);
        }],
        ["/grants/_search", (state) => {
          state.removeUser(user);
          state.removeProject(project);
        }],
      ];
      const simulator = simulate({
        afterRequest: ({ path }, { state }) => {
          if (steps.length > 0 && path.endsWith(steps[0]![0])) steps.shift()![1](state);
        },
      });
      const snapshot = await take(simulator, client);
      assertEquals(steps, []);
      assertEquals(edges(snapshot).filter((edge) => !edge.includes(project)), EDGES);
      // Where the list of users is read in pages, a later one may have shown it while it was there.
      if (name === "whole lists") assert(!snapshot.users.some(({ id }) => id === user));
      assertEquals(note(snapshot, "users-not-listed"), undefined);
      assertEquals(note(snapshot, "groups-not-listed"), undefined);
    });

    it(`${name}: a user and a project that ZITADEL's lists have lost are noted, not taken for others'`, async () => {
      const simulator = simulate();
      simulator.views.lose("users", ANN);
      simulator.views.lose("projects", PORTAL);
      const snapshot = await take(simulator, client);
      const ann = snapshot.users.find(({ id }) => id === ANN)!;
      assertEquals([ann.external, ann.organizationId, ann.state], [false, undefined, "unknown"]);
      assertEquals(note(snapshot, "users-not-listed")?.userIds, [ANN]);
      assertEquals(note(snapshot, "groups-not-listed"), {
        code: "groups-not-listed",
        groupIds: [PORTAL],
        authorizations: ["340000000000000005"],
      });
      assertEquals(note(snapshot, "grants-on-foreign-groups")?.count, 1);
    });

    it(`${name}: a user without login names is noted: ZITADEL hides its grants`, async () => {
      const simulator = simulate();
      simulator.views.lose("loginNames", ANN);
      const snapshot = await take(simulator, client);
      assertEquals(note(snapshot, "users-without-login-name")?.userIds, [ANN]);
      assertEquals(edges(snapshot), EDGES.slice(2));
    });

    it(`${name}: what a grant says of the user's organization decides nothing`, async () => {
      for (const grantedOrgId of [undefined, ACME, GLOBEX]) {
        const simulator = simulate(after("/users/_search", ({ state }) => {
          state.addUser({
            id: "320000000000000006",
            organizationId: ACME,
            userName: "fay",
            machine: { name: "Fay" },
          });
          state.addUserGrant({
            id: "340000000000000070",
            organizationId: ACME,
            userId: "320000000000000006",
            projectId: SHOP,
            roleKeys: ["reader"],
          });
        }));
        const fetch = async (request: Request) => {
          const response = await simulator.fetch(request);
          if (!request.url.endsWith("/grants/_search")) return response;
          const body = await response.json();
          for (const row of body.result ?? []) row.grantedOrgId = grantedOrgId;
          return Response.json(body);
        };
        const { users, notes } = await takeSnapshot({
          instanceUrl: "http://127.0.0.1:1",
          token: VIEWER_TOKEN,
          runtime: { fetch },
          ...client,
        });
        const external = users.filter(({ external }) => external).map(({ username }) => username);
        assertEquals(external, ["zoe"], String(grantedOrgId));
        assert(users.some(({ username, external }) => username === "fay" && !external));
        assert(!notes.some(({ code }) => code === "users-not-listed"));
      }
    });

    it(`${name}: a list of users without the token's own user is refused`, async () => {
      const simulator = simulate();
      simulator.views.lose("users", "320000000000000001");
      const error = await assertRejects(() => take(simulator, client), SyncError);
      assertEquals(error.code, "INCONSISTENT");
      assertStringIncludes(error.message, "320000000000000001");
    });
  }

  it("a grant of another organization on a project that is not the organization's ends the sync", async () => {
    const simulator = createSimulator({ seed: twoOrganizations, mode: "legacy" });
    const fetch = async (request: Request) => {
      const response = await simulator.fetch(request);
      if (!request.url.endsWith("/grants/_search")) return response;
      const body = await response.json();
      for (const row of body.result) {
        if (row.projectId === BILLING) row.details.resourceOwner = GLOBEX;
      }
      return Response.json(body);
    };
    const error = await assertRejects(
      () =>
        takeSnapshot({
          instanceUrl: "http://127.0.0.1:1",
          token: VIEWER_TOKEN,
          runtime: { fetch },
        }),
      SyncError,
    );
    assertEquals(error.code, "FOREIGN_ROW");
    assertStringIncludes(error.message, GLOBEX);
  });

  it("hundreds of users that a list lacks are asked for together, and only the others one by one", async () => {
    const seed = structuredClone(twoOrganizations);
    const late = Array.from({ length: 700 }, (_, i) => String(350000000000000 + i));
    const simulator = createSimulator({
      seed,
      mode: "legacy",
      ...after("/users/_search", ({ state }) => {
        for (const id of late) {
          state.addUser({ id, organizationId: ACME, userName: id, machine: { name: id } });
          state.addUserGrant({
            id: `1${id}`,
            organizationId: ACME,
            userId: id,
            projectId: SHOP,
            roleKeys: ["reader"],
          });
        }
      }),
    });
    const snapshot = await take(simulator);
    assertEquals(snapshot.users.filter(({ external }) => external).map(({ id }) => id), [ZOE]);
    assertEquals(snapshot.users.length, 3 + 700 + 1);
    const single = simulator.requests.filter(({ method, path }) =>
      method === "GET" && path.startsWith("/management/v1/users/")
    );
    assertEquals(single.map(({ path }) => path), [`/management/v1/users/${ZOE}`]);
    assert(snapshot.users.some(({ id }) => id === BOB));
  });
});
