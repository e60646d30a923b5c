import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { takeSnapshot } from "../../mod.ts";
import { listText, toFilters } from "../../src/server/list_text.ts";
import { DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createStandIn } from "../simulator/simulator.ts";

const read = (include: ("administrators" | "credentials")[]) =>
  takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: DEMO_TOKEN,
    include,
    runtime: { fetch: createStandIn({ seed: demoSeed }).fetch },
  });

const both = await read(["administrators", "credentials"]);

function ask(query: Parameters<typeof toFilters>[0], snapshot = both) {
  return JSON.parse([...listText(snapshot, "credentials", toFilters(query))].join(""));
}

describe("server: credentials", () => {
  it("the list of credentials is filtered by whose they are and by what their users hold", () => {
    const ids = (query: Parameters<typeof toFilters>[0]) =>
      ask(query).credentials.map(({ id }: { id: string }) => id);
    assertEquals(ask({}).credentials, both.credentials);
    assertEquals(ids({ login: ["TILL-01"] }), ["318000000000050004", "318000000000060001"]);
    assertEquals(ids({ userName: ["ci pipeline"] }).length, 4);
    assertEquals(ids({ roleKey: ["PROJECT_OWNER"] }).length, 4);
    assertEquals(ids({ roleKey: ["ORG_OWNER"] }), []);
  });

  it("of a snapshot that was not asked for them the list is empty", async () => {
    assertEquals(ask({}, await read([])).credentials, []);
  });
});
