import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Snapshot, takeSnapshot, type TakeSnapshotOptions } from "../../mod.ts";
import { createRandom } from "../helpers/random.ts";
import { RANDOM_TOKEN, randomSeed } from "../simulator/seeds/random_seed.ts";
import { createSimulator, type SimulatorOptions } from "../simulator/simulator.ts";

const SEED = randomSeed({ users: 700, projects: 6, userGrants: 1500, rolesPerProject: 9 });

function take(
  server: Partial<SimulatorOptions>,
  client: Partial<TakeSnapshotOptions> = {},
): Promise<Snapshot> {
  const { fetch } = createSimulator({ seed: SEED, ...server });
  return takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: RANDOM_TOKEN,
    runtime: { now: () => Date.parse("2026-06-01T12:00:00Z"), fetch },
    ...client,
  });
}

/** Everything but how and when it was read. */
function content({ evidence: _, notes: __, ...snapshot }: Snapshot) {
  return JSON.stringify(snapshot);
}

describe("sync: same bytes", () => {
  it("the same access gives the same bytes, however it is read", async () => {
    const plain = await take({ mode: "legacy" });
    const ways: [string, Promise<Snapshot>][] = [
      ["a server of v4.20", take({ mode: "v4.20" })],
      ["a server that allows 50 rows", take({ mode: "v4.20", maxQueryLimit: 50 })],
      ["pages of 33", take({ mode: "v4.20" }, { pageSize: 33 })],
      ["pages of 7, one by one", take({ mode: "legacy" }, { pageSize: 7, concurrency: 1 })],
      ["32 requests side by side", take({ mode: "v4.20" }, { pageSize: 10, concurrency: 32 })],
      ["lists in another order", take({ mode: "legacy", shuffle: createRandom(7) })],
      [
        "lists in another order for each page",
        take({ shuffle: createRandom(7), maxQueryLimit: 100 }),
      ],
      [
        "a server that sends 20 KB at most",
        take({ mode: "legacy", messageLimit: { by: "sender", bytes: 20_000 } }),
      ],
      ["users counted too often", take({ mode: "legacy", inflateUserTotal: true })],
      ["the organization named", take({}, { organizationId: plain.organization.id })],
    ];
    for (const [name, way] of ways) {
      const snapshot = await way;
      assertEquals(snapshot.digest, plain.digest, name);
      assert(content(snapshot) === content(plain), name);
    }
  });

  it("other access gives another digest", async () => {
    const before = await take({});
    const { fetch, state } = createSimulator({ seed: SEED });
    state.updateUserGrant(SEED.userGrants[0]!.id, { state: "USER_GRANT_STATE_INACTIVE" });
    const after = await take({}, { runtime: { fetch } });
    assert(after.digest !== before.digest);
  });
});
