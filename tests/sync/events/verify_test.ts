/**
 * A snapshot against the event store: what ZITADEL's lists have lost, and what they keep.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  checkAccess,
  type Note,
  serializeSnapshot,
  type Snapshot,
  SyncError,
  takeSnapshot,
  type TakeSnapshotOptions,
} from "../../../mod.ts";
import { EVENT_TYPES } from "../../../src/zitadel/api/events.ts";
import type { Seed } from "../../simulator/seed.ts";
import {
  DEMO_INSTANCE_TOKEN,
  DEMO_ORGANIZATION_ID,
  demoSeed,
} from "../../simulator/seeds/demo_seed.ts";
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../simulator/simulator.ts";
import { roleId } from "../../simulator/state/tables.ts";
import {
  createRecordedSimulator2026,
  recordedIds,
  recordedTokens2026,
} from "../../simulator/seeds/recorded_2026_07_seed.ts";
import {
  ACME,
  ANN,
  SHOP,
  twoOrganizations,
  viewedInstance,
  VIEWER_TOKEN,
  ZOE,
} from "../../helpers/two_organizations.ts";

const EVENTS = "/admin/v1/events/_search";

/** Two organizations whose viewer may read the instance. */
const seed: Seed = {
  ...viewedInstance,
  editor: ANN,
};

async function verify(simulator: Simulator, more: Partial<TakeSnapshotOptions> = {}) {
  return await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    organizationId: ACME,
    verify: "events",
    runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
    ...more,
  });
}

type Difference = Extract<Note, { event: string }>;

function differences({ notes }: Snapshot): Difference[] {
  return notes.filter((note): note is Difference => "event" in note);
}

/** A simulator with a list that lost one user grant, holds a removed one, and one with the roles of before. */
function createDamaged(options: Partial<SimulatorOptions> = {}): Simulator {
  const simulator = createSimulator({ seed, now: () => Date.UTC(2026, 10, 24), ...options });
  const { state, views } = simulator;
  const grant = (id: string, userId: string) =>
    state.addUserGrant({
      ...{ id, userId, organizationId: ACME, projectId: SHOP, roleKeys: ["reader"] },
    });
  grant("A", ANN);
  grant("B", ZOE);
  grant("C", ANN);
  views.lose("userGrants", "A");
  views.keep("userGrants", "B");
  state.removeUserGrant("B");
  views.keep("userGrants", "C");
  state.updateUserGrant("C", { roleKeys: ["writer"] });
  return simulator;
}

const BY_ANN = { id: ANN, name: "ann" };
const DAMAGE = [
  {
    ...{ code: "differs-from-events", list: "grants", groupId: SHOP, authorization: "C" },
    ...{ userId: ANN, roleKeys: ["writer"], listedRoleKeys: ["reader"] },
    ...{ state: "active", listedState: "active", event: "user.grant.changed" },
    ...{ at: "2026-11-24T00:00:00.000004Z", by: BY_ANN },
  },
  {
    ...{ code: "lost-by-zitadel", list: "grants", groupId: SHOP, authorization: "A" },
    ...{ userId: ANN, roleKeys: ["reader"], state: "active", event: "user.grant.added" },
    ...{ at: "2026-11-24T00:00:00Z", by: BY_ANN },
  },
  {
    ...{ code: "phantom-grant", list: "grants", groupId: SHOP, authorization: "B" },
    ...{ userId: ZOE, roleKeys: ["reader"], listedRoleKeys: ["reader"], listedState: "active" },
    ...{ event: "user.grant.removed", at: "2026-11-24T00:00:00.000003Z", by: BY_ANN },
  },
];

describe("sync: verify against events", () => {
  it("a lost, a phantom and a different user grant are told with who and when, and the lists stay ZITADEL's", async () => {
    const damaged = await verify(createDamaged());
    assertEquals(differences(damaged) as unknown[], DAMAGE);
    assertEquals(damaged.verification, {
      method: "events",
      events: 17,
      requests: 4,
      upTo: "2026-11-24T00:00:00.000004Z",
      agreed: { groups: 2, entitlements: 4, grants: 3 },
      notCompared: { groups: 0, entitlements: 0, grants: 0 },
      startedAt: damaged.verification!.startedAt,
      completedAt: damaged.verification!.completedAt,
    });
    const { verification: _, ...plain } = await verify(createDamaged(), { verify: undefined });
    assertEquals(plain.digest, damaged.digest);
    assertEquals(differences(plain as Snapshot), []);
    assertEquals("verification" in plain, false);
  });

  it("without the option no event is asked for, and nothing of it is written", async () => {
    const simulator = createDamaged();
    const snapshot = await verify(simulator, { verify: undefined });
    assertEquals(simulator.requests.filter(({ path }) => path === EVENTS), []);
    assert(![...serializeSnapshot(snapshot)].join("").includes("verification"));
  });

  it("only types without secrets are ever asked for, of the organization only, and only what is needed is kept", async () => {
    const simulator = createDamaged();
    const kept: unknown[] = [];
    const fetch = async (request: Request) => {
      const response = await simulator.fetch(request);
      if (!request.url.endsWith(EVENTS)) return response;
      const body = await response.json();
      for (const event of body.events ?? []) {
        event.payload = { ...event.payload, encodedHash: "$2a$secret" };
        event.aggregate.secret = "$2a$secret";
      }
      return Response.json(body, { headers: response.headers });
    };
    const snapshot = await verify(simulator, {
      runtime: { fetch, delay: () => Promise.resolve() },
      onProgress: (event) => kept.push(event),
    });
    assert(![...serializeSnapshot(snapshot), JSON.stringify(kept)].join("").includes("secret"));
    const asked = simulator.requests.filter(({ path }) => path === EVENTS)
      .map(({ body }) => body as { eventTypes: string[]; resourceOwner: string; limit: number });
    assert(asked.length >= 2);
    const allowed =
      /^(user\.grant\.|project\.(added|changed|deactivated|reactivated|removed)$|project\.role\.|project\.grant\.(added|changed|cascade\.changed|removed)$|user\.removed$)/;
    for (const { eventTypes, resourceOwner, limit } of asked) {
      assertEquals(eventTypes.filter((type) => !allowed.test(type)), []);
      assert(eventTypes.length > 0 && eventTypes.length <= 30);
      assertEquals([resourceOwner, limit], [ACME, 1000]);
    }
  });

  it("the recordings: both user grants that ZITADEL lost are found, and Acme has no difference", async () => {
    const cases: [id: string, lost: string[][]][] = [
      [recordedIds.acme, []],
      ["401111424656477222", [["401111448094313510", "admin", "2026-11-25T03:24:13.796574Z"]]],
      ["401111466649848870", [["401111600834022438", "reader", "2026-11-25T03:25:44.834801Z"]]],
    ];
    for (const [organizationId, lost] of cases) {
      const snapshot = await verify(createRecordedSimulator2026(), {
        organizationId,
        token: recordedTokens2026.iamviewer,
      });
      const told = differences(snapshot);
      assertEquals(
        told.map(({ authorization, roleKeys, at }) => [authorization, ...roleKeys!, at]),
        lost,
      );
      assertEquals(
        told.map(({ code, by }) => [code, by?.name]),
        lost.map(() => [
          "lost-by-zitadel",
          "Admin service",
        ]),
      );
      assertEquals(snapshot.verification!.notCompared, { groups: 0, entitlements: 0, grants: 0 });
      assert(snapshot.verification!.agreed.groups > 0);
    }
  });

  it("the demo's organization has a lost user grant and a phantom", async () => {
    const snapshot = await verify(createSimulator({ seed: demoSeed }), {
      token: DEMO_INSTANCE_TOKEN,
      organizationId: DEMO_ORGANIZATION_ID,
    });
    const names = new Map(snapshot.users.map(({ id, username }) => [id, username]));
    assertEquals(
      differences(snapshot).map(({ code, userId, roleKeys, by, at }) => [
        ...[code, names.get(userId!), roleKeys, by?.name, at.slice(0, 10)],
      ]),
      [
        ["lost-by-zitadel", "liam", ["approver"], "Ada Okafor", "2026-03-18"],
        ["phantom-grant", "jonas", ["forklift/driver"], "Inês Carvalho", "2026-06-30"],
      ],
    );
  });

  it("what differs is waited for and asked for again: views that lag give no difference", async () => {
    let time = Date.UTC(2026, 10, 24);
    const waits: number[] = [];
    const simulator = createSimulator({
      seed,
      now: () => time,
      arrival: () => ({ ms: 19_000 }),
    });
    const { state } = simulator;
    state.addUserGrant({
      ...{ id: "A", userId: ANN, organizationId: ACME, projectId: SHOP, roleKeys: ["reader"] },
    });
    state.removeUserGrant("340000000000000001");
    state.addProject({ id: "P", organizationId: ACME, name: "Late" });
    state.updateProject(SHOP, { state: "PROJECT_STATE_INACTIVE" });
    const told: unknown[] = [];
    const snapshot = await verify(simulator, {
      onProgress: (event) => event.kind === "recheck" && told.push(event),
      runtime: {
        fetch: simulator.fetch,
        now: () => time,
        delay: (ms) => {
          waits.push(ms);
          time += ms;
          return Promise.resolve();
        },
      },
    });
    assertEquals(differences(snapshot), []);
    assertEquals(waits, [20_000]);
    assertEquals(told, [{ kind: "recheck", rows: 4, waitMs: 20_000 }]);
    assertEquals(snapshot.verification!.agreed, { groups: 3, entitlements: 4, grants: 3 });
    const paths = simulator.requests.map(({ path }) => path);
    assert(paths.includes("/management/v1/projects/P"));
    assert(paths.includes(`/management/v1/users/${ANN}/grants/A`));
  });

  it("where very many user grants differ, the list is read again instead of each", async () => {
    for (const isLate of [true, false]) {
      let time = Date.UTC(2026, 10, 24);
      const simulator = createSimulator({ seed, mode: "legacy", now: () => time });
      for (let n = 0; n < 600; n++) {
        simulator.state.addUserGrant({
          ...{
            id: `N${n}`,
            userId: ANN,
            organizationId: ACME,
            projectId: SHOP,
            roleKeys: ["reader"],
          },
        });
        simulator.views.lose("userGrants", `N${n}`, ...(isLate ? [{ ms: 10_000 }] : []));
      }
      const snapshot = await verify(simulator, {
        runtime: {
          fetch: simulator.fetch,
          now: () => time,
          delay: (ms) => {
            time += ms;
            return Promise.resolve();
          },
        },
      });
      assertEquals(differences(snapshot).length, isLate ? 0 : 600);
      assertEquals(snapshot.verification!.agreed.grants, isLate ? 603 : 3);
      const asked = (pattern: RegExp) =>
        simulator.requests.filter(({ path }) => pattern.test(path)).length;
      assertEquals(asked(/users\/[^/]+\/grants\//), 0);
      assert(asked(/users\/grants\/_search/) >= 2);
    }
  });

  it("a role that a lost user grant lost with its project, and was given again, is there", async () => {
    const simulator = createSimulator({ seed });
    const { state, views } = simulator;
    const id = "340000000000000001";
    views.lose("userGrants", id);
    state.removeRole(SHOP, "reader");
    state.addRole({ projectId: SHOP, key: "reader" });
    state.updateUserGrant(id, { roleKeys: ["reader", "writer"] });
    views.repair("userGrants", id);
    assertEquals(differences(await verify(simulator)), []);
  });

  it("a user, or a project, whose id was used before is not taken for the removed one", async () => {
    const simulator = createSimulator({ seed });
    const { state } = simulator;
    state.removeUser(ANN);
    state.removeProject(SHOP);
    state.addUser({ id: ANN, organizationId: ACME, userName: "anna", machine: { name: "Anna" } });
    state.addProject({ id: SHOP, organizationId: ACME, name: "Shop again" });
    state.addRole({ projectId: SHOP, key: "reader" });
    state.addUserGrant({
      ...{ id: "A", userId: ANN, organizationId: ACME, projectId: SHOP, roleKeys: ["reader"] },
    });
    const snapshot = await verify(simulator);
    assertEquals(differences(snapshot), []);
    assertEquals(snapshot.grants.map(({ authorizations }) => authorizations), [["A"]]);
  });

  it("what goes on changing while it is asked for again is not judged", async () => {
    const simulator = createDamaged();
    const snapshot = await verify(simulator, {
      runtime: {
        fetch: simulator.fetch,
        delay: () => {
          simulator.state.updateUserGrant("C", { roleKeys: ["reader", "writer"] });
          return Promise.resolve();
        },
      },
    });
    assertEquals(differences(snapshot).map(({ authorization }) => authorization), ["A", "B"]);
    assertEquals(snapshot.verification!.notCompared.grants, 1);
  });

  it("projects and roles are compared, too", async () => {
    const simulator = createSimulator({ seed, now: () => Date.UTC(2026, 10, 24) });
    const { state, views } = simulator;
    for (const id of ["LOST", "KEPT"]) state.addProject({ id, organizationId: ACME, name: id });
    state.addRole({ projectId: SHOP, key: "lost" });
    state.addRole({ projectId: SHOP, key: "kept" });
    views.lose("projects", "LOST");
    views.keep("projects", "KEPT");
    state.removeProject("KEPT");
    views.lose("roles", roleId(SHOP, "lost"));
    views.keep("roles", roleId(SHOP, "kept"));
    state.removeRole(SHOP, "kept");
    views.keep("projects", SHOP);
    state.updateProject(SHOP, { state: "PROJECT_STATE_INACTIVE" });
    const snapshot = await verify(simulator);
    assertEquals(
      differences(snapshot).map((note) => [
        ...[
          note.code,
          note.groupId,
          note.groupName ?? note.roleKey ?? note.listedState,
          note.event,
        ],
      ]),
      [
        ["differs-from-events", SHOP, "active", "project.deactivated"],
        ["lost-by-zitadel", SHOP, "lost", "project.role.added"],
        ["lost-by-zitadel", "LOST", "LOST", "project.added"],
        ["phantom-entitlement", SHOP, "kept", "project.role.removed"],
        ["phantom-group", "KEPT", "active", "project.removed"],
      ],
    );
  });

  it("a lost user grant is gone with its user, wherever the user was, and so is not told", async () => {
    const simulator = createDamaged();
    const { state, views } = simulator;
    state.addUserGrant({
      ...{ id: "Z", userId: ZOE, organizationId: ACME, projectId: SHOP, roleKeys: ["writer"] },
    });
    views.lose("userGrants", "Z");
    state.removeUser(ZOE);
    state.removeUser(ANN);
    const told = differences(await verify(simulator)).map(({ authorization }) => authorization);
    assertEquals(told.includes("A"), false);
    assertEquals(told.includes("Z"), false);
  });

  it("an event store that was cut: what was made before is not judged, and counted", async () => {
    const simulator = createDamaged({
      seed: { ...seed, eventsSince: "2026-11-01T00:00:00Z", lost: { userGrants: [] } },
    });
    simulator.state.updateUserGrant("340000000000000001", { roleKeys: ["writer"] });
    const snapshot = await verify(simulator);
    assertEquals(differences(snapshot) as unknown[], DAMAGE);
    const cut = snapshot.notes.find(({ code }) => code === "events-cut");
    assertEquals(cut, {
      code: "events-cut",
      groupIds: [SHOP, "310000000000000002"],
      authorizations: ["1", "2", "5"].map((end) => `34000000000000000${end}`),
    });
    assertEquals(snapshot.verification!.notCompared, { groups: 2, entitlements: 4, grants: 3 });
  });

  it("an event of a type that nobody knows is noted and never guessed", async () => {
    const simulator = createDamaged({
      onRequest: ({ path }) =>
        path === EVENTS
          ? { kind: "rewrite", change: (body) => renameType(body, "user.grant.changed") }
          : undefined,
    });
    const snapshot = await verify(simulator);
    assertEquals(
      differences(snapshot).map(({ authorization }) => authorization),
      ["A", "B"],
    );
    assertEquals(snapshot.notes.find(({ code }) => code === "unknown-events"), {
      code: "unknown-events",
      types: ["user.grant.expired"],
      groupIds: [],
      authorizations: ["C"],
    });
  });

  it("a missing event in between is one that was not asked for: that user grant is not judged", async () => {
    const simulator = createDamaged({
      onRequest: ({ path }) =>
        path === EVENTS
          ? {
            kind: "rewrite",
            change: (body) => skipSequence(body, "C"),
          }
          : undefined,
    });
    const snapshot = await verify(simulator);
    assertEquals(differences(snapshot).map(({ authorization }) => authorization), ["A", "B"]);
    assertEquals(snapshot.notes.find(({ code }) => code === "unknown-events"), {
      code: "unknown-events",
      types: [],
      groupIds: [],
      authorizations: ["C"],
    });
  });

  it("sequences of a ZITADEL before 2.40 count over the whole instance, and say nothing", async () => {
    const old = {
      ...seed,
      userGrants: seed.userGrants.map((grant) => ({ ...grant, sequence: 48_000 })),
    };
    const simulator = createSimulator({ seed: old });
    simulator.state.updateUserGrant("340000000000000001", { roleKeys: ["writer"] });
    const { verification } = await verify(simulator);
    assertEquals(verification!.agreed.grants, 3);
    assertEquals(verification!.notCompared.grants, 0);
  });
});

interface EventsBody {
  events?: { type: { type: string }; aggregate: { id: string }; sequence: string }[];
}

function renameType(body: unknown, type: string): unknown {
  const { events = [] } = body as EventsBody;
  for (const event of events) if (event.type.type === type) event.type.type = "user.grant.expired";
  return events.length === 0 ? {} : { events };
}

function skipSequence(body: unknown, id: string): unknown {
  const { events = [] } = body as EventsBody;
  for (const event of events) {
    if (event.aggregate.id === id && event.sequence === "2") event.sequence = "3";
  }
  return events.length === 0 ? {} : { events };
}

describe("sync: reading events", () => {
  it("pages of one moment share their events: each is replayed once, however many fall on a boundary", async () => {
    const grants = Array.from({ length: 2500 }, (_, index) => ({
      ...{ id: `G${index}`, organizationId: ACME, userId: ANN, projectId: SHOP },
      roleKeys: ["reader"],
      createdAt: `2026-02-01T00:00:00.${String(Math.floor(index / 700)).padStart(6, "0")}Z`,
    }));
    const simulator = createSimulator({ seed: { ...seed, userGrants: grants }, mode: "legacy" });
    const told: number[] = [];
    const { verification } = await verify(simulator, {
      onProgress: (event) => event.kind === "events" && told.push(event.events),
    });
    const own =
      simulator.state.listEvents().filter(({ aggregate, type }) =>
        aggregate.owner === ACME && (EVENT_TYPES as readonly string[]).includes(type)
      ).length;
    assertEquals(verification!.events, own);
    assertEquals(verification!.agreed.grants, 2500);
    assertEquals(told.at(-1), own);
    assertEquals(told, told.toSorted((a, b) => a - b));
    const asked = simulator.requests.filter(({ path }) => path === EVENTS).map(({ body }) =>
      (body as { from?: string }).from
    );
    assertEquals(asked[0], undefined);
    assert(asked.slice(1).every((from) => from !== undefined), `${asked}`);
    assertEquals(asked.length, verification!.requests);
  });

  it("events whose times cross are no fault and no finding, in one answer or stamped before what was read", async () => {
    interface Body {
      events?: { aggregate: { id: string }; creationDate: string }[];
    }
    const id = "340000000000000001";
    // Everything else of the seed was done half a minute later.
    const crossing = { createdAt: "2026-01-05T07:59:30Z" };
    const userGrants = seed.userGrants.map((row) => ({ ...row, ...(row.id === id && crossing) }));
    const quiet = await verify(createSimulator({ seed: { ...seed, userGrants } }));
    const isCrossing = ({ aggregate }: { aggregate: { id: string } }) => aggregate.id === id;
    const changes: [name: string, change: (body: Body, met: number) => Body][] = [
      ["in one answer", ({ events = [], ...body }) => {
        const [crossing] = events.filter(isCrossing);
        const rest = events.filter((event) => !isCrossing(event));
        return { ...body, events: crossing ? [...rest, crossing] : rest };
      }],
      ["written after the first reading", ({ events = [], ...body }, met) => ({
        ...body,
        events: events.filter((event) => met > 2 || !isCrossing(event)),
      })],
    ];
    for (const [name, change] of changes) {
      let met = 0;
      const simulator = createSimulator({
        seed: { ...seed, userGrants },
        onRequest: ({ path }) =>
          path === EVENTS
            ? { kind: "rewrite", change: (body) => change(body as Body, ++met) }
            : undefined,
      });
      const { verification, notes } = await verify(simulator);
      assertEquals(notes, quiet.notes, name);
      assertEquals(verification!.events, quiet.verification!.events, name);
      assertEquals(verification!.agreed, quiet.verification!.agreed, name);
    }
  });

  it("more events of one moment than an answer holds end the sync: the rest cannot be read", async () => {
    const grants = Array.from({ length: 1200 }, (_, index) => ({
      ...{ id: `G${index}`, organizationId: ACME, userId: ANN, projectId: SHOP },
      roleKeys: ["reader"],
      createdAt: "2026-02-01T00:00:00Z",
    }));
    const simulator = createSimulator({ seed: { ...seed, userGrants: grants }, mode: "legacy" });
    const error = await assertRejects(() => verify(simulator), SyncError);
    assertEquals(error.code, "INCONSISTENT");
    assertStringIncludes(
      error.message,
      "More than 1000 events were written at 2026-02-01T00:00:00Z",
    );
  });

  it("an event of another organization, or one before what was asked for, ends the sync", async () => {
    const cases: [code: string, change: (event: Record<string, unknown>) => void][] = [
      ["FOREIGN_ROW", (event) => (event.aggregate as Record<string, string>).resourceOwner = "2"],
      ["RESPONSE_INVALID", (event) => event.creationDate = "2020-01-01T00:00:00Z"],
      ["RESPONSE_INVALID", (event) => event.sequence = "many"],
    ];
    for (const [code, change] of cases) {
      const simulator = createDamaged({
        onRequest: ({ path }) =>
          path === EVENTS
            ? {
              kind: "rewrite",
              change: (body) => {
                const { events = [] } = body as { events?: Record<string, unknown>[] };
                if (events.length > 1) change(events.at(-1)!);
                return body;
              },
            }
            : undefined,
      });
      const error = await assertRejects(() => verify(simulator), SyncError);
      assertEquals(error.code, code, error.message);
    }
  });

  it("a failure that may pass is tried again, and what is no answer of ZITADEL's is refused", async () => {
    let failed = 0;
    const simulator = createDamaged({
      onRequest: ({ path }) =>
        path === EVENTS && failed++ === 0
          ? { kind: "answer", status: 503, headers: {}, body: "busy" }
          : undefined,
    });
    assertEquals(differences(await verify(simulator)).length, 3);
    const other = createDamaged({
      onRequest: ({ path }) =>
        path === EVENTS
          ? {
            kind: "answer",
            status: 200,
            headers: { "content-type": "application/json" },
            body: '{"status":"ok"}',
          }
          : undefined,
    });
    const error = await assertRejects(() => verify(other), SyncError);
    assertEquals(error.code, "RESPONSE_INVALID");
  });

  it("a token without iam.read is refused before the first list, with the role that carries it", async () => {
    const simulator = createSimulator({ seed: twoOrganizations });
    const error = await assertRejects(() => verify(simulator), SyncError);
    assertEquals(error.code, "PERMISSION_MISSING");
    assertEquals(
      error.message,
      `The token's user may not read everything in organization ${ACME}: iam.read missing`,
    );
    assertStringIncludes(error.hint!, "IAM_OWNER_VIEWER");
    assertEquals(simulator.requests.filter(({ path }) => path.includes("users/_search")), []);
  });

  it("checkAccess tells of the permission and of the events, with verify only", async () => {
    const check = async (seed: Seed, verify?: "events") =>
      (await checkAccess({
        instanceUrl: "http://127.0.0.1:1",
        token: VIEWER_TOKEN,
        organizationId: ACME,
        verify,
        runtime: { fetch: createSimulator({ seed }).fetch, delay: () => Promise.resolve() },
      })).filter(({ id }) => id === "permission:iam.read" || id === "events");
    assertEquals(await check(twoOrganizations), []);
    assertEquals(await check(seed, "events"), [
      { id: "permission:iam.read", status: "ok", detail: "may read the instance's events" },
      { id: "events", status: "ok", detail: "the first is of 2026-01-05T08:00:00Z" },
    ]);
    const [permission, events] = await check(twoOrganizations, "events");
    assert(permission?.status === "failed");
    assertEquals(permission.code, "PERMISSION_MISSING");
    assertStringIncludes(permission.hint!, "IAM_OWNER_VIEWER");
    assertEquals(events?.status, "skipped");
  });
});
