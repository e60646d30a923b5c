import { assertEquals, assertThrows } from "@std/assert";
import { SyncError } from "../../mod.ts";
import { buildContent, type Content, type Rows } from "../../src/sync/build.ts";
import { authorizations, toEntitlement, toGroup, toUser } from "../../src/sync/rows.ts";
import type { UserGrant, WireUser } from "../../src/zitadel/v1/wire.ts";

const ACME = "1";
const details = {
  resourceOwner: ACME,
  creationDate: "2026-01-01T00:00:00Z",
  changeDate: "2026-01-02T00:00:00Z",
};
const user = (id: string, more: Partial<WireUser> = {}): WireUser => ({ id, details, ...more });
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
  unreadForeign?: number;
}): Content {
  const users = (rows.users ?? []).map(toUser);
  const toAuthorization = authorizations(new Map(users.map((user) => [user.id, user])));
  const work = buildContent(
    {
      organizationId: ACME,
      users,
      groups: (rows.projects ?? []).map(toGroup),
      entitlements: Object.entries(rows.roles ?? {}).flatMap(([projectId, keys]) =>
        keys.map((key) => toEntitlement(projectId, role(key)))
      ),
      authorizations: rows.userGrants.map((row) => [toAuthorization(row)]),
      unreadForeign: rows.unreadForeign ?? 0,
    } satisfies Rows,
  );
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

Deno.test("a user grant gives an edge for each of its roles, a repeated role once", () => {
  const { grants, notes } = build({
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

Deno.test("two user grants of the same role are one edge, in force if either is", () => {
  const { grants } = build({
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

Deno.test("a role that is held and not defined becomes an entitlement that says so", () => {
  const { entitlements } = build({
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

Deno.test("a user of another organization is external, with what the grant says of it", () => {
  const { users, notes } = build({
    projects: [project("p")],
    userGrants: [userGrant("g", "u", "p", ["a"], {
      userName: "gia",
      displayName: "Gia",
      email: "gia@globex.test",
      userType: "TYPE_HUMAN",
      grantedOrgId: "2",
    })],
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

Deno.test("what makes no edge is in the notes", () => {
  const { grants, notes, users } = build({
    users: [user("u")],
    projects: [project("p")],
    userGrants: [
      userGrant("none", "u", "p"),
      userGrant("foreign", "u", "other", ["a"], { projectGrantId: "pg" }),
      userGrant("unlisted", "u", "gone", ["a"]),
      userGrant("own", "removed", "p", ["a"], { grantedOrgId: ACME }),
    ],
    unreadForeign: 2,
  });
  assertEquals(grants.map(({ id }) => id), ["project:p:a:user:removed"]);
  assertEquals(notes, [
    { code: "authorizations-without-roles", authorizations: ["none"] },
    { code: "grants-on-foreign-groups", count: 3 },
    { code: "groups-not-listed", groupIds: ["gone"], authorizations: ["unlisted"] },
    { code: "users-not-listed", userIds: ["removed"] },
  ]);
  assertEquals(users.map(({ id, external }) => [id, external]), [["removed", false], ["u", false]]);
});

Deno.test("lists are in code-unit order, also where a role key looks like the id of a grant", () => {
  const keys = ["a", "a:user:b", "a2", "A", "ä", "役", "😀", "\uffff", ":"];
  const { entitlements, grants } = build({
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

Deno.test("ids that would make two edges one are refused, not merged", () => {
  const error = assertThrows(
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

Deno.test("what ZITADEL does not say is absent, never empty", () => {
  const { users } = build({
    users: [user("u", {
      userName: "",
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
