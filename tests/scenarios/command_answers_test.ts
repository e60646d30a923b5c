import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot } from "../../mod.ts";
import { displayWidth } from "../../src/cli/output/display_width.ts";
import { originalCell, parseCsv } from "../../src/snapshot/export/csv.ts";
import { DEMO_ENV, demoZitadel, run } from "../helpers/fake_io.ts";
import { HARMFUL, HOSTILE_NAMES, hostileSnapshot } from "../helpers/hostile_names.ts";
import { demoSnapshot, grant, makeSnapshot, person, project, role } from "../helpers/snapshots.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const demo = [...serializeSnapshot(await demoSnapshot())].join("");
const hostile = [...serializeSnapshot(await hostileSnapshot())].join("");

function ask(args: string[], more: Parameters<typeof run>[1] = {}) {
  return run([...args, "--snapshot", "-"], { stdin: demo, ...more });
}

/** The text of a file in a zip file, found by what stands before it. */
async function readZipped(path: string, name: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 46 < bytes.length; at++) {
    if (view.getUint32(at, true) !== 0x02014b50) continue;
    const length = view.getUint16(at + 28, true);
    if (new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)) !== name) continue;
    const start = view.getUint32(at + 42, true);
    const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    const packed = bytes.subarray(from, from + view.getUint32(at + 20, true));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return await new Response(stream).text();
  }
  throw new Error(`There is no ${name} in ${path}`);
}

describe("cli: answers", () => {
  it("access tells everything that one person holds", async () => {
    const { code, stdout } = await ask(["access", "grace"]);
    assertEquals(code, 0);
    assertEquals(
      stdout,
      `Grace Kim (grace, person7@acme.example, human, active, 318000000000010006)

PROJECT    ROLE        ROLE NAME      STATE   SINCE       USER GRANT          REMARKS
Intranet   reader      Reader         active  2026-01-05  318000000000040033
Warehouse  stock:read  See the stock  active  2026-01-05  318000000000040013

2 roles in 2 projects
`,
    );
  });

  it("who tells everybody who holds a role, and what keeps them from using it", async () => {
    const { code, stdout } = await ask(["who", "payroll", "Payroll clerk"]);
    assertEquals(code, 0);
    assertEquals(
      stdout.split("\n").filter((line) => line.includes("clerk ")).map((line) =>
        line.split(/ {2,}/).filter((cell) => !/^\d{4}/.test(cell)).join("|")
      ),
      [
        "clerk in Payroll (active, 318000000000000103)",
        "Ben Larsen|ben|human|clerk|inactive|318000000000040023|user grant deactivated",
        "Inês Carvalho|ines|human|clerk|active|318000000000040019",
        "Mona Brandt|mona|human|clerk|active|318000000000040022|user locked",
        "Quentin Dubois|quentin|human|clerk|active|318000000000040021",
      ].map((line) => line.replace(/\|318\d+/, "")),
    );
  });

  it("who says how many grants on the project other organizations have made, which it cannot list", async () => {
    const snapshot = await makeSnapshot({
      users: [person("1")],
      groups: [project("shop"), project("portal")],
      entitlements: [role("shop", "viewer"), role("portal", "viewer")],
      grants: [grant("1", "shop", "viewer"), grant("1", "portal", "viewer")],
      notes: [{
        code: "grants-by-other-organizations",
        count: 2,
        groups: [{ groupId: "shop", count: 2 }],
      }],
    });
    const stdin = [...serializeSnapshot(snapshot)].join("");
    const shop = await ask(["who", "shop"], { stdin });
    assertStringIncludes(
      shop.stdout,
      "not listed: 2 user grants that other organizations made on this project\n",
    );
    assert(!(await ask(["who", "portal"], { stdin })).stdout.includes("not listed"));
    const json = JSON.parse((await ask(["who", "shop", "--json"], { stdin })).stdout);
    assertEquals([json.grantsByOtherOrganizations, json.grants.length], [2, 1]);
  });

  it("people and projects are found by id and by any of their names, in any case", async () => {
    for (const name of ["318000000000010000", "ada", "ADA", "Ada Okafor", "person1@acme.example"]) {
      const { stdout } = await ask(["access", name, "--json"]);
      assertEquals(JSON.parse(stdout).user.username, "ada", name);
    }
  });

  it("a name of two people names both, whatever the case typed; an id always names one", async () => {
    const snapshot = await makeSnapshot({
      users: [
        person("1", { username: "Ann" }),
        person("2", { username: "ann" }),
        person("3", { username: "Jose\u0301" }),
        person("4", { username: "zoe", displayName: "JOS\u00c9" }),
        person("5", { username: "web  shop" }),
        person("6", { username: "Web\u00a0shop\u200b" }),
        person("7", { username: "Ines" }),
        person("8", { username: "In\u00eas" }),
        person("9", { username: "4" }),
      ],
    });
    const stdin = [...serializeSnapshot(snapshot)].join("");
    for (
      const name of [
        "Ann",
        "ann",
        "ANN",
        "Jose\u0301",
        "jos\u00e9",
        "zoe ",
        "web shop",
        " WEB  SHOP",
      ]
    ) {
      const { code, stderr } = await ask(["access", name, "--json"], { stdin });
      if (name.trim() === "zoe") assertEquals(code, 11);
      else assertStringIncludes(JSON.parse(stderr).message, "names 2 users", name);
    }
    for (const [name, id] of [["1", "1"], ["ines", "7"], ["INÊS", "8"], ["4", "4"]] as const) {
      assertEquals(
        JSON.parse((await ask(["access", name, "--json"], { stdin })).stdout).user.id,
        id,
      );
    }
  });

  it("an ambiguous name lists the candidates with their ids", async () => {
    const snapshot = await makeSnapshot({
      users: [
        person("1", { username: "ann.a", displayName: "Ann Lee" }),
        person("2", { username: "ann.b", displayName: "Ann Lee" }),
      ],
      groups: [project("1")],
      entitlements: [role("1", "viewer")],
      grants: [grant("1", "1", "viewer")],
    });
    const stdin = [...serializeSnapshot(snapshot)].join("");
    const { code, stdout, stderr } = await ask(["access", "ann lee"], { stdin });
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, '"ann lee" names 2 users');
    assertStringIncludes(stderr, "Ann Lee (ann.a)  1");
    assertStringIncludes(stderr, "Ann Lee (ann.b)  2");
    assertEquals(JSON.parse((await ask(["access", "2", "--json"], { stdin })).stdout).grants, []);
  });

  it("an unknown name suggests the nearest and ends with 11; so does whoever holds nothing", async () => {
    for (
      const [args, message, hint] of [
        [["access", "adda"], 'There is no user "adda"', "Ada Okafor (ada)  318000000000010000"],
        [["access", "okaf"], 'There is no user "okaf"', "Ada Okafor (ada)  318000000000010000"],
        [
          ["who", "Wharehouse"],
          'There is no project "Wharehouse"',
          "Warehouse  318000000000000102",
        ],
        [["who", "Payroll", "clerc"], 'There is no role "clerc"', "clerk  project:"],
        [["grants", "--user", "benn"], 'There is no user "benn"', "Ben Larsen (ben)"],
      ] as const
    ) {
      const { code, stdout, stderr } = await ask([...args]);
      assertEquals([code, stdout], [11, ""], args.join(" "));
      assertStringIncludes(stderr, message);
      assertStringIncludes(stderr, hint);
    }
    const json = await ask(["access", "adda", "--json"]);
    assertEquals(JSON.parse(json.stderr).code, "NOTHING_FOUND");
    assertEquals((await ask(["access", "sync"])).code, 11);
    assertEquals((await ask(["who", "ZITADEL"])).code, 11);
    assertEquals((await ask(["users", "--text", "no such text"])).code, 11);
  });

  it("lists are filtered, sorted and cut to columns", async () => {
    const rows = async (...args: string[]) => {
      const { stdout } = await ask([...args, "--json"]);
      return Object.values(JSON.parse(stdout)).at(-1) as Record<string, unknown>[];
    };
    const names = async (...args: string[]) => (await rows(...args)).map(({ name }) => name);
    assertEquals(await names("users", "--state", "inactive,locked"), ["Hugo Meyer", "Mona Brandt"]);
    assertEquals(await names("users", "--type", "machine", "--sort", "grants:desc"), [
      "CI pipeline",
      "Nightly backup",
      "Till 1",
      "Access sync",
    ]);
    assertEquals(await names("users", "--group", "Payroll", "--role", "approver"), [
      "Inês Carvalho",
      "Priya Raman",
    ]);
    assertEquals(await names("users", "--text", "PERSON11@"), ["恵子 田中"]);
    assertEquals(await names("groups", "--role", "viewer"), ["Web shop"]);
    assertEquals(await names("groups", "--user", "ada"), ["Intranet", "Warehouse", "Web shop"]);
    assertEquals(await names("groups", "--state", "inactive"), ["Legacy CRM"]);
    assertEquals(
      await rows("entitlements", "--group", "Legacy CRM", "--columns", "role,defined,users"),
      [{ role: "root", defined: false, users: 1 }, { role: "user", defined: true, users: 2 }],
    );
    assertEquals(
      await rows("grants", "--user", "ben", "--state", "inactive", "--columns", "group,role"),
      [{ group: "Payroll", role: "clerk" }],
    );
    const { stdout } = await ask(["users", "--type", "machine", "--columns", "name,grants"]);
    assertEquals(
      stdout,
      "NAME            GRANTS\nAccess sync     0\nCI pipeline     1\nNightly backup  1\nTill 1          1\n",
    );
  });

  it("columns and states that do not exist are refused by name", async () => {
    for (
      const [args, message] of [
        [["users", "--columns", "name,emial"], 'users have no column "emial"'],
        [["groups", "--sort", "nam:desc"], 'groups have no column "nam"'],
        [["grants", "--state", "locked"], 'grants have no state "locked"'],
        [["access"], "access needs USER"],
        [["who", "a", "b", "c"], "Unexpected argument"],
      ] as const
    ) {
      const { code, stderr } = await ask([...args]);
      assertEquals(code, 2, args.join(" "));
      assertStringIncludes(stderr, message);
    }
  });

  it("without a snapshot ZITADEL is read first; with one it is not asked", async () => {
    const synced = await run(["who", "Payroll", "--json"], {
      env: DEMO_ENV,
      zitadel: demoZitadel(),
    });
    assertEquals(synced.code, 0);
    assertEquals(
      JSON.parse(synced.stdout).grants,
      JSON.parse((await ask(["who", "Payroll", "--json"])).stdout).grants,
    );
    const { code, stderr } = await run(["who", "Payroll"]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "There is no instance URL");
  });

  it("what is no snapshot is one clear error", async () => {
    const newer = JSON.stringify({ ...JSON.parse(demo), version: 2 });
    for (
      const [stdin, message] of [
        [newer, "its format has version 2, this release reads 1"],
        [demo.slice(0, demo.length / 2), "it seems to be cut off"],
        ["[1, 2]", "it is some other document"],
        ["", "it is empty"],
        [
          demo.replace('"grants": ', '"grants":').replace(
            /"counts":\{"users":\d+/,
            '"counts":{"users":1',
          ),
          "counts.users is 1",
        ],
      ] as const
    ) {
      const { code, stdout, stderr } = await ask(["who", "Payroll", "--json"], { stdin });
      assertEquals([code, stdout], [5, ""], message);
      assertEquals(stderr.trimEnd().split("\n").length, 1);
      assertStringIncludes(JSON.parse(stderr).message, message);
      assertMatch(JSON.parse(stderr).message, /^stdin: Cannot read the snapshot: /);
    }
    await using folder = await temporaryFolder();
    const missing = await run(["users", "--snapshot", folder.at("none.json")]);
    assertEquals(missing.code, 2);
    assertStringIncludes(missing.stderr, "there is no such file");
  });

  /** Every command that shows names, but for `diff` and `review`, which have tests of their own. */
  const VIEWS = [
    ["users"],
    ["groups"],
    ["entitlements"],
    ["grants"],
    ["access", "u0001"],
    ["who", "p0001"],
    ["findings"],
  ];

  it("tables stay aligned whatever names hold, and show each row in one line", async () => {
    for (
      const [list, column] of [["users", "state"], ["groups", "state"], [
        "grants",
        "state",
      ]] as const
    ) {
      const { stdout } = await ask([
        list,
        "--columns",
        `${list === "grants" ? "user" : "name"},${column}`,
      ], {
        stdin: hostile,
      });
      const lines = stdout.trimEnd().split("\n");
      assertEquals(lines.length, HOSTILE_NAMES.length + 1);
      const starts = lines.filter((line) => line.length < 200)
        .map((line) => displayWidth(line.slice(0, line.search(/(?:STATE|active)$/))));
      assertEquals(new Set(starts).size, 1, starts.join());
    }
  });

  it("wide characters and emoji take the columns that a terminal gives them", () => {
    assertEquals(["ada", "田中", "👩‍👩‍👧", "🇩🇪", "e\u0301", "ＡＢ", "한"].map(displayWidth), [
      3,
      4,
      2,
      2,
      1,
      4,
      2,
    ]);
  });

  it("a terminal sees no control character, and no line that is wider than it", async () => {
    for (const view of VIEWS) {
      const { stdout, stderr } = await ask(view, {
        stdin: hostile,
        stdoutIsTerminal: true,
        columns: 100,
      });
      assertEquals(
        HARMFUL.test(stdout + stderr),
        false,
        view.join(" "),
      );
      const widest = Math.max(...stdout.split("\n").map(displayWidth));
      assert(widest <= 100, `${view.join(" ")}: ${widest}`);
    }
  });

  it("differences of hostile names change no layout, and lose nothing as events", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await hostileSnapshot();
    const before = await makeSnapshot({
      ...snapshot,
      users: snapshot.users.map((user, index) => ({
        ...user,
        displayName: HOSTILE_NAMES.at(index - 1)!,
      })),
      grants: snapshot.grants.slice(0, 5),
    });
    await Deno.writeTextFile(folder.at("before.json"), [...serializeSnapshot(before)].join(""));
    const diff = (more: string[], stdoutIsTerminal = false) =>
      run(["diff", folder.at("before.json"), "-", ...more], {
        stdin: hostile,
        columns: 100,
        stdoutIsTerminal,
      });
    const users = HOSTILE_NAMES.length;
    for (const format of ["text", "markdown"]) {
      const { code, stdout } = await diff(["--format", format]);
      assertEquals(code, 10);
      assertEquals(HARMFUL.test(stdout), false);
      const changes = stdout.split("\n").filter((line) => /^(?: {2}[-+~]|- \w+:) /.test(line));
      assertEquals(changes.length, users + users - 5, format);
      assertEquals(
        /(?<!\\)[`*[]|<|(?<![\p{L}\p{N}])@/u.test(stdout) && format === "markdown",
        false,
      );
    }
    const terminal = await diff([], true);
    const widest = Math.max(...terminal.stdout.split("\n").map(displayWidth));
    assert(widest <= 100, `${widest}`);
    const events = (await diff(["--format", "jsonl"])).stdout.trimEnd().split("\n")
      .map((line) => JSON.parse(line));
    assertEquals(
      events.filter(({ event }) => event === "user.changed").map(({ user }) => user),
      snapshot.users.map(({ displayName }) => displayName === " " ? " @x" : displayName),
    );
  });

  it("names of errors are harmless too", async () => {
    const { stderr } = await ask(["access", "\u001b[31mx\n\u202e"], {
      stdin: hostile,
      columns: 100,
      env: { NO_COLOR: "1" },
    });
    assertEquals(
      HARMFUL.test(stderr),
      false,
    );
    assertStringIncludes(stderr, "There is no user");
  });

  it("no output loses anything of a name", async () => {
    const sorted = (names: readonly string[]) => names.toSorted();
    // Of a name of blanks nothing shows, so the next one stands there: the address.
    const expected = sorted(HOSTILE_NAMES.map((name) => name === " " ? " @x" : name));
    const users = JSON.parse((await ask(["users", "--json"], { stdin: hostile })).stdout).users;
    assertEquals(sorted(users.map(({ name }: { name: string }) => name)), expected);
    for (
      const [format, column] of [["csv", "user"], ["matrix", "user"], [
        "c1-csv",
        "display_name",
      ]] as const
    ) {
      const { stdout } = await ask(["export", "--format", format], { stdin: hostile });
      const [header, ...rows] = parseCsv(stdout);
      const at = header!.indexOf(column);
      const names = rows.filter((row) => format !== "c1-csv" || row[0] === "user").map((row) =>
        row[at]!
      );
      assertEquals(sorted(names.map(originalCell)), expected, format);
      const exact = await ask(["export", "--format", format, "--exact"], { stdin: hostile });
      assert(parseCsv(exact.stdout).some((row) => row.includes("=cmd|' /C calc'!A0")), format);
    }
    const jsonl = await ask(["export", "--format", "jsonl"], { stdin: hostile });
    assertEquals(
      sorted(jsonl.stdout.trimEnd().split("\n").map((line) => JSON.parse(line).role)),
      sorted(HOSTILE_NAMES),
    );
  });

  it("export writes a file as a whole, for its owner alone, and a workbook only to a file", async () => {
    await using folder = await temporaryFolder();
    const { code, stdout } = await ask(["export", "--bom", "--out", folder.at("access.csv")]);
    assertEquals([code, stdout], [0, ""]);
    const text = await Deno.readTextFile(folder.at("access.csv"));
    assertEquals(parseCsv(text).length, JSON.parse(demo).counts.grants + 1);
    assertEquals(
      (await Deno.readFile(folder.at("access.csv"))).slice(0, 3),
      Uint8Array.of(239, 187, 191),
    );
    if (Deno.build.os !== "windows") {
      assertEquals((await Deno.stat(folder.at("access.csv"))).mode! & 0o777, 0o600);
    }
    assertEquals((await ask(["export", "--format", "xlsx"])).code, 2);
    assertEquals((await ask(["export", "--format", "xlsx", "--out", folder.at("a.xlsx")])).code, 0);
    const bytes = await Deno.readFile(folder.at("a.xlsx"));
    assertEquals(new TextDecoder().decode(bytes.slice(0, 2)), "PK");
  });

  it("export says what does not fit into a workbook", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await makeSnapshot({
      users: Array.from({ length: 2001 }, (_, index) => person(`u${index}`)),
      groups: [project("1", { name: "y".repeat(40_000) })],
      entitlements: Array.from({ length: 1000 }, (_, index) => role("1", `r${index}`)),
    });
    const { code, stderr } = await run(
      ["export", "--snapshot", "-", "--format", "xlsx", "--out", folder.at("a.xlsx")],
      { stdin: [...serializeSnapshot(snapshot)].join("") },
    );
    assertEquals(code, 0);
    assertStringIncludes(stderr, "The matrix is too large for a workbook: see --format matrix");
    assertStringIncludes(stderr, "The sheet groups has 1 cell that had to be cut");
  });

  it("a cell that does not fit into a workbook is never cut inside a character", async () => {
    const cells: string[] = [];
    for (const before of [32_765, 32_766, 32_767]) {
      await using folder = await temporaryFolder();
      const snapshot = await makeSnapshot({
        groups: [project("1", { name: `${"y".repeat(before)}😀😀` })],
      });
      await run(["export", "--snapshot", "-", "--format", "xlsx", "--out", folder.at("a.xlsx")], {
        stdin: [...serializeSnapshot(snapshot)].join(""),
      });
      const strings = await readZipped(folder.at("a.xlsx"), "xl/sharedStrings.xml");
      cells.push(/y{1000,}[^<]*/.exec(strings)![0].slice(32_000));
    }
    assertEquals(cells, ["y".repeat(765) + "😀", "y".repeat(766), "y".repeat(767)]);
  });
});
