import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { checkAccess } from "../../mod.ts";

const OTHERS: [name: string, body: string][] = [
  ["a status", '{"status":"ok"}'],
  ["an error with status 200", '{"code":14,"message":"upstream unavailable"}'],
  ["a list", "[]"],
  ["a text", '"ok"'],
  ["null", "null"],
  ["true", "true"],
  ["a number", "200"],
];

describe("sync: check access", () => {
  for (const [name, body] of OTHERS) {
    it(`a host whose health is ${name} is no ZITADEL, and gets no token`, async () => {
      const seen: [path: string, authorization: string | null][] = [];
      const results = await checkAccess({
        instanceUrl: "https://zitadel.test",
        token: "s3cret",
        runtime: {
          fetch: ({ url, headers }) => {
            seen.push([new URL(url).pathname, headers.get("authorization")]);
            return new Response(body, { headers: { "content-type": "application/json" } });
          },
          delay: () => Promise.resolve(),
        },
      });
      const [host, ...rest] = results;
      assert(host?.status === "failed");
      assertEquals(host.code, "RESPONSE_INVALID");
      assertEquals(rest.filter(({ status }) => status !== "skipped"), []);
      assertEquals(seen, [["/management/v1/healthz", null]]);
    });
  }
});
