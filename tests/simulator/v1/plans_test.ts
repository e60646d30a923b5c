import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { RANDOM_ORGANIZATION_ID, RANDOM_TOKEN, randomSeed } from "../seeds/random_seed.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator.ts";

const PROJECTS = "/management/v1/projects/_search";
const GRANTS = "/management/v1/users/grants/_search";

function createTestSimulator(options: Omit<SimulatorOptions, "seed"> = {}): Simulator {
  const seed = randomSeed({ users: 30, projects: 23, userGrants: 90 });
  return createSimulator({ seed, connections: 1, ...options });
}

interface Query {
  query?: { limit?: number; offset?: number };
  queries?: unknown[];
}

async function list(simulator: Simulator, path: string, body: Query): Promise<string[]> {
  const response = await simulator.fetch(
    new Request(`http://zitadel.localhost${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${RANDOM_TOKEN}` },
      body: JSON.stringify(body),
    }),
  );
  assertEquals(response.status, 200);
  const { result = [] }: { result?: { id: string }[] } = await response.json();
  return result.map(({ id }) => id);
}

/** Reads a list as a plain pager does: the distinct ids of all pages. */
async function readAll(simulator: Simulator, path: string, limit: number): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let offset = 0;; offset += limit) {
    const page = await list(simulator, path, { query: { limit, offset } });
    for (const id of page) ids.add(id);
    if (page.length < limit) return ids;
  }
}

describe("simulator: plans", () => {
  for (const [path, rows] of [[PROJECTS, 23], [GRANTS, 90]] as const) {
    it(`${path}: from the sixth reading on the same rows are missing for ever, until the page size changes`, async () => {
      const simulator = createTestSimulator();
      const readings = [];
      for (let turn = 0; turn < 20; turn++) readings.push(await readAll(simulator, path, 10));
      assertEquals(readings.slice(0, 5).map(({ size }) => size), [rows, rows, rows, rows, rows]);
      const [sixth, ...later] = readings.slice(5);
      assert(sixth!.size < rows, `${sixth!.size} of ${rows}`);
      for (const reading of later) assertEquals(reading, sixth);
      assertEquals((await readAll(simulator, path, 9)).size, rows);
    });
  }

  it("pages that others wore out are incomplete from the first reading on", async () => {
    const simulator = createTestSimulator({ statementRuns: ({ limit }) => limit === 10 ? 9 : 0 });
    assert((await readAll(simulator, PROJECTS, 10)).size < 23);
    assertEquals((await readAll(simulator, PROJECTS, 8)).size, 23);
  });

  it("the values of filters are no part of the statement, their names are", async () => {
    const simulator = createTestSimulator();
    const byName = (
      name: string,
    ) => [{ nameQuery: { name, method: "TEXT_QUERY_METHOD_CONTAINS" } }];
    const query = { limit: 5 };
    const first = await list(simulator, PROJECTS, { query, queries: byName("P") });
    for (let turn = 0; turn < 4; turn++) {
      await list(simulator, PROJECTS, { query, queries: byName(String(turn)) });
    }
    assertNotEquals(await list(simulator, PROJECTS, { query, queries: byName("P") }), first);
    assertEquals(await list(simulator, PROJECTS, { query }), first);
  });

  it("a whole list comes in the order of the writes, however often it was asked for", async () => {
    const simulator = createTestSimulator({ statementRuns: () => 9 });
    const all = simulator.state.toSnapshot(RANDOM_ORGANIZATION_ID).projects.map(({ id }) => id);
    for (const query of [{}, { limit: 1000 }, { limit: 23 }]) {
      assertEquals(await list(simulator, PROJECTS, { query }), all as string[]);
    }
  });

  it("the other order follows edits, too", async () => {
    const simulator = createTestSimulator({ statementRuns: ({ offset }) => offset === 0 ? 9 : 0 });
    const query = { limit: 20 };
    const before = await list(simulator, PROJECTS, { query });
    simulator.state.updateProject(before[0]!, { name: "Renamed" });
    assertEquals(await list(simulator, PROJECTS, { query }), before);
    simulator.state.removeProject(before[0]!);
    assertEquals((await list(simulator, PROJECTS, { query })).slice(0, 19), before.slice(1));
  });
});
