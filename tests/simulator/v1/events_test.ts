import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createEditLoad } from "../../helpers/edit_load.ts";
import { createRandom } from "../../helpers/random.ts";
import { RANDOM_ORGANIZATION_ID, RANDOM_TOKEN, randomSeed } from "../seeds/random_seed.ts";
import type { Seed } from "../seed.ts";
import { DEMO_INSTANCE_TOKEN, DEMO_ORGANIZATION_ID, demoSeed } from "../seeds/demo_seed.ts";
import { createSimulator, type Simulator } from "../simulator.ts";

interface Event {
  editor: { userId?: string; displayName?: string };
  aggregate: { id: string; type: { type: string }; resourceOwner: string };
  sequence: string;
  creationDate: string;
  payload?: { [key: string]: unknown };
  type: { type: string };
}

/** A random organization whose viewer may read the instance, too. */
function seedWithEvents(users = 20, projects = 5, userGrants = 40): Seed {
  const seed = randomSeed({ users, projects, userGrants });
  const [viewer] = seed.memberships;
  return { ...seed, memberships: [viewer!, { userId: viewer!.userId, role: "IAM_OWNER_VIEWER" }] };
}

async function search(simulator: Simulator, body: Record<string, unknown>): Promise<Event[]> {
  const response = await simulator.fetch(
    new Request("http://zitadel.localhost/admin/v1/events/_search", {
      method: "POST",
      headers: { authorization: `Bearer ${RANDOM_TOKEN}` },
      body: JSON.stringify(body),
    }),
  );
  assertEquals(response.status, 200);
  return (await response.json()).events ?? [];
}

const TYPES = [
  ..."added changed cascade.changed deactivated reactivated removed cascade.removed".split(" ")
    .map((ending) => `user.grant.${ending}`),
  ..."added changed deactivated reactivated removed".split(" ").map((end) => `project.${end}`),
  ..."added changed removed".split(" ").map((ending) => `project.role.${ending}`),
  "user.removed",
];

/** All events, page by page: the next page begins a microsecond before the end of the last, and known ones are dropped. */
async function readAll(simulator: Simulator): Promise<Event[]> {
  const known = new Map<string, Event>();
  let from: string | undefined;
  for (;;) {
    const page = await search(simulator, {
      resourceOwner: RANDOM_ORGANIZATION_ID,
      eventTypes: TYPES,
      asc: true,
      ...(from === undefined ? {} : { from }),
    });
    const before = known.size;
    for (const event of page) known.set(`${event.aggregate.id} ${event.sequence}`, event);
    if (known.size === before) return [...known.values()];
    from = microsecondBefore(page.at(-1)!.creationDate);
  }
}

function microsecondBefore(time: string): string {
  const fraction = (/\.(\d+)Z$/.exec(time)?.[1] ?? "").padEnd(6, "0");
  const seconds = Date.parse(`${time.slice(0, 19)}Z`) / 1000;
  const micros = seconds * 1_000_000 + Number(fraction) - 1;
  const whole = Math.floor(micros / 1_000_000);
  return `${new Date(whole * 1000).toISOString().slice(0, 19)}.${
    String(micros - whole * 1_000_000).padStart(6, "0")
  }Z`;
}

/** Replays events to grants, projects and roles, each as one text. */
function replay(events: Event[]): string[] {
  const rows = new Map<string, { [key: string]: unknown }>();
  for (const { aggregate: { id }, type: { type }, payload = {} } of events) {
    const [, kind, ending] = /^(user\.grant|project\.role|project|user)\.(.+)$/.exec(type) ?? [];
    const key = kind === "project.role" ? `role ${id} ${payload.key}` : `${kind} ${id}`;
    const before = rows.get(key) ?? { state: "ACTIVE" };
    switch (ending) {
      case "added":
      case "changed":
        rows.set(key, { ...before, ...payload });
        break;
      case "cascade.changed":
        rows.set(key, { ...before, roleKeys: payload.roleKeys ?? [] });
        break;
      case "deactivated":
      case "reactivated":
        rows.set(key, { ...before, state: ending === "deactivated" ? "INACTIVE" : "ACTIVE" });
        break;
      default:
        rows.delete(key);
        // Dependent rows go with it: the roles of a project without a word of their own, user grants too where
        // ZITADEL's list did not show them.
        for (const [other, row] of rows) {
          const isRole = kind === "project" && other.startsWith(`role ${id} `);
          if (isRole || row.userId !== undefined && [row.userId, row.projectId].includes(id)) {
            if (kind === "project.role") rows.set(other, without(row, payload.key));
            else rows.delete(other);
          }
        }
    }
  }
  const texts = [...rows].map(([key, { state, userId, projectId, roleKeys, name, displayName }]) =>
    key.startsWith("user.grant")
      ? `${key}: ${userId} ${projectId} ${roleKeys ?? []} ${state}`
      : key.startsWith("role")
      ? `${key}: ${displayName ?? ""}`
      : `${key}: ${name} ${state}`
  );
  return texts.sort();
}

/** A user grant without a role. */
function without(row: { [key: string]: unknown }, key: unknown): { [key: string]: unknown } {
  const { roleKeys = [] } = row as { roleKeys?: string[] };
  return { ...row, roleKeys: roleKeys.filter((held) => held !== key) };
}

/** The same of what the instance holds. */
function describeState({ state }: Simulator): string[] {
  const own = RANDOM_ORGANIZATION_ID;
  const stateOf = (row: { state?: string }) => row.state?.split("_STATE_")[1] ?? "ACTIVE";
  const projects = [...state.projects.by("organizationId", own)];
  return [
    ...projects.map((row) => `project ${row.id}: ${row.name} ${stateOf(row)}`),
    ...projects.flatMap(({ id }) =>
      Array.from(
        state.roles.by("projectId", id),
        ({ key, displayName }) => `role ${id} ${key}: ${displayName ?? ""}`,
      )
    ),
    ...Array.from(
      state.userGrants.by("organizationId", own),
      (row) =>
        `user.grant ${row.id}: ${row.userId} ${row.projectId} ${row.roleKeys} ${stateOf(row)}`,
    ),
  ].sort();
}

describe("simulator: events", () => {
  it("events replay to what the instance holds, whatever was done to it and whatever its views lost", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed);
      let time = Date.UTC(2026, 10, 24);
      const load = createEditLoad({
        organizationId: RANDOM_ORGANIZATION_ID,
        perSecond: 100,
        random,
        now: () => time,
      });
      const simulator = createSimulator({
        seed: seedWithEvents(),
        now: () => time,
        arrival: () => random() < 0.9 ? "now" : "never",
      });
      load.catchUp(simulator);
      time += 3000;
      load.catchUp(simulator);
      const [grant] = simulator.state.userGrants.all();
      simulator.state.updateUserGrant(grant!.id, { state: "USER_GRANT_STATE_INACTIVE" });
      const [project] = simulator.state.projects.all();
      simulator.state.updateProject(project!.id, { state: "PROJECT_STATE_INACTIVE", name: "Both" });
      assertEquals(load.count, 300);
      assertEquals(replay(await readAll(simulator)), describeState(simulator));
    }
  });

  it("a page of events holds 1,000 at most and is cut without a word", async () => {
    const simulator = createSimulator({ seed: seedWithEvents(60, 30, 1500) });
    for (const limit of [0, 1000, 5000]) {
      assertEquals((await search(simulator, { limit, asc: true })).length, 1000);
    }
    assertEquals((await search(simulator, { limit: 3 })).length, 3);
    const all = await readAll(simulator);
    assertEquals(all.filter(({ type }) => type.type === "user.grant.added").length, 1500);
    const times = all.map(({ creationDate }) => Date.parse(creationDate));
    assertEquals(times, times.toSorted((a, b) => a - b));
  });

  it("events are filtered by type, organization, aggregate, editor and time, whose ends are exclusive", async () => {
    let time = Date.UTC(2026, 10, 24);
    const simulator = createSimulator({ seed: seedWithEvents(), now: () => time });
    const { state } = simulator;
    const [grant] = state.userGrants.all();
    const [editor] = state.users.all();
    state.actAs(editor!.id);
    for (const roleKeys of [["a"], ["b"], ["c"]]) {
      state.updateUserGrant(grant!.id, { roleKeys });
      time += 1000;
    }
    const roles = async (body: Record<string, unknown>) =>
      (await search(simulator, body)).map(({ payload }) => payload?.roleKeys);
    const done = { editorUserId: editor!.id };
    const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 0, 0, second)).toISOString();
    assertEquals(await roles({ ...done, asc: true }), [["a"], ["b"], ["c"]]);
    assertEquals(await roles(done), [["c"], ["b"], ["a"]]);
    assertEquals(await roles({ ...done, asc: true, from: at(0) }), [["b"], ["c"]]);
    assertEquals(await roles({ ...done, from: at(2) }), [["b"], ["a"]]);
    assertEquals(await roles({ ...done, range: { since: at(0), until: at(2) } }), [["b"]]);
    assertEquals(await roles({ ...done, aggregateId: "1" }), []);
    assertEquals(await roles({ ...done, aggregateId: grant!.id, limit: 1 }), [["c"]]);
    assertEquals(await roles({ ...done, aggregateTypes: ["project"] }), []);
    assertEquals(await roles({ ...done, eventTypes: ["user.grant.changed"] }), [["c"], ["b"], [
      "a",
    ]]);
    assertEquals(await roles({ ...done, eventTypes: ["user.nope"] }), []);
    assertEquals(await roles({ ...done, resourceOwner: "2" }), []);
  });

  it("two edits never have the same time, though the clock stands still", async () => {
    const simulator = createSimulator({
      seed: seedWithEvents(),
      now: () => Date.UTC(2026, 10, 24),
    });
    const [grant] = simulator.state.userGrants.all();
    for (const roleKeys of [["a"], ["b"], ["c"]]) {
      simulator.state.updateUserGrant(grant!.id, { roleKeys });
    }
    const times = (await search(simulator, { limit: 3 })).map(({ creationDate }) => creationDate);
    assertEquals(
      times,
      ["02Z", "01Z", "Z"].map((end) => `2026-11-24T00:00:00${end === "Z" ? end : `.0000${end}`}`),
    );
  });

  it("what goes with a removal has an event only if ZITADEL's own list showed it", async () => {
    const simulator = createSimulator({ seed: seedWithEvents() });
    const { state, views } = simulator;
    const [project] = state.projects.by("organizationId", RANDOM_ORGANIZATION_ID);
    const [shown, lost] = state.userGrants.by("projectId", project!.id);
    for (const { id } of [shown!, lost!]) state.updateUserGrant(id, { roleKeys: ["role:0"] });
    views.lose("userGrants", lost!.id);
    state.removeRole(project!.id, "role:0");
    assertEquals(state.userGrants.get(lost!.id)?.roleKeys, []);
    state.removeProject(project!.id);
    assertEquals(state.userGrants.get(lost!.id), undefined);
    const typesOf = async ({ id }: { id: string }) =>
      (await search(simulator, { aggregateId: id, limit: 3 })).map(({ type }) => type.type);
    const prefix = "user.grant.";
    assertEquals(await typesOf(shown!), [
      `${prefix}cascade.removed`,
      `${prefix}cascade.changed`,
      `${prefix}changed`,
    ]);
    assertEquals((await typesOf(lost!)).slice(0, 1), [`${prefix}changed`]);
  });

  it("an event store may be cut: what was made before is there, without the events that made it", async () => {
    const seed = { ...seedWithEvents(), eventsSince: "2026-11-24T00:00:00Z" };
    const simulator = createSimulator({ seed, now: () => Date.UTC(2026, 10, 24) });
    const [grant] = simulator.state.userGrants.all();
    simulator.state.updateUserGrant(grant!.id, { roleKeys: ["late"] });
    const events = await search(simulator, {});
    assertEquals(events.map(({ type, sequence }) => `${type.type} ${sequence}`), [
      "user.grant.changed 2",
    ]);
  });

  it("what hangs on a removal has events of its own, of the same time", async () => {
    const simulator = createSimulator({ seed: seedWithEvents() });
    const { state } = simulator;
    const [project] = state.projects.by("organizationId", RANDOM_ORGANIZATION_ID);
    const held = Array.from(state.userGrants.by("projectId", project!.id), ({ id }) => id);
    assert(held.length > 2);
    state.removeProject(project!.id);
    const events = await search(simulator, { limit: held.length + 1 });
    assertEquals(new Set(events.map(({ creationDate }) => creationDate)).size, 1);
    assertEquals(
      events.map(({ type, aggregate }) => `${type.type} ${aggregate.id}`).sort(),
      [`project.removed ${project!.id}`, ...held.map((id) => `user.grant.cascade.removed ${id}`)]
        .sort(),
    );
  });

  it("the demo's organization has a grant that its list lost, and lists one that was removed", async () => {
    const simulator = createSimulator({ seed: demoSeed });
    const ask = async (path: string, body: unknown) => {
      const response = await simulator.fetch(
        new Request(`http://zitadel.localhost${path}`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${DEMO_INSTANCE_TOKEN}`,
            "x-zitadel-orgid": DEMO_ORGANIZATION_ID,
          },
          body: JSON.stringify(body),
        }),
      );
      return await response.json();
    };
    const { events } = await ask("/admin/v1/events/_search", {
      resourceOwner: DEMO_ORGANIZATION_ID,
      aggregateTypes: ["usergrant"],
      asc: true,
    }) as { events: Event[] };
    const { result } = await ask("/management/v1/users/grants/_search", {}) as {
      result: { id: string; userName: string; projectName: string }[];
    };
    const alive = new Set<string>();
    for (const { aggregate, type } of events) {
      if (type.type === "user.grant.added") alive.add(aggregate.id);
      if (type.type === "user.grant.removed") alive.delete(aggregate.id);
    }
    const listed = new Map(
      result.map(({ id, userName, projectName }) => [id, `${userName} ${projectName}`]),
    );
    const lost = [...alive].filter((id) => !listed.has(id));
    const phantoms = [...listed].filter(([id]) => !alive.has(id)).map(([, name]) => name);
    assertEquals(phantoms, ["jonas Warehouse"]);
    const added = events.find(({ aggregate }) => aggregate.id === lost[0]);
    assertEquals([lost.length, added?.payload?.roleKeys, added?.editor.displayName], [
      1,
      ["approver"],
      "Ada Okafor",
    ]);
    assertEquals(events.at(-1)?.editor.displayName, "Inês Carvalho");
  });

  it("an event that is stamped earlier stands where it was written, and is filtered by its stamp", async () => {
    const simulator = createSimulator({
      seed: seedWithEvents(),
      now: () => Date.UTC(2026, 10, 24),
    });
    const { state } = simulator;
    const [first, second, third] = Array.from(state.userGrants.all(), ({ id }) => id);
    state.updateUserGrant(first!, { roleKeys: ["role:1"] });
    state.actAt("2026-11-23T23:59:59.99996Z");
    state.updateUserGrant(second!, { roleKeys: ["role:2"] });
    state.actAt(undefined);
    state.updateUserGrant(third!, { roleKeys: ["role:3"] });
    const ask = async (body: Record<string, unknown>) =>
      (await search(simulator, { eventTypes: ["user.grant.changed"], ...body }))
        .map(({ aggregate, creationDate }) => [aggregate.id, creationDate]);
    const written = [
      [first, "2026-11-24T00:00:00Z"],
      [second, "2026-11-23T23:59:59.999960Z"],
      [third, "2026-11-24T00:00:00.000001Z"],
    ];
    assertEquals(await ask({ asc: true }), written);
    assertEquals(await ask({}), written.toReversed());
    // A client with the time of the last event as its cursor never sees the second.
    assertEquals(await ask({ asc: true, from: "2026-11-23T23:59:59.99998Z" }), [
      written[0],
      written[2],
    ]);
    assertEquals(await ask({ asc: true, range: { until: "2026-11-24T00:00:00Z" } }), [written[1]]);
  });

  it("a change that takes all roles is told with null or with an empty list, and the grant has none", async () => {
    const simulator = createSimulator({ seed: seedWithEvents() });
    const { state } = simulator;
    const [first, second] = Array.from(state.userGrants.all(), ({ id }) => id);
    state.updateUserGrant(first!, { roleKeys: null });
    state.updateUserGrant(second!, { roleKeys: [] });
    const events = await search(simulator, { eventTypes: ["user.grant.changed"], asc: true });
    assertEquals(events.map(({ payload }) => payload), [{ roleKeys: null }, { roleKeys: [] }]);
    for (const id of [first, second]) assertEquals(state.userGrants.get(id!)!.roleKeys, []);
  });
});
