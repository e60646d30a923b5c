/**
 * Which answers of status 200 are believed to be ZITADEL's.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError, type SyncErrorCode, takeSnapshot } from "../../mod.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { twoOrganizations, VIEWER_TOKEN } from "../helpers/two_organizations.ts";

const LISTS = {
  users: "/management/v1/users/_search",
  projects: "/management/v1/projects/_search",
  roles: "/roles/_search",
  "user grants": "/management/v1/users/grants/_search",
};

/** A sync in which a list answers with something else. */
function takeWith(path: string, change: (body: Body) => unknown) {
  const simulator = createSimulator({ seed: twoOrganizations, mode: "legacy" });
  return takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    runtime: {
      delay: () => Promise.resolve(),
      fetch: async (request) => {
        const response = await simulator.fetch(request);
        if (!new URL(request.url).pathname.endsWith(path)) return response;
        return Response.json(change(await response.json()));
      },
    },
  });
}

// deno-lint-ignore no-explicit-any -- what a test makes of an answer
type Body = any;

const viewTimestamp = "2026-06-01T00:00:00Z";

const NOT_BELIEVED: [name: string, change: (body: Body) => unknown, code: SyncErrorCode][] = [
  [
    "the error of a gateway",
    () => ({ code: 14, message: "upstream unavailable" }),
    "RESPONSE_INVALID",
  ],
  ["an empty object", () => ({}), "RESPONSE_INVALID"],
  ["an empty array", () => [], "RESPONSE_INVALID"],
  ["null", () => null, "RESPONSE_INVALID"],
  ["a maintenance notice", () => ({ status: "maintenance" }), "RESPONSE_INVALID"],
  ["rows without details", ({ result }) => ({ result }), "RESPONSE_INVALID"],
  ["a view that never ran", () => ({ details: {} }), "RESPONSE_INVALID"],
  [
    "names in snake_case",
    ({ details, result }) => ({
      details: { total_result: details.totalResult, view_timestamp: details.viewTimestamp },
      result,
    }),
    "RESPONSE_INVALID",
  ],
  [
    "rows without a total",
    ({ result }) => ({ details: { viewTimestamp }, result }),
    "RESPONSE_INVALID",
  ],
  [
    "a total without rows",
    () => ({ details: { viewTimestamp, totalResult: "2" } }),
    "RESPONSE_INVALID",
  ],
  [
    "a time of another form",
    (body) => ({ ...body, details: { ...body.details, viewTimestamp: "yesterday" } }),
    "RESPONSE_INVALID",
  ],
  [
    "two announced and none sent",
    () => ({ details: { viewTimestamp, totalResult: "2" }, result: [] }),
    "INCONSISTENT",
  ],
  [
    "fewer announced than sent",
    (body) => ({ ...body, details: { ...body.details, totalResult: "1" } }),
    "INCONSISTENT",
  ],
  [
    "a row twice",
    ({ details, result }) => ({
      details: { ...details, totalResult: String(result.length + 1) },
      result: [...result, result[0]],
    }),
    "INCONSISTENT",
  ],
];

describe("zitadel: believed", () => {
  for (const [name, change, code] of NOT_BELIEVED) {
    it(`a 200 is not taken for a list: ${name}`, async () => {
      for (const [list, path] of Object.entries(LISTS)) {
        const error = await assertRejects(() => takeWith(path, change), SyncError);
        assertEquals(error.code, code, `${list}: ${error.message}`);
        assert(error.hint !== undefined, list);
        const named = code === "RESPONSE_INVALID" ? path : list;
        assertStringIncludes(error.message, named);
      }
    });
  }

  it("ZITADEL's answer for an empty list is believed", async () => {
    const simulator = createSimulator({
      seed: { ...twoOrganizations, userGrants: [] },
      mode: "legacy",
    });
    const { counts } = await takeSnapshot({
      instanceUrl: "http://127.0.0.1:1",
      token: VIEWER_TOKEN,
      runtime: { fetch: simulator.fetch },
    });
    assertEquals(counts, { users: 3, groups: 2, entitlements: 4, grants: 0 });
  });

  it("a time of the year 1 is no time, and an enum's number is one that has no name yet", async () => {
    const change = (body: Body) => {
      for (const row of body.result ?? []) {
        row.state = 17;
        row.details.creationDate = "0001-01-01T00:00:00Z";
      }
      return body;
    };
    const { users } = await takeWith(LISTS.users, change);
    assertEquals(users[0]!.state, "unknown");
    assert(!("createdAt" in users[0]!));
    assert(users[0]!.updatedAt !== undefined);
    const { groups } = await takeWith(LISTS.projects, change);
    assertEquals([groups[0]!.state, groups[0]!.createdAt], ["unknown", undefined]);
    const { entitlements } = await takeWith(LISTS.roles, change);
    assert(!("createdAt" in entitlements[0]!));
    const { grants } = await takeWith(LISTS["user grants"], change);
    assertEquals([grants[0]!.state, grants[0]!.createdAt], ["unknown", undefined]);
  });
});
