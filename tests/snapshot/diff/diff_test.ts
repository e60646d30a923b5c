import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import fc from "fast-check";
import {
  computeDigest,
  LIST_NAMES,
  serializeSnapshot,
  type Snapshot,
  SyncError,
} from "../../../mod.ts";
import { type Change, diffSnapshots, type SnapshotDiff } from "../../../src/snapshot/diff/diff.ts";
import { groupEvents, toEvents } from "../../../src/snapshot/diff/diff_events.ts";
import { indexSnapshot } from "../../../src/snapshot/query/index_snapshot.ts";
import { run } from "../../helpers/fake_io.ts";
import {
  demoSnapshot,
  grant,
  makeSnapshot,
  person,
  project,
  role,
} from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

type Row = { id: string } & Record<string, unknown>;

/** What a diff says, done to a list: for a change by its fields alone. */
function applied(rows: readonly Row[], changes: readonly Change<Row>[]): Row[] {
  const result = new Map(rows.map((row) => [row.id, row]));
  for (const change of changes) {
    if (change.kind === "removed") {
      assertEquals(result.delete(change.id), true);
    } else if (change.kind === "added") {
      assertEquals(result.has(change.id), false);
      result.set(change.id, change.after);
    } else {
      const row = { ...result.get(change.id)! };
      for (const field of change.fields) {
        assertEquals(row[field.field], field.before);
        if (Object.hasOwn(field, "after")) row[field.field] = field.after;
        else delete row[field.field];
      }
      result.set(change.id, row);
    }
  }
  return [...result.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function selectLists(snapshot: Snapshot): Record<string, Row[]> {
  return Object.fromEntries(
    LIST_NAMES.map((list) => [list, (snapshot[list] ?? []) as readonly object[] as Row[]]),
  );
}

function listChanges(diff: SnapshotDiff): Record<string, Change<Row>[]> {
  return Object.fromEntries(
    LIST_NAMES.map((list) => [list, diff[list] as readonly object[] as Change<Row>[]]),
  );
}

const name = fc.option(fc.string({ minLength: 1, maxLength: 4 }), { nil: undefined });
const state = fc.constantFrom("active", "inactive", "unknown");
const USERS = ["1", "2", "3", "4", "5"];
const GROUPS = ["10", "20", "30"];
const ROLES = ["admin", "a:b", "viewer"];

/** Small organizations of the same few ids, so that two of them have much in common. */
const organizations: fc.Arbitrary<Promise<Snapshot>> = fc.record({
  users: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(...USERS),
      displayName: name,
      loginNames: fc.option(fc.array(fc.string({ minLength: 1 }), { maxLength: 2 }), {
        nil: undefined,
      }),
      state: fc.constantFrom("active", "locked", "inactive"),
    }),
    { selector: ({ id }) => id },
  ),
  groups: fc.uniqueArray(fc.record({ id: fc.constantFrom(...GROUPS), name, state }), {
    selector: ({ id }) => id,
  }),
  grants: fc.uniqueArray(
    fc.record({
      user: fc.nat(),
      group: fc.nat(),
      key: fc.constantFrom(...ROLES),
      state,
      authorizations: fc.uniqueArray(fc.constantFrom("x", "y", "z"), { minLength: 1 }),
    }),
    { maxLength: 8 },
  ),
}).map(({ users, groups, grants }) => {
  const present = <T extends object>(row: T) =>
    Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as T;
  const edges = new Map<string, Snapshot["grants"][number]>();
  for (const { user, group, key, ...more } of users.length * groups.length > 0 ? grants : []) {
    const edge = grant(users[user % users.length]!.id, groups[group % groups.length]!.id, key, {
      ...more,
      state: more.state as "active",
    });
    edges.set(edge.id, edge);
  }
  const roles = new Map([...edges.values()].map(({ entitlementId, groupId }) => [
    entitlementId,
    role(groupId, entitlementId.slice(`project:${groupId}:`.length)),
  ]));
  return makeSnapshot({
    users: users.map((row) => present(person(row.id, row as object))),
    groups: groups.map((row) => present(project(row.id, row as object))),
    entitlements: [...roles.values()],
    grants: [...edges.values()],
  });
});

describe("snapshot: diff", () => {
  it("a diff applied to the one snapshot gives the other, for 1,000 random pairs", async () => {
    let different = 0;
    await fc.assert(
      fc.asyncProperty(organizations, organizations, async (one, other) => {
        const [a, b] = [await one, await other];
        const diff = diffSnapshots(a, b);
        const changes = listChanges(diff);
        for (const [list, rows] of Object.entries(selectLists(a))) {
          assertEquals(applied(rows, changes[list]!), selectLists(b)[list]);
        }
        assertEquals(diff.different, a.digest !== b.digest);
        if (diff.different) different++;
      }),
      { numRuns: 1000, seed: 6 },
    );
    assertEquals(different > 900, true);
  });

  it("a snapshot does not differ from itself, and the order of rows does not matter", async () => {
    await fc.assert(
      fc.asyncProperty(organizations, organizations, async (one, other) => {
        const [a, b] = [await one, await other];
        assertEquals(diffSnapshots(a, a).different, false);
        const turned = (snapshot: Snapshot): Snapshot => ({
          ...snapshot,
          users: snapshot.users.toReversed(),
          groups: snapshot.groups.toReversed(),
          entitlements: snapshot.entitlements.toReversed(),
          grants: snapshot.grants.toReversed(),
        });
        assertEquals(diffSnapshots(turned(a), turned(b)), diffSnapshots(a, b));
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it("every change stands in exactly one section, whatever they are sorted by", async () => {
    await fc.assert(
      fc.asyncProperty(organizations, organizations, async (one, other) => {
        const [a, b] = [await one, await other];
        const events = [...toEvents(diffSnapshots(a, b), indexSnapshot(b))];
        for (const by of ["user", "group"] as const) {
          const inSections = groupEvents(events, by).flatMap((section) => section.events);
          const ids = (list: typeof events) => list.map(({ event, id }) => `${event} ${id}`).sort();
          assertEquals(ids(inSections), ids(events));
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  /** Two snapshots in files: somebody is renamed and loses a role, somebody comes, a project is switched off. */
  async function pair(): Promise<{ old: Snapshot; now: Snapshot }> {
    const groups = [project("1", { name: "Shop" })];
    const entitlements = [role("1", "admin"), role("1", "viewer")];
    const old = await makeSnapshot({
      users: [person("1", { displayName: "Ada Okafor" })],
      groups,
      entitlements,
      grants: [grant("1", "1", "admin"), grant("1", "1", "viewer")],
    });
    const now = await makeSnapshot({
      completedAt: "2026-12-24T10:00:00Z",
      users: [
        person("1", { displayName: "Ada Mensah" }),
        person("2", { displayName: "Ben Larsen" }),
      ],
      groups: [project("1", { name: "Shop", state: "inactive" })],
      entitlements,
      grants: [grant("1", "1", "viewer", { state: "inactive" }), grant("2", "1", "admin")],
    });
    return { old, now };
  }

  async function runDiff(more: string[], change: (now: Snapshot) => Snapshot = (now) => now) {
    await using folder = await temporaryFolder();
    const { old, now } = await pair();
    await Deno.writeTextFile(folder.at("old.json"), [...serializeSnapshot(old)].join(""));
    const changed = change(now);
    const next = { ...changed, digest: await computeDigest(changed) };
    await Deno.writeTextFile(folder.at("new.json"), [...serializeSnapshot(next)].join(""));
    return await run(["diff", folder.at("old.json"), folder.at("new.json"), ...more]);
  }

  it("diff tells changes by person, and exits with 10", async () => {
    const { code, stdout, stderr } = await runDiff([]);
    assertEquals(stderr, "");
    assertEquals(code, 10);
    assertEquals(
      stdout,
      `Acme (org): 2026-11-24T10:00:00Z to 2026-12-24T10:00:00Z
users +1 -0 ~1, groups +0 -0 ~1, entitlements +0 -0 ~0, grants +1 -1 ~1

Ada Mensah (user 1)
  ~ displayName "Ada Okafor" -> "Ada Mensah"
  - admin in Shop (active)
  ~ viewer in Shop: state "active" -> "inactive"

Ben Larsen (user 2)
  + the user itself (active)
  + admin in Shop (active)

Shop (project 1)
  ~ state "active" -> "inactive"
`,
    );
  });

  it("diff --by project puts grants under their projects", async () => {
    const { stdout } = await runDiff(["--by", "project"]);
    assertEquals(
      stdout.slice(stdout.indexOf("Shop")),
      `Shop (project 1)
  ~ state "active" -> "inactive"
  - Ada Mensah: admin (active)
  + Ben Larsen: admin (active)
  ~ Ada Mensah: viewer: state "active" -> "inactive"

Ada Mensah (user 1)
  ~ displayName "Ada Okafor" -> "Ada Mensah"

Ben Larsen (user 2)
  + the user itself (active)
`,
    );
  });

  it("diff --format jsonl is an event a line, with names", async () => {
    const { code, stdout } = await runDiff(["--format", "jsonl"]);
    assertEquals(code, 10);
    const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(events.map(({ event }) => event), [
      "user.changed",
      "user.added",
      "group.changed",
      "grant.removed",
      "grant.added",
      "grant.changed",
    ]);
    assertEquals(events[4], {
      event: "grant.added",
      time: "2026-12-24T10:00:00Z",
      organizationId: "org",
      id: "project:1:admin:user:2",
      userId: "2",
      user: "Ben Larsen",
      groupId: "1",
      group: "Shop",
      entitlementId: "project:1:admin",
      role: "admin",
      state: "active",
    });
  });

  it("diff --format json holds both rows of every change; Markdown is a list", async () => {
    const { stdout } = await runDiff(["--json"]);
    const diff = JSON.parse(stdout);
    assertEquals(diff.counts.grants, { added: 1, removed: 1, changed: 1 });
    assertEquals(diff.users[0].fields, [
      { field: "displayName", before: "Ada Okafor", after: "Ada Mensah" },
    ]);
    assertEquals(diff.old.completedAt, "2026-11-24T10:00:00Z");
    const markdown = await runDiff(["--format", "markdown"]);
    assertEquals(markdown.stdout.split("\n").slice(0, 8), [
      "## Acme (org): 2026-11-24T10:00:00Z to 2026-12-24T10:00:00Z",
      "",
      "users +1 -0 \\~1, groups +0 -0 \\~1, entitlements +0 -0 \\~0, grants +1 -1 \\~1",
      "",
      "### Ada Mensah (user 1)",
      "",
      '- changed: displayName "Ada Okafor" -&#62; "Ada Mensah"',
      "- removed: admin in Shop (active)",
    ]);
  });

  it("diff leaves out fields that do not matter, and exits with 0 if nothing is left", async () => {
    const touched = (now: Snapshot): Snapshot => ({
      ...now,
      users: [{ ...now.users[0]!, updatedAt: "2026-12-01T00:00:00Z" }],
      counts: { ...now.counts, users: 1 },
    });
    const old = await makeSnapshot({ users: [person("1")] });
    assertEquals(diffSnapshots(old, touched(old)).different, true);
    assertEquals(diffSnapshots(old, touched(old), { ignore: ["updatedAt"] }).different, false);
    await using folder = await temporaryFolder();
    const path = folder.at("demo.json");
    await Deno.writeTextFile(path, [...serializeSnapshot(await demoSnapshot())].join(""));
    const { code, stdout } = await run(["diff", path, path]);
    assertEquals([code, stdout.split("\n")[1]], [0, "no differences"]);
  });

  it("snapshots of different organizations are not compared unless one says so", async () => {
    const other = await makeSnapshot({ organization: { id: "2", name: "Other", state: "active" } });
    const acme = await makeSnapshot({});
    const error = assertThrows(
      () => diffSnapshots(acme, other),
      SyncError,
      "different organizations",
    );
    assertEquals(error.message.includes("Acme (org) and Other (2)"), true);
    assertEquals(diffSnapshots(acme, other, { anyOrganization: true }).different, false);
    const { code, stderr } = await runDiff([], (now) => ({
      ...now,
      organization: { id: "2", state: "active" },
    }));
    assertEquals(code, 2);
    assertEquals(stderr.includes("--any-organization"), true);
  });
});
