import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  type Snapshot,
  SyncError,
  type SyncErrorCode,
  takeSnapshot,
  type TakeSnapshotOptions,
} from "../../mod.ts";
import { type Fault, faults } from "../simulator/faults.ts";
import { listen } from "../simulator/listen.ts";
import { createRecordedSimulator, recordedTokens } from "../simulator/seeds/recorded_seed.ts";
import {
  DEMO_INSTANCE_TOKEN,
  DEMO_ORGANIZATION_ID,
  demoSeed,
} from "../simulator/seeds/demo_seed.ts";
import { createSimulator, type SeenRequest, type Simulator } from "../simulator/simulator.ts";

const TOKEN = recordedTokens.viewer;

/** A sync whose requests meet a fault where `when` says so, and what it came to. */
async function run(
  fault: () => Fault,
  when: (request: SeenRequest, met: number) => boolean,
  options: Partial<TakeSnapshotOptions> = {},
) {
  const waits: number[] = [];
  let met = 0;
  const simulator = createRecordedSimulator({
    onRequest: (request) => (when(request, met) ? (met++, fault()) : undefined),
  });
  const outcome = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: TOKEN,
    runtime: {
      fetch: simulator.fetch,
      now: () => Date.parse("2026-06-01T12:00:00Z"),
      delay: (ms) => Promise.resolve(void waits.push(ms)),
      random: () => 1,
    },
    concurrency: 1,
    ...options,
  }).catch((error: unknown) => error);
  assert(!Deno.inspect(outcome, { depth: 100 }).includes(TOKEN), "the token shows");
  return { outcome, waits, requests: simulator.requests, met };
}

const NEVER = () => false;
const quiet = await run(faults.refused, NEVER);
const QUIET = content(quiet.outcome);
const REQUESTS = quiet.requests.map(({ method, path }) => `${method} ${path}`);

function content(outcome: unknown): string {
  if (outcome instanceof Error) throw outcome;
  const { evidence: _, ...snapshot } = outcome as Snapshot;
  return JSON.stringify(snapshot);
}

/** An error of ZITADEL that says that the call was given up. */
function cancelled(status: number, code: number | string): Fault {
  const headers = { "content-type": "application/json" };
  return faults.answer(status, headers, JSON.stringify({ code, message: "context canceled" }));
}

/** What one fault comes to when it passes, and when it stays; `same`: the bytes of a sync without it. */
type Expected = "same" | SyncErrorCode;

const CASES: [name: string, fault: () => Fault, once: Expected, always: Expected][] = [
  ["connection refused", faults.refused, "same", "UNREACHABLE"],
  ["reset in mid-body", faults.reset, "same", "UNREACHABLE"],
  ["429 without Retry-After", faults.tooManyRequests, "same", "RATE_LIMITED"],
  ["429 with Retry-After", () => faults.tooManyRequests("3"), "same", "RATE_LIMITED"],
  ["500 code 13", faults.databaseOfUsers, "same", "API_ERROR"],
  ["500 code 2", faults.databaseOfGrants, "same", "API_ERROR"],
  ["503 code 14", faults.unavailable, "same", "API_ERROR"],
  ["503 of a proxy", faults.serviceUnavailable, "same", "API_ERROR"],
  ["502 as HTML", faults.badGateway, "same", "API_ERROR"],
  ["504 as HTML", faults.gatewayTimeout, "same", "API_ERROR"],
  ["cut JSON", faults.cutJson, "same", "RESPONSE_INVALID"],
  ["an empty body", faults.emptyBody, "same", "RESPONSE_INVALID"],
  ["HTML with status 200", faults.portal, "same", "RESPONSE_INVALID"],
  ["JSON of the wrong shape", () => faults.wrongShape(), "RESPONSE_INVALID", "RESPONSE_INVALID"],
  ["421 of a connection of another host", () => faults.answer(421), "same", "API_ERROR"],
  ["499 CANCELLED", () => cancelled(499, 1), "same", "API_ERROR"],
  ["409 ABORTED", () => cancelled(409, 10), "same", "API_ERROR"],
  ["another content type", faults.contentType, "same", "same"],
  ["401 of an invalid token", faults.tokenInvalid, "same", "AUTH_REJECTED"],
  ["403 of an unknown organization", faults.organizationUnknown, "same", "ORG_NOT_FOUND"],
  ["404 of a missing membership", faults.membershipNotFound, "same", "PERMISSION_MISSING"],
  [
    "403 of a missing permission",
    faults.permissionMissing,
    "PERMISSION_MISSING",
    "PERMISSION_MISSING",
  ],
  ["404 of an unknown path", faults.notFound, "INSTANCE_NOT_FOUND", "INSTANCE_NOT_FOUND"],
  [
    "a redirect",
    () => faults.redirect("https://evil.test/x"),
    "INSTANCE_NOT_FOUND",
    "INSTANCE_NOT_FOUND",
  ],
  ["a used-up quota", faults.quotaExhausted, "RATE_LIMITED", "RATE_LIMITED"],
  ["a blocked instance", faults.blocked, "RATE_LIMITED", "RATE_LIMITED"],
];

function expectOutcome(outcome: unknown, expected: Expected, request: string, name: string): void {
  if (expected === "same") {
    assert(content(outcome) === QUIET, name);
    return;
  }
  assert(outcome instanceof SyncError, `${name}: ${outcome}`);
  assertEquals(outcome.code, expected, `${name}: ${outcome.message}`);
  assertStringIncludes(outcome.message, request, name);
  assert(outcome.hint !== undefined && outcome.hint !== "", `${name}: no hint`);
}

/** Of the requests by id, two are answered by 404: what their text is changed to is of no interest. */
const ANSWERED = [...REQUESTS.entries()]
  .filter(([index]) => quiet.requests[index]!.status === 200);

describe("zitadel: faults", () => {
  for (const [name, fault, once, always] of CASES) {
    it(`${name}, at each request, once: ${once}`, async () => {
      for (const [index, request] of ANSWERED) {
        const { outcome, met } = await run(fault, ({ number }, met) => number > index && met === 0);
        assertEquals(met, 1);
        expectOutcome(outcome, once, request, `${name} at ${request}`);
      }
    });

    it(`${name}, from each request on: ${always}`, async () => {
      for (const [index, request] of ANSWERED) {
        const { outcome } = await run(fault, ({ number }) => number > index);
        expectOutcome(outcome, always, request, `${name} from ${request}`);
      }
    });
  }

  for (
    const [name, fault] of [
      ["421", () => faults.answer(421)],
      ["499 by gRPC", () => cancelled(499, 1)],
      ["499 by Connect", () => cancelled(499, "canceled")],
    ] as const
  ) {
    it(`${name} at the first request of each kind passes: lists, events, administrators, credentials, rows by id`, async () => {
      const seen = new Set<string>();
      const simulator = createSimulator({
        seed: demoSeed,
        onRequest({ method, path }) {
          const kind = `${method} ${path.replaceAll(/\d{5,}/g, "{id}")}`;
          if (seen.has(kind)) return;
          seen.add(kind);
          return fault();
        },
      });
      const snapshot = await takeSnapshot({
        instanceUrl: "http://127.0.0.1:1",
        token: DEMO_INSTANCE_TOKEN,
        organizationId: DEMO_ORGANIZATION_ID,
        include: ["administrators", "credentials", "history"],
        verify: "events",
        runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
      });
      assert(snapshot.counts.grants > 0);
      assert(seen.size >= 12, [...seen].join("\n"));
    });
  }

  it("a request without an answer is given up after its time, tried again, and named", async () => {
    const request = REQUESTS.findIndex((request) => request.includes("users/_search"));
    const once = await run(faults.hang, ({ number }, met) => number > request && met === 0, {
      timeoutMs: 100,
    });
    assert(content(once.outcome) === QUIET);
    const always = await run(faults.hang, ({ number }) => number > request, {
      timeoutMs: 20,
      attempts: 2,
    });
    assert(always.outcome instanceof SyncError);
    assertEquals(always.outcome.code, "UNREACHABLE");
    assertStringIncludes(always.outcome.message, "no complete answer within 0.02 s");
    assertStringIncludes(always.outcome.message, "POST /management/v1/users/_search");
    assertStringIncludes(always.outcome.hint!, "`pageSize`");
    // A single row cannot be asked for in smaller pages.
    const byId = REQUESTS.findIndex((request) => /^GET .+\d$/.test(request));
    const row = await run(faults.hang, ({ number }) => number > byId, {
      timeoutMs: 20,
      attempts: 1,
    });
    assert(row.outcome instanceof SyncError);
    assertEquals(row.outcome.hint, "Give it more time with `timeoutMs`");
  });

  it("an answer without end is cut off after 64 MiB", async () => {
    const { outcome } = await run(() => faults.huge(1024 ** 3), ({ number }) => number === 3);
    assert(outcome instanceof SyncError);
    assertEquals(outcome.code, "RESPONSE_INVALID");
    assertStringIncludes(outcome.message, "more than 64 MiB");
  });

  it("Retry-After is heard, the backoff fills in where there is none", async () => {
    const asked = await run(() => faults.tooManyRequests("3"), (_, met) => met < 2);
    assertEquals(asked.waits, [3000, 3000]);
    const unasked = await run(faults.tooManyRequests, (_, met) => met < 3);
    assertEquals(unasked.waits, [500, 1000, 2000]);
  });

  it("a row that is missing once, or stands there twice once, is not missing or twice in the snapshot", async () => {
    for (const fault of [faults.dropRow, faults.repeatRow]) {
      for (const [index, request] of REQUESTS.entries()) {
        if (!request.includes("_search") || request.includes("permissions")) continue;
        const { outcome } = await run(fault, ({ number }, met) => number > index && met === 0);
        assert(content(outcome) === QUIET, request);
      }
    }
  });

  it("a list whose rows are always repeated is refused", async () => {
    const { outcome } = await run(faults.repeatRow, ({ path }) => path.endsWith("users/_search"));
    assert(outcome instanceof SyncError);
    assertEquals(outcome.code, "INCONSISTENT");
    assertStringIncludes(outcome.message, "users");
  });

  it("the token never reaches another host, over real sockets", async () => {
    const reached: Request[] = [];
    await using other = await listen({
      fetch: (request) => {
        reached.push(request);
        return new Response("{}");
      },
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const simulator: Simulator = createRecordedSimulator({
        onRequest: ({ number }) =>
          number === 2 ? faults.redirect(`${other.url}/management/v1/orgs/me`, status) : undefined,
      });
      await using server = await listen(simulator);
      const error = await takeSnapshot({ instanceUrl: server.url, token: TOKEN })
        .catch((error: unknown) => error);
      assert(error instanceof SyncError);
      assertEquals(error.code, "INSTANCE_NOT_FOUND");
      assertStringIncludes(error.message, `with a redirect (${status}) to ${other.url}`);
    }
    assertEquals(reached, []);
  });

  it("faults of real sockets pass as those of a double do", async () => {
    for (const fault of [faults.refused, () => faults.reset(100), faults.badGateway]) {
      const simulator = createRecordedSimulator({
        onRequest: ({ number }) => (number % 2 === 1 ? fault() : undefined),
      });
      await using server = await listen(simulator);
      const snapshot = await takeSnapshot({
        instanceUrl: server.url,
        token: TOKEN,
        runtime: { now: () => Date.parse("2026-06-01T12:00:00Z"), delay: () => Promise.resolve() },
        concurrency: 1,
      });
      assertEquals(
        content({ ...snapshot, instance: { url: "http://127.0.0.1:1" } }),
        QUIET,
      );
    }
  });

  it("a port where nothing listens is said to refuse connections", async () => {
    let url = "";
    {
      await using server = await listen({ fetch: () => new Response() });
      url = server.url;
    }
    const error = await takeSnapshot({
      instanceUrl: url,
      token: TOKEN,
      runtime: { delay: () => Promise.resolve() },
    }).catch((error: unknown) => error);
    assert(error instanceof SyncError);
    assertEquals(error.code, "UNREACHABLE");
    assertStringIncludes(error.message, "connection refused");
  });

  it("a sync that is aborted rejects with the reason given, and asks for nothing more", async () => {
    for (const [index] of REQUESTS.entries()) {
      const controller = new AbortController();
      const reason = new SyncError("ABORTED", "Interrupted");
      const { outcome, requests } = await run(faults.hang, ({ number }) => {
        if (number === index + 1) controller.abort(reason);
        return number > index;
      }, { signal: controller.signal });
      assertEquals(outcome, reason);
      assertEquals(requests.length, index + 1);
    }
  });
});
