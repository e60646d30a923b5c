import { assertEquals, assertNotMatch, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError } from "../../../src/errors.ts";
import { parseInstanceUrl } from "../../../src/zitadel/http/instance_url.ts";
import { run } from "../../helpers/fake_io.ts";

const RIGHT: readonly (readonly [text: string, origin: string])[] = [
  ["https://acme.zitadel.cloud", "https://acme.zitadel.cloud"],
  ["https://acme.zitadel.cloud/", "https://acme.zitadel.cloud"],
  [" https://ACME.zitadel.cloud:443\n", "https://acme.zitadel.cloud"],
  ["https://id.acme.test:8443", "https://id.acme.test:8443"],
  ["https://zürich.test", "https://xn--zrich-kva.test"],
  ["http://localhost:8080", "http://localhost:8080"],
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
  ["http://127.8.9.10", "http://127.8.9.10"],
  ["http://[::1]:8080", "http://[::1]:8080"],
];
describe("cli: instance url", () => {
  for (const [text, origin] of RIGHT) {
    it(`parseInstanceUrl() takes ${JSON.stringify(text)}`, () => {
      assertEquals(parseInstanceUrl(text).href, `${origin}/`);
    });
  }

  const GENERAL = "Write it like https://acme.zitadel.cloud, without a path";
  const WRONG: readonly (readonly [text: string, what: string, hint: string])[] = [
    ["acme.zitadel.cloud", "has no scheme", "Write https://acme.zitadel.cloud"],
    ["//acme.zitadel.cloud", "has no scheme", "Write https://acme.zitadel.cloud"],
    ["acme.zitadel.cloud:8443/ui", "has no scheme", "Write https://acme.zitadel.cloud:8443"],
    ["https:acme.zitadel.cloud", "has no scheme", "Write https://acme.zitadel.cloud"],
    ["https:/acme.zitadel.cloud", "has no scheme", "Write https://acme.zitadel.cloud"],
    ["localhost:8080", "has no scheme", "Write http://localhost:8080"],
    ["127.0.0.1:8080", "has no scheme", "Write http://127.0.0.1:8080"],
    ["[::1]:8080", "has no scheme", "Write http://[::1]:8080"],
    ["zitadel", "has no scheme", GENERAL],
    ["https://acme.zitadel.cloud/ui/console", "has a path", "Write https://acme.zitadel.cloud"],
    ["https://acme.zitadel.cloud?org=1", "has a query", "Write https://acme.zitadel.cloud"],
    ["https://acme.zitadel.cloud/#a", "has a fragment", "Write https://acme.zitadel.cloud"],
    [
      "https://acme.zitadel.cloud/ui/console?x#y",
      "has a path, a query and a fragment",
      "Write https://acme.zitadel.cloud",
    ],
    ["https://ann:hunter2@acme.test", "has credentials", "Write https://acme.test"],
    ["https://hunter2@acme.test/ui", "has credentials and a path", "Write https://acme.test"],
    ["https://ann:p@hunter2/x@acme.test", "has credentials and a path", GENERAL],
    ["ann:hunter2@acme.test", "has no scheme", "Write https://acme.test"],
    ["ftp://acme.test", "begins with a scheme other than https", "Write https://acme.test"],
    ["file:///etc/hunter2", "begins with a scheme other than https", GENERAL],
    ["https://", "is not a URL", GENERAL],
    ["https://acme.test:hunter2", "is not a URL", GENERAL],
    ["https://ac me.test", "holds a space or a control character", GENERAL],
    ["https://ac\tme.test", "holds a space or a control character", GENERAL],
    ["", "is empty", GENERAL],
    ["  ", "is empty", GENERAL],
  ];
  for (const [text, what, hint] of WRONG) {
    it(`parseInstanceUrl() refuses ${JSON.stringify(text)}: ${what}`, () => {
      const error = assertThrows(() => parseInstanceUrl(text), SyncError);
      assertEquals(
        { code: error.code, message: error.message, hint: error.hint },
        {
          code: "CONFIG_INVALID",
          message: `The instance URL must be an origin, but it ${what}`,
          hint,
        },
      );
      assertNotMatch(error.message + error.hint, /hunter2/);
    });
  }

  it("parseInstanceUrl() takes plain http to another host only if it is allowed", () => {
    for (
      const text of [
        "http://acme.test:8080",
        "http://128.0.0.1",
        "http://localhost.acme.test",
        "http://login.localhost:8080",
      ]
    ) {
      const { host } = new URL(text);
      const error = assertThrows(() => parseInstanceUrl(text), SyncError);
      assertEquals([error.message, error.hint], [
        "The instance URL is plain http, which would send the token unencrypted",
        `Write https://${host}, or allow plain http with \`allowHttp: true\``,
      ]);
      assertEquals(parseInstanceUrl(text, { allowHttp: true }).origin, text);
    }
  });

  it("the command line names where a wrong instance URL comes from", async () => {
    const env = { BATON_INSTANCE_URL: "https://ann:hunter2@acme.test", ZITADEL_PAT: "some-token" };
    assertEquals(await run(["sync"], { env }), {
      code: 2,
      stdout: "",
      stderr:
        "error: BATON_INSTANCE_URL: The instance URL must be an origin, but it has credentials\n" +
        "hint: Write https://acme.test\ncode: CONFIG_INVALID\n",
    });
  });
});
