import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { checkAccess, type Snapshot, takeSnapshot, type TakeSnapshotOptions } from "../../mod.ts";
import { createDemo, DEMO_ORGANIZATION_ID, DEMO_TOKEN } from "../../src/demo/app.ts";
import { DEMO_ROWS, writeDemoRows } from "../simulator/demo_rows.ts";
import { demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

const NOW = Date.parse("2026-11-24T10:00:00.123Z");

type Fetch = (request: Request) => Response | Promise<Response>;

function optionsFor(fetch: Fetch, more: Partial<TakeSnapshotOptions> = {}): TakeSnapshotOptions {
  return {
    instanceUrl: "http://127.0.0.1:1",
    token: DEMO_TOKEN,
    organizationId: DEMO_ORGANIZATION_ID,
    include: ["administrators", "credentials", "history"],
    verify: "events",
    verifyPauseMs: 0,
    runtime: {
      fetch: async (request) => await fetch(request),
      now: () => NOW,
      delay: () => Promise.resolve(),
      random: () => 0.5,
    },
    ...more,
  };
}

const demo = createDemo({ now: () => NOW });
const createDemoSimulator = () => createSimulator({ seed: demoSeed, now: () => NOW });

/** A body without the names of event types in the language of a reader, which the demo leaves out. */
function withoutTranslations(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value) => key === "localized" ? undefined : value);
}

describe("demo: app", () => {
  const WAYS: [name: string, more: Partial<TakeSnapshotOptions>][] = [
    ["lists, administrators, credentials, history and events", {}],
    ["the same in pages of 3", { pageSize: 3 }],
    ["the four lists alone", { include: [], verify: undefined }],
    ["the other organization", { organizationId: "318000000000000002" }],
  ];
  for (const [name, more] of WAYS) {
    it(`simulator and demo give the same snapshot: ${name}`, async () => {
      const expected = await takeSnapshot(optionsFor(createDemoSimulator().fetch, more));
      const snapshot: Snapshot = await takeSnapshot(optionsFor(demo.fetch, more));
      assertEquals(snapshot, expected);
      assert(snapshot.counts.users > 1);
    });
  }

  it("each answer that a sync or a check asks for is the simulator's", async () => {
    const simulator = createDemoSimulator();
    for (const more of [{}, { pageSize: 3 }]) {
      await takeSnapshot(optionsFor(simulator.fetch, more));
    }
    await checkAccess(optionsFor(simulator.fetch));
    const asked = simulator.requests.slice();
    assert(asked.length > 60, `${asked.length} requests`);
    for (const { method, path, organizationId, token, body } of asked) {
      const ask = async (fetch: Fetch) => {
        const response = await fetch(
          new Request(`http://127.0.0.1:1${path}`, {
            method,
            headers: {
              authorization: `Bearer ${token}`,
              "content-type": "application/json",
              ...(organizationId !== undefined && { "x-zitadel-orgid": organizationId }),
            },
            body: body === undefined ? null : JSON.stringify(body),
          }),
        );
        return [response.status, withoutTranslations(await response.json())];
      };
      const expected = await ask(createDemoSimulator().fetch);
      assertEquals(await ask(demo.fetch), expected, `${path} ${JSON.stringify(body)}`);
    }
  });

  it("a token that is not the demo's reads nothing, and what the demo does not have is not there", async () => {
    const ask = async (path: string, init: RequestInit & { token?: string } = {}) => {
      const { token = DEMO_TOKEN, ...rest } = init;
      const headers = { authorization: `Bearer ${token}`, ...rest.headers };
      const response = await demo.fetch(
        new Request(`http://127.0.0.1:1${path}`, { ...rest, headers }),
      );
      const { message, details = [] } = await response.json();
      return [response.status, details[0]?.id ?? message];
    };
    const users = "/management/v1/users";
    assertEquals(await ask(`${users}/1`, { token: "other" }), [401, "AUTH-7fs1e"]);
    assertEquals(await ask(`${users}/1`), [404, "QUERY-Dfbg2"]);
    assertEquals(await ask(`${users}/318000000000010000`), [404, "MANAG-fpo4B"]);
    assertEquals(await ask("/management/v1/nope"), [404, "Not Found"]);
    const headers = { "x-zitadel-orgid": "7" };
    assertEquals(await ask("/management/v1/orgs/me", { headers }), [403, "AUTH-Bs7Ds"]);
    const search = (body: unknown) =>
      ask(`${users}/_search`, { method: "POST", body: JSON.stringify(body) });
    assertEquals(await search({ query: { limit: 1001 } }), [400, "QUERY-4M0fs"]);
    assertEquals(await search({ queries: [{ emailQuery: {} }] }), [
      400,
      "The demo does not know the filter emailQuery",
    ]);
    const healthz = await demo.fetch(new Request("http://127.0.0.1:1/management/v1/healthz"));
    assertEquals([healthz.status, await healthz.json()], [200, {}]);
  });

  it("the rows are those of the seed: tests/simulator/demo_rows.ts writes them", async () => {
    assertEquals(await Deno.readTextFile(DEMO_ROWS), await writeDemoRows());
  });
});
