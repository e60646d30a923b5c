import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createEditLoad } from "../../helpers/edit_load.ts";
import { createRandom } from "../../helpers/random.ts";
import { RANDOM_ORGANIZATION_ID, RANDOM_TOKEN, randomSeed } from "../seeds/random_seed.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator.ts";

const USERS = "/management/v1/users/_search";
const PROJECTS = "/management/v1/projects/_search";
const GRANTS = "/management/v1/users/grants/_search";

interface Row {
  id: string;
  [field: string]: unknown;
}

async function ask(
  simulator: Simulator,
  path: string,
  body?: Record<string, unknown>,
): Promise<{ status: number; id?: string; body: Record<string, unknown> }> {
  const response = await simulator.fetch(
    new Request(`http://zitadel.localhost${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${RANDOM_TOKEN}` },
      body: body === undefined ? null : JSON.stringify(body),
    }),
  );
  const answer = await response.json();
  return { status: response.status, id: answer.details?.[0]?.id, body: answer };
}

async function listRows(
  simulator: Simulator,
  path: string,
  queries: unknown[] = [],
): Promise<Row[]> {
  const { body } = await ask(simulator, path, { query: { asc: true }, queries });
  const { details, result = [] } = body as { details: { totalResult?: string }; result?: Row[] };
  assertEquals(Number(details.totalResult ?? 0), result.length);
  return result;
}

const listIds = async (simulator: Simulator, path: string, queries: unknown[] = []) =>
  (await listRows(simulator, path, queries)).map(({ id }) => id);

function createTestSimulator(options: Omit<SimulatorOptions, "seed"> = {}): Simulator {
  const seed = randomSeed({ users: 20, projects: 5, userGrants: 40 });
  return createSimulator({ seed, mode: "legacy", ...options });
}

describe("simulator: views", () => {
  for (
    const { table, path, byId, notFound } of [
      { table: "users", path: USERS, byId: "/management/v1/users/", notFound: "QUERY-Dfbg2" },
      {
        table: "projects",
        path: PROJECTS,
        byId: "/management/v1/projects/",
        notFound: "QUERY-fk2fs",
      },
      {
        table: "userGrants",
        path: GRANTS,
        byId: "/management/v1/users/1/grants/",
        notFound: "QUERY-wIPkA",
      },
    ] as const
  ) {
    it(`a row that the view of ${table} lost is in no list, in no total and not found by id, whatever is written to it`, async () => {
      const simulator = createTestSimulator();
      const all = await listIds(simulator, path);
      const lost = all[1]!;
      simulator.views.lose(table, lost);
      assertEquals(await listIds(simulator, path), all.filter((id) => id !== lost));
      assertEquals((await ask(simulator, byId + lost)).id, notFound);
      if (table === "users") simulator.state.updateUser(lost, { userName: "renamed" });
      if (table === "projects") simulator.state.updateProject(lost, { name: "Renamed" });
      if (table === "userGrants") simulator.state.updateUserGrant(lost, { roleKeys: [] });
      assertEquals((await listIds(simulator, path)).includes(lost), false);
      assert(simulator.state[table].get(lost) !== undefined);

      simulator.views.repair(table, lost);
      assertEquals((await listIds(simulator, path)).toSorted(), all.toSorted());
      assertEquals((await ask(simulator, byId + lost)).status, 200);
    });
  }

  it("a row that a view keeps is listed as it was, changed or removed", async () => {
    const simulator = createTestSimulator();
    const before = await listRows(simulator, GRANTS);
    const [changed, removed] = before.map(({ id }) => id) as [string, string];
    simulator.views.keep("userGrants", changed);
    simulator.views.keep("userGrants", removed);
    simulator.state.updateUserGrant(changed, { roleKeys: ["other"] });
    simulator.state.removeUserGrant(removed);
    assertEquals(await listRows(simulator, GRANTS), before);
    simulator.views.repair("userGrants", changed);
    simulator.views.repair("userGrants", removed);
    const after = await listRows(simulator, GRANTS);
    assertEquals(after.length, before.length - 1);
    assertEquals(after.find(({ id }) => id === changed)?.roleKeys, ["other"]);
  });

  it("a seed tells which rows its views lost, and which they keep", async () => {
    const seed = randomSeed({ users: 20, projects: 5, userGrants: 40 });
    const [lost, phantom] = seed.userGrants.map(({ id }) => id) as [string, string];
    const simulator = createSimulator({
      seed: {
        ...seed,
        lost: { userGrants: [lost] },
        phantoms: [{ userGrantId: phantom, removedAt: "2026-02-01T00:00:00Z" }],
      },
    });
    const ids = await listIds(simulator, GRANTS);
    assertEquals([ids.includes(lost), ids.includes(phantom), ids.length], [false, true, 39]);
    assert(simulator.state.userGrants.get(lost) !== undefined);
    assertEquals(simulator.state.userGrants.get(phantom), undefined);
  });

  it("a lost user's grants are listed without what the view of users tells", async () => {
    const simulator = createTestSimulator();
    const [grant] = await listRows(simulator, GRANTS);
    const userId = String(grant!.userId);
    simulator.views.lose("users", userId);
    const row = (await listRows(simulator, GRANTS)).find(({ id }) => id === grant!.id)!;
    const gone = [
      "userName firstName lastName email displayName userType grantedOrgId grantedOrgName grantedOrgDomain",
    ].join("").split(" ");
    const rest = Object.fromEntries(Object.entries(grant!).filter(([key]) => !gone.includes(key)));
    assertEquals(row, rest as Row);

    simulator.views.lose("loginNames", userId);
    assertEquals(
      (await listRows(simulator, GRANTS)).filter((one) => one.userId === userId),
      [],
    );
  });

  it("a view that lags shows a row after as many answers as it is told, or when the clock says so", async () => {
    for (const lag of [{ answers: 2 }, { ms: 1000 }]) {
      let time = Date.UTC(2026, 10, 24);
      const simulator = createTestSimulator({
        now: () => time,
        arrival: ({ table }) => table === "users" || table === "loginNames" ? lag : "now",
      });
      const before = await listIds(simulator, USERS);
      simulator.state.addUser({
        id: "999",
        organizationId: RANDOM_ORGANIZATION_ID,
        userName: "late",
        machine: { name: "Late" },
      });
      simulator.state.removeUser(before[0]!);
      assertEquals(await listIds(simulator, USERS), before);
      time += 999;
      assertEquals(await listIds(simulator, USERS), before);
      time += 1;
      assertEquals(await listIds(simulator, USERS), [...before.slice(1), "999"]);
    }
  });

  it("a row may be lost or kept for a while", async () => {
    const simulator = createTestSimulator();
    const before = await listIds(simulator, PROJECTS);
    simulator.views.lose("projects", before[0]!, { answers: 1 });
    simulator.views.keep("projects", before[1]!, { answers: 1 });
    simulator.state.removeProject(before[1]!);
    assertEquals(await listIds(simulator, PROJECTS), before.slice(1));
    assertEquals((await listIds(simulator, PROJECTS)).toSorted(), [before[0]!, ...before.slice(2)]);
  });

  it("the roles of a project that the view of projects lost are listed all the same", async () => {
    const simulator = createTestSimulator();
    const [projectId] = await listIds(simulator, PROJECTS);
    simulator.views.lose("projects", projectId!);
    const { body } = await ask(simulator, `/management/v1/projects/${projectId}/roles/_search`, {});
    assertEquals((body.result as unknown[]).length, 4);
  });

  it("roles are never late: ZITADEL waits for their view before it lists them", async () => {
    const simulator = createTestSimulator({ arrival: () => ({ answers: 100 }) });
    const [projectId] = await listIds(simulator, PROJECTS);
    simulator.state.addRole({ projectId: projectId!, key: "fresh" });
    const { body } = await ask(simulator, `/management/v1/projects/${projectId}/roles/_search`, {});
    const keys = (body.result as { key: string }[]).map(({ key }) => key);
    assert(keys.includes("fresh"));
  });

  it("whatever is edited, the lists that are kept in memory hold what the views hold", async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed);
      let time = 0;
      const load = createEditLoad({
        organizationId: RANDOM_ORGANIZATION_ID,
        perSecond: 10,
        random,
        now: () => time,
      });
      const simulator = createTestSimulator({
        beforeAnswer: load.catchUp,
        plan: seed % 2 === 0 ? "heap" : "index",
        now: () => Date.UTC(2026, 10, 24) + time,
        arrival: () =>
          random() < 0.8 ? "now" : random() < 0.2 ? "never" : { answers: Math.floor(random() * 5) },
      });
      for (let n = 0; n < 30; n++) {
        time += 300;
        const [project] = simulator.views.tables.projects.all();
        const projectId = project!.id;
        const asked: [path: string, queries: unknown[]][] = [
          [USERS, []],
          [PROJECTS, []],
          [GRANTS, []],
          [GRANTS, [{ withGrantedQuery: {} }]],
          [GRANTS, [{ projectIdQuery: { projectId } }]],
        ];
        const [path, queries] = asked[n % asked.length]!;
        const kept = await listRows(simulator, path, queries);
        const rows = simulator.state.toSnapshot(RANDOM_ORGANIZATION_ID);
        const found = path === USERS
          ? rows.users
          : path === PROJECTS
          ? rows.projects
          : rows.userGrants;
        const wanted = queries.some((query) => "projectIdQuery" in (query as object))
          ? found.filter((row) => row.projectId === projectId)
          : found;
        const byId = (a: { id?: unknown }, b: { id?: unknown }) =>
          String(a.id) < String(b.id) ? -1 : 1;
        if (path === USERS) assertEquals(kept, kept.toSorted(byId));
        assertEquals(kept.toSorted(byId), wanted.toSorted(byId) as Row[]);
      }
      assert(load.count > 80 && load.history.length > 40);
    }
  });

  for (
    const { by, message } of [
      { by: "receiver", message: "received message larger than max" },
      { by: "sender", message: "trying to send message larger than max" },
    ] as const
  ) {
    it(`an answer that is too large for the ${by} is refused as if it were a quota`, async () => {
      const simulator = createTestSimulator({ messageLimit: { by, bytes: 2000 } });
      const request = () =>
        new Request(`http://x${USERS}`, {
          method: "POST",
          headers: { authorization: `Bearer ${RANDOM_TOKEN}` },
          body: "{}",
        });
      const response = await simulator.fetch(request());
      const body = await response.json();
      assertEquals([response.status, body.code, body.details], [429, 8, undefined]);
      assert(
        new RegExp(`^grpc: ${message} \\(\\d+ vs\\. 2000\\)$`).test(body.message),
        body.message,
      );
      assertEquals(
        response.headers.get("set-cookie"),
        "zitadel.quota.exhausted=true; Path=/; Max-Age=300; SameSite=Lax",
      );
      const { status } = await ask(simulator, USERS, { query: { limit: 3 } });
      assertEquals(status, 200);
    });
  }
});
