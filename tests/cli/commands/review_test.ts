import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot, type Snapshot } from "../../../mod.ts";
import { parseCsv, toCsv } from "../../../src/snapshot/export/csv.ts";
import { type Run, run } from "../../helpers/fake_io.ts";
import { grant, makeSnapshot, person, project, role } from "../../helpers/snapshots.ts";
import { type TemporaryFolder, temporaryFolder } from "../../helpers/temporary_folder.ts";

const snapshot = await makeSnapshot({
  users: [
    person("ada", { displayName: "Ada Okafor", email: "ada@acme.example" }),
    person("ben", { displayName: "Ben" }),
  ],
  groups: [project("1", { name: "Shop" }), project("2", { name: "Payroll" })],
  entitlements: [role("1", "admin"), role("1", "viewer"), role("2", "clerk")],
  grants: [
    grant("ada", "1", "admin"),
    grant("ben", "1", "viewer"),
    grant("ada", "2", "clerk"),
    grant("ben", "2", "clerk"),
  ],
});

const on = (args: string[], of: Snapshot = snapshot): Promise<Run> =>
  run([...args, "--snapshot", "-"], { stdin: [...serializeSnapshot(of)].join("") });

/** Makes packets for the owners of projects. */
async function make(folder: TemporaryFolder, owners: string, args: string[] = []): Promise<Run> {
  await Deno.writeTextFile(folder.at("owners.csv"), `project,owner\n${owners}`);
  return await on([
    "review",
    "--out",
    folder.at("review"),
    "--reviewers",
    folder.at("owners.csv"),
    ...args,
  ]);
}

async function list(folder: TemporaryFolder): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder.at("review"))) names.push(name);
  return names.sort();
}

/** Marks rows of a packet, by the grants' ids. */
async function mark(
  file: string,
  marks: Record<string, "keep" | "remove">,
  to = file,
  comment = "",
): Promise<void> {
  const [header, ...rows] = parseCsv(await Deno.readTextFile(file));
  const at = (name: string) => header!.indexOf(name);
  for (const row of rows) {
    const decision = marks[row[at("grant")]!];
    if (decision === undefined) continue;
    row[at(decision)] = "x";
    row[at("comment")] = comment;
  }
  await Deno.writeTextFile(to, [...toCsv([header!, ...rows])].join(""));
}

const [ADMIN, VIEWER, ADAS, BENS] = [
  "project:1:admin:user:ada",
  "project:1:viewer:user:ben",
  "project:2:clerk:user:ada",
  "project:2:clerk:user:ben",
] as const;

describe("cli: review apply counts grants, not rows", () => {
  it("the same packet twice counts once, and the grants in no file are told", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,Grace\nPayroll,Zed\n");
    const file = folder.at("review/grace.csv");
    await mark(file, { [ADMIN]: "keep", [VIEWER]: "keep" });
    await mark(file, {}, folder.at("copy.csv"));
    const files = [file, folder.at("copy.csv"), file];
    const text = await on(["review", "apply", ...files]);
    assertEquals(
      [text.code, text.stdout],
      [0, "# Acme (org): 0 user grants to change, 2 grants kept, 0 undecided, 2 of 4 in no file\n"],
    );
    const json = JSON.parse((await on(["review", "apply", ...files, "--json"])).stdout);
    assertEquals([json.keep, json.undecided, json.unmentioned], [2, [], 2]);
  });

  it("a decision in one copy counts before none in another, and the comments of both stay", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,Grace\n");
    const file = folder.at("review/grace.csv");
    const second = folder.at("second.csv");
    await mark(file, { [VIEWER]: "remove" }, second, "left in May");
    await mark(file, { [ADMIN]: "keep", [VIEWER]: "remove" }, file, "not hers");
    const third = folder.at("third.csv");
    await mark(folder.at("review/unassigned.csv"), {}, third);
    const { stdout } = await on(["review", "apply", third, second, file, "--json"]);
    const { keep, undecided, unmentioned, removals } = JSON.parse(stdout);
    assertEquals([keep, undecided, unmentioned], [1, [ADAS, BENS], 0]);
    assertEquals(removals.map(({ comments }: { comments: string[] }) => comments), [
      ["left in May", "not hers"],
    ]);
  });

  it("files that contradict each other are named with the grant, by their folders if they are called the same", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,Grace\n");
    const file = folder.at("review/grace.csv");
    await Deno.mkdir(folder.at("again"));
    await mark(file, { [ADMIN]: "remove" }, folder.at("again/grace.csv"));
    await mark(file, { [ADMIN]: "keep" });
    const { code, stderr } = await on(["review", "apply", file, folder.at("again/grace.csv")]);
    assertEquals(code, 2);
    assertStringIncludes(
      stderr,
      `Ada Okafor, admin, Shop: ${file}: row 2 says keep, ${
        folder.at("again/grace.csv")
      }: row 2 says remove`,
    );
  });

  it("--require-complete ends with 13 until every grant of the snapshot is decided on", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,Grace\nPayroll,Zed\n");
    const grace = folder.at("review/grace.csv");
    const zed = folder.at("review/zed.csv");
    await mark(grace, { [ADMIN]: "keep", [VIEWER]: "remove" });
    const missing = await on(["review", "apply", grace, "--require-complete"]);
    assertEquals(missing.code, 13, "a packet did not come back");
    assertStringIncludes(missing.stdout, "curl ");
    assertEquals((await on(["review", "apply", grace])).code, 0);
    await mark(zed, { [ADAS]: "keep" });
    assertEquals(
      (await on(["review", "apply", grace, zed, "--require-complete"])).code,
      13,
      "a row is undecided",
    );
    await mark(zed, { [BENS]: "keep" });
    assertEquals((await on(["review", "apply", grace, zed, "--require-complete"])).code, 0);
    assertEquals(
      (await on(["review", "apply", grace, zed, "--require-complete", "--json"])).code,
      0,
    );
  });

  it("a grant that is gone though it was kept is told", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,Grace\n");
    const file = folder.at("review/grace.csv");
    await mark(file, { [ADMIN]: "keep", [VIEWER]: "remove" });
    const later = await makeSnapshot({ ...snapshot, grants: snapshot.grants.slice(2) });
    const { stdout, stderr } = await on(["review", "apply", file], later);
    assertStringIncludes(
      stdout,
      `# gone, though the reviewer keeps it: ${ADMIN} (grace.csv: row 2)\n`,
    );
    assertStringIncludes(stdout, `# gone already: ${VIEWER} (grace.csv: row 3)\n`);
    assertStringIncludes(stdout, "0 grants kept");
    assertStringIncludes(stderr, "is it of the same organization?");
  });

  it("rows about administrators are refused where the snapshot has none", async () => {
    await using folder = await temporaryFolder();
    const id = "administration:organization:org:ORG_OWNER:user:ada";
    await Deno.writeTextFile(folder.at("a.csv"), `keep,remove,comment,grant\n,x,,${id}\n`);
    const { code, stderr } = await on(["review", "apply", folder.at("a.csv")]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "the snapshot was made without administrators");
  });
});

describe("cli: the folder of a review", () => {
  it("packets of an earlier review are refused by name, and taken away with --force", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,Grace\nPayroll,Zed\n");
    await mark(folder.at("review/zed.csv"), { [ADAS]: "keep" });
    const before = await Deno.readTextFile(folder.at("review/zed.csv"));
    await Deno.remove(folder.at("review/grace.csv"));
    await Deno.remove(folder.at("review/grace.html"));
    const refused = await make(folder, "Shop,Grace\nPayroll,Grace\n");
    assertEquals(refused.code, 7);
    assertMatch(
      refused.stderr,
      /holds what is not of this review: zed\.(?:csv, zed\.html|html, zed\.csv)/,
    );
    assertStringIncludes(refused.stderr, "add --force to take these packets away");
    assertEquals(await list(folder), ["zed.csv", "zed.html"], "nothing was written");
    assertEquals(await Deno.readTextFile(folder.at("review/zed.csv")), before);
    const forced = await make(folder, "Shop,Grace\nPayroll,Grace\n", ["--force"]);
    assertEquals([forced.code, await list(folder)], [0, ["grace.csv", "grace.html"]]);
  });

  it("a file that is no packet is never taken away", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,Grace\nPayroll,Grace\n");
    await Deno.writeTextFile(folder.at("review/notes.csv"), "a,b\n1,2\n");
    await Deno.writeFile(folder.at("review/photo.html"), new Uint8Array([0xff, 0xfe, 0]));
    await Deno.mkdir(folder.at("review/more"));
    await Deno.writeTextFile(folder.at("review/.DS_Store"), "");
    for (const args of [[], ["--force"]]) {
      const { code, stderr } = await make(folder, "Shop,Zed\nPayroll,Zed\n", args);
      assertEquals(code, 7);
      for (const name of ["notes.csv", "photo.html", "more"]) assertStringIncludes(stderr, name);
      assertStringIncludes(stderr, "--force takes away packets alone");
      assertEquals(stderr.includes(".DS_Store"), false);
    }
    assertEquals((await list(folder)).includes("grace.csv"), true);
    assertEquals((await list(folder)).includes("zed.csv"), false);
  });

  it("the names of packets stay the same whoever comes or goes, in any script", async () => {
    await using folder = await temporaryFolder();
    await make(folder, "Shop,佐藤\nPayroll,Иван Петров\n");
    assertEquals(await list(folder), [
      "иван-петров.csv",
      "иван-петров.html",
      "佐藤.csv",
      "佐藤.html",
    ]);
    await make(folder, "Shop,佐藤\nPayroll,Straße\n", ["--force"]);
    assertEquals(await list(folder), ["straße.csv", "straße.html", "佐藤.csv", "佐藤.html"]);
  });
});

describe("cli: packets for people", () => {
  it("the access of the reviewers themselves is marked, by name, user name or address", async () => {
    for (const owner of ["Ada Okafor", "ADA", "ada@acme.example", "Ada O. <ada@acme.example>"]) {
      await using folder = await temporaryFolder();
      const { stdout } = await make(folder, `Shop,${owner}\nPayroll,Ben\n`);
      assertMatch(
        stdout,
        /2 grants for .*, 1 of them their own\n.*2 grants for Ben, 1 of them their own\n/,
      );
      const file = folder.at(
        `review/${(await list(folder)).find((name) => name.startsWith("ada"))}`,
      );
      const [header, ...rows] = parseCsv(await Deno.readTextFile(file));
      const remarks = header!.indexOf("remarks");
      assertEquals(rows.map((row) => [row[0], row[remarks]]), [
        ["Ada Okafor", "the reviewer's own access"],
        ["Ben", ""],
      ]);
      const page = await Deno.readTextFile(file.replace(/csv$/, "html"));
      assertEquals(
        page.match(/<tr class="own">.*Ada Okafor.*the reviewer&#39;s own access/g)?.length,
        1,
      );
    }
  });

  it("a project is nobody's own, also if it is called like somebody", async () => {
    await using folder = await temporaryFolder();
    const twin = await makeSnapshot({
      ...snapshot,
      groups: [project("1", { name: "Ben" }), project("2")],
    });
    const { stdout } = await on(["review", "--out", folder.at("review"), "--json"], twin);
    assertEquals(
      JSON.parse(stdout).packets.map(({ ownGrants }: { ownGrants: number }) => ownGrants),
      [0, 0],
    );
  });

  it("the page to print has lines to sign, the digest, and times to read", async () => {
    await using folder = await temporaryFolder();
    const dated = await makeSnapshot({
      ...snapshot,
      grants: [grant("ada", "1", "admin", { createdAt: "2026-03-18T07:00:00Z" })],
    });
    await on(["review", "--out", folder.at("review")], dated);
    const page = await Deno.readTextFile(folder.at("review/shop.html"));
    assertStringIncludes(page, "as of 24 Nov 2026, 10:00 UTC");
    assertStringIncludes(page, ">18 Mar 2026<");
    assertStringIncludes(page, dated.digest);
    for (const line of ["Name", "Date", "Signature"]) {
      assertStringIncludes(page, `<tr><th scope="row">${line}</th><td></td></tr>`);
    }
    assertEquals(/\d{4}-\d\d-\d\d/.test(page), false, "no time in the form of programs");
  });
});
