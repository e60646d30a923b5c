import { assertEquals } from "@std/assert";
import { toOutcome } from "../../src/zitadel/http/attempt.ts";
import { attemptsFor, type Outcome } from "../../src/zitadel/http/outcome.ts";

function outcomeOf(status: number, body: unknown): Outcome {
  return toOutcome({
    kind: "answer",
    status,
    headers: new Headers({ "content-type": "application/json", "retry-after": "1" }),
    text: JSON.stringify(body),
  });
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

for (const [message, numbers] of TOO_LARGE) {
  Deno.test(`a page refused with "${message}" is too large, and is not asked for again as it is`, () => {
    const outcome = outcomeOf(429, { code: 8, message, details: [] });
    assertEquals(outcome, { kind: "page-too-large", by: "bytes", ...numbers });
    assertEquals(attemptsFor(outcome, 5), 1);
  });
}

Deno.test("a page of more rows than ZITADEL's MaxQueryLimit is too large", () => {
  const details = [{ id: "QUERY-4M0fs", message: "Limit exceeded" }];
  const outcome = outcomeOf(400, { code: 3, message: "Limit exceeded (QUERY-4M0fs)", details });
  assertEquals(outcome, { kind: "page-too-large", by: "rows" });
  assertEquals(attemptsFor(outcome, 5), 1);
});

Deno.test("a 429 of a rate limit is none of a page", () => {
  const outcome = outcomeOf(429, { code: 8, message: "too many requests" });
  assertEquals(outcome.kind, "refused");
  assertEquals(attemptsFor(outcome, 5), 5);
});
