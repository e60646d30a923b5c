import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { createHmac } from "../../src/snapshot/audit/hmac.ts";

describe("snapshot: hmac", () => {
  it("HMAC-SHA-256 is that of Web Crypto, for keys and texts of any length", async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 64 });
    const text = fc.string({ unit: "binary", maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, text, async (bytes, text) => {
        const algorithm = { name: "HMAC", hash: "SHA-256" };
        const key = await crypto.subtle.importKey("raw", Uint8Array.from(bytes), algorithm, false, [
          "sign",
        ]);
        const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
        assertEquals([...createHmac(bytes)(text)], [...new Uint8Array(signature)]);
      }),
      { numRuns: 500, seed: 10 },
    );
  });
});
