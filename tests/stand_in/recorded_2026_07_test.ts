import { assert, assertEquals } from "@std/assert";
import { createRecordedStandIn2026, recordedTokens2026 } from "./seeds/recorded_2026_07_seed.ts";

interface Exchange {
  case: string;
  as: keyof typeof recordedTokens2026 | null;
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

async function readRecorded(name: string): Promise<Exchange[]> {
  const url = new URL(`../fixtures/recorded/2026-07/${name}.json`, import.meta.url);
  return JSON.parse(await Deno.readTextFile(url));
}

function toRequest({ as, request: { method, path, headers, body } }: Exchange): Request {
  return new Request(`http://localhost:8081${path}`, {
    method,
    headers: {
      ...headers,
      ...(as === null ? {} : { authorization: `Bearer ${recordedTokens2026[as]}` }),
    },
    ...(body === undefined || method === "GET"
      ? {}
      : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
}

type Body = { [key: string]: unknown };

/**
 * A body without what a recording cannot hold still: when a projection last ran, and the order of lists that have none.
 */
function comparable(body: unknown, path: string): unknown {
  if (typeof body !== "object" || body === null) return body;
  const { details, result, ...rest } = body as { details?: Body; result?: Body[] };
  const unordered = path === "/management/v1/users/grants/_search";
  const sorted = unordered
    ? result?.toSorted((a, b) => String(a.id) < String(b.id) ? -1 : 1)
    : result;
  return {
    ...rest,
    ...(details === undefined ? {} : {
      details: "viewTimestamp" in details ? { ...details, viewTimestamp: "then" } : details,
    }),
    ...(result === undefined ? {} : { result: sorted }),
  };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text;
}

for (const name of ["by-id", "events"]) {
  Deno.test(`the stand-in answers as the ZITADEL of 2026 did: ${name}.json`, async (t) => {
    const exchanges = await readRecorded(name);
    assert(exchanges.length > 0);
    for (const exchange of exchanges) {
      await t.step(`${exchange.case}, as ${exchange.as}`, async () => {
        const standIn = createRecordedStandIn2026({ externalDomain: "localhost", plan: "index" });
        const response = await standIn.fetch(toRequest(exchange));
        const body = await readBody(response);
        const { path } = exchange.request;
        assertEquals(comparable(body, path), comparable(exchange.response.body, path));
        assertEquals(response.status, exchange.response.status);
        for (const [header, value] of Object.entries(exchange.response.headers)) {
          assertEquals(response.headers.get(header), value, header);
        }
      });
    }
  });
}
