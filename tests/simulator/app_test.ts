/**
 * Answers of a ZITADEL of July 2026 to odd requests, and to requests that a token may not make.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  createRecordedSimulator2026,
  recordedIds,
  recordedTokens2026,
} from "./seeds/recorded_2026_07_seed.ts";
import type { SimulatorOptions } from "./simulator.ts";

const USERS = "/management/v1/users/_search";
const PROJECTS = "/management/v1/projects/_search";
const GRANTS = "/management/v1/users/grants/_search";
const PROJECT_GRANTS = "/management/v1/projectgrants/_search";
const ADMINISTRATORS =
  "/zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators";
const TOKENS = "/zitadel.user.v2.UserService/ListPersonalAccessTokens";
const KEYS = "/zitadel.user.v2.UserService/ListKeys";

interface Body {
  message?: string;
  result?: unknown[];
  details?: { totalResult?: string };
}

async function ask(
  path: string,
  { body = {}, as = "viewer", method = "POST", headers = {}, options = {} }: {
    body?: unknown;
    as?: keyof typeof recordedTokens2026;
    method?: string;
    headers?: Record<string, string>;
    options?: Omit<SimulatorOptions, "seed">;
  } = {},
): Promise<[status: number, body: Body]> {
  const response = await createRecordedSimulator2026(options).fetch(
    new Request(`http://localhost:8081${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${recordedTokens2026[as]}`,
        ...headers,
      },
      body: method === "GET" ? null : typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
  return [response.status, await response.json()];
}

/** The status and the id of ZITADEL's error. */
async function askError(...call: Parameters<typeof ask>): Promise<[number, string | undefined]> {
  const [status, { message }] = await ask(...call);
  return [status, /\((\w+-\w+)\)$/.exec(message ?? "")?.[1]];
}

describe("simulator: odd requests", () => {
  it("project grants: none for a viewer of a single project, all for one of the organization", async () => {
    const [, { details }] = await ask(PROJECT_GRANTS);
    assertEquals(details?.totalResult, "2");
    const [status, { result }] = await ask(PROJECT_GRANTS, { as: "projviewer" });
    assertEquals([status, result], [200, undefined]);
  });

  it("v2 lists refuse a filter that says nothing", async () => {
    for (const path of [ADMINISTRATORS, TOKENS, KEYS, "/v2/users/pats/search"]) {
      const [status, { message }] = await ask(path, { body: { filters: [{}] } });
      assertEquals(status, 400, path);
      assert(message!.includes(".Filters[0]: embedded message failed validation"), message);
      assert(message!.endsWith("Filter.Filter: value is required"), message);
    }
    const filters: [unknown, string][] = [
      [{ resource: {} }, "ResourceFilter.Resource: value is required"],
      [{ resource: { instance: false } }, "ResourceFilter.Instance: value must equal true"],
      [{ and: { queries: [{}] } }, "AdministratorSearchFilter.Filter: value is required"],
    ];
    for (const [filter, words] of filters) {
      const [status, { message }] = await ask(ADMINISTRATORS, { body: { filters: [filter] } });
      assertEquals(status, 400);
      assert(message!.endsWith(words), message);
    }
    const [status] = await ask(ADMINISTRATORS, {
      body: { filters: [{ resource: { instance: true } }] },
    });
    assertEquals(status, 200);
  });

  it("one of no filters is a fault of the server, all of none is everything", async () => {
    const status = async (filter: unknown) =>
      (await ask(ADMINISTRATORS, { body: { filters: [filter] } }))[0];
    assertEquals(await status({ or: { queries: [] } }), 500);
    assertEquals(await status({ or: {} }), 500);
    assertEquals(await status({ not: { query: { or: { queries: [] } } } }), 500);
    assertEquals(await status({ and: { queries: [] } }), 200);
  });

  it("Connect wants a body, the gateway takes none for an empty one", async () => {
    const [status, { message }] = await ask(ADMINISTRATORS, { body: "" });
    assertEquals(status, 400);
    assertEquals(message, "unmarshal message: zero-length payload is not a valid JSON object");
    assertEquals((await ask("/v2/users/pats/search", { body: "" }))[0], 200);
    assertEquals((await ask(USERS, { body: "" }))[0], 200);
  });

  it("an offset that the database cannot hold is a fault of the server", async () => {
    const body = (offset: string) => ({ query: { offset } });
    const tooLarge = body(String(2n ** 63n));
    assertEquals(await askError(USERS, { body: tooLarge }), [500, "QUERY-AG4gs"]);
    assertEquals((await ask(GRANTS, { body: tooLarge }))[0], 500);
    assertEquals((await ask(USERS, { body: body(String(2n ** 53n)) }))[0], 200);
    assertEquals((await ask(USERS, { body: body(String(2n ** 64n)) }))[0], 400);
  });

  it("an escaped slash in a path is one", async () => {
    const { portal } = recordedIds.projects;
    for (const path of [`projects/${portal}/roles/billing%2Fread`, "users/1%2f2"]) {
      for (const method of ["GET", "DELETE", "POST"]) {
        assertEquals((await ask(`/management/v1/${path}`, { method }))[0], 404, path);
      }
    }
  });

  it("another verb on a list asks for a row of that id, if there is such a method", async () => {
    assertEquals(await askError(USERS, { method: "GET" }), [404, "QUERY-Dfbg2"]);
    assertEquals(await askError(PROJECTS, { method: "GET" }), [404, "QUERY-fk2fs"]);
    assertEquals(await askError(USERS, { method: "DELETE" }), [403, "AUTH-5mWD2"]);
    assertEquals((await ask(USERS, { method: "PUT" }))[0], 405);
    assertEquals((await ask(GRANTS, { method: "PUT" }))[0], 405);
  });

  it("a viewer of the organization may read groups", async () => {
    const [, { result }] = await ask("/auth/v1/permissions/zitadel/me/_search");
    for (const permission of ["group.read", "group.user.read"]) {
      assert(result!.includes(permission), permission);
    }
  });

  it("a deadline is met, missed or no deadline", async () => {
    const status = async (timeout: string) =>
      (await ask(USERS, { headers: { "grpc-timeout": timeout } }))[0];
    for (const [timeout, expected] of [["0m", 504], ["0S", 504], ["1n", 504]] as const) {
      assertEquals(await status(timeout), expected, timeout);
    }
    for (const timeout of ["99999999H", "30S"]) assertEquals(await status(timeout), 200, timeout);
    for (const timeout of ["-1S", "1", "S", "999999999H", "1.5S"]) {
      assertEquals(await status(timeout), 400, timeout);
    }
  });

  it("v1 lists have no limit there, and those of December 2026 have one; v2 lists always do", async () => {
    const limit = async (path: string, mode: "legacy" | "v4.20", body: unknown) =>
      await askError(path, { body, options: { mode } });
    for (const path of [USERS, PROJECTS, GRANTS]) {
      const body = { query: { limit: 1001 } };
      assertEquals(await limit(path, "legacy", body), [200, undefined]);
      assertEquals(await limit(path, "v4.20", body), [400, "QUERY-4M0fs"]);
    }
    for (const path of [ADMINISTRATORS, TOKENS, KEYS]) {
      for (const mode of ["legacy", "v4.20"] as const) {
        const body = { pagination: { limit: 1001 } };
        assertEquals(await limit(path, mode, body), [400, "QUERY-4M0fs"]);
      }
    }
  });
});
