import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  type Fetch,
  parseSnapshot,
  serializeSnapshot,
  type Snapshot,
  takeSnapshot,
} from "../../mod.ts";
import { createRecordedSimulator, recordedTokens } from "../simulator/seeds/recorded_seed.ts";

/** An exchange with a real ZITADEL. */
interface Exchange {
  as: string | null;
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; headers: Record<string, string>; body: unknown };
}

/** What its database said. */
interface Truth {
  organizationId: string;
  edges: {
    projectId: string;
    project: string;
    roleKey: string;
    userId: string;
    username: string;
    state: string;
  }[];
}

async function fixture<T>(name: string): Promise<T> {
  const url = new URL(`../fixtures/recorded/${name}.json`, import.meta.url);
  return JSON.parse(await Deno.readTextFile(url));
}

/** A list's answer. */
interface ListBody {
  details: { totalResult: string; viewTimestamp: string };
  result: { id: string; name?: string; userName?: string }[];
}

const USER_GRANTS = "/management/v1/users/grants/_search";

/**
 * Answers what was recorded as `viewer`; a request that was not recorded is a mistake.
 *
 * A few were recorded of another instance only, or in parts: they are put together from what is there.
 */
async function recordedFetch(): Promise<Fetch> {
  const files = [
    "organization",
    "permissions",
    "users",
    "projects",
    "project-roles",
    "user-grants",
  ];
  const exchanges = (await Promise.all(files.map((name) => fixture<Exchange[]>(name)))).flat()
    .filter(({ as, request }) => as === "viewer" && !("x-zitadel-orgid" in request.headers));
  const find = (method: string, path: string, text: string) =>
    exchanges.find(({ request: { body = "", ...request } }) =>
      request.method === method && request.path === path &&
      (body === "" ? text === "" : JSON.stringify(body) === text)
    )?.response;
  const list = (path: string, request: unknown) =>
    find("POST", path, JSON.stringify(request))?.body as ListBody;

  const query = { limit: 1000 };
  const projects = list("/management/v1/projects/_search", { query });
  const users = list("/management/v1/users/_search", { query: { limit: 1000, asc: true } });
  const grants = list(USER_GRANTS, { query });
  // The grants of other organizations on own projects were recorded for one project, the only one that has any.
  const onPortal = exchanges.find(({ request: { body } }) =>
    JSON.stringify(body)?.includes("withGrantedQuery")
  )!.response.body as ListBody;
  const known = new Set(grants.result.map(({ id }) => id));
  const all = [...grants.result, ...onPortal.result.filter(({ id }) => !known.has(id))];
  const withGranted = JSON.stringify({
    query,
    queries: [{ withGrantedQuery: { withGranted: true } }],
  });
  // How another instance answered for a user and a project of another organization.
  const byId = await fixture<Exchange[]>("2026-07/by-id");
  const foreign = (path: string) =>
    byId.find(({ request, response }) =>
      request.path.startsWith(path) && JSON.stringify(response.body).includes("MANAG-")
    )!.response;

  return async (request) => {
    const { pathname } = new URL(request.url);
    const text = await request.text();
    const put = (body: unknown, status = 200) =>
      new Response(JSON.stringify(body), {
        status,
        headers: { "content-type": "application/json" },
      });
    if (pathname === USER_GRANTS && text === withGranted) {
      const details = { ...grants.details, totalResult: String(all.length) };
      return put({ details, result: all });
    }
    if (pathname === "/auth/v1/users/me") {
      return put({ user: users.result.find(({ userName }) => userName === "sync-viewer") });
    }
    // The built-in project was not asked for its roles; projects.json shows it, truth.json has no edge on it.
    const builtIn = projects.result.find(({ name }) => name === "ZITADEL")!;
    if (pathname === `/management/v1/projects/${builtIn.id}/roles/_search`) {
      return put({ details: { viewTimestamp: projects.details.viewTimestamp } });
    }
    const isById = request.method === "GET" && /^\/management\/v1\/(users|projects)\/\d+$/;
    if (isById && isById.test(pathname)) {
      const response = foreign(pathname.slice(0, pathname.lastIndexOf("/")));
      return put(response.body, response.status);
    }
    const response = find(request.method, pathname, text);
    if (response === undefined) {
      throw new Error(`not recorded: ${request.method} ${pathname} ${text}`);
    }
    const { status, headers, body } = response;
    return new Response(JSON.stringify(body), { status, headers });
  };
}

/** The edges of a snapshot, as `truth.json` writes them. */
function listEdges(snapshot: Snapshot): Truth["edges"] {
  const users = new Map(snapshot.users.map((user) => [user.id, user]));
  const groups = new Map(snapshot.groups.map((group) => [group.id, group]));
  const entitlements = new Map(snapshot.entitlements.map((row) => [row.id, row]));
  return snapshot.grants.map(({ groupId, entitlementId, userId, state }) => ({
    projectId: groupId,
    project: groups.get(groupId)!.name!,
    roleKey: entitlements.get(entitlementId)!.roleKey,
    userId,
    username: users.get(userId)!.username!,
    state,
  }));
}

const byKeys = ({ projectId, roleKey, userId }: Truth["edges"][number]) =>
  JSON.stringify([projectId, roleKey, userId]);

function sorted(edges: Truth["edges"]): Truth["edges"] {
  return edges.toSorted((a, b) => (byKeys(a) < byKeys(b) ? -1 : 1));
}

describe("sync: recorded", () => {
  it("the recorded answers of a real ZITADEL come out as exactly the edges of its database", async () => {
    const truth = await fixture<Truth>("truth");
    const snapshot = await takeSnapshot({
      instanceUrl: "http://localhost:8081",
      token: "the-recording-holds-none",
      runtime: { random: () => 0, fetch: await recordedFetch() },
    });
    assertEquals(sorted(listEdges(snapshot)), sorted(truth.edges));
    assertEquals(snapshot.organization, {
      id: truth.organizationId,
      name: "Acme",
      primaryDomain: "acme.localhost",
      state: "active",
    });
    assertEquals(snapshot.counts, { users: 18, groups: 5, entitlements: 7, grants: 14 });
    assertEquals(snapshot.evidence.map(({ list, method }) => `${list} ${method}`), [
      "users statement",
      "groups statement",
      ...new Array(5).fill("entitlements statement"),
      "grants statement",
    ]);
    assertEquals(parseSnapshot([...serializeSnapshot(snapshot)].join("")), snapshot);
  });

  it("a snapshot of the recorded organization says of each person what ZITADEL said", async () => {
    const { users, notes } = await takeSnapshot({
      instanceUrl: "http://localhost:8081",
      token: "the-recording-holds-none",
      runtime: { random: () => 0, fetch: await recordedFetch() },
    });
    const user = (name: string) => users.find(({ username }) => username === name)!;
    assertEquals(user("ann"), {
      id: "400958396011908134",
      type: "human",
      state: "active",
      username: "ann",
      displayName: "Ann Lee",
      firstName: "Ann",
      lastName: "Lee",
      email: "ann@acme.test",
      emailVerified: true,
      preferredLoginName: "ann",
      loginNames: ["ann"],
      organizationId: "400958386398628902",
      external: false,
      createdAt: "2026-11-24T02:03:48.683584Z",
      updatedAt: "2026-11-24T02:03:48.683584Z",
    });
    assertEquals(
      [user("dan"), user("eve"), user("fay"), user("ci-bot")].map((
        { state, type },
      ) => [state, type]),
      [["initial", "human"], ["locked", "human"], ["inactive", "human"], ["active", "machine"]],
    );
    assertEquals(user("dan").emailVerified, false);
    assertEquals([user("gia").external, user("gia").organizationId], [true, "400958395860913190"]);
    assertEquals(notes, [
      {
        code: "authorizations-without-roles",
        authorizations: ["400958412420025382", "400958412436802598"],
      },
      {
        code: "grants-by-other-organizations",
        count: 1,
        groups: [{ groupId: "400958411899931686", count: 1 }],
      },
      { code: "grants-on-foreign-groups", count: 1 },
      { code: "other-organizations-unknown" },
    ]);
  });

  it("the simulator, seeded as the real ZITADEL was, gives the same snapshot", async () => {
    const simulator = createRecordedSimulator();
    const options = { instanceUrl: "http://localhost:8081" };
    const now = () => 0;
    const real = await takeSnapshot({
      ...options,
      token: "x",
      runtime: { random: () => 0, fetch: await recordedFetch(), now },
    });
    const ours = await takeSnapshot({
      ...options,
      token: recordedTokens.viewer,
      runtime: { fetch: simulator.fetch, now },
    });
    const comparable = ({ evidence: _, ...snapshot }: Snapshot) => snapshot;
    assertEquals(comparable(ours), comparable(real));
  });
});
