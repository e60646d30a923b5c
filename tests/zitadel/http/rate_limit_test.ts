import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRateLimit } from "../../../src/zitadel/http/rate_limit.ts";

describe("zitadel: limiter", () => {
  it("no more requests run side by side than allowed, and all run in the order of the calls", async () => {
    const limiter = createRateLimit({
      concurrency: 3,
      now: Date.now,
      delay: () => Promise.resolve(),
    });
    const started: number[] = [];
    let running = 0;
    let most = 0;
    await Promise.all(Array.from({ length: 20 }, async (_, i) => {
      const leave = await limiter.enter();
      started.push(i);
      most = Math.max(most, ++running);
      for (let turn = 0; turn < i % 4; turn++) await Promise.resolve();
      running--;
      leave();
    }));
    assertEquals(most, 3);
    assertEquals(started, Array.from({ length: 20 }, (_, i) => i));
  });

  it("requests start no faster than the rate allows, and an idle second is not saved up", async () => {
    let now = 0;
    const limiter = createRateLimit({
      concurrency: 1,
      maxPerSecond: 40,
      now: () => now,
      delay: (ms) => {
        now += ms;
        return Promise.resolve();
      },
    });
    const starts: number[] = [];
    for (let i = 0; i < 4; i++) {
      await limiter.pace();
      starts.push(now);
    }
    now += 1000;
    for (let i = 0; i < 3; i++) {
      await limiter.pace();
      starts.push(now);
    }
    assertEquals(starts, [0, 25, 50, 75, 1075, 1100, 1125]);
  });

  it("a clock that is set back by an hour lets nobody wait for an hour", async () => {
    let now = 3_600_000;
    const waits: number[] = [];
    const limiter = createRateLimit({
      concurrency: 1,
      maxPerSecond: 40,
      now: () => now,
      delay: (ms) => {
        waits.push(ms);
        now += ms;
        return Promise.resolve();
      },
    });
    await limiter.pace();
    now = 0;
    for (let i = 0; i < 3; i++) await limiter.pace();
    assertEquals(waits, [25, 25, 25]);
  });
});
