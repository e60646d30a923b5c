import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { createRecordedSimulator, recordedTokens } from "./seeds/recorded_seed.ts";

interface Exchange {
  case: string;
  as: keyof typeof recordedTokens | null;
  authorization?: string;
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

async function readRecorded(name: string) {
  const url = new URL(`../fixtures/recorded/${name}.json`, import.meta.url);
  const exchanges: Exchange[] = JSON.parse(await Deno.readTextFile(url));
  assert(exchanges.length > 0);
  return { name, exchanges };
}

const ORIGIN = "http://localhost:8081";

function toRequest(exchange: Exchange): Request {
  const { method, path, headers, body } = exchange.request;
  const token = exchange.as === null ? undefined : recordedTokens[exchange.as];
  const authorization = token === undefined ? exchange.authorization : `Bearer ${token}`;
  return new Request(ORIGIN + path, {
    method,
    headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    redirect: "manual",
  });
}

/**
 * A body without what a recording cannot hold still: `viewTimestamp` tells when ZITADEL's projection last ran, which
 * no request can ask for. Everything else is compared as it is, ids, times and sequences included.
 */
function comparable(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("details" in body)) return body;
  const { details } = body;
  if (typeof details !== "object" || details === null || !("viewTimestamp" in details)) return body;
  assert(typeof details.viewTimestamp === "string");
  return { ...body, details: { ...details, viewTimestamp: "then" } };
}

/** The recorder wrote JSON bodies as JSON; `"ok"` was one too. */
async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text;
}

/** Leaves out Go's wording of JSON errors: no client reads it. */
function withoutParserWords(body: unknown): unknown {
  const { code, message } = (body ?? {}) as { code?: number; message?: string };
  if (code !== 3 || message === undefined || message.startsWith("invalid ")) return body;
  return { code, message: "cannot be parsed" };
}

/** Servers of 2025 had no groups, and no permissions for them. */
function withoutGroups(body: unknown): unknown {
  const { result } = (body ?? {}) as { result?: unknown[] };
  if (typeof result?.[0] !== "string") return body;
  return { result: result.filter((permission) => !String(permission).startsWith("group.")) };
}

/** The headers that the recorder kept, of every answer that had them. */
const RECORDED_HEADERS = [
  "content-type",
  "cache-control",
  "set-cookie",
  "vary",
  "www-authenticate",
  "location",
  "grpcgateway-content-type",
];

const recordings = await Promise.all([
  "organization",
  "permissions",
  "organizations",
  "users",
  "projects",
  "project-roles",
  "user-grants",
  "errors",
].map(readRecorded));

describe("simulator: the answers recorded from a ZITADEL", () => {
  for (const { name, exchanges } of recordings) {
    describe(`${name}.json`, () => {
      for (const exchange of exchanges) {
        it(`the simulator answers the same: ${exchange.case}, as ${exchange.as}`, async () => {
          // PostgreSQL read these few rows through the index of their primary key, so updates did not move them.
          const simulator = createRecordedSimulator({ externalDomain: "localhost", plan: "index" });
          const response = await simulator.fetch(toRequest(exchange));
          const body = withoutGroups(await readBody(response));

          const expected = withoutParserWords(exchange.response.body);
          assertEquals(comparable(withoutParserWords(body)), comparable(expected));
          assertEquals(response.status, exchange.response.status);
          for (const header of RECORDED_HEADERS) {
            assertEquals(
              response.headers.get(header),
              exchange.response.headers[header] ?? null,
              header,
            );
          }
        });
      }
    });
  }
});
