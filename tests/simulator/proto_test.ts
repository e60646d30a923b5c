import { assert, assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  createRegistry,
  type DescMessage,
  fromJson,
  type JsonObject,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { AnySchema } from "@bufbuild/protobuf/wkt";
import {
  ListEventsResponseSchema,
  ListIAMMembersResponseSchema,
  ListOrgsResponseSchema,
} from "@zitadel/proto/zitadel/admin_pb";
import { ListAdministratorsResponseSchema } from "@zitadel/proto/zitadel/internal_permission/v2beta/internal_permission_service_pb";
import * as userV2 from "@zitadel/proto/zitadel/user/v2/user_service_pb";
import {
  GetMyUserResponseSchema,
  ListMyMembershipsResponseSchema,
  ListMyZitadelPermissionsResponseSchema,
} from "@zitadel/proto/zitadel/auth_pb";
import {
  GetMyOrgResponseSchema,
  GetProjectByIDResponseSchema,
  GetUserByIDResponseSchema,
  GetUserGrantByIDResponseSchema,
  HealthzResponseSchema,
  ListAllProjectGrantsResponseSchema,
  ListGrantedProjectsResponseSchema,
  ListMachineKeysResponseSchema,
  ListOrgMembersResponseSchema,
  ListPersonalAccessTokensResponseSchema,
  ListProjectGrantMembersResponseSchema,
  ListProjectGrantsResponseSchema,
  ListProjectMembersResponseSchema,
  ListProjectRolesResponseSchema,
  ListProjectsResponseSchema,
  ListUserGrantResponseSchema,
  ListUserMembershipsResponseSchema,
  ListUsersResponseSchema,
} from "@zitadel/proto/zitadel/management_pb";
import { ErrorDetailSchema } from "@zitadel/proto/zitadel/message_pb";
import { DEMO_TOKEN, demoSeed } from "./seeds/demo_seed.ts";
import { RANDOM_TOKEN, randomSeed } from "./seeds/random_seed.ts";
import {
  createRecordedSimulator2026,
  recordedIds,
  recordedTokens2026,
} from "./seeds/recorded_2026_07_seed.ts";
import { createRecordedSimulator, recordedTokens } from "./seeds/recorded_seed.ts";
import { createSimulator, type Simulator } from "./simulator.ts";
import { rowSize } from "./v1/wire_size.ts";

const USERS = "/management/v1/users/_search";
const PROJECTS = "/management/v1/projects/_search";
const GRANTS = "/management/v1/users/grants/_search";
const rolesPath = (projectId: string) =>
  `/management/v1/projects/${encodeURIComponent(projectId)}/roles/_search`;

/** The message that each path answers with. */
function describeRoute(path: string): DescMessage {
  switch (path) {
    case USERS:
      return ListUsersResponseSchema;
    case PROJECTS:
      return ListProjectsResponseSchema;
    case GRANTS:
      return ListUserGrantResponseSchema;
    case "/management/v1/orgs/me":
      return GetMyOrgResponseSchema;
    case "/management/v1/granted_projects/_search":
      return ListGrantedProjectsResponseSchema;
    case "/management/v1/healthz":
      return HealthzResponseSchema;
    case "/admin/v1/orgs/_search":
      return ListOrgsResponseSchema;
    case "/admin/v1/events/_search":
      return ListEventsResponseSchema;
    case "/auth/v1/users/me":
      return GetMyUserResponseSchema;
    case "/auth/v1/memberships/me/_search":
      return ListMyMembershipsResponseSchema;
    case "/auth/v1/permissions/zitadel/me/_search":
      return ListMyZitadelPermissionsResponseSchema;
  }
  if (/\/users\/[^/]+\/grants\/[^/]+$/.test(path)) return GetUserGrantByIDResponseSchema;
  if (/\/users\/[^/]+$/.test(path)) return GetUserByIDResponseSchema;
  if (/\/projects\/[^/]+$/.test(path)) return GetProjectByIDResponseSchema;
  if (path.endsWith("/memberships/_search")) return ListUserMembershipsResponseSchema;
  if (path === "/admin/v1/members/_search") return ListIAMMembersResponseSchema;
  if (path === "/management/v1/orgs/me/members/_search") return ListOrgMembersResponseSchema;
  if (/\/grants\/[^/]+\/members\/_search$/.test(path)) return ListProjectGrantMembersResponseSchema;
  if (path.endsWith("/members/_search")) return ListProjectMembersResponseSchema;
  if (path.endsWith("/pats/_search")) return ListPersonalAccessTokensResponseSchema;
  if (path.endsWith("/keys/_search")) return ListMachineKeysResponseSchema;
  if (path.endsWith("/projectgrants/_search")) return ListAllProjectGrantsResponseSchema;
  if (/\/projects\/[^/]+\/grants\/_search$/.test(path)) return ListProjectGrantsResponseSchema;
  assert(path.endsWith("/roles/_search"), path);
  return ListProjectRolesResponseSchema;
}

const registry = createRegistry(ErrorDetailSchema);

/** Fails unless `body` is the message, and is written as protobuf writes it: no zero value, no odd number or time. */
function applyAllowList(body: JsonValue, schema: DescMessage): void {
  const message = fromJson(schema, body, { registry, ignoreUnknownFields: false });
  assertEquals(toJson(schema, message, { registry }), body);
}

/** google.rpc.Status is not part of the packages, so its three fields are read by hand. */
function judgeStatus(body: JsonValue): void {
  const { code, message, details, ...rest } = body as JsonObject;
  assertEquals(rest, {});
  assert(Number.isInteger(code) && Number(code) > 0);
  assert(typeof message === "string" && message !== "");
  if (details === undefined) return;
  assert(Array.isArray(details) && details.length > 0);
  for (const detail of details) {
    assertEquals((detail as JsonObject)["@type"], "type.googleapis.com/zitadel.v1.ErrorDetail");
    applyAllowList(detail, AnySchema);
  }
}

interface Call {
  path: string;
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  method?: string;
}

async function ask(simulator: Simulator, call: Call): Promise<{ status: number; body: JsonValue }> {
  const method = call.method ?? (/\/(me|healthz)$/.test(call.path) ? "GET" : "POST");
  const response = await simulator.fetch(
    new Request(`http://zitadel.localhost${call.path}`, {
      method,
      headers: {
        ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
        ...call.headers,
      },
      ...(method === "GET"
        ? {}
        : { body: typeof call.body === "string" ? call.body : JSON.stringify(call.body ?? {}) }),
    }),
  );
  return { status: response.status, body: await response.json() };
}

/** Everything that a sync or a check may ask, and more. */
function calls(token: string, projectIds: string[]): Call[] {
  const queries = [undefined, { limit: 1 }, { limit: "3", offset: "2", asc: true }, {
    limit: 1000,
  }, {
    offset: 100_000,
  }];
  const lists: { path: string; filters: unknown[][] }[] = [
    {
      path: USERS,
      filters: [
        [],
        [{ typeQuery: { type: "TYPE_HUMAN" } }],
        [{ inUserIdsQuery: { userIds: ["1", "400958396011908134"] } }],
        [{ user_name_query: { user_name: "a", method: "TEXT_QUERY_METHOD_CONTAINS" } }],
      ],
    },
    {
      path: PROJECTS,
      filters: [[], [{ nameQuery: { name: "o", method: "TEXT_QUERY_METHOD_CONTAINS" } }]],
    },
    {
      path: GRANTS,
      filters: [
        [],
        [{ withGrantedQuery: {} }],
        [{ userIdQuery: { userId: "400958396011908134" } }],
        ...projectIds.map((projectId) => [{ projectIdQuery: { projectId } }]),
      ],
    },
    ...projectIds.map((projectId) => ({ path: rolesPath(projectId), filters: [[]] })),
    { path: "/management/v1/granted_projects/_search", filters: [[]] },
    { path: "/admin/v1/orgs/_search", filters: [[]] },
    { path: "/auth/v1/memberships/me/_search", filters: [[]] },
  ];
  return [
    { path: "/management/v1/orgs/me", token },
    { path: "/auth/v1/users/me", token },
    { path: "/auth/v1/permissions/zitadel/me/_search", token, body: "" },
    { path: "/management/v1/healthz" },
    ...projectIds.map((id): Call => ({
      path: `/management/v1/projects/${id}`,
      token,
      method: "GET",
    })),
    ...[{}, { asc: true, limit: 7 }, { eventTypes: ["user.grant.added"] }].map((body): Call => ({
      path: "/admin/v1/events/_search",
      token,
      body,
    })),
    ...lists.flatMap(({ path, filters }) =>
      filters.flatMap((filter) =>
        queries.map((query): Call => ({ path, token, body: { query, queries: filter } }))
      )
    ),
  ];
}

async function judgeAll(simulator: Simulator, asked: Call[]): Promise<number> {
  let rows = 0;
  for (const call of asked) {
    const { status, body } = await ask(simulator, call);
    if (status === 200) applyAllowList(body, describeRoute(call.path));
    else judgeStatus(body);
    const { result, events } = body as { result?: unknown[]; events?: unknown[] };
    rows += (result ?? events ?? []).length;
  }
  return rows;
}

describe("simulator: proto", () => {
  it("ZITADEL's own contract parses every answer for the recorded instance", async () => {
    const simulator = createRecordedSimulator();
    const projectIds = [...simulator.state.projects.all()].map(({ id }) => id);
    for (const token of [...Object.values(recordedTokens), "unknown"]) {
      await judgeAll(simulator, calls(token, projectIds));
    }
    assert(await judgeAll(simulator, calls(recordedTokens.iamviewer, projectIds)) > 150);
  });

  it("ZITADEL's own contract parses each user and user grant, found by id", async () => {
    const simulator = createRecordedSimulator2026();
    const token = recordedTokens2026.viewer;
    const { users, userGrants } = simulator.state.toSnapshot(recordedIds.acme);
    const asked = [
      ...users.map(({ id }) => `/management/v1/users/${id}`),
      ...userGrants.map(({ id }) => `/management/v1/users/1/grants/${id}`),
    ];
    assert(asked.length > 30);
    for (const path of asked) {
      const { status, body } = await ask(simulator, { path, token, method: "GET" });
      assertEquals(status, 200);
      applyAllowList(body, describeRoute(path));
    }
  });

  it("ZITADEL's own contract parses what is told of administrators, tokens and keys", async () => {
    const simulator = createRecordedSimulator2026();
    const { state } = simulator;
    const management = "/management/v1";
    const asked = [
      ...Array.from(state.users.all(), ({ id }) => `${management}/users/${id}`).flatMap((path) => [
        `${path}/memberships/_search`,
        `${path}/pats/_search`,
        `${path}/keys/_search`,
      ]),
      ...Array.from(state.projects.all(), ({ id }) => `${management}/projects/${id}`).flatMap((
        path,
      ) => [`${path}/members/_search`, `${path}/grants/_search`]),
      ...Array.from(
        state.projectGrants.all(),
        ({ id, projectId }) => `${management}/projects/${projectId}/grants/${id}/members/_search`,
      ),
      `${management}/orgs/me/members/_search`,
      `${management}/projectgrants/_search`,
      "/admin/v1/members/_search",
    ];
    let rows = 0;
    for (const token of [recordedTokens2026.iamviewer, recordedTokens2026.viewer]) {
      rows += await judgeAll(simulator, asked.map((path) => ({ path, token })));
    }
    assert(rows > 90, String(rows));
  });

  /** The package knows administrators of the beta only; their messages are the same. */
  const v2Lists = [
    [
      "/zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators",
      ListAdministratorsResponseSchema,
      "administrators",
      21,
    ],
    [
      "/zitadel.user.v2.UserService/ListPersonalAccessTokens",
      userV2.ListPersonalAccessTokensResponseSchema,
      "result",
      11,
    ],
    ["/zitadel.user.v2.UserService/ListKeys", userV2.ListKeysResponseSchema, "result", 2],
  ] as const;

  for (const [path, schema, list, total] of v2Lists) {
    it(`ZITADEL's own contract parses every page of ${path}`, async () => {
      const simulator = createRecordedSimulator2026();
      for (const [name, token] of Object.entries(recordedTokens2026)) {
        for (
          const pagination of [{}, { limit: 3 }, { limit: 2, offset: 1, asc: true }, { offset: 99 }]
        ) {
          const { status, body } = await ask(simulator, {
            path,
            token,
            body: { pagination },
            headers: { "content-type": "application/json" },
          });
          assertEquals(status, 200);
          applyAllowList(body, schema as DescMessage);
          const { [list]: rows = [], pagination: { totalResult } } = body as unknown as
            & { [name: string]: unknown[] }
            & { pagination: { totalResult?: string } };
          assertEquals(totalResult, pagination.offset === 99 ? undefined : String(total));
          if (name === "iamviewer" && pagination.limit === undefined) {
            assertEquals(rows.length, pagination.offset === 99 ? 0 : total);
          }
        }
      }
    });
  }

  it("ZITADEL's own contract parses every answer for the demo's organization", async () => {
    const simulator = createSimulator({ seed: demoSeed });
    const projectIds = demoSeed.projects.map(({ id }) => id);
    assert(await judgeAll(simulator, calls(DEMO_TOKEN, projectIds)) > 300);
  });

  it("ZITADEL's own contract parses every answer for random organizations", async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const content = randomSeed({ seed, users: 60, projects: 8, userGrants: 150 });
      const simulator = createSimulator({
        seed: content,
        mode: seed % 2 === 0 ? "legacy" : "v4.20",
      });
      const projectIds = content.projects.map(({ id }) => id);
      assert(await judgeAll(simulator, calls(RANDOM_TOKEN, projectIds)) > 1000);
    }
  });

  it("each error is a google.rpc.Status with ZITADEL's detail in it", async () => {
    const simulator = createRecordedSimulator({
      mode: "v4.20",
      externalDomain: "zitadel.localhost",
    });
    const token = recordedTokens.viewer;
    const long = "x".repeat(201);
    const refused: [status: number, call: Call][] = [
      [401, { path: USERS }],
      [401, { path: USERS, headers: { authorization: "bearer x" } }],
      [401, { path: USERS, token: "x" }],
      [403, { path: USERS, token, headers: { "x-zitadel-orgid": "123" } }],
      [403, { path: "/admin/v1/orgs/_search", token }],
      [404, { path: USERS, token: recordedTokens.nobody }],
      [404, { path: "/management/v1/nope", token }],
      [404, { path: "/management/v1/users/1", token, method: "GET" }],
      [404, { path: "/management/v1/projects/1", token, method: "GET" }],
      [404, { path: "/management/v1/users/1/grants/1", token, method: "GET" }],
      [403, { path: "/admin/v1/events/_search", token }],
      [400, {
        path: "/admin/v1/events/_search",
        token: recordedTokens.iamviewer,
        body: { eventTypes: new Array(31).fill("user.grant.added") },
      }],
      [400, {
        path: "/admin/v1/events/_search",
        token: recordedTokens.iamviewer,
        body: { from: "yesterday" },
      }],
      [404, {
        path: "/management/v1/healthz",
        headers: { "x-zitadel-instance-host": "nope.example" },
      }],
      [405, { path: USERS, token, method: "PUT" }],
      [400, { path: USERS, token, body: "{" }],
      [400, { path: USERS, token, body: { query: { limit: 1001 } } }],
      [400, { path: USERS, token, body: { queries: [{}] } }],
      [400, { path: USERS, token, body: { queries: [{ userNameQuery: { userName: long } }] } }],
      [400, { path: USERS, token, body: { queries: {} } }],
      [400, { path: USERS, token, body: { queries: [{ typeQuery: {}, stateQuery: {} }] } }],
      [400, { path: rolesPath(long), token: recordedTokens.viewer }],
      [500, { path: USERS, token, body: { queries: [{ inUserIdsQuery: {} }] } }],
      [504, { path: USERS, token, headers: { "grpc-timeout": "1n" } }],
    ];
    for (const [expected, call] of refused) {
      const { status, body } = await ask(simulator, call);
      assertEquals(status, expected, JSON.stringify(body));
      judgeStatus(body);
    }
  });

  it("a page of more than 4 MiB is refused with its exact size as protobuf", async () => {
    const seed = randomSeed({ users: 1200, projects: 2, userGrants: 10 });
    const description = "説明é".repeat(500);
    for (const user of seed.users) {
      if (user.machine !== undefined) user.machine.description = description;
      else if (user.human !== undefined) user.human.nickName = description;
    }
    // Metadata inflates the total, and so is part of what must be sized.
    const now = () => 1_790_000_000_123.456;
    const options = { seed, mode: "legacy", inflateUserTotal: true, now } as const;
    const simulator = createSimulator(options);
    const half = { path: USERS, token: RANDOM_TOKEN, body: { query: { limit: 700 } } };
    const rest = { ...half, body: { query: { limit: 700, offset: 700 } } };
    const [first, second] = [await ask(simulator, half), await ask(simulator, rest)];
    const whole = first.body as { result: JsonValue[] };
    whole.result.push(...(second.body as { result: JsonValue[] }).result);
    const bytes = toBinary(
      ListUsersResponseSchema,
      fromJson(ListUsersResponseSchema, whole as unknown as JsonValue),
    ).length;

    const { status, body } = await ask(simulator, { ...half, body: {} });
    assert(bytes > 4_194_304);
    assertEquals(status, 429);
    assertEquals(body, {
      code: 8,
      message: `grpc: received message larger than max (${bytes} vs. 4194304)`,
    });
  });

  it("the size of each row is what protobuf makes of it", () => {
    const { state } = createRecordedSimulator();
    const acme = state.toSnapshot("400958386398628902");
    const lists = [
      ["users", acme.users, ListUsersResponseSchema],
      ["projects", acme.projects, ListProjectsResponseSchema],
      ["roles", Object.values(acme.roles).flat(), ListProjectRolesResponseSchema],
      ["userGrants", acme.userGrants, ListUserGrantResponseSchema],
    ] as const;
    for (const [list, rows, schema] of lists) {
      assert(rows.length > 4);
      for (const row of rows) {
        const page = fromJson(schema as DescMessage, { result: [row] } as unknown as JsonValue);
        assertEquals(rowSize(row, list), toBinary(schema as DescMessage, page).length);
      }
    }
  });

  it("the judge refuses what ZITADEL would not write", () => {
    for (
      const body of [
        { details: { totalResult: 1 } },
        { details: { totalResult: "0" } },
        { details: { viewTimestamp: "2026-11-24T02:03:57.5Z" } },
        { result: [] },
        { result: [{ id: "1", state: "USER_STATE_UNKNOWN" }] },
        { result: [{ id: "1", email: "x" }] },
        { result: [{ id: "1", human: {}, machine: {} }] },
        { result: [{ id: "1", machine: { hasSecret: false } }] },
      ] satisfies JsonValue[]
    ) {
      assertThrows(() => applyAllowList(body, ListUsersResponseSchema), Error);
    }
  });
});
