import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { takeSnapshot } from "../../mod.ts";
import { listText, toFilters } from "../../src/server/list_text.ts";
import { DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

const snapshot = await takeSnapshot({
  instanceUrl: "http://127.0.0.1:1",
  token: DEMO_TOKEN,
  include: ["administrators", "credentials"],
  runtime: { fetch: createSimulator({ seed: demoSeed }).fetch },
});

function ask(query: Parameters<typeof toFilters>[0]) {
  return JSON.parse([...listText(snapshot, "credentials", toFilters(query))].join(""));
}

describe("server: credentials", () => {
  it("the list of credentials is filtered by whose they are and by what their users hold", () => {
    const ids = (query: Parameters<typeof toFilters>[0]) =>
      ask(query).credentials.map(({ id }: { id: string }) => id);
    assertEquals(ask({}).credentials, snapshot.credentials);
    assertEquals(ids({ login: ["TILL-01"] }), ["318000000000050004", "318000000000060001"]);
    assertEquals(ids({ userName: ["ci pipeline"] }).length, 4);
    assertEquals(ids({ roleKey: ["PROJECT_OWNER"] }).length, 4);
    assertEquals(ids({ roleKey: ["ORG_OWNER"] }), []);
  });

  it("values that no row has are told beside the rows, whatever the other values find", () => {
    const unmatched = (query: Parameters<typeof toFilters>[0]) => ask(query).unmatched;
    assertEquals(unmatched({}), undefined);
    assertEquals(unmatched({ userName: ["ci pipeline"], roleKey: ["ORG_OWNER"] }), undefined);
    assertEquals(unmatched({ groupName: ["webb"] }), [{ filter: "groupName", value: "webb" }]);
    const some = ask({ userName: ["CI Pipeline", "Nobody"], login: ["\u200b"] });
    assertEquals(some.credentials, []);
    assertEquals(some.unmatched, [
      { filter: "userName", value: "Nobody" },
      { filter: "login", value: "\u200b" },
    ]);
    // One row must fit both, but each value is somebody's.
    assertEquals(unmatched({ userName: ["ci pipeline"], login: ["TILL-01"] }), undefined);
  });
});
