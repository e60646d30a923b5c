import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { getEventListeners } from "node:events";
import { writeFile } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openStore } from "../../src/cli/commands/serve/served_store.ts";
import type { Io } from "../../src/cli/io.ts";
import type { Log } from "../../src/cli/output/log.ts";
import { createStore, type Store } from "../../src/server/store.ts";
import { publish } from "../../src/server/published.ts";
import { stringifySnapshot } from "../../src/snapshot/serialize.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { takeSnapshot } from "../../src/sync/take_snapshot.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Whether everything that was watched is collected after a few turns. */
async function isCollected(watched: readonly WeakRef<object>[]): Promise<boolean> {
  for (let n = 0; n < 20; n++) {
    await new Promise((resolve) => setTimeout(resolve));
    collectGarbage();
    if (watched.every((reference) => reference.deref() === undefined)) return true;
  }
  return false;
}

/** A function of its own, so that no variable of a test holds what is watched. */
function watch(store: Store): WeakRef<object>[] {
  const current = store.current()!;
  return [current, current.snapshot, current.gzip, current.plain.chunks[0]!]
    .map((part) => new WeakRef(part));
}

const connect = () => ({
  instanceUrl: "https://acme.zitadel.cloud",
  token: DEMO_TOKEN,
  runtime: { fetch: demoZitadel().fetch },
});

describe("server: memory", () => {
  it("createStore() lets go of each snapshot once the next one is there", async () => {
    const signals: AbortSignal[] = [];
    const store = createStore({
      intervalMs: 0,
      initial: await publish(await takeSnapshot(connect())),
      sync: (run) => {
        signals.push(run.signal);
        return takeSnapshot({ ...connect(), ...run });
      },
    });
    const watched: WeakRef<object>[] = [];
    for (let n = 0; n < 3; n++) {
      watched.push(...watch(store));
      assert("published" in await store.refresh().outcome);
    }
    assert(await isCollected(watched));
    assertEquals(signals.flatMap((signal) => getEventListeners(signal, "abort")), []);
    assert(store.current() !== undefined);
  });

  it("serve lets go of what was in its state file once the first sync is done", async () => {
    await using folder = await temporaryFolder();
    const state = folder.at("state.json");
    await writeFile(state, stringifySnapshot(await takeSnapshot(connect())));
    const store = await openStore({
      io: { now: Date.now } as Io,
      log: { write() {}, shows: () => false } as Log,
      connection: { current: connect() },
      settings: { state, maxShrink: 50, refreshInterval: 0 },
    });
    const kept = watch(store);
    assert("published" in await store.refresh().outcome);
    assert(await isCollected(kept));
  });
});
