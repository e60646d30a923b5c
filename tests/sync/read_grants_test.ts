/**
 * User grants of an organization that is too busy for its list to be proven: project by project, and checked against the
 * whole.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError, takeSnapshot } from "../../mod.ts";
import { createSimulator, type SeenRequest, type Simulator } from "../simulator/simulator.ts";
import {
  ACME,
  PORTAL,
  SHOP,
  twoOrganizations,
  VIEWER_TOKEN,
} from "../helpers/two_organizations.ts";

const GRANTS = "/management/v1/users/grants/_search";
const [HIGH, LOW] = ["349999999999999999", "340000000000000000"];

interface GrantsBody {
  query: { offset?: number };
  queries: { projectIdQuery?: { projectId: string } }[];
}

/** The project that a request for user grants is filtered by; `undefined` if it is for all of them. */
function projectOf({ body }: SeenRequest): string | undefined {
  return (body as GrantsBody).queries.find(({ projectIdQuery }) => projectIdQuery)
    ?.projectIdQuery?.projectId;
}

/**
 * While all user grants are read, one is behind every page that is made: it comes after the page that would show it, and
 * goes before the next one.
 */
function createBusySimulator(): Simulator {
  let isDisturbing = true;
  const put = ({ state }: Simulator, id: string, userId: string) => {
    for (const other of [HIGH, LOW]) {
      if (state.userGrants.get(other) !== undefined) state.removeUserGrant(other);
    }
    state.addUserGrant({
      id,
      organizationId: ACME,
      userId,
      projectId: SHOP,
      roleKeys: ["reader"],
    });
  };
  return createSimulator({
    seed: twoOrganizations,
    mode: "v4.20",
    maxQueryLimit: 3,
    plan: "index",
    onRequest: (request, simulator) => {
      if (request.path !== GRANTS) return;
      if (projectOf(request) !== undefined) isDisturbing = false;
      if (!isDisturbing) return;
      const { offset = 0 } = (request.body as GrantsBody).query;
      put(simulator, offset === 0 ? HIGH : LOW, "320000000000000003");
    },
  });
}

// deno-lint-ignore no-explicit-any -- what a test makes of an answer
type Body = any;

function take(simulator: Simulator, change: (body: Body) => void = () => {}) {
  return takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    concurrency: 1,
    runtime: {
      fetch: async (request) => {
        const response = await simulator.fetch(request);
        if (!request.url.endsWith(GRANTS) || response.status !== 200) return response;
        const body = await response.json();
        change(body);
        return Response.json(body);
      },
    },
  });
}

/** Takes a row out of an answer, as if it had never been there. */
function without(body: Body, id: string): void {
  const left = body.result?.filter((row: { id: string }) => row.id !== id) ?? [];
  if (left.length === (body.result?.length ?? 0)) return;
  body.details.totalResult = String(Number(body.details.totalResult) - 1);
  body.result = left;
}

describe("sync: read grants", () => {
  it("user grants whose list cannot be proven are read project by project, what is foreign too", async () => {
    const simulator = createBusySimulator();
    const { grants, evidence, notes } = await take(simulator);
    const authorizations = grants.flatMap(({ authorizations }) => authorizations);
    for (const id of ["340000000000000001", "340000000000000002", "340000000000000005"]) {
      assert(authorizations.includes(id), id);
    }
    const parts = evidence.filter(({ list }) => list === "grants");
    const groupIds = new Set(parts.map(({ groupId }) => groupId));
    assert(groupIds.has(SHOP) && groupIds.has(PORTAL));
    assertEquals(notes.find(({ code }) => code === "grants-on-foreign-groups"), {
      code: "grants-on-foreign-groups",
      count: 1,
    });
    assertEquals(
      notes.find(({ code }) => code === "grants-by-other-organizations")?.code,
      "grants-by-other-organizations",
    );
  });

  it("what the projects' lists lack of the whole is looked for, and found", async () => {
    const lost = "340000000000000005";
    const simulator = createBusySimulator();
    const { grants } = await take(simulator, (body) => {
      const request = simulator.requests.at(-1)!;
      if (projectOf(request) !== undefined) without(body, lost);
    });
    assert(grants.some(({ authorizations }) => authorizations.includes(lost)));
  });

  it("what is announced of the whole and in none of the lists ends the sync", async () => {
    const lost = "340000000000000005";
    const simulator = createBusySimulator();
    const error = await assertRejects(
      () =>
        take(simulator, (body) => {
          const request = simulator.requests.at(-1)!;
          if (projectOf(request) !== undefined) return without(body, lost);
          // Hidden from the pages, though it is counted: another row stands in its place.
          const rows: { id: string }[] = body.result ?? [];
          const at = rows.findIndex(({ id }) => id === lost);
          if (at < 0) return;
          rows[at] = { ...rows[at]!, id: "340000000000000001" };
          if (rows.filter(({ id }) => id === "340000000000000001").length > 1) rows.splice(at, 1);
        }),
      SyncError,
    );
    assertEquals(error.code, "INCONSISTENT");
    const filtered = simulator.requests.filter(({ path }) => path === GRANTS)
      .findIndex((request) => projectOf(request) !== undefined);
    assert(filtered > 0, "the projects' lists were read before");
  });
});
