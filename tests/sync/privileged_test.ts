/**
 * Who administers, and what machines sign in with: complete, and only where it was asked for.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  checkAccess,
  parseSnapshot,
  type Snapshot,
  stringifySnapshot,
  SyncError,
  takeSnapshot,
  type TakeSnapshotOptions,
} from "../../mod.ts";
import { faults } from "../simulator/faults.ts";
import type { Seed, SeedMembership } from "../simulator/seed.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";
import truth from "../fixtures/recorded/2026-07/truth-v2.json" with { type: "json" };
import { RANDOM_TOKEN, randomSeed } from "../simulator/seeds/random_seed.ts";
import {
  createRecordedSimulator2026,
  recordedIds,
  recordedTokens2026,
} from "../simulator/seeds/recorded_2026_07_seed.ts";

const ALL = ["administrators", "credentials"] as const;
const LIST_ADMINISTRATORS =
  "/zitadel.internal_permission.v2.InternalPermissionService/ListAdministrators";

async function take(
  simulator: Simulator,
  token: string,
  options: Partial<TakeSnapshotOptions> = {},
): Promise<Snapshot> {
  const snapshot = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:8081",
    token,
    runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
    include: ALL,
    ...options,
  });
  // What is written is what is read back, references and digest included.
  assertEquals(parseSnapshot(stringifySnapshot(snapshot)), snapshot);
  return snapshot;
}

const SCOPES = {
  instance: "instance",
  organization: "organization",
  project: "project",
  projectGrant: "project-grant",
};

/** What the database says of who administers, as ids of grants: `may` tells which rows the token may see. */
function expectedGrants(may: (row: typeof truth.administrators[number]) => boolean): string[] {
  return truth.administrators.filter(may).flatMap((row) => {
    const scope = SCOPES[row.scope as keyof typeof SCOPES];
    const of = row.projectGrant ?? row.project ?? row.organization ?? "127.0.0.1:8081";
    return row.roles.map((role) => `administration:${scope}:${of}:${role}:user:${row.user}`);
  }).sort();
}

const isAcmes = ({ organization, grantedOrganization }: typeof truth.administrators[number]) =>
  organization === recordedIds.acme || grantedOrganization === recordedIds.acme;

function administrationGrants({ grants }: Snapshot): string[] {
  return grants.filter(({ authorizations }) => authorizations.length === 0).map(({ id }) => id)
    .sort();
}

/** The ways in which it is read. */
const WAYS: [name: string, client: { pageSize?: number }][] = [
  ["in one page", {}],
  ["in pages of 2", { pageSize: 2 }],
];

describe("sync: privileged", () => {
  for (const [way, client] of WAYS) {
    it(`${way}: the recorded organization gives exactly what its database says, but for what the viewer may not see`, async () => {
      const { viewer } = recordedTokens2026;
      const snapshot = await take(createRecordedSimulator2026(), viewer, client);
      assertEquals(administrationGrants(snapshot), expectedGrants(isAcmes));
      assert(snapshot.notes.some(({ code }) => code === "instance-administrators-unknown"));

      const users = new Map(snapshot.users.map((user) => [user.id, user]));
      for (const { user, userOrganization } of truth.administrators.filter(isAcmes)) {
        assertEquals(users.get(user)?.external, userOrganization !== recordedIds.acme);
      }
      const expected = [
        ...truth.personalAccessTokens.map((row) => ({ ...row, kind: "personal-access-token" })),
        ...truth.keys.map((row) => ({ ...row, kind: "key" })),
      ].filter(({ organization }) => organization === recordedIds.acme)
        .map(({ id, kind, user, expires }) => [
          id,
          kind,
          user,
          expires.startsWith("9999") ? undefined : Date.parse(expires),
        ]);
      assertEquals(
        snapshot.credentials!.map(({ id, kind, userId, expiresAt }) => [
          id,
          kind,
          userId,
          expiresAt === undefined ? undefined : Date.parse(expiresAt),
        ]),
        [
          ...expected,
          ...truth.machinesWithSecret.map((
            id,
          ) => [`client-secret:${id}`, "client-secret", id, undefined]),
        ].sort(([a], [b]) => String(a) < String(b) ? -1 : 1),
      );
    });

    it(`${way}: a token that may read the instance sees who administers that, too`, async () => {
      const snapshot = await take(
        createRecordedSimulator2026(),
        recordedTokens2026.iamviewer,
        { ...client, organizationId: recordedIds.acme },
      );
      assertEquals(
        administrationGrants(snapshot),
        expectedGrants((row) => isAcmes(row) || row.scope === "instance"),
      );
      assert(!snapshot.notes.some(({ code }) => code === "instance-administrators-unknown"));
    });

    it(`${way}: administrators that come and go meanwhile do not hide others`, async () => {
      const members = new Set(demoSeed.memberships.map(({ userId }) => userId));
      const guests = demoSeed.users
        .filter(({ id, organizationId }) =>
          organizationId === DEMO_ORGANIZATION_ID && !members.has(id)
        )
        .slice(0, 4).map(({ id }) => id);
      const stays = demoSeed.memberships.filter(({ role }) => !role.startsWith("IAM"));
      for (let turn = 0; turn < 12; turn++) {
        let edits = 0;
        const simulator = createSimulator({
          seed: demoSeed,
          afterRequest: ({ path }, { state }) => {
            // Six edits, while administrators are read.
            if (!/members|Administrators/.test(path) || edits >= 6 || ++edits % 3 === turn % 3) {
              return;
            }
            const userId = guests[(turn + edits) % guests.length]!;
            const isMember = [...state.memberships.by("userId", userId)].length > 0;
            if (isMember) state.removeMembership(userId, "ORG_USER_MANAGER", DEMO_ORGANIZATION_ID);
            else {state.addMembership({
                userId,
                role: "ORG_USER_MANAGER",
                objectId: DEMO_ORGANIZATION_ID,
              });}
          },
        });
        const snapshot = await take(simulator, DEMO_TOKEN, { ...client, concurrency: 1 });
        const found = administrationGrants(snapshot);
        assertEquals(new Set(found).size, found.length);
        for (const { userId, role, objectId } of stays) {
          assert(
            found.some((id) => id.endsWith(`:${objectId}:${role}:user:${userId}`)),
            `${role} of ${userId}`,
          );
        }
      }
    });
  }

  it("without the option no request is sent and no byte is written of it", async () => {
    const plain = createSimulator({ seed: demoSeed });
    const more = createSimulator({ seed: demoSeed });
    const now = () => Date.UTC(2026, 10, 25);
    const without = await take(plain, DEMO_TOKEN, {
      include: undefined,
      runtime: { fetch: plain.fetch, now },
    });
    const empty = await take(more, DEMO_TOKEN, {
      include: [],
      runtime: { fetch: more.fetch, now },
    });
    const withoutTimes = (snapshot: Snapshot) => stringifySnapshot({ ...snapshot, evidence: [] });
    assertEquals(withoutTimes(empty), withoutTimes(without));
    assertEquals(
      plain.requests.filter(({ path }) => /zitadel\.|members|pats|keys|projectgrants/.test(path)),
      [],
    );
    assertEquals(Object.keys(without).includes("credentials"), false);

    const included = await take(createSimulator({ seed: demoSeed }), DEMO_TOKEN);
    // What else is read is the same, whatever is asked for beside it.
    const projects = included.groups.filter(({ kind }) => kind === "project");
    assertEquals(projects, without.groups);
    assertEquals(
      included.grants.filter(({ authorizations }) => authorizations.length > 0),
      without.grants,
    );
  });

  it("1,000 projects and 300 administrators take 10 requests more at most", async () => {
    const seed = randomSeed({ users: 400, projects: 1000, userGrants: 10 });
    const memberships = seed.users.slice(0, 300).map(({ id }, i): SeedMembership => ({
      userId: id,
      role: "PROJECT_OWNER",
      objectId: seed.projects[i * 3]!.id,
    }));
    const more: Seed = { ...seed, memberships: [...seed.memberships, ...memberships] };
    const count = async (options: Partial<TakeSnapshotOptions>) => {
      const simulator = createSimulator({ seed: more });
      const snapshot = await take(simulator, RANDOM_TOKEN, options);
      return { requests: simulator.requests.length, snapshot };
    };
    const plain = await count({ include: undefined });
    const both = await count({});
    assertEquals(administrationGrants(both.snapshot).length, 301);
    // Only the organization and the projects that somebody administers are groups of administration.
    const { groups } = both.snapshot;
    assertEquals(groups.filter(({ kind }) => kind !== "project").length, 301);
    assert(both.requests - plain.requests <= 10, `${both.requests - plain.requests} requests more`);
  });

  it("administrators in pages come all, also where pages cut through the rows of a user, or of a moment", async () => {
    const seed = randomSeed({ users: 60, projects: 100, userGrants: 10 });
    const memberships = seed.projects.flatMap(({ id }, i) =>
      Array.from({ length: 7 }, (_, n): SeedMembership => ({
        userId: seed.users[(i + n * 8) % 59 + 1]!.id,
        role: "PROJECT_OWNER",
        objectId: id,
        // Two of each project were made at once.
        createdAt: new Date(Date.UTC(2026, 0, 5) + i * 60_000 + Math.max(1, n) * 1000)
          .toISOString(),
      }))
    );
    for (const pageSize of [10, 100, undefined]) {
      const simulator = createSimulator({
        seed: { ...seed, memberships: [...seed.memberships, ...memberships] },
      });
      const snapshot = await take(simulator, RANDOM_TOKEN, {
        include: ["administrators"],
        pageSize,
      });
      const found = administrationGrants(snapshot).filter((id) => id.includes(":project:"));
      assertEquals(found.length, memberships.length, `pages of ${pageSize}`);
    }
  });

  it("a server without v2 is told as such, by the sync and by checkAccess", async () => {
    const { viewer: token } = recordedTokens2026;
    for (
      const [include, service] of [
        ["administrators", "zitadel.internal_permission.v2.InternalPermissionService"],
        ["credentials", "zitadel.user.v2.UserService"],
      ] as const
    ) {
      const options = { include: [include] };
      const error = await assertRejects(
        () => take(createRecordedSimulator2026({ v2: false }), token, options),
        SyncError,
      );
      assertEquals(error.code, "CONFIG_INVALID");
      assert(error.message.startsWith(`There is no ${service} at this address`), error.message);
      assert(error.message.includes("administrators and credentials need it"), error.message);
      assert(error.hint!.includes("version 4"), error.hint);
      const check = async (v2: boolean) =>
        (await checkAccess({
          ...options,
          instanceUrl: "http://127.0.0.1:8081",
          token,
          runtime: {
            fetch: createRecordedSimulator2026({ v2 }).fetch,
            delay: () => Promise.resolve(),
          },
        })).filter(({ id }) => id === include);
      const [failed] = await check(false);
      assertEquals([failed!.status, failed!.detail], ["failed", error.message]);
      assertEquals(await check(true), [{
        id: include,
        status: "ok",
        detail: include === "administrators"
          ? "7 of the organization"
          : "9 personal access tokens, 2 keys",
      }]);
    }
  });

  it("a role of a newer ZITADEL is kept by its name, a scope of one ends the sync", async () => {
    const seed: Seed = {
      ...demoSeed,
      memberships: [...demoSeed.memberships, {
        userId: demoSeed.users[1]!.id,
        role: "ORG_OWNER",
        otherRoles: ["ORG_ROBOT_WRANGLER"],
        objectId: DEMO_ORGANIZATION_ID,
      }],
    };
    const snapshot = await take(createSimulator({ seed }), DEMO_TOKEN);
    assert(snapshot.entitlements.some(({ roleKey }) => roleKey === "ORG_ROBOT_WRANGLER"));

    const body = JSON.stringify({
      pagination: { totalResult: "1", appliedLimit: "1000" },
      administrators: [{ user: { id: "1" }, galaxy: { id: "2" }, roles: ["GALAXY_OWNER"] }],
    });
    const error = await refuse(body);
    assertEquals(error.code, "RESPONSE_INVALID");
    assert(error.message.includes("administrators"), error.message);
  });

  it("rows that ZITADEL counts and does not show end the sync, as do rows of something else", async () => {
    const hidden = await refuse(
      JSON.stringify({ pagination: { totalResult: "3", appliedLimit: "1000" } }),
    );
    assertEquals([hidden.code, hidden.message], [
      "PERMISSION_MISSING",
      `POST ${LIST_ADMINISTRATORS} counts administrators that it does not show: the token's user may not see all of them`,
    ]);
    const foreign = await refuse(JSON.stringify({
      pagination: { totalResult: "1", appliedLimit: "1000" },
      administrators: [{ user: { id: "1" }, organization: { id: "7" }, roles: ["ORG_OWNER"] }],
    }));
    assertEquals(foreign.code, "FOREIGN_ROW");
    const empty = await refuse("{}");
    assertEquals(empty.code, "RESPONSE_INVALID");
  });

  it("a token that may not see administrators is refused before the first list, and check names the role", async () => {
    const token = "user-manager";
    const userId = demoSeed.users.find(({ userName }) => userName === "till-01")!.id;
    const seed: Seed = {
      ...demoSeed,
      memberships: [...demoSeed.memberships, {
        userId,
        role: "ORG_USER_MANAGER",
        objectId: DEMO_ORGANIZATION_ID,
      }],
      tokens: [...demoSeed.tokens, { token, userId, id: "1", expiresAt: "2099-01-01T00:00:00Z" }],
    };
    const simulator = createSimulator({ seed });
    const error = await assertRejects(() => take(simulator, token), SyncError);
    assertEquals(error.code, "PERMISSION_MISSING");
    assert(error.message.includes("org.member.read missing"), error.message);
    assert(error.hint?.includes("ORG_OWNER_VIEWER"), error.hint);
    assertEquals(simulator.requests.some(({ path }) => path.endsWith("users/_search")), false);

    const results = await checkAccess({
      instanceUrl: "http://127.0.0.1:8081",
      token,
      include: ["administrators"],
      runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
    });
    const missing = results.find(({ id }) => id === "permission:org.member.read");
    assertEquals(missing?.status, "failed");
  });

  it("what a snapshot does not know is refused by name", async () => {
    const error = await assertRejects(
      () =>
        take(createSimulator({ seed: demoSeed }), DEMO_TOKEN, {
          include: ["secrets" as "credentials"],
        }),
      SyncError,
    );
    assertEquals([error.code, error.message], [
      "CONFIG_INVALID",
      "include holds secrets; it can hold administrators, credentials, history",
    ]);
  });

  it("no secret is in a snapshot, nor a scope", async () => {
    const simulator = createRecordedSimulator2026();
    const text = stringifySnapshot(await take(simulator, recordedTokens2026.viewer));
    for (const token of Object.values(recordedTokens2026)) assert(!text.includes(token));
    assert(!text.includes("scopes") && !text.includes("KEY_TYPE_JSON"));
  });

  it("two syncs of a quiet organization give the same lists whichever way they were read", async () => {
    const digests = new Set<string>();
    for (const [, client] of WAYS) {
      const snapshot = await take(
        createRecordedSimulator2026(),
        recordedTokens2026.viewer,
        client,
      );
      digests.add(snapshot.digest);
    }
    assertEquals(digests.size, 1);
  });
});

/** The error that this answer of `ListAdministrators` ends in. */
async function refuse(body: string): Promise<SyncError> {
  const simulator = createSimulator({
    seed: demoSeed,
    onRequest: ({ path }) =>
      path === LIST_ADMINISTRATORS
        ? faults.answer(200, { "content-type": "application/json" }, body)
        : undefined,
  });
  return await assertRejects(() => take(simulator, DEMO_TOKEN), SyncError);
}
