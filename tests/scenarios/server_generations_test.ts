import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Snapshot, takeSnapshot } from "../../mod.ts";
import { RANDOM_TOKEN, randomSeed } from "../simulator/seeds/random_seed.ts";
import {
  createSimulator,
  type SeenRequest,
  type SimulatorOptions,
} from "../simulator/simulator.ts";

const SEED = randomSeed({ users: 2_400, projects: 3, userGrants: 2_700 });

async function take(options: Partial<SimulatorOptions>) {
  const simulator = createSimulator({ seed: SEED, ...options });
  const waits: number[] = [];
  const snapshot = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: RANDOM_TOKEN,
    runtime: {
      fetch: simulator.fetch,
      delay: (ms) => Promise.resolve(void waits.push(ms)),
      // The largest pages that may be drawn.
      random: () => 0,
    },
  });
  return { snapshot, requests: simulator.requests, waits };
}

/** Offset, limit and filter of each request for a list, in the order of arrival. */
function pages(requests: SeenRequest[], path: string): string[] {
  return requests.filter((request) => request.path === path).map(({ body, status }) => {
    const { query: { offset = 0, limit }, queries } = body as {
      query: { offset?: number; limit: number };
      queries?: { projectIdQuery?: { projectId: string } }[];
    };
    const projectId = queries?.find((query) => query.projectIdQuery)?.projectIdQuery?.projectId;
    const filter = projectId === undefined ? "" : ` on ${projectId}`;
    return `${offset}/${limit}${filter}${status === 200 ? "" : ` -> ${status}`}`;
  });
}

function methods({ evidence }: Snapshot, list: string): string[] {
  return evidence.filter((entry) => entry.list === list).map(({ method }) => method);
}

const USERS = "/management/v1/users/_search";
const GRANTS = "/management/v1/users/grants/_search";

describe("zitadel: generations", () => {
  it("a server of before v4.20 is asked once for each whole list", async () => {
    const { snapshot, requests } = await take({ mode: "legacy" });
    assertEquals(pages(requests, USERS), ["0/1000", "0/2642"]);
    assertEquals(pages(requests, GRANTS), ["0/1000", "0/2970"]);
    assertEquals(methods(snapshot, "users"), ["statement"]);
    assertEquals(methods(snapshot, "grants"), ["statement"]);
    assertEquals(snapshot.counts.users, 2_401);
  });

  it("a server of v4.20 is paged once: users by overlapping pages, grants by pages of all of them", async () => {
    const { snapshot, requests } = await take({ mode: "v4.20" });
    const users = pages(requests, USERS).filter((page) => !page.includes("->"));
    assertEquals(users, ["0/1000", "999/1000", "1998/1000"]);
    assertEquals(methods(snapshot, "users"), ["anchored"]);
    const refused = requests.filter(({ status }) => status !== 200);
    assertEquals(refused.length, 1, "the whole is asked for once, and the refusal remembered");
    assertEquals(pages(requests, GRANTS), ["0/1000", "1000/1000", "2000/1000"]);
    assertEquals(methods(snapshot, "grants"), ["reconciled"]);
  });

  it("a server that allows fewer rows is asked once how many", async () => {
    const { snapshot, requests } = await take({ mode: "v4.20", maxQueryLimit: 300 });
    const asked = requests.filter(({ path }) => path === USERS)
      .map(({ body }) => (body as { query: { limit?: number } }).query.limit);
    assertEquals([asked[0], asked[1]], [1000, undefined]);
    assertEquals([...new Set(asked.slice(2))], [300]);
    assertEquals(snapshot.counts.users, 2_401);
  });

  it("a page over 4 MiB is asked for as small as fits, at once, and not waited for", async () => {
    const seed = structuredClone(SEED);
    for (const user of seed.users) {
      if (user.machine) user.machine.description = "d".repeat(500);
      else if (user.human) user.human.nickName = "n".repeat(6_000);
    }
    const { snapshot, requests, waits } = await take({ seed, mode: "legacy" });
    assertEquals(waits, []);
    const users = pages(requests, USERS);
    assertEquals(users.slice(0, 3), ["0/1000 -> 429", "0/677", "676/677"]);
    assertEquals(users.length, 5);
    assertEquals(snapshot.counts.users, 2_401);
    assertEquals(methods(snapshot, "users"), ["anchored"]);
  });

  it("an inflated number of users does not stop the sync, and a note says what was announced", async () => {
    for (const mode of ["legacy", "v4.20"] as const) {
      const { snapshot } = await take({ mode, inflateUserTotal: true });
      assertEquals(snapshot.counts.users, 2_401);
      const note = snapshot.notes.find(({ code }) => code === "reported-count-differs");
      assert(note?.code === "reported-count-differs");
      assertEquals([note.list, note.distinct], ["users", 2_401]);
      assert(note.reported > 2_401);
    }
  });
});
