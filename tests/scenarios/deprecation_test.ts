/**
 * A ZITADEL that announces the end of its Management API v1.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type SyncEvent, takeSnapshot } from "../../mod.ts";
import { run } from "../helpers/fake_io.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

const MESSAGE = "GET /auth/v1/users/me is deprecated in this ZITADEL (@1798761600, until " +
  "Fri, 31 Dec 2027 23:59:59 GMT): look for a newer zitadel-sync";

/** Each answer but that of permissions, which is asked for first, says when it will go. */
function createDeprecated(headers: Record<string, string>) {
  return createSimulator({
    seed: demoSeed,
    onRequest: ({ path }) =>
      path.includes("/permissions/") || path.includes("/orgs/")
        ? undefined
        : { kind: "headers", headers },
  });
}
const DEPRECATED = {
  deprecation: "@1798761600",
  sunset: "Fri, 31 Dec 2027 23:59:59 GMT",
};

describe("scenario: deprecation", () => {
  it("a sync tells once that what it asks for will go", async () => {
    const events: SyncEvent[] = [];
    await takeSnapshot({
      instanceUrl: "http://127.0.0.1:1",
      token: DEMO_TOKEN,
      organizationId: DEMO_ORGANIZATION_ID,
      concurrency: 1,
      runtime: { fetch: createDeprecated(DEPRECATED).fetch },
      onProgress: (event) => void events.push(event),
    });
    const told = events.filter(({ kind }) => kind === "deprecation");
    assertEquals(told, [{ kind: "deprecation", request: "GET /auth/v1/users/me", ...DEPRECATED }]);
  });

  it("the command line has it as one line, and nothing of what is no time", async () => {
    const sync = (headers: Record<string, string>) =>
      run(["sync", "--instance-url", "http://127.0.0.1:1"], {
        env: { ZITADEL_PAT: DEMO_TOKEN },
        zitadel: createDeprecated(headers),
      });
    const { code, stderr } = await sync(DEPRECATED);
    assertEquals(code, 0);
    assertEquals(stderr.split("\n").filter((line) => line.includes("deprecated")), [MESSAGE]);
    const strange = await sync({ deprecation: "<b>soon</b>" });
    assertEquals(strange.stderr.includes("deprecated"), false);
  });
});
