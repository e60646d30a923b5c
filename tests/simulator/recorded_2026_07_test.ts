import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Fault, faults } from "./faults.ts";
import { findOwner, listRoles } from "./rows.ts";
import {
  createRecordedSimulator2026,
  recordedIds,
  recordedTokens2026,
} from "./seeds/recorded_2026_07_seed.ts";

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

function toRequest(exchange: Exchange): Request {
  const { as, request: { method, path, headers, body } } = exchange;
  // The recorder left out which token was unknown.
  const authorization = exchange.case.startsWith("unknown token")
    ? "Bearer unknown"
    : as === null
    ? undefined
    : `Bearer ${recordedTokens2026[as]}`;
  return new Request(`http://localhost:8081${path}`, {
    method,
    headers: {
      ...headers,
      ...(authorization === undefined ? {} : { authorization }),
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
  const { details, result, administrators, ...rest } = body as {
    details?: Body;
    result?: Body[];
    administrators?: Body[];
  };
  const sorted = path === "/management/v1/users/grants/_search" || path.includes("/memberships/")
    ? result?.toSorted((a, b) => key(a) < key(b) ? -1 : 1)
    : result;
  return {
    ...rest,
    ...(details === undefined ? {} : {
      details: "viewTimestamp" in details ? { ...details, viewTimestamp: "then" } : details,
    }),
    ...(result === undefined ? {} : { result: sorted }),
    ...(administrators === undefined ? {} : { administrators: sortTies(administrators) }),
  };
}

/** Unique among the rows of a list. */
function key({ id, roles }: Body): string {
  return JSON.stringify([id, roles]);
}

/** Rows by creation date stay as they are, but for those of the same moment, which have no order. */
function sortTies(rows: Body[]): Body[] {
  const place = (row: Body) => rows.findIndex((one) => one.creationDate === row.creationDate);
  const text = (row: Body) => JSON.stringify([row.user, row.roles]);
  return rows.toSorted((a, b) => place(a) - place(b) || (text(a) < text(b) ? -1 : 1));
}

/** Paths that the simulator does not serve: a sync has no use for them. */
const UNSERVED = ["/v2/users", "/management/v1/orgs/members/roles/_search"];

const ADMINISTRATORS =
  "/zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators";

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  return response.headers.get("content-type") === "application/json" ? JSON.parse(text) : text;
}

/** Leaves out Go's wording of JSON errors: no client reads it. */
function withoutParserWords(body: unknown): unknown {
  const { code, message } = body as { code?: unknown; message?: string };
  if (message === undefined || !/^unmarshal message: /.test(message)) return body;
  return { code, message: "unmarshal message" };
}

const recordings = await Promise.all(
  ["by-id", "events", "administrators", "administrators-v1", "tokens"].map(
    async (name) => {
      const exchanges = (await readRecorded(name))
        .filter(({ request: { path } }) => !UNSERVED.includes(path));
      assert(exchanges.length > 5);
      return { name, exchanges };
    },
  ),
);

// One of them is no error, but an answer of the list that was asked.
const errors = (await readRecorded("errors")).filter(({ response }) => response.status !== 200);

describe("simulator: the answers recorded from a ZITADEL of 2026", () => {
  for (const { name, exchanges } of recordings) {
    describe(`${name}.json`, () => {
      for (const exchange of exchanges) {
        it(`the simulator answers the same: ${exchange.case}, as ${exchange.as}`, async () => {
          const simulator = createRecordedSimulator2026({
            externalDomain: "localhost",
            plan: "index",
          });
          const response = await simulator.fetch(toRequest(exchange));
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

  describe("errors over Connect and REST", () => {
    const list = /\/zitadel\.authorization\.v2\.AuthorizationService\/ListAuthorizations$/;

    it("nine are recorded", () => {
      assertEquals(errors.length, 9);
    });

    for (const exchange of errors) {
      it(`the simulator tells the same, whatever the list: ${exchange.case}`, async () => {
        const { request, response: recorded } = exchange;
        const path = request.path === "/v2/users"
          ? "/v2/users/pats/search"
          : request.path.replace(list, ADMINISTRATORS);
        const simulator = createRecordedSimulator2026();
        const response = await simulator.fetch(
          toRequest({ ...exchange, request: { ...request, path } }),
        );
        const body = withoutParserWords(await readBody(response));
        const expected = withoutParserWords(recorded.body);
        assertEquals([response.status, body], [recorded.status, expected]);
        for (const [header, value] of Object.entries(recorded.headers)) {
          assertEquals(response.headers.get(header), value, header);
        }
      });
    }
  });

  it("a server without v2 knows none of its paths", async () => {
    const simulator = createRecordedSimulator2026({ v2: false });
    const ask = async (path: string) => {
      const response = await simulator.fetch(
        new Request(`http://localhost:8081${path}`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            authorization: `Bearer ${recordedTokens2026.viewer}`,
          },
          body: "{}",
        }),
      );
      return [response.status, await readBody(response)];
    };
    assertEquals(await ask(ADMINISTRATORS), [404, "404 page not found\n"]);
    assertEquals(await ask("/zitadel.user.v2.UserService/ListKeys"), [404, "404 page not found\n"]);
    assertEquals(await ask("/v2/users/pats/search"), [404, { code: 5, message: "Not Found" }]);
  });

  it("the recorded instance holds the administrators and credentials that its database told", async () => {
    const truth = JSON.parse(
      await Deno.readTextFile(
        new URL("../fixtures/recorded/2026-07/truth-v2.json", import.meta.url),
      ),
    );
    const { state } = createRecordedSimulator2026();
    const inside = new Set([recordedIds.acme, recordedIds.globex, state.instance.id]);
    const where = { tables: state, instance: state.instance };
    const members = [...state.memberships.all()]
      .filter((member) => inside.has(findOwner(where, member)))
      .map((member) => `${member.userId} ${member.objectId ?? ""} ${listRoles(member)}`);
    const expected = truth.administrators.map((
      { scope, organization, project, projectGrant, user, roles }: Record<string, unknown>,
    ) =>
      `${user} ${
        scope === "instance"
          ? ""
          : scope === "organization"
          ? organization
          : projectGrant ?? project
      } ${roles}`
    );
    assertEquals(members.sort(), expected.sort());

    const describe = (rows: Iterable<{ id: string; userId: string; expiresAt?: string }>) =>
      Array.from(
        rows,
        ({ id, userId, expiresAt = "9999-12-31T23:59:59Z" }) =>
          `${id} ${userId} ${new Date(expiresAt).toISOString()}`,
      );
    const told = (rows: { id: string; user: string; expires: string }[]) =>
      rows.map(({ id, user, expires }) => `${id} ${user} ${new Date(expires).toISOString()}`);
    // The recorder left out the third organization, which was still being filled.
    const tokens = [...state.personalAccessTokens.all()]
      .filter(({ userId }) => inside.has(state.users.get(userId)?.organizationId ?? ""));
    assertEquals(describe(tokens).sort(), told(truth.personalAccessTokens).sort());
    assertEquals(describe(state.keys.all()).sort(), told(truth.keys).sort());
    const machines = [...state.users.all()].filter(({ machine }) => machine?.hasSecret);
    assertEquals(machines.map(({ id }) => id), truth.machinesWithSecret);
  });

  it("faults meet v2 lists as they meet the others", async () => {
    const ask = async (fault: Fault) => {
      const simulator = createRecordedSimulator2026({ onRequest: () => fault });
      const response = await simulator.fetch(
        new Request(`http://localhost:8081${ADMINISTRATORS}`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            authorization: `Bearer ${recordedTokens2026.iamviewer}`,
          },
          body: JSON.stringify({ pagination: { limit: 5, offset: 5, asc: true } }),
        }),
      );
      const { administrators = [], pagination, code } = await response.json();
      const names = administrators.map(({ user }: { user: { preferredLoginName: string } }) =>
        user.preferredLoginName
      );
      return [response.status, code ?? pagination.totalResult, names.join(" ")];
    };
    const page = "sync-viewer iam-viewer user-manager globex-viewer project-viewer";
    assertEquals(await ask(faults.announce((total) => total + 1)), [200, "22", page]);
    assertEquals(await ask(faults.capPage(2)), [200, "21", "sync-viewer iam-viewer"]);
    assertEquals(await ask(faults.dropRow(4)), [200, "21", page.replace(" project-viewer", "")]);
    assertEquals(await ask(faults.repeatPage(9)), [
      200,
      "21",
      "project-viewer admin-sa orla zoe gil",
    ]);
    assertEquals(await ask(faults.tokenInvalid()), [401, "unauthenticated", ""]);
  });

  it("a token that a lock killed, or that expired, stays in the list of tokens", async () => {
    let time = Date.UTC(2026, 10, 25, 12);
    const simulator = createRecordedSimulator2026({ now: () => time });
    const { state } = simulator;
    const ask = async (token: string, path: string, body: unknown) => {
      const response = await simulator.fetch(
        new Request(`http://localhost:8081${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
          body: JSON.stringify(body),
        }),
      );
      return { status: response.status, ids: idsOf(await response.json()) };
    };
    const idsOf = ({ result = [] }: { result?: { id: string }[] }) => result.map(({ id }) => id);
    const { userman } = recordedIds.users;
    const list = (userId: string) =>
      ask(recordedTokens2026.viewer, "/zitadel.user.v2.UserService/ListPersonalAccessTokens", {
        filters: [{ userIdFilter: { id: userId } }],
      });
    const use = (token: string) => ask(token, "/management/v1/users/_search", {});

    assertEquals((await use(recordedTokens2026.userman)).status, 200);
    state.updateUser(userman, { state: "USER_STATE_LOCKED" });
    assertEquals((await use(recordedTokens2026.userman)).status, 401);
    assertEquals((await list(userman)).ids, ["401110129405070374"]);
    state.removeUser(userman);
    assertEquals((await list(userman)).ids, []);

    time = Date.UTC(2031, 0, 1) - 1;
    assertEquals((await use(recordedTokens2026.iamviewer)).status, 200);
    assertEquals((await list(recordedIds.users.iamviewer)).ids, ["401110129371515942"]);
    time++;
    assertEquals((await use(recordedTokens2026.iamviewer)).status, 401);
    assert(state.personalAccessTokens.get("401110129371515942") !== undefined);
  });

  it("members of another organization's project are none of a caller's business over v1", async () => {
    const simulator = createRecordedSimulator2026();
    const { billing, gshop } = recordedIds.projects;
    const total = async (projectId: string) => {
      const response = await simulator.fetch(
        new Request(`http://localhost:8081/management/v1/projects/${projectId}/members/_search`, {
          method: "POST",
          headers: { authorization: `Bearer ${recordedTokens2026.viewer}` },
          body: "{}",
        }),
      );
      return (await response.json()).details.totalResult;
    };
    simulator.state.addMembership({
      userId: recordedIds.users.gia,
      role: "PROJECT_OWNER",
      objectId: gshop,
    });
    assertEquals([await total(billing), await total(gshop)], ["2", undefined]);
  });
});
