import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { cutLock, type LockFile } from "../../tools/runtime_lock.ts";

const read = async (path: string): Promise<LockFile> =>
  JSON.parse(await Deno.readTextFile(new URL(`../../${path}`, import.meta.url)));

describe("project: runtime lock", () => {
  it("a lock is cut to packages and what they need, each in the version that it has there", () => {
    const lock = {
      specifiers: { "jsr:@std/cli@1": "1.0.0", "npm:a@^1": "1.1.0", "npm:@b/c@2": "2.0.0" },
      npm: {
        "a@1.1.0": { dependencies: ["d", "e@2.0.0"] },
        "@b/c@2.0.0": { dependencies: ["d"] },
        "d@1.0.0": {},
        "e@1.0.0": {},
        "e@2.0.0": { optionalDependencies: ["f"] },
        "f@3.0.0_a@1.1.0": {},
      },
    };
    assertEquals(
      cutLock(lock, ["a"]),
      {
        specifiers: { "jsr:@std/cli@1": "1.0.0", "npm:a@^1": "1.1.0" },
        npm: {
          "a@1.1.0": { dependencies: ["d", "e@2.0.0"] },
          "d@1.0.0": {},
          "e@2.0.0": { optionalDependencies: ["f"] },
          "f@3.0.0_a@1.1.0": {},
        },
      } as unknown as typeof lock,
    );
    assertThrows(
      () => cutLock({ ...lock, npm: { "a@1.1.0": { dependencies: ["x"] } } }, ["a"]),
      Error,
      "x",
    );
  });

  it("the lock of what runs has the facts of deno.lock, and none of what only builds and tests need", async () => {
    const [full, runtime] = await Promise.all([read("deno.lock"), read("tools/runtime.lock")]);
    for (const [key, facts] of Object.entries(runtime.npm)) assertEquals(facts, full.npm[key], key);
    const names = Object.keys(runtime.npm).join(" ");
    assert(names.includes("zod@") && names.includes("hono@"));
    for (const tool of ["playwright", "esbuild", "rollup", "typescript", "proto", "ajv"]) {
      assert(!names.includes(tool), tool);
    }
  });
});
