import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError, takeSnapshot, type TakeSnapshotOptions } from "../../mod.ts";

const CASES: [name: string, options: Record<string, unknown>][] = [
  ["no token", { token: undefined }],
  ["null as token", { token: null }],
  ["a number as token", { token: 123 }],
  ["an empty token", { token: "" }],
  ["a token with a blank", { token: "a b" }],
  ["null as organization", { organizationId: null }],
  ["a number as organization", { organizationId: 123 }],
  ["a rate as text", { maxRequestsPerSecond: "40" }],
  ["a time as text", { timeoutMs: "40" }],
];

describe("sync: options", () => {
  for (const [name, options] of CASES) {
    it(`a caller in JavaScript who gives ${name} is told so, and nothing is sent`, async () => {
      let sent = 0;
      const all = {
        instanceUrl: "https://zitadel.test",
        token: "token",
        runtime: {
          fetch: () => {
            sent++;
            return Response.json({});
          },
        },
        ...options,
      };
      const error = await assertRejects(
        () => takeSnapshot(all as unknown as TakeSnapshotOptions),
        SyncError,
      );
      assertEquals([error.code, sent], ["CONFIG_INVALID", 0]);
    });
  }
});
