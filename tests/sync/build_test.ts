import { assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { SyncError, type User } from "../../mod.ts";
import { buildContent, type Content, type Rows } from "../../src/sync/build.ts";
import {
  authorizations,
  toEntitlement,
  toGroup,
  toUnlistedUser,
  toUser,
} from "../../src/sync/rows.ts";
import type { UserGrant, WireUser } from "../../src/zitadel/api/wire.ts";

const ACME = "1";
const details = {
  resourceOwner: ACME,
  creationDate: "2026-01-01T00:00:00Z",
  changeDate: "2026-01-02T00:00:00Z",
};
const user = (id: string, more: Partial<WireUser> = {}): WireUser => ({
  id,
  details,
  loginNames: [id],
  ...more,
});
const project = (id: string) => ({ id, details });
const role = (key: string) => ({ key, details });
const userGrant = (
  id: string,
  userId: string,
  projectId: string,
  roleKeys?: string[],
  more: Partial<UserGrant> = {},
): UserGrant => ({
  id,
  details,
  userId,
  projectId,
  state: "USER_GRANT_STATE_ACTIVE",
  ...(roleKeys && { roleKeys }),
  ...more,
});

function build(rows: {
  users?: WireUser[];
  projects?: { id: string; details: typeof details }[];
  roles?: Record<string, string[]>;
  userGrants: UserGrant[];
  others?: User[];
  foreignGroups?: string[];
  gone?: { users?: string[]; groups?: string[] };
}): Promise<Content> {
  const users = (rows.users ?? []).map(toUser);
  const toAuthorization = authorizations(new Map(users.map((user) => [user.id, user])), ACME);
  return buildContent(
    {
      users: [...users, ...rows.others ?? []],
      groups: (rows.projects ?? []).map(toGroup),
      entitlements: Object.entries(rows.roles ?? {}).flatMap(([projectId, keys]) =>
        keys.map((key) => toEntitlement(projectId, role(key)))
      ),
      authorizations: rows.userGrants.map((row) => [toAuthorization(row)]),
      foreignGroups: new Set(rows.foreignGroups),
      gone: {
        users: new Set(rows.gone?.users),
        groups: new Set(rows.gone?.groups),
      },
    } satisfies Rows,
  );
}

describe("sync: build", () => {
  it("a user grant gives an edge for each of its roles, a repeated role once", async () => {
    const { grants, notes } = await build({
      users: [user("u")],
      projects: [project("p")],
      roles: { p: ["a", "b"] },
      userGrants: [userGrant("g", "u", "p", ["b", "a", "b"])],
    });
    assertEquals(grants.map(({ id, authorizations }) => [id, authorizations]), [
      ["project:p:a:user:u", ["g"]],
      ["project:p:b:user:u", ["g"]],
    ]);
    assertEquals(notes, []);
  });

  it("two user grants of the same role are one edge, in force if either is", async () => {
    const { grants } = await build({
      users: [user("u")],
      projects: [project("p")],
      roles: { p: ["a"] },
      userGrants: [
        userGrant("g2", "u", "p", ["a"], {
          state: "USER_GRANT_STATE_INACTIVE",
          details: {
            resourceOwner: ACME,
            creationDate: "2025-06-01T00:00:00Z",
            changeDate: "2026-01-02T00:00:00.500Z",
          },
        }),
        userGrant("g1", "u", "p", ["a"]),
      ],
    });
    assertEquals(grants, [{
      id: "project:p:a:user:u",
      entitlementId: "project:p:a",
      groupId: "p",
      userId: "u",
      state: "active",
      authorizations: ["g1", "g2"],
      createdAt: "2025-06-01T00:00:00Z",
      updatedAt: "2026-01-02T00:00:00.500Z",
    }]);
  });

  it("a role that is held and not defined becomes an entitlement that says so", async () => {
    const { entitlements } = await build({
      users: [user("u")],
      projects: [project("p")],
      roles: { p: ["a"] },
      userGrants: [userGrant("g", "u", "p", ["ghost"])],
    });
    assertEquals(entitlements.map(({ roleKey, defined }) => [roleKey, defined]), [
      ["a", true],
      ["ghost", false],
    ]);
  });

  it("a user of another organization is external, with what the grant says of it", async () => {
    const row = userGrant("g", "u", "p", ["a"], {
      userName: "gia",
      displayName: "Gia",
      email: "gia@globex.test",
      userType: "TYPE_HUMAN",
      grantedOrgId: "2",
    });
    const { users, notes } = await build({
      projects: [project("p")],
      others: [toUnlistedUser(row, { external: true, organizationId: ACME })],
      userGrants: [row],
    });
    assertEquals(users, [{
      id: "u",
      type: "human",
      state: "unknown",
      username: "gia",
      displayName: "Gia",
      email: "gia@globex.test",
      organizationId: "2",
      external: true,
    }]);
    assertEquals(notes, []);
  });

  it("what makes no edge is in the notes", async () => {
    const own = userGrant("own", "removed", "p", ["a"], { grantedOrgId: ACME });
    const partner = { details: { ...details, resourceOwner: "2" }, projectGrantId: "pg" };
    const { grants, notes, users } = await build({
      users: [user("u", { loginNames: [] }), user("v")],
      projects: [project("p")],
      others: [toUnlistedUser(own, { external: false, organizationId: ACME })],
      foreignGroups: ["other"],
      userGrants: [
        userGrant("none", "u", "p"),
        userGrant("foreign", "u", "other", ["a"]),
        userGrant("lost", "u", "gone", ["a"]),
        userGrant("partner", "z", "p", ["a"], partner),
        own,
      ],
    });
    assertEquals(grants.map(({ id }) => id), ["project:p:a:user:removed"]);
    assertEquals(notes, [
      { code: "authorizations-without-roles", authorizations: ["none"] },
      {
        code: "grants-by-other-organizations",
        count: 1,
        groups: [{ groupId: "p", count: 1 }],
      },
      { code: "grants-on-foreign-groups", count: 1 },
      { code: "groups-not-listed", groupIds: ["gone"], authorizations: ["lost"] },
      { code: "users-not-listed", userIds: ["removed"] },
      { code: "users-without-login-name", userIds: ["u"] },
    ]);
    assertEquals(users.map(({ id, external }) => [id, external]), [
      ["removed", false],
      ["u", false],
      ["v", false],
    ]);
  });

  it("a project that was granted to its own organization is its own all the same", async () => {
    const { grants, notes } = await build({
      users: [user("u")],
      projects: [project("p")],
      roles: { p: ["a"] },
      userGrants: [
        userGrant("direct", "u", "p", ["a"], { state: "USER_GRANT_STATE_INACTIVE" }),
        userGrant("granted", "u", "p", ["a"], { projectGrantId: "pg" }),
      ],
    });
    assertEquals(grants.map(({ state, authorizations }) => [state, authorizations]), [
      ["active", ["direct", "granted"]],
    ]);
    assertEquals(notes, []);
  });

  it("grants of users and on projects that have been removed meanwhile are left out", async () => {
    const { grants, notes } = await build({
      users: [user("u")],
      projects: [project("p")],
      roles: { p: ["a"] },
      gone: { users: ["removed"], groups: ["removed"] },
      userGrants: [
        userGrant("1", "u", "p", ["a"]),
        userGrant("2", "removed", "p", ["a"]),
        userGrant("3", "u", "removed", ["a"]),
      ],
    });
    assertEquals(grants.map(({ authorizations }) => authorizations), [["1"]]);
    assertEquals(notes, []);
  });

  it("lists are in code-unit order, also where a role key looks like the id of a grant", async () => {
    const keys = ["a", "a:user:b", "a2", "A", "ä", "役", "😀", "\uffff", ":"];
    const { entitlements, grants } = await build({
      users: [user("b"), user("c")],
      projects: [project("p"), project("p2")],
      roles: { p: keys, p2: keys },
      userGrants: ["p", "p2"].flatMap((id) => [
        userGrant(`g-${id}-b`, "b", id, keys),
        userGrant(`g-${id}-c`, "c", id, keys),
      ]),
    });
    for (const rows of [entitlements, grants]) {
      const ids = rows.map(({ id }) => id);
      assertEquals(ids, ids.toSorted((a, b) => (a < b ? -1 : 1)));
    }
    assertEquals(grants.length, 2 * 2 * keys.length);
  });

  it("ids that would make two edges one are refused, not merged", async () => {
    const error = await assertRejects(
      () =>
        build({
          users: [user("u"), user("b:user:u")],
          projects: [project("p")],
          roles: { p: ["a", "a:user:b"] },
          userGrants: [
            userGrant("g1", "u", "p", ["a:user:b"]),
            userGrant("g2", "b:user:u", "p", ["a"]),
          ],
        }),
      SyncError,
    );
    assertEquals(error.code, "RESPONSE_INVALID");
  });

  it("what ZITADEL does not say is absent, never empty", async () => {
    const { users } = await build({
      users: [user("u", {
        userName: "",
        loginNames: [""],
        state: "USER_STATE_FROM_THE_FUTURE",
        human: { profile: { firstName: "" }, email: { email: "" } },
      })],
      userGrants: [],
    });
    assertEquals(users, [{
      id: "u",
      type: "human",
      state: "unknown",
      organizationId: ACME,
      external: false,
      createdAt: details.creationDate,
      updatedAt: details.changeDate,
    }]);
  });
});
