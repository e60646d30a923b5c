import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { Outcome } from "../../../src/zitadel/http/outcome.ts";
import { retry, retryAfterMs } from "../../../src/zitadel/http/retry.ts";

const ANSWER: Outcome = { kind: "json", value: {}, bytes: 2, elapsedMs: 0 };

function refused(
  status: number,
  { id, message = "", retryAfterMs }: {
    id?: string;
    message?: string;
    retryAfterMs?: number;
  } = {},
): Outcome {
  return {
    kind: "refused",
    status,
    failure: { message, ...(id && { id }) },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** Retries over the given outcomes, and says how many attempts it took and how long each wait was. */
async function run(
  outcomes: Outcome[],
  { attempts = 5, jitter = 1, attemptMs = 0, isTokenAccepted = false }: {
    attempts?: number | "default";
    jitter?: number;
    /** How long each attempt takes. */
    attemptMs?: number;
    isTokenAccepted?: boolean;
  } = {},
) {
  const waits: number[] = [];
  let made = 0;
  let time = 0;
  const attempt = () => {
    time += attemptMs;
    return Promise.resolve(outcomes[made++] ?? outcomes.at(-1)!);
  };
  const outcome = await retry(attempt, {
    attempts: attempts === "default" ? undefined : attempts,
    isTokenAccepted: () => isTokenAccepted,
    now: () => time,
    delay: (ms) => {
      waits.push(ms);
      time += ms;
      return Promise.resolve();
    },
    random: () => jitter,
    onRetry: () => {},
  });
  return { outcome, made, waits };
}

const sum = (waits: readonly number[]) => waits.reduce((all, ms) => all + ms, 0);

describe("zitadel: retry", () => {
  it("retry() waits twice as long before each further attempt, and gives up after the last", async () => {
    const { outcome, made, waits } = await run([refused(503)]);
    assertEquals(outcome, refused(503));
    assertEquals(made, 5);
    assertEquals(waits, [500, 1000, 2000, 4000]);
  });

  it("retry() waits at least half of each step, whatever the jitter", async () => {
    assertEquals((await run([refused(502)], { attempts: 3, jitter: 0 })).waits, [250, 500]);
  });

  const CASES: [name: string, outcome: Outcome, attempts: number][] = [
    ["a network failure", { kind: "unreachable", reason: "", cause: undefined }, 5],
    ["a body that is not JSON", { kind: "garbled", status: 200, reason: "" }, 5],
    ["429 without a reason", refused(429), 5],
    ["500", refused(500, { id: "QUERY-AG4gs" }), 5],
    ["502", refused(502), 5],
    ["503", refused(503), 5],
    ["504", refused(504), 5],
    ["401, which may be database trouble", refused(401, { id: "AUTH-7fs1e" }), 3],
    ["403 AUTH-Bs7Ds, which may be database trouble", refused(403, { id: "AUTH-Bs7Ds" }), 3],
    ["404 AUTHZ-cdgFk, which may be database trouble", refused(404, { id: "AUTHZ-cdgFk" }), 3],
    ["403 of a missing permission", refused(403, { id: "AUTH-5mWD2" }), 1],
    ["404 of a wrong path", refused(404), 1],
    ["400", refused(400), 1],
    ["429 of a used-up quota", refused(429, { id: "QUOTA-vjAy8" }), 1],
    ["429 of a blocked instance", refused(429, { id: "LIMITS-molsj" }), 1],
    ["a page that is too large", { kind: "page-too-large", by: "bytes" }, 1],
    ["409, which is ZITADEL's ABORTED", refused(409), 5],
    ["499, which is ZITADEL's CANCELLED", refused(499), 5],
    ["501", refused(501), 1],
    ["401 of a proxy", { kind: "intercepted", status: 401 }, 1],
    ["a redirect", { kind: "redirected", status: 302, location: null }, 1],
    ["an answer without end", { kind: "oversized", limit: 1 }, 1],
    ["an answer", ANSWER, 1],
  ];

  /** The statuses from 400 on that pass; all others are final. */
  const TEMPORARY = [
    ...[408, 409, 421, 425, 429, 449, 460, 499, 500, 502, 503, 504, 507, 509],
    ...[520, 521, 522, 523, 524, 525, 526, 527, 528, 529, 530, 598, 599],
  ];

  it("retry() tries again which statuses may pass, whoever answers with them", async () => {
    const tried: number[] = [];
    for (let status = 400; status < 600; status++) {
      const { made } = await run([{ kind: "intercepted", status }]);
      if (made > 1) tried.push(status);
      assertEquals(made, TEMPORARY.includes(status) ? 5 : 1, `${status}`);
    }
    assertEquals(tried, TEMPORARY);
  });

  for (const [name, outcome, attempts] of CASES) {
    it(`retry() tries ${attempts} times at most: ${name}`, async () => {
      assertEquals((await run([outcome])).made, attempts);
    });
  }

  it("retry() tries what may pass for a minute by default, and waits 10 s at most in between", async () => {
    for (const jitter of [0, 0.5, 1]) {
      const { outcome, waits } = await run([refused(503)], { attempts: "default", jitter });
      assertEquals(outcome, refused(503));
      assert(sum(waits) >= 60_000 && sum(waits) < 70_000, `${sum(waits)} ms`);
      assertEquals(Math.max(...waits), 5_000 * (1 + jitter));
    }
    const { made } = await run([refused(503)], { attempts: "default", attemptMs: 30_000 });
    assertEquals(made, 5, "attempts that take long count as time, but there are five");
    const backwards = await retry(() => Promise.resolve(refused(503)), {
      isTokenAccepted: () => false,
      now: (() => {
        let time = 0;
        return () => time -= 60_000;
      })(),
      delay: () => Promise.resolve(),
      random: () => 0,
      onRetry: () => {},
    });
    assertEquals(backwards, refused(503), "a clock that goes back does not keep it going");
  });

  const STOPPED = refused(401, { id: "AUTH-7fs1e" });

  it("retry() goes on after a 401 while the database of a token that was good stops", async () => {
    const down = [...Array<Outcome>(8).fill(STOPPED), refused(503), ANSWER];
    const known = await run(down, { attempts: "default", isTokenAccepted: true });
    assertEquals([known.outcome, known.made], [ANSWER, 10]);
    const unknown = await run([refused(503), ...down], { attempts: "default" });
    assertEquals([unknown.outcome, unknown.made], [ANSWER, 11]);
  });

  it("retry() believes soon that a token is wrong, and that one was removed after a minute", async () => {
    assertEquals((await run([STOPPED], { attempts: "default" })).made, 3);
    const { outcome, waits } = await run([STOPPED], { attempts: "default", isTokenAccepted: true });
    assertEquals(outcome, STOPPED);
    assert(sum(waits) >= 60_000);
    assertEquals((await run([STOPPED], { attempts: 4, isTokenAccepted: true })).made, 4);
    const other = refused(401, { id: "AUTH-toLo1" });
    assertEquals((await run([other], { attempts: "default", isTokenAccepted: true })).made, 3);
  });

  it("retry() gives back the answer that follows failures", async () => {
    const { outcome, waits } = await run([refused(503), refused(429), ANSWER]);
    assertEquals(outcome, ANSWER);
    assertEquals(waits.length, 2);
  });

  it("retry() waits as Retry-After says, 60 s at most", async () => {
    assertEquals((await run([refused(429, { retryAfterMs: 7000 }), ANSWER])).waits, [7000]);
    assertEquals((await run([refused(503, { retryAfterMs: 86_400_000 }), ANSWER])).waits, [60_000]);
    assertEquals((await run([refused(503), ANSWER])).waits, [500]);
  });

  it("retry() never waits less than its own backoff, whatever Retry-After says", async () => {
    const { waits } = await run([refused(503, { retryAfterMs: 0 })]);
    assertEquals(waits, [500, 1000, 2000, 4000]);
  });

  it("retry() stops waiting when it is aborted, with the reason given", async () => {
    const controller = new AbortController();
    const error = await assertRejects(
      () =>
        retry(() => Promise.resolve(refused(503)), {
          attempts: 5,
          isTokenAccepted: () => false,
          now: () => 0,
          signal: controller.signal,
          delay: (_ms, { signal } = {}) =>
            new Promise((_resolve, reject) => {
              signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
              controller.abort(new RangeError("enough"));
            }),
          random: () => 0,
          onRetry: () => {},
        }),
      RangeError,
    );
    assertEquals(error.message, "enough");
  });

  it("retryAfterMs() reads seconds and dates", () => {
    const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
    assertEquals(retryAfterMs("120", now), 120_000);
    assertEquals(retryAfterMs("Wed, 21 Oct 2026 07:28:30 GMT", now), 30_000);
    assertEquals(retryAfterMs("Wed, 21 Oct 2026 07:27:00 GMT", now), 0);
    assertEquals(retryAfterMs("-1", now), undefined);
    assertEquals(retryAfterMs("", now), undefined);
    assertEquals(retryAfterMs(null, now), undefined);
  });
});
