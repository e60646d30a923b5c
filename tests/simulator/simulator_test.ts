import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRandom } from "../helpers/random.ts";
import { type Fault, faults } from "./faults.ts";
import { listen } from "./listen.ts";
import { RANDOM_ORGANIZATION_ID, RANDOM_TOKEN, randomSeed } from "./seeds/random_seed.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TOKEN, demoSeed } from "./seeds/demo_seed.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";

const PROJECTS = "/management/v1/projects/_search";
const USERS = "/management/v1/users/_search";
const GRANTS = "/management/v1/users/grants/_search";

interface List {
  details: { totalResult?: string };
  result?: { id: string; [field: string]: unknown }[];
}

function requestFor(
  path: string,
  { query = {}, token = RANDOM_TOKEN, origin = "http://zitadel.localhost", signal }: {
    query?: Record<string, unknown>;
    token?: string;
    origin?: string;
    signal?: AbortSignal;
  } = {},
): Request {
  return new Request(origin + path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
    redirect: "manual",
    signal: signal ?? null,
  });
}

async function list(
  simulator: Simulator,
  path: string,
  query: Record<string, unknown> = {},
): Promise<List> {
  const response = await simulator.fetch(requestFor(path, { query }));
  assertEquals(response.status, 200);
  return await response.json();
}

function createTestSimulator(options: Omit<SimulatorOptions, "seed"> = {}): Simulator {
  return createSimulator({
    seed: randomSeed({ users: 30, projects: 9, userGrants: 60 }),
    ...options,
  });
}

const listIds = ({ result = [] }: List) => result.map(({ id }) => id);

describe("simulator", () => {
  it("an update between two pages repeats a row and hides another, and the count still matches", async () => {
    const simulator = createTestSimulator({
      afterRequest: ({ number }, { state }) => {
        const [first] = state.projects.by("organizationId", RANDOM_ORGANIZATION_ID);
        if (number === 1) state.updateProject(first!.id, { name: "Renamed" });
      },
    });
    const first = await list(simulator, PROJECTS, { limit: 5 });
    const second = await list(simulator, PROJECTS, { limit: 5, offset: 5 });
    const ids = [...listIds(first), ...listIds(second)];
    assertEquals(first.details.totalResult, "9");
    assertEquals(ids.length, 9);
    assertEquals(new Set(ids).size, 9 - 1);
    assertEquals(second.result?.at(-1)?.name, "Renamed");
  });

  it("users keep their order by id while they are edited", async () => {
    const simulator = createTestSimulator();
    const before = listIds(await list(simulator, USERS, { asc: true }));
    simulator.state.updateUser(before[0]!, { userName: "renamed" });
    assertEquals(listIds(await list(simulator, USERS, { asc: true })), before);
    assertEquals(listIds(await list(simulator, USERS)), before.toReversed());
    assertEquals(before, before.toSorted());
  });

  it("an edited row is told with a new change date and the next sequence", async () => {
    const simulator = createTestSimulator({ now: () => Date.UTC(2026, 10, 24, 12) });
    const [grant] = simulator.state.userGrants.all();
    simulator.state.updateUserGrant(grant!.id, { roleKeys: [] });
    const row = (await list(simulator, GRANTS)).result?.at(-1);
    assertEquals(row, {
      ...simulator.state.toSnapshot(RANDOM_ORGANIZATION_ID).userGrants.at(-1),
      id: grant!.id,
      details: {
        sequence: "2",
        creationDate: grant!.createdAt,
        changeDate: "2026-11-24T12:00:00Z",
        resourceOwner: RANDOM_ORGANIZATION_ID,
      },
    });
    assert(!("roleKeys" in (row ?? {})));
  });

  it("a removal takes along what hangs on it", () => {
    const { state } = createSimulator({ seed: demoSeed });
    const listKeys = (projectId: string) =>
      state.toSnapshot(DEMO_ORGANIZATION_ID).userGrants
        .filter((row) => row.projectId === projectId).map((row) => row.roleKeys);
    const [, shop, , , legacy] = demoSeed.projects.map(({ id }) => id) as string[];
    assertEquals(listKeys(legacy!), [["user", "root"], ["user"]]);
    state.removeRole(legacy!, "user");
    assertEquals(listKeys(legacy!), [["root"], undefined]);

    const ada = demoSeed.users[0]!.id;
    state.removeUser(ada);
    assert([...state.userGrants.all()].every((grant) => grant.userId !== ada));
    state.removeProject(shop!);
    assertEquals(listKeys(shop!), []);
    assert(!(shop! in state.toSnapshot(DEMO_ORGANIZATION_ID).roles));
  });

  it("grants of a user without a login name are hidden and not counted", async () => {
    const simulator = createTestSimulator();
    const [grant] = simulator.state.userGrants.all();
    const before = Number((await list(simulator, GRANTS)).details.totalResult);
    const held = [...simulator.state.userGrants.all()].filter(({ userId }) =>
      userId === grant!.userId
    );
    simulator.state.updateUser(grant!.userId, { loginNames: [] });
    const after = await list(simulator, GRANTS);
    assertEquals(Number(after.details.totalResult), before - held.length);
    assert(!listIds(after).includes(grant!.id));
  });

  it("a token dies with its user's lock and does not come back", async () => {
    const simulator = createTestSimulator();
    const userId = simulator.state.tokens.get(RANDOM_TOKEN)!.userId;
    simulator.state.updateUser(userId, { state: "USER_STATE_LOCKED" });
    simulator.state.updateUser(userId, { state: "USER_STATE_ACTIVE" });
    const response = await simulator.fetch(requestFor(USERS));
    await response.body?.cancel();
    assertEquals(response.status, 401);
  });

  it("shuffling changes the order of lists that have none, for each request", async () => {
    const simulator = createTestSimulator({ shuffle: createRandom(7) });
    const [first, second] = [await list(simulator, GRANTS), await list(simulator, GRANTS)];
    assertNotEquals(listIds(first), listIds(second));
    assertEquals(listIds(first).toSorted(), listIds(second).toSorted());
    assertEquals(listIds(await list(simulator, USERS)), listIds(await list(simulator, USERS)));
  });

  it("v4.20 cuts a list without limit and refuses a large one; before it did neither", async () => {
    const capped = createTestSimulator({ maxQueryLimit: 20 });
    const cut = await list(capped, GRANTS);
    assertEquals([cut.result?.length, cut.details.totalResult], [20, "60"]);
    const refused = await capped.fetch(requestFor(GRANTS, { query: { limit: 21 } }));
    assertEquals(refused.status, 400);
    assertEquals((await refused.json()).details[0].id, "QUERY-4M0fs");
    const legacy = createTestSimulator({ mode: "legacy", maxQueryLimit: 20 });
    assertEquals((await list(legacy, GRANTS)).result?.length, 60);
    assertEquals((await list(legacy, GRANTS, { limit: 5000 })).result?.length, 60);
  });

  it("inflated totals count metadata, while the rows stay right", async () => {
    const plain = await list(createTestSimulator(), USERS);
    const inflated = await list(createTestSimulator({ inflateUserTotal: true }), USERS);
    assertEquals(plain.details.totalResult, "31");
    assert(Number(inflated.details.totalResult) > 31);
    assertEquals(inflated.result, plain.result);
  });

  /** Each fault, and what a caller of `fetch` sees: a status and the beginning of the body, or an error. */
  const seen: { fault: Fault; status?: number; text?: RegExp }[] = [
    { fault: faults.refused() },
    { fault: faults.reset() },
    { fault: faults.reset(0) },
    { fault: faults.tooManyRequests("7"), status: 429, text: /<h1>429/ },
    { fault: faults.badGateway(), status: 502, text: /<h1>502/ },
    { fault: faults.serviceUnavailable(), status: 503, text: /<h1>503/ },
    { fault: faults.unavailable(), status: 503, text: /"code":14/ },
    { fault: faults.databaseOfUsers(), status: 500, text: /QUERY-AG4gs/ },
    { fault: faults.databaseOfGrants(), status: 500, text: /"code":2/ },
    { fault: faults.tokenInvalid(), status: 401, text: /AUTH-7fs1e/ },
    { fault: faults.organizationUnknown(), status: 403, text: /AUTH-Bs7Ds/ },
    { fault: faults.membershipNotFound(), status: 404, text: /AUTHZ-cdgFk/ },
    { fault: faults.quotaExhausted(), status: 429, text: /QUOTA-vjAy8/ },
    { fault: faults.blocked(), status: 429, text: /LIMITS-molsj/ },
    { fault: faults.messageTooLarge(), status: 429, text: /received message larger/ },
    { fault: faults.messageTooLargeToSend(), status: 429, text: /trying to send message larger/ },
    { fault: faults.foreignJson(), status: 200, text: /^{"status":"ok"}$/ },
    { fault: faults.redirect("https://elsewhere.example/"), status: 302, text: /^$/ },
    { fault: faults.cutJson(), status: 200, text: /^{"details":[^]*[^}]$/ },
    { fault: faults.emptyBody(), status: 200, text: /^$/ },
    { fault: faults.wrongShape(), status: 200, text: /^{"result":"no list"}$/ },
    { fault: faults.contentType(), status: 200, text: /^{"details":[^]*}$/ },
    { fault: faults.portal(), status: 200, text: /<h1>Welcome/ },
    { fault: faults.huge(300_000), status: 200, text: /^{ {299998}}$/ },
    { fault: faults.slow(5_000, 1), status: 200, text: /^{"details":[^]*}$/ },
  ];

  async function assertSeen(
    send: (request: Request) => Promise<Response>,
    origin: string,
    { status, text }: { status?: number; text?: RegExp },
  ): Promise<void> {
    const exchange = async () => {
      const response = await send(requestFor(GRANTS, { origin }));
      return { status: response.status, text: await response.text() };
    };
    if (status === undefined) {
      await assertRejects(exchange, TypeError);
      return;
    }
    const answer = await exchange();
    assertEquals(answer.status, status);
    assert(text?.test(answer.text), answer.text.slice(0, 200));
  }

  for (const { fault, ...expected } of seen) {
    it(`a fault looks the same in memory and over a socket: ${JSON.stringify(fault).slice(0, 70)}`, async () => {
      let asked = 0;
      const simulator = createTestSimulator({
        onRequest: () => asked++ % 2 === 0 ? fault : undefined,
      });
      await using server = await listen(simulator);
      for (const [send, origin] of [[simulator.fetch, "http://x"], [fetch, server.url]] as const) {
        await assertSeen(send, origin, expected);
        await assertSeen(send, origin, { status: 200, text: /^{"details":[^]*}$/ });
      }
    });
  }

  it("a request that hangs ends when its signal aborts", async () => {
    let arrived = () => {};
    const simulator = createTestSimulator({
      onRequest: () => {
        arrived();
        return faults.hang();
      },
    });
    await using server = await listen(simulator);
    for (const [send, origin] of [[simulator.fetch, "http://x"], [fetch, server.url]] as const) {
      const controller = new AbortController();
      const arrival = new Promise<void>((resolve) => arrived = resolve);
      const waiting = send(requestFor(USERS, { origin, signal: controller.signal }));
      await arrival;
      controller.abort(new RangeError("enough"));
      await assertRejects(() => waiting, RangeError, "enough");
    }
  });

  it("rows can be dropped from a page, repeated and changed", async () => {
    const faulty = [
      faults.dropRow(),
      faults.repeatRow(),
      faults.rows((rows) => rows.slice(0, 2)),
    ];
    const simulator = createTestSimulator({ onRequest: ({ number }) => faulty[number - 1] });
    const all = simulator.state.toSnapshot(RANDOM_ORGANIZATION_ID).projects.map(({ id }) =>
      String(id)
    );
    const dropped = await list(simulator, PROJECTS);
    assertEquals([listIds(dropped), dropped.details.totalResult], [all.slice(1), "9"]);
    assertEquals(listIds(await list(simulator, PROJECTS)), [all[0]!, all[0]!, ...all.slice(2)]);
    assertEquals(listIds(await list(simulator, PROJECTS)), all.slice(0, 2));
  });

  it("a server may ignore offsets, repeat a page, cut pages and announce what is not so", async () => {
    const page = { limit: 4, offset: 4 };
    const cases: { fault: Fault; ids: [from: number, to: number]; total: string }[] = [
      { fault: faults.ignoreOffset(), ids: [0, 4], total: "9" },
      { fault: faults.repeatPage(2), ids: [2, 6], total: "9" },
      { fault: faults.capPage(3), ids: [4, 7], total: "9" },
      { fault: faults.announce((total) => total + 5), ids: [4, 8], total: "14" },
      { fault: faults.announce((total) => total - 3), ids: [4, 8], total: "6" },
    ];
    for (const { fault, ids, total } of cases) {
      const simulator = createTestSimulator({ onRequest: () => fault });
      const all = simulator.state.toSnapshot(RANDOM_ORGANIZATION_ID).projects.map(({ id }) => id);
      const answer = await list(simulator, PROJECTS, page);
      assertEquals([listIds(answer), answer.details.totalResult], [all.slice(...ids), total]);
      assertEquals(simulator.requests[0]?.body, { query: page });
    }
  });

  it("a simulator remembers what it was asked, side by side", async () => {
    const simulator = createSimulator({ seed: demoSeed, latencyMs: 5 });
    await Promise.all([
      simulator.fetch(requestFor(USERS, { token: DEMO_TOKEN, query: { limit: 2 } })),
      simulator.fetch(requestFor(`${GRANTS}?x=1`, { token: "wrong" })),
    ]);
    assertEquals(simulator.requests, [
      {
        number: 1,
        method: "POST",
        path: USERS,
        organizationId: undefined,
        authorized: true,
        token: DEMO_TOKEN,
        body: { query: { limit: 2 } },
        status: 200,
      },
      {
        number: 2,
        method: "POST",
        path: `${GRANTS}?x=1`,
        organizationId: undefined,
        authorized: false,
        token: "wrong",
        body: { query: {} },
        status: 401,
      },
    ]);
  });

  it("a port shows the bugs of its handler where it is closed", async () => {
    await assertRejects(
      async () => {
        await using server = await listen({
          fetch: () => {
            throw new RangeError("a bug");
          },
        });
        await assertRejects(() => fetch(server.url), TypeError);
      },
      RangeError,
      "a bug",
    );
  });
});
