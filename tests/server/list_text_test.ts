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

async function ask(query: Parameters<typeof toFilters>[0]) {
  const texts = await Array.fromAsync(listText(snapshot, "credentials", toFilters(query)));
  return JSON.parse(texts.join(""));
}

describe("server: credentials", () => {
  it("the list of credentials is filtered by whose they are and by what their users hold", async () => {
    const ids = async (query: Parameters<typeof toFilters>[0]) =>
      (await ask(query)).credentials.map(({ id }: { id: string }) => id);
    assertEquals((await ask({})).credentials, snapshot.credentials);
    assertEquals(await ids({ login: ["TILL-01"] }), ["318000000000050004", "318000000000060001"]);
    assertEquals((await ids({ userName: ["ci pipeline"] })).length, 4);
    assertEquals((await ids({ roleKey: ["PROJECT_OWNER"] })).length, 4);
    assertEquals(await ids({ roleKey: ["ORG_OWNER"] }), []);
  });

  it("values that no row has are told beside the rows, whatever the other values find", async () => {
    const unmatched = async (query: Parameters<typeof toFilters>[0]) =>
      (await ask(query)).unmatched;
    assertEquals(await unmatched({}), undefined);
    assertEquals(await unmatched({ userName: ["ci pipeline"], roleKey: ["ORG_OWNER"] }), undefined);
    assertEquals(await unmatched({ groupName: ["webb"] }), [{
      filter: "groupName",
      value: "webb",
    }]);
    const some = await ask({ userName: ["CI Pipeline", "Nobody"], login: ["\u200b"] });
    assertEquals(some.credentials, []);
    assertEquals(some.unmatched, [
      { filter: "userName", value: "Nobody" },
      { filter: "login", value: "\u200b" },
    ]);
    // One row must fit both, but each value is somebody's.
    assertEquals(await unmatched({ userName: ["ci pipeline"], login: ["TILL-01"] }), undefined);
  });
});
