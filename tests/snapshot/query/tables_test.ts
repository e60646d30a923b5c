import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot } from "../../../mod.ts";
import { byTime } from "../../../src/rfc3339.ts";
import { listObstacles } from "../../../src/snapshot/query/holding.ts";
import { indexSnapshot } from "../../../src/snapshot/query/index_snapshot.ts";
import { sortRowsBy } from "../../../src/snapshot/query/sort.ts";
import { buildTable } from "../../../src/snapshot/query/tables.ts";
import { run } from "../../helpers/fake_io.ts";
import { grant, makeSnapshot, person, project, role } from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

/** In order; as text several of them would stand elsewhere. */
const TIMES = [
  "0001-01-01T00:00:00Z",
  "2025-12-31T23:59:59.999999999Z",
  "2026-01-05T09:00:00Z",
  "2026-01-05T09:00:00.000000001Z",
  "2026-01-05T09:00:00.02Z",
  "2026-01-05T09:00:00.1Z",
  "2026-01-05T09:00:00.123456Z",
  "2026-01-05T09:00:00.9Z",
  "2026-01-05T09:00:01Z",
  "2026-10-05T09:00:01Z",
];

const parts = {
  users: [person("1", { username: "ada" })],
  groups: [project("10", { name: "Shop" })],
  entitlements: [role("10", "viewer")],
  grants: [grant("1", "10", "viewer")],
};
const before = await makeSnapshot(parts);
const after = await makeSnapshot({
  ...parts,
  organization: { id: "org", name: "Acme", state: "inactive" },
});

describe("snapshot: views", () => {
  it("times are in the order of time, however finely they tell a second", () => {
    for (const [index, time] of TIMES.entries()) {
      for (const [other, otherTime] of TIMES.entries()) {
        assertEquals(Math.sign(byTime(time, otherTime)), Math.sign(index - other));
      }
    }
    assertEquals(byTime("2026-01-05T09:00:00.1Z", "2026-01-05T09:00:00.100Z"), 0);
  });

  it("lists sorted by a time are in the order of time, what has none last either way", async () => {
    const turned = TIMES.toReversed();
    const snapshot = await makeSnapshot({
      users: [
        person("none", { username: "none" }),
        ...turned.map((createdAt, index) => person(`u${index}`, { createdAt })),
      ],
    });
    const index = indexSnapshot(snapshot);
    const times = (descending: boolean) =>
      buildTable(index, "users", { sort: { column: "createdAt", descending } })
        .map(({ createdAt }) => createdAt);
    assertEquals(times(false), [...TIMES, undefined]);
    assertEquals(times(true), [...turned, undefined]);
    const stdin = [...serializeSnapshot(snapshot)].join("");
    const { stdout } = await run(
      ["users", "--snapshot", "-", "--json", "--sort", "createdAt:desc"],
      { stdin },
    );
    assertEquals(
      JSON.parse(stdout).users.map(({ createdAt }: { createdAt?: string }) => createdAt),
      [...turned, undefined],
    );
  });

  it("sortRowsBy() keeps equal rows as they are and takes numbers as numbers", () => {
    const rows = [{ n: 10, id: "a" }, { n: 9, id: "b" }, { n: 10, id: "c" }, { id: "d" }];
    const ids = (descending: boolean) =>
      sortRowsBy<{ n?: number; id: string }>(rows, ({ n }) => n, { descending }).map(({ id }) =>
        id
      );
    assertEquals(ids(false), ["b", "a", "c", "d"]);
    assertEquals(ids(true), ["a", "c", "b", "d"]);
  });

  it("listObstacles() names everything that keeps a grant from being used, and nothing else", () => {
    const parts = {
      organization: { state: "active" },
      user: { state: "active" },
      group: { state: "active" },
      grant: { state: "active" },
    } as const;
    assertEquals(listObstacles(parts), []);
    for (const state of ["initial", "unknown"] as const) {
      assertEquals(listObstacles({ ...parts, user: { state } }), []);
    }
    assertEquals(listObstacles({ ...parts, organization: { state: "unknown" } }), []);
    for (const state of ["inactive", "locked", "suspended", "deleted"] as const) {
      assertEquals(listObstacles({ ...parts, user: { state } }), [`user-${state}`]);
    }
    const off = { state: "inactive" } as const;
    assertEquals(listObstacles({ organization: off, user: off, group: off, grant: off }), [
      "organization-inactive",
      "user-inactive",
      "group-inactive",
      "grant-inactive",
    ]);
  });

  it("access and who say that the grants of a deactivated organization are not in force", async () => {
    const stdin = [...serializeSnapshot(after)].join("");
    for (const args of [["access", "ada"], ["who", "Shop"]]) {
      const { code, stdout } = await run([...args, "--snapshot", "-"], { stdin });
      assertEquals(code, 0);
      assertStringIncludes(stdout, "organization deactivated");
      const { stdout: json } = await run([...args, "--snapshot", "-", "--json"], { stdin });
      assertEquals(JSON.parse(json).grants[0].obstacles, ["organization-inactive"]);
    }
    const { stdout } = await run(["grants", "--snapshot", "-", "--json"], { stdin });
    assertEquals(JSON.parse(stdout).grants[0].obstacles, ["organization-inactive"]);
  });

  it("diff tells of a deactivated organization in every format, and ends with 10", async () => {
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(folder.at("before.json"), [...serializeSnapshot(before)].join(""));
    const stdin = [...serializeSnapshot(after)].join("");
    const diff = (...more: string[]) =>
      run(["diff", folder.at("before.json"), "-", ...more], { stdin });
    const change = { field: "state", before: "active", after: "inactive" };
    const json = await diff("--format", "json");
    assertEquals([json.code, JSON.parse(json.stdout).organization], [10, [change]]);
    const lines = await diff("--format", "jsonl");
    assertEquals(JSON.parse(lines.stdout), {
      event: "organization.changed",
      time: after.completedAt,
      organizationId: "org",
      id: "org",
      organization: "Acme",
      state: "inactive",
      fields: [change],
    });
    for (const format of ["text", "markdown"]) {
      const { code, stdout } = await diff("--format", format);
      assertEquals(code, 10);
      assertStringIncludes(stdout, "Acme (organization org)");
      assertStringIncludes(stdout.replaceAll("&#62;", ">"), 'state "active" -> "inactive"');
    }
    const ignored = await diff("--ignore", "state");
    assertEquals([ignored.code, ignored.stdout.includes("no differences")], [0, true]);
  });
});
