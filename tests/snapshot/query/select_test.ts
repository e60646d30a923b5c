import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import { LIST_NAMES, type ListName, serializeSnapshot, type Snapshot } from "../../../mod.ts";
import { listText, toFilters } from "../../../src/server/list_text.ts";
import { indexSnapshot } from "../../../src/snapshot/query/index_snapshot.ts";
import { type Selection, selectRows } from "../../../src/snapshot/query/select.ts";
import { run } from "../../helpers/fake_io.ts";
import {
  demoSnapshot,
  grant,
  makeSnapshot,
  person,
  project,
  role,
} from "../../helpers/snapshots.ts";

const demo = await demoSnapshot();

/** What a selection means, by looking at every combination of rows. */
function expected(snapshot: Snapshot, list: ListName, selection: Selection): string[] {
  const { userIds, groupIds, entitlementIds, type, external, states } = selection;
  const fitsUser = (id: string) => {
    const user = snapshot.users.find((row) => row.id === id)!;
    return (userIds?.has(id) ?? true) && (type === undefined || user.type === type) &&
      (external === undefined || user.external === external);
  };
  const fitsGroup = (id: string) => groupIds?.has(id) ?? true;
  const fitsEntitlement = (id: string) => entitlementIds?.has(id) ?? true;
  const fitting = snapshot.grants.filter((row) =>
    fitsUser(row.userId) && fitsGroup(row.groupId) && fitsEntitlement(row.entitlementId)
  );
  const aboutUsers = userIds !== undefined || type !== undefined || external !== undefined;
  const rows: readonly { id: string; state?: string }[] = {
    users: () =>
      snapshot.users.filter(({ id }) =>
        fitsUser(id) && ((groupIds ?? entitlementIds) === undefined ||
          fitting.some(({ userId }) => userId === id))
      ),
    groups: () =>
      snapshot.groups.filter(({ id }) =>
        fitsGroup(id) &&
        (aboutUsers
          ? fitting.some(({ groupId }) => groupId === id)
          : entitlementIds === undefined ||
            snapshot.entitlements.some((row) => row.groupId === id && fitsEntitlement(row.id)))
      ),
    entitlements: () =>
      snapshot.entitlements.filter(({ id, groupId }) =>
        fitsEntitlement(id) && fitsGroup(groupId) &&
        (!aboutUsers || fitting.some(({ entitlementId }) => entitlementId === id))
      ),
    grants: () => fitting,
    credentials: () => [],
  }[list]();
  return rows.filter(({ state }) => states === undefined || states.includes(state ?? "?"))
    .map(({ id }) => id);
}

const some = (ids: readonly { id: string }[]) =>
  fc.option(
    fc.subarray(ids.map(({ id }) => id), { minLength: 1 }).map((chosen) => new Set(chosen)),
    { nil: undefined },
  );

describe("snapshot: select", () => {
  it("selectRows() gives the rows that fit all that is asked, for 2,000 random questions", () => {
    const index = indexSnapshot(demo);
    let found = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...LIST_NAMES),
        fc.record({
          userIds: some(demo.users),
          groupIds: some(demo.groups),
          entitlementIds: some(demo.entitlements),
          type: fc.constantFrom(undefined, undefined, "human" as const, "machine" as const),
          external: fc.constantFrom(undefined, undefined, undefined, true, false),
          states: fc.option(fc.subarray(["active", "inactive", "locked"], { minLength: 1 }), {
            nil: undefined,
          }),
        }),
        (list, selection) => {
          const rows = selectRows(index, list, selection).map(({ id }) => id);
          assertEquals(rows, expected(demo, list, selection));
          if (rows.length > 0) found++;
        },
      ),
      { numRuns: 2000, seed: 11 },
    );
    assert(found > 500, `${found}`);
  });

  it("a filter of HTTP and an option of the command line mean the same rows", async () => {
    const snapshot = await makeSnapshot({
      users: [
        person("1", {
          displayName: "Jose\u0301 Okafor",
          username: "jose",
          email: "j@acme.example",
        }),
        person("2", { displayName: "Ada", username: "ADA" }),
        person("3", { displayName: "\u3164", username: "Web  bot", type: "machine" }),
      ],
      groups: [project("10", { name: "Web\u00a0Shop" }), project("20", { name: "STRASSE" })],
      entitlements: [role("10", "Admin"), role("20", "admin"), role("20", "unheld")],
      grants: [grant("1", "10", "Admin"), grant("2", "20", "admin"), grant("3", "10", "Admin")],
    });
    const stdin = [...serializeSnapshot(snapshot)].join("");
    const index = indexSnapshot(snapshot);
    const viaHttp = async (list: ListName, query: Record<string, string>): Promise<string[]> => {
      const filters = Object.entries(query).map(([name, value]) => [name, [value]]);
      const text = (await Array.fromAsync(
        listText(snapshot, list, toFilters(Object.fromEntries(filters))),
      )).join("");
      return JSON.parse(text)[list].map(({ id }: { id: string }) => id);
    };
    const viaCommand = async (list: ListName, args: string[]): Promise<string[]> => {
      const { stdout } = await run([list, "--snapshot", "-", "--json", ...args], { stdin });
      return JSON.parse(stdout)[list].map(({ id }: { id: string }) => id);
    };
    for (
      const [list, query, args, ids] of [
        ["users", { userName: "JOS\u00c9  okafor" }, ["--text", "jos\u00e9 okafor"], ["1"]],
        ["users", { login: "ada " }, ["--text", "ada"], ["2"]],
        ["users", { userName: "web bot" }, ["--text", "web bot"], ["3"]],
        ["grants", { userName: "ADA" }, ["--user", "ADA"], ["project:20:admin:user:2"]],
        ["grants", { userId: "2" }, ["--user", "2"], ["project:20:admin:user:2"]],
        ["users", { groupName: "web shop" }, ["--group", "web shop"], ["1", "3"]],
        ["users", { groupName: "stra\u00dfe" }, ["--group", "stra\u00dfe"], ["2"]],
        ["groups", { roleKey: "ADMIN" }, ["--role", "ADMIN"], ["10", "20"]],
        ["groups", { roleKey: "unheld" }, ["--role", "unheld"], ["20"]],
        ["groups", { entitlementId: "project:20:admin" }, ["--role", "project:20:admin"], ["20"]],
        ["entitlements", { groupName: "Web Shop" }, ["--group", "Web Shop"], ["project:10:Admin"]],
        ["entitlements", { login: "jose" }, ["--user", "jose"], ["project:10:Admin"]],
      ] as const
    ) {
      assertEquals(await viaHttp(list, query), [...ids], `${list} ${JSON.stringify(query)}`);
      assertEquals((await viaCommand(list, [...args])).sort(), [...ids].sort(), `${list} ${args}`);
    }
    const text = (words: string) => selectRows(index, "users", { text: words }).map(({ id }) => id);
    assertEquals([text("jose okafor"), text("BOT web"), text("nobody")], [["1"], ["3"], []]);
  });

  it("a word is looked for in all that names a row, and of a grant in all that it joins", () => {
    const index = indexSnapshot(demo);
    const grant = demo.grants[0]!;
    const user = index.users.get(grant.userId)!;
    const group = index.groups.get(grant.groupId)!;
    for (const text of [user.id, user.username!, group.name!, grant.authorizations[0]!]) {
      const rows = selectRows(index, "grants", { text });
      assert(rows.some(({ id }) => id === grant.id), text);
      assert(rows.length < demo.grants.length, text);
    }
  });
});
