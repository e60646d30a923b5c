/**
 * ZITADEL restarts, or its database fails over, while it is read.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { checkAccess, SyncError, takeSnapshot } from "../../mod.ts";
import type { SyncEvent } from "../../mod.ts";
import { type Fault, faults } from "../simulator/faults.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

const START = Date.parse("2026-06-01T12:00:00Z");

/** ZITADEL goes away `after` so many requests; what it answers is told by how long it has been away, in seconds. */
function createOutage(after: number, answer: (seconds: number) => Fault | undefined) {
  let time = START;
  let since: number | undefined;
  const events: SyncEvent[] = [];
  const simulator = createSimulator({
    seed: demoSeed,
    now: () => time,
    onRequest: ({ number }) => {
      if (number <= after) return;
      since ??= time;
      return answer((time - since) / 1000);
    },
  });
  return {
    events,
    requests: simulator.requests,
    seconds: () => (time - START) / 1000,
    options: {
      instanceUrl: "http://127.0.0.1:1",
      token: DEMO_TOKEN,
      organizationId: DEMO_ORGANIZATION_ID,
      onProgress: (event: SyncEvent) => void events.push(event),
      runtime: {
        fetch: simulator.fetch,
        now: () => time,
        delay(ms: number) {
          time += ms;
          return Promise.resolve();
        },
      },
    },
  };
}

const RESTARTS: [name: string, answer: (seconds: number) => Fault | undefined][] = [
  ["refuses connections for 12 s", (s) => s < 12 ? faults.refused() : undefined],
  ["refuses connections for 30 s", (s) => s < 30 ? faults.refused() : undefined],
  [
    "stops its database, refuses connections, and starts, 40 s in all",
    (s) =>
      s < 15
        ? faults.tokenInvalid()
        : s < 25
        ? faults.refused()
        : s < 40
        ? faults.unavailable()
        : undefined,
  ],
];

describe("scenario: a restart", () => {
  for (const [name, answer] of RESTARTS) {
    it(`a sync comes out of a ZITADEL that ${name}, and tells it once`, async () => {
      for (const after of [0, 3, 5, 9]) {
        // A token that was never accepted is believed to be wrong soon.
        if (after === 0 && name.startsWith("stops")) continue;
        const { options, events, requests } = createOutage(after, answer);
        const { counts } = await takeSnapshot(options);
        assert(counts.grants > 0);
        // All requests are counted, those that were sent again too.
        assertEquals(events.at(-1), { kind: "completed", requests: requests.length });
        const retries = events.filter((event) => event.kind === "retry");
        assert(retries.length > 1);
        assertEquals(retries.filter(({ isFirst }) => isFirst).length, 1, `after ${after}`);
      }
    });
  }

  it("a sync gives up after a minute, and a check sooner", async () => {
    const away = createOutage(3, () => faults.refused());
    const error = await takeSnapshot(away.options).catch((error: unknown) => error);
    assert(error instanceof SyncError);
    assertEquals(error.code, "UNREACHABLE");
    assert(away.seconds() >= 60, `${away.seconds()} s`);

    const checked = createOutage(0, () => faults.refused());
    const [host] = await checkAccess(checked.options);
    assertEquals([host!.id, host!.status], ["host", "failed"]);
    assert(checked.seconds() < 8, `${checked.seconds()} s`);
  });
});
