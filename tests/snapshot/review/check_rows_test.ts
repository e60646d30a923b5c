import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot, type Snapshot } from "../../../mod.ts";
import { parseCsv, toCsv } from "../../../src/snapshot/export/csv.ts";
import { run } from "../../helpers/fake_io.ts";
import { grant, makeSnapshot, person, project, role } from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

const ADA = "318000000000010001";
const FARID = "318000000000010002";
const GRACE = "318000000000010003";
const WAREHOUSE = "318000000000000101";

const users = [
  person(ADA, { displayName: "Ada Okafor", username: "ada", email: "ada@acme.example" }),
  person(FARID, { displayName: "Farid Haddad", username: "farid", email: "farid@acme.example" }),
  person(GRACE, { displayName: "Grace Kim", username: "grace", email: "grace@acme.example" }),
];
const snapshot = await makeSnapshot({
  users,
  groups: [project(WAREHOUSE, { name: "Warehouse" }), project("2", { name: "Forklift" })],
  entitlements: [
    role(WAREHOUSE, "stock:write"),
    role(WAREHOUSE, "Stock:Write"),
    role(WAREHOUSE, "007"),
    role("2", "driver"),
    role("2", "admin"),
  ],
  grants: [
    grant(ADA, WAREHOUSE, "stock:write"),
    grant(ADA, WAREHOUSE, "Stock:Write"),
    grant(ADA, WAREHOUSE, "007"),
    grant(FARID, "2", "driver"),
    grant(GRACE, "2", "admin"),
  ],
});

type Row = Record<string, string>;

/** All rows of the packets of a snapshot, changed, and what `review apply` says to them. */
async function apply(
  change: (rows: Row[]) => Row[],
  { current = snapshot, drop = [] }: { current?: Snapshot; drop?: string[] } = {},
) {
  await using folder = await temporaryFolder();
  const text = (of: Snapshot) => [...serializeSnapshot(of)].join("");
  const made = await run(
    ["review", "--snapshot", "-", "--json", "--out", folder.at("packets")],
    { stdin: text(snapshot) },
  );
  const packets: { csv: string }[] = JSON.parse(made.stdout).packets;
  let header: string[] = [];
  const rows: Row[] = [];
  for (const { csv } of packets) {
    const [names, ...table] = parseCsv(await Deno.readTextFile(csv));
    header = names!.filter((name) => !drop.includes(name));
    rows.push(
      ...table.map((cells) =>
        Object.fromEntries(names!.map((name, index) => [name, cells[index]!]))
      ),
    );
  }
  const filled = change(rows).map((row) => header.map((name) => row[name]!));
  await Deno.writeTextFile(folder.at("back.csv"), [...toCsv([header, ...filled])].join(""));
  const { code, stdout, stderr } = await run(
    ["review", "apply", folder.at("back.csv"), "--snapshot", "-", "--json"],
    { stdin: text(current) },
  );
  return { code, stderr, ...(code === 0 ? JSON.parse(stdout) : {}) };
}

/** The row of the grant that Ada has in the project of the warehouse. */
const isAdas = ({ role }: Row) => role === "stock:write";
const remove = (row: Row): Row => ({ ...row, remove: isAdas(row) ? "x" : "" });

describe("snapshot: rows of a review and their grants", () => {
  it("an x beside one person never removes the grant of another: a moved column of ids is refused", async () => {
    const { code, stderr } = await apply((rows) => {
      const marked = rows.map(remove);
      return marked.map((row, index) => ({
        ...row,
        grant: marked[(index + marked.length - 1) % marked.length]!.grant!,
      }));
    });
    assertEquals(code, 2);
    assertStringIncludes(
      stderr,
      "row 2: it names Farid Haddad, driver, Forklift, but the id in its column grant is that of Ada Okafor, stock:write, Warehouse",
    );
    assertEquals(stderr.match(/back\.csv: row \d: it names/g)?.length, 5, "each row is told");
  });

  const MOVED: [name: string, change: Partial<Row>, issue: string][] = [
    [
      "another user",
      { user: "Farid Haddad", username: "farid", email: "farid@acme.example" },
      "it names Farid Haddad, stock:write, Warehouse, but the id in its column grant is that of Ada Okafor, stock:write, Warehouse",
    ],
    [
      "no user",
      { user: "", username: "", email: "" },
      "it names nobody, stock:write, Warehouse, but",
    ],
    ["another project", { project: "Forklift" }, "it names Ada Okafor, stock:write, Forklift, but"],
    ["another role", { role: "admin" }, "it names Ada Okafor, admin, Warehouse, but"],
    [
      "a role that differs in case",
      { role: "Stock:Write" },
      "it names Ada Okafor, Stock:Write, Warehouse, but",
    ],
    ["no role", { role: "" }, "it names Ada Okafor, nothing, Warehouse, but"],
  ];
  for (const [name, change, issue] of MOVED) {
    it(`a row with ${name} beside the id is refused with both, also if nothing is decided`, async () => {
      for (const mark of ["x", ""]) {
        const { code, stderr } = await apply((rows) =>
          rows.map((row) => isAdas(row) ? { ...row, ...change, keep: mark } as Row : row)
        );
        assertEquals(code, 2);
        assertStringIncludes(stderr, issue);
      }
    });
  }

  const FITTING: [name: string, change: Partial<Row>][] = [
    ["a new display name", { user: "Ada Smith" }],
    ["a new user name and address", { username: "smith", email: "smith@acme.example" }],
    ["the address alone", { user: "", username: "" }],
    ["other case, width and blanks", { user: " ADA  ＯＫＡＦＯＲ", project: "warehouse " }],
    ["the address where the name was", { user: "ada@acme.example", username: "", email: "" }],
  ];
  for (const [name, change] of FITTING) {
    it(`a row with ${name} still fits its grant`, async () => {
      const { removals, stderr } = await apply((rows) =>
        rows.map((row) => isAdas(row) ? { ...remove(row), ...change } as Row : row)
      );
      assertEquals(removals?.length, 1, stderr);
      assertEquals([removals[0].userId, removals[0].remove], [ADA, ["stock:write"]]);
    });
  }

  it("a role that a spreadsheet took for a number still fits", async () => {
    const { keep, stderr } = await apply((rows) =>
      rows.map((row) => row.role === "007" ? { ...row, role: "7", keep: "x" } : row)
    );
    assertEquals(keep, 1, stderr);
  });

  const grantOf = (user: string) => `project:${WAREHOUSE}:stock:write:user:${user}`;
  const BROKEN: [name: string, grantId: string][] = [
    ["counted up to nobody", grantOf("318000000000010009")],
    ["counted up to somebody else", grantOf(FARID)],
    ["cut to 15 digits", grantOf("318000000000010000")],
    ["in scientific notation", grantOf("3.18E+17")],
    ["in scientific notation with a comma", grantOf("3,18E+17")],
    ["cut before the end", grantOf("3180000000000")],
    ["of another project", `project:3:stock:write:user:${ADA}`],
  ];
  for (const [name, grantId] of BROKEN) {
    it(`an id ${name} is refused, not told as gone`, async () => {
      for (const drop of [[], ["user", "username", "email", "project", "role"]]) {
        if (drop.length > 0 && grantId === grantOf(FARID)) continue;
        const { code, stderr } = await apply(
          (rows) => rows.map((row) => isAdas(row) ? { ...row, remove: "x", grant: grantId } : row),
          { drop },
        );
        assertEquals(code, 2, stderr);
        assertStringIncludes(stderr, grantId === grantOf(FARID) ? "Farid Haddad" : grantId);
      }
    });
  }

  it("cut ids of users whom the snapshot lacks are refused too", async () => {
    const { code, stderr } = await apply(
      (rows) =>
        rows.map((row) =>
          isAdas(row)
            ? {
              ...row,
              user: "Nobody",
              username: "",
              email: "",
              grant: grantOf("318000000000010000"),
            }
            : row
        ),
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, "spreadsheets count ids up and cut long numbers");
  });

  it("grants that are gone are told so: of a user, of a role, of a project, of themselves", async () => {
    const decide = (rows: Row[]) => rows.map(remove);
    const without: [string, Partial<Snapshot>][] = [
      ["user", {
        users: users.slice(1),
        grants: snapshot.grants.filter(({ userId }) => userId !== ADA),
      }],
      ["role", {
        entitlements: snapshot.entitlements.filter(({ roleKey }) => roleKey !== "stock:write"),
        grants: snapshot.grants.filter(({ id }) => id !== grantOf(ADA)),
      }],
      ["project", {
        groups: snapshot.groups.slice(0, 1),
        entitlements: snapshot.entitlements.filter(({ groupId }) => groupId === "2"),
        grants: snapshot.grants.filter(({ groupId }) => groupId === "2"),
      }],
      ["grant", { grants: snapshot.grants.filter(({ id }) => id !== grantOf(ADA)) }],
    ];
    for (const [name, parts] of without) {
      const { gone, removals, stderr } = await apply(decide, {
        current: await makeSnapshot({ ...snapshot, ...parts }),
      });
      assertEquals([gone, removals], [[grantOf(ADA)], []], `${name} ${stderr}`);
    }
  });
});
