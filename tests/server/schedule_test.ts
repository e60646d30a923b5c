import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError } from "../../src/errors.ts";
import { publish } from "../../src/server/published.ts";
import { describeStatus } from "../../src/server/status.ts";
import { createStore, type StoreOptions } from "../../src/server/store.ts";
import { takeSnapshot } from "../../src/sync/take_snapshot.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { until } from "../helpers/server_process.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";

const DAY_MS = 24 * 60 * 60_000;

const snapshot = await takeSnapshot({
  instanceUrl: "https://acme.zitadel.cloud",
  token: DEMO_TOKEN,
  runtime: { fetch: demoZitadel().fetch },
});

/** A store that runs by a clock of its own, which goes on with each wait that is let pass. */
function runStore(intervalMs: number, random = 0.5) {
  let time = Date.parse(snapshot.completedAt);
  let waiting: { ms: number; go: () => void } | undefined;
  let syncs = 0;
  const waits: number[] = [];
  const runtime: StoreOptions["runtime"] = {
    now: () => time,
    random: () => random,
    delay: (ms, { signal } = {}) =>
      new Promise((resolve, reject) => {
        waits.push(ms);
        waiting = { ms, go: resolve };
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      }),
  };
  const store = createStore({
    intervalMs,
    sync: () => {
      syncs++;
      return Promise.resolve(snapshot);
    },
    runtime,
  });
  const end = new AbortController();
  const ended = store.run(end.signal);
  return {
    store,
    waits,
    syncs: () => syncs,
    /** Resolves once a sync is over. */
    synced: () => until(() => Promise.resolve(store.status().running === undefined && syncs > 0)),
    async pass() {
      const { ms, go } = await until(() => Promise.resolve(waiting));
      waiting = undefined;
      time += ms;
      go();
    },
    now: () => time,
    async [Symbol.asyncDispose]() {
      end.abort();
      await ended;
    },
  };
}

describe("createStore({ intervalMs })", () => {
  it("waits 30 days in parts that a timer takes, and then syncs once", async () => {
    await using running = runStore(30 * DAY_MS);
    await running.synced();
    const startedAt = running.now();
    await running.pass();
    assertEquals(running.syncs(), 1);
    await running.pass();
    await until(() => Promise.resolve(running.syncs() === 2));
    assertEquals(running.now() - startedAt, 30 * DAY_MS);
    assertEquals(running.waits.slice(0, 2), [2 ** 31 - 1, 30 * DAY_MS - (2 ** 31 - 1)]);
  });

  it("waits in parts where only the tenth more makes it too long for a timer", async () => {
    await using running = runStore(23 * DAY_MS, 1);
    await running.synced();
    await running.pass();
    assertEquals(running.syncs(), 1);
    assert(running.waits.every((ms) => ms < 2 ** 31), `${running.waits}`);
  });

  for (const intervalMs of [Infinity, Number.MAX_VALUE]) {
    it(`syncs once, and plans nothing, with ${intervalMs}`, async () => {
      await using running = runStore(intervalMs);
      await running.synced();
      assertEquals([running.syncs(), running.waits], [1, []]);
      assertEquals(describeStatus(running.store, running.now()).nextRefreshAt, null);
      assertEquals(
        (await running.store.refresh().outcome as { published?: unknown }).published !== undefined,
        true,
      );
      assertEquals(running.syncs(), 2);
    });
  }

  it("refuses what is no time", () => {
    for (const intervalMs of [NaN, -1, -Infinity]) {
      const error = assertThrows(
        () => createStore({ intervalMs, sync: () => Promise.resolve(snapshot) }),
        SyncError,
      );
      assertEquals(error.code, "CONFIG_INVALID");
      assert(error.message.includes(`${intervalMs}`), error.message);
    }
  });

  it("asks a function for the first snapshot each time, until a sync has succeeded", async () => {
    const published = await publish(snapshot);
    const held: { initial?: typeof published } = {};
    const store = createStore({
      intervalMs: 0,
      initial: () => held.initial,
      sync: () => Promise.resolve(snapshot),
    });
    assertEquals(store.current(), undefined);
    held.initial = published;
    assertEquals(store.current(), published);
    await store.refresh().outcome;
    assert(store.current() !== published);
  });
});
