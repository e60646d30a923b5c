import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { publish } from "../../src/server/published.ts";
import { statusSchema } from "../../src/server/schemas.ts";
import { describeStatus } from "../../src/server/status.ts";
import { createStore } from "../../src/server/store.ts";
import { DEMO_INSTANCE_TOKEN, DEMO_ORGANIZATION_ID } from "../simulator/seeds/demo_seed.ts";
import { takeSnapshot } from "../../src/sync/take_snapshot.ts";
import { demoZitadel } from "../helpers/fake_io.ts";

describe("server: status", () => {
  for (const verify of ["events", undefined] as const) {
    it(`describeStatus() says what comparing with events came to, ${verify ?? "if anything was compared"}`, async () => {
      const snapshot = await takeSnapshot({
        instanceUrl: "https://acme.zitadel.cloud",
        token: DEMO_INSTANCE_TOKEN,
        organizationId: DEMO_ORGANIZATION_ID,
        verify,
        verifyPauseMs: 0,
        runtime: { fetch: demoZitadel().fetch },
      });
      const store = createStore({
        intervalMs: 0,
        initial: await publish(snapshot),
        sync: () => Promise.resolve(snapshot),
      });
      const status = describeStatus(store, Date.now());
      assertEquals(
        statusSchema.parse(status).snapshot!.verification,
        status.snapshot!.verification,
      );
      assertEquals(
        status.snapshot!.verification,
        verify && { events: 68, upTo: "2026-06-30T16:05:31.870233Z", differences: 2 },
      );
      assertEquals("verification" in status.snapshot!, verify !== undefined);
    });
  }
});
