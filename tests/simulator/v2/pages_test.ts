import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import type { SeedMembership } from "../seed.ts";
import { RANDOM_ORGANIZATION_ID, RANDOM_TOKEN, randomSeed } from "../seeds/random_seed.ts";
import { createSimulator, type Simulator } from "../simulator.ts";

interface Row {
  creationDate: string;
  user: { id: string; organizationId?: string; preferredLoginName?: string; displayName?: string };
  project?: { id: string };
}

async function listAdministrators(
  simulator: Simulator,
  body: { sortingColumn?: string; pagination: { limit: number; offset?: number; asc?: boolean } },
): Promise<Row[]> {
  const path = "/zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators";
  const response = await simulator.fetch(
    new Request(`http://zitadel.localhost${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${RANDOM_TOKEN}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
  assertEquals(response.status, 200);
  return (await response.json()).administrators ?? [];
}

async function readAll(simulator: Simulator, column: string, limit: number): Promise<Set<string>> {
  const keys = new Set<string>();
  for (let offset = 0;; offset += limit) {
    const page = await listAdministrators(simulator, {
      sortingColumn: `ADMINISTRATOR_FIELD_NAME_${column}`,
      pagination: { limit, offset, asc: true },
    });
    for (const { user, project } of page) keys.add(`${user.id} ${project?.id}`);
    if (page.length < limit) return keys;
  }
}

/** Seven members, the same for each project. */
function createBusyAdministration(): Simulator {
  const seed = randomSeed({ users: 10, projects: 12, userGrants: 1 });
  const members = seed.projects.flatMap((project) =>
    seed.users.slice(0, 7).map((user): SeedMembership => ({
      userId: user.id,
      role: "PROJECT_OWNER",
      objectId: project.id,
    }))
  );
  return createSimulator({ seed: { ...seed, memberships: [...seed.memberships, ...members] } });
}

describe("simulator: pages of v2 lists", () => {
  it("sorted by user id, pages that cut through a user's rows lose some of them, the same at each reading", async () => {
    const simulator = createBusyAdministration();
    const first = await readAll(simulator, "USER_ID", 10);
    assert(first.size < 85, `${first.size} of 85`);
    assertEquals(await readAll(simulator, "USER_ID", 10), first);
    assertEquals((await readAll(simulator, "USER_ID", 100)).size, 85);
  });

  it("sorted by creation date there are no ties, and no page loses a row", async () => {
    const simulator = createBusyAdministration();
    for (const limit of [1, 3, 10, 84, 100]) {
      assertEquals((await readAll(simulator, "CREATION_DATE", limit)).size, 85);
    }
  });

  it("a member whose user was removed may stay listed, and its user is not found", async () => {
    const simulator = createBusyAdministration();
    const [gone, other] = simulator.state.users.all();
    const { id: userId, userName: preferredLoginName } = gone!;
    simulator.state.removeUser(userId, { staysMember: true });
    simulator.state.removeUser(other!.id);
    const rows = await listAdministrators(simulator, { pagination: { limit: 1000 } });
    assertEquals(rows.filter(({ user }) => user.id === other!.id), []);
    const left = rows.filter(({ user }) => user.id === userId);
    assertEquals(left.length, 12);
    assertEquals(left[0]!.user, {
      id: userId,
      preferredLoginName,
      organizationId: RANDOM_ORGANIZATION_ID,
    });
    const found = await simulator.fetch(
      new Request(`http://zitadel.localhost/management/v1/users/${userId}`, {
        headers: { authorization: `Bearer ${RANDOM_TOKEN}` },
      }),
    );
    assertEquals([found.status, (await found.json()).details[0].id], [404, "QUERY-Dfbg2"]);
  });
});
