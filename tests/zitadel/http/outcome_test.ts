import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { toSyncError } from "../../../src/zitadel/http/failure.ts";

import { judgePermanence, type Outcome } from "../../../src/zitadel/http/outcome.ts";
import { readResponse } from "../../../src/zitadel/http/read_response.ts";

const NOW = Date.parse("2026-06-01T12:00:00Z");

function outcomeOf(
  status: number,
  body: unknown,
  headers: Record<string, string> = { "content-type": "application/json", "retry-after": "1" },
): Outcome {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return readResponse({
    kind: "response",
    status,
    headers: new Headers(headers),
    text,
    bytes: text.length,
  }, { receivedAt: NOW, elapsedMs: 5 });
}

const TOO_LARGE: [message: string, numbers: { size?: number; limit?: number }][] = [
  [
    "grpc: received message larger than max (4275335 vs. 4194304)",
    { size: 4275335, limit: 4194304 },
  ],
  [
    "trying to send message larger than max (12173821 vs. 10485760)",
    { size: 12173821, limit: 10485760 },
  ],
  [
    "grpc: received message after decompression larger than max (5 vs. 4)",
    { size: 5, limit: 4 },
  ],
  ["grpc: received message larger than max length allowed on current machine", {}],
  [
    "rpc error: code = ResourceExhausted desc = trying to send message larger than max (2147483648 vs. 1)",
    { size: 2147483648, limit: 1 },
  ],
];

describe("zitadel: outcome", () => {
  for (const [message, numbers] of TOO_LARGE) {
    it(`a page refused with "${message}" is too large, and is not asked for again as it is`, () => {
      const outcome = outcomeOf(429, { code: 8, message, details: [] });
      assertEquals(outcome, { kind: "page-too-large", by: "bytes", ...numbers });
      assertEquals(judgePermanence(outcome, { isTokenAccepted: true }), "final");
    });
  }

  it("a page of more rows than ZITADEL's MaxQueryLimit is too large", () => {
    const details = [{ id: "QUERY-4M0fs", message: "Limit exceeded" }];
    const outcome = outcomeOf(400, { code: 3, message: "Limit exceeded (QUERY-4M0fs)", details });
    assertEquals(outcome, { kind: "page-too-large", by: "rows" });
    assertEquals(judgePermanence(outcome, { isTokenAccepted: true }), "final");
  });

  it("a 429 of a rate limit is none of a page", () => {
    const outcome = outcomeOf(429, { code: 8, message: "too many requests" });
    assertEquals(outcome.kind, "refused");
    assertEquals(judgePermanence(outcome, { isTokenAccepted: true }), "temporary");
  });

  const HTML = { "content-type": "text/html; charset=utf-8" };
  const FOREIGN: [name: string, status: number, body: unknown][] = [
    ["a firewall's HTML", 403, "<html>Blocked</html>"],
    ["a proxy's HTML", 401, "<html>Sign in</html>"],
    ["nginx", 404, "<html>404 Not Found</html>"],
    ["an empty body", 403, ""],
    ["another program's JSON", 401, { error: "invalid_token" }],
    ["an HTTP status as code", 403, { code: 403, message: "Forbidden" }],
    ["the code of another status", 404, { code: 16, message: "auth header missing" }],
    ["a list", 403, []],
    ["a text", 403, '"no"'],
    ["Kong", 404, { message: "no Route matched with those values" }],
    ["another gRPC service", 401, {
      code: 16,
      message: "JWT validation failed",
      details: [{ "@type": "type.googleapis.com/google.rpc.DebugInfo" }],
    }],
  ];

  for (const [name, status, body] of FOREIGN) {
    it(`${status} with ${name} is not taken for an error of ZITADEL`, () => {
      const outcome = outcomeOf(status, body, HTML);
      assertEquals(outcome, {
        kind: "intercepted",
        status,
        ...(body !== "" && { mediaType: "text/html" }),
      });
      const error = toSyncError(outcome as Extract<Outcome, { kind: "intercepted" }>, {
        method: "POST",
        path: "/x",
        instanceUrl: new URL("https://zitadel.test"),
      });
      assertMatch(
        error.message,
        new RegExp(`^Something before ZITADEL .*: POST /x answered ${status}`),
      );
      assertNotMatch(`${error.message} ${error.hint}`, /token|role/i);
      assertEquals(error.details, { request: "POST /x", status });
    });
  }

  for (const status of [201, 202, 203, 204, 206, 207]) {
    it(`${status} is no answer of ZITADEL, whatever it holds`, () => {
      const outcome = outcomeOf(status, { details: { totalResult: "0" } });
      assertEquals(outcome, {
        kind: "garbled",
        status,
        reason: `${status} instead of 200 (application/json)`,
      });
    });
  }

  const WAITS: [retryAfter: string, date: string | undefined, ms: number | undefined][] = [
    ["7", undefined, 7000],
    ["Mon, 01 Jun 2026 12:00:30 GMT", undefined, 30_000],
    // The server's clock is an hour ahead of ours: it counts.
    ["Mon, 01 Jun 2026 13:00:30 GMT", "Mon, 01 Jun 2026 13:00:00 GMT", 30_000],
    ["Mon, 01 Jun 2026 10:00:00 GMT", undefined, 0],
    ["soon", undefined, undefined],
  ];

  for (const [retryAfter, date, ms] of WAITS) {
    it(`Retry-After: ${retryAfter}${date === undefined ? "" : `, Date: ${date}`} asks for ${ms} ms`, () => {
      const outcome = outcomeOf(503, { code: 14, message: "" }, {
        "retry-after": retryAfter,
        ...(date !== undefined && { date }),
      });
      assertEquals("retryAfterMs" in outcome ? outcome.retryAfterMs : undefined, ms);
    });
  }
});
