import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseSnapshot, serializeSnapshot } from "../../mod.ts";
import { listAccess } from "../../src/snapshot/query/list_holdings.ts";
import { parseCsv } from "../../src/snapshot/export/csv.ts";
import { indexSnapshot } from "../../src/snapshot/query/index_snapshot.ts";
import { run } from "../helpers/fake_io.ts";
import { demoSnapshot, recordedSnapshot } from "../helpers/snapshots.ts";

interface Edge {
  project: string;
  roleKey: string;
  username: string;
  state: string;
}

const truth: { edges: Edge[] } = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/recorded/truth.json", import.meta.url)),
);
const recorded = [...serializeSnapshot(await recordedSnapshot())].join("");
const demo = [...serializeSnapshot(await demoSnapshot())].join("");

/** Edges as lines, sorted, to be compared whatever order they came in. */
function lines(edges: Iterable<readonly string[]>): string[] {
  return [...edges].map((edge) => JSON.stringify(edge)).sort();
}

const expected = lines(
  truth.edges.map(({ username, project, roleKey, state }) => [username, project, roleKey, state]),
);

async function ask(args: string[], stdin = recorded): Promise<string> {
  const { code, stdout, stderr } = await run([...args, "--snapshot", "-"], { stdin });
  assert(code === 0 || code === 11, stderr);
  return stdout;
}

type HoldingJson = { username: string; group: string; role: string; state: string };
const edge = ({ username, group, role, state }: HoldingJson) => [username, group, role, state];

describe("cli: views", () => {
  it("access of each user together is what the database of the recorded organization says", async () => {
    const { users } = JSON.parse(recorded);
    const edges: string[][] = [];
    for (const { id } of users) {
      const { grants } = JSON.parse(await ask(["access", id, "--json"]));
      edges.push(...grants.map(edge));
    }
    assertEquals(lines(edges), expected);
  });

  it("a user holds the same, whether it is the first question to a lookup or a later one", () => {
    const snapshot = parseSnapshot(recorded);
    const later = indexSnapshot(snapshot);
    for (const { id } of snapshot.users) {
      assertEquals(listAccess(later, id), listAccess(indexSnapshot(snapshot), id));
    }
  });

  it("who of each project together is what the database says, and so is who of each role", async () => {
    const { groups, entitlements } = JSON.parse(recorded);
    const ofGroups: string[][] = [];
    for (const { id } of groups) {
      ofGroups.push(...JSON.parse(await ask(["who", id, "--json"])).grants.map(edge));
    }
    assertEquals(lines(ofGroups), expected);
    const ofRoles: string[][] = [];
    for (const { groupId, roleKey } of entitlements) {
      ofRoles.push(...JSON.parse(await ask(["who", groupId, roleKey, "--json"])).grants.map(edge));
    }
    assertEquals(lines(ofRoles), expected);
  });

  it("grants, CSV and JSON lines say what the database says", async () => {
    assertEquals(lines(JSON.parse(await ask(["grants", "--json"])).grants.map(edge)), expected);
    const [header, ...rows] = parseCsv(await ask(["export"]));
    const column = (name: string) => header!.indexOf(name);
    assertEquals(
      lines(
        rows.map((row) => ["username", "group", "role", "state"].map((name) => row[column(name)]!)),
      ),
      expected,
    );
    const jsonl = (await ask(["export", "--format", "jsonl"])).trimEnd().split("\n");
    assertEquals(lines(jsonl.map((line) => edge(JSON.parse(line)))), expected);
  });

  it("the matrix says what the database says", async () => {
    const [header, ...rows] = parseCsv(await ask(["export", "--format", "matrix"]));
    const edges = rows.flatMap((row) =>
      row.flatMap((mark, index) => {
        if (index < 6 || mark === "") return [];
        const [project, role] = header![index]!.split(" / ");
        return [[row[1]!, project!, role!, mark === "x" ? "active" : mark]];
      })
    );
    assertEquals(lines(edges), expected);
  });

  it("baton-file gets the edges in force, and every row that they name", async () => {
    const [header, ...rows] = parseCsv(await ask(["export", "--format", "c1-csv"], demo));
    const records = rows.map((row) =>
      Object.fromEntries(header!.map((name, index) => [name, row[index]!]))
    );
    const of = (type: string) => records.filter(({ record_type }) => record_type === type);
    const { counts, grants } = JSON.parse(demo);
    assertEquals(
      [of("user").length, of("resource").length, of("entitlement").length],
      [counts.users, counts.groups, counts.entitlements],
    );
    const ids = new Set([...of("user"), ...of("resource")].map(({ id }) => id));
    const slugs = new Set(
      of("entitlement").map((row) => `${row.resource_id} ${row.entitlement_slug}`),
    );
    const edges = of("direct_user_grant");
    for (const { principal_id, resource_id, entitlement_slug } of edges) {
      assert(ids.has(principal_id) && ids.has(resource_id), `${principal_id} ${resource_id}`);
      assert(slugs.has(`${resource_id} ${entitlement_slug}`), entitlement_slug);
    }
    const inForce = grants.filter(({ state }: { state: string }) => state === "active");
    assert(inForce.length < grants.length);
    assertEquals(edges.length, inForce.length);
    const marked = await ask(["export", "--format", "c1-csv", "--bom"], demo);
    assert(marked.startsWith("record_type,"));
  });

  it("sums agree between views", async () => {
    const { users } = JSON.parse(await ask(["users", "--json"], demo));
    const { groups } = JSON.parse(await ask(["groups", "--json"], demo));
    const { entitlements } = JSON.parse(await ask(["entitlements", "--json"], demo));
    const sum = (rows: Record<string, number>[], key: string) =>
      rows.reduce((total, row) => total + row[key]!, 0);
    const { counts } = JSON.parse(demo);
    assertEquals(sum(users, "grants"), counts.grants);
    assertEquals(sum(groups, "grants"), counts.grants);
    assertEquals(sum(entitlements, "users"), counts.grants);
    assertEquals(sum(groups, "entitlements"), counts.entitlements);
  });
});
