import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot, type Snapshot } from "../../../mod.ts";
import { parseCsv, toCsv } from "../../../src/snapshot/export/csv.ts";
import { run } from "../../helpers/fake_io.ts";
import { HARMFUL, HOSTILE_NAMES, hostileSnapshot } from "../../helpers/hostile_names.ts";
import {
  demoSnapshot,
  grant,
  makeSnapshot,
  person,
  project,
  role,
} from "../../helpers/snapshots.ts";
import { type TemporaryFolder, temporaryFolder } from "../../helpers/temporary_folder.ts";

const text = (snapshot: Snapshot) => [...serializeSnapshot(snapshot)].join("");

/** Fills in a packet as a reviewer does: `decide` gives keep, remove and comment for each row. */
async function fill(
  path: string,
  decide: (row: Record<string, string>) => Partial<Record<"keep" | "remove" | "comment", string>>,
): Promise<void> {
  const [header, ...rows] = parseCsv(await Deno.readTextFile(path));
  const filled = rows.map((row) => {
    const cells = Object.fromEntries(header!.map((name, index) => [name, row[index]!]));
    const decided = { ...cells, ...decide(cells) } as Record<string, string>;
    return header!.map((name) => decided[name]!);
  });
  await Deno.writeTextFile(path, [...toCsv([header!, ...filled], { exact: true })].join(""));
}

async function makePackets(
  folder: TemporaryFolder,
  snapshot: Snapshot,
  more: string[] = [],
): Promise<{ reviewer: string; grants: number; csv: string; page: string }[]> {
  const { code, stdout, stderr } = await run(
    ["review", "--snapshot", "-", "--json", "--out", folder.at("packets"), ...more],
    { stdin: text(snapshot) },
  );
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout).packets;
}

/** Ada holds two roles by one user grant, and one more by another. */
function twoGrants(): Promise<Snapshot> {
  return makeSnapshot({
    users: [person("ada"), person("ben")],
    groups: [project("1", { name: "Shop" }), project("2", { name: "Payroll" })],
    entitlements: [role("1", "admin"), role("1", "viewer"), role("2", "it's")],
    grants: [
      grant("ada", "1", "admin", { authorizations: ["a1"] }),
      grant("ada", "1", "viewer", { authorizations: ["a1", "a2"] }),
      grant("ben", "2", "it's", { authorizations: ["b1"] }),
    ],
  });
}

describe("snapshot: review", () => {
  it("each project is a packet, and all packets together are all grants", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await demoSnapshot();
    const packets = await makePackets(folder, snapshot);
    assertEquals(packets.map(({ reviewer, grants }) => `${reviewer} ${grants}`), [
      "Intranet 17",
      "Legacy CRM 3",
      "Payroll 6",
      "Warehouse 12",
      "Web shop 16",
    ]);
    const ids: string[] = [];
    for (const { csv } of packets) {
      const [header, ...rows] = parseCsv(await Deno.readTextFile(csv));
      ids.push(...rows.map((row) => row[header!.indexOf("grant")]!));
    }
    assertEquals(ids.sort(), snapshot.grants.map(({ id }) => id));
  });

  it("packets go to owners of projects or managers of people, and the rest to nobody", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await demoSnapshot();
    await Deno.writeTextFile(
      folder.at("owners.csv"),
      "project,owner\r\nWeb shop,Grace\r\n318000000000000103,Inês\r\nwarehouse,Grace\r\n",
    );
    const owners = await makePackets(folder, snapshot, ["--reviewers", folder.at("owners.csv")]);
    assertEquals(owners.map(({ reviewer, grants }) => `${reviewer} ${grants}`), [
      "Grace 28",
      "Inês 6",
      "unassigned 20",
    ]);
    await Deno.writeTextFile(folder.at("managers.csv"), "user;manager\nada;Zed\nben;Zed\n");
    const managers = await makePackets(folder, snapshot, [
      "--by",
      "person",
      "--force",
      "--reviewers",
      folder.at("managers.csv"),
    ]);
    assertEquals(managers.map(({ reviewer, grants }) => `${reviewer} ${grants}`), [
      "unassigned 44",
      "Zed 10",
    ]);
  });

  it("reviewers that fit nothing are told, all at once", async () => {
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(folder.at("owners.csv"), "project,owner\nShopp,Grace\nShop,\n");
    const { code, stderr } = await run(
      [
        "review",
        "--snapshot",
        "-",
        "--out",
        folder.at("x"),
        "--reviewers",
        folder.at("owners.csv"),
      ],
      { stdin: text(await twoGrants()) },
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, 'row 2: "Shopp" is nobody and nothing in this snapshot');
    assertStringIncludes(stderr, 'row 3: "Shop" has no reviewer');
  });

  it("review apply prints what has to change, role by role, and the curl for it", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await twoGrants();
    const packets = await makePackets(folder, snapshot);
    for (const { csv } of packets) {
      await fill(
        csv,
        ({ role }) => role === "viewer" ? { keep: "x" } : { remove: "x", comment: "left\nus" },
      );
    }
    const files = packets.map(({ csv }) => csv);
    const applied = await run(["review", "apply", ...files, "--snapshot", "-"], {
      stdin: text(snapshot),
    });
    assertEquals([applied.code, applied.stderr], [0, ""]);
    assertEquals(
      applied.stdout,
      `# Acme (org): 2 user grants to change, 1 grant kept, 0 undecided

# ada: remove admin in Shop, which leaves viewer (left\\u000aus)
curl --fail-with-body -X PUT -H "Authorization: Bearer $ZITADEL_PAT" -H 'x-zitadel-orgid: org' -H 'Content-Type: application/json' --data-raw '{"roleKeys":["viewer"]}' 'https://acme.zitadel.cloud/management/v1/users/ada/grants/a1'

# ben: remove it's in Payroll (left\\u000aus)
curl --fail-with-body -X DELETE -H "Authorization: Bearer $ZITADEL_PAT" -H 'x-zitadel-orgid: org' 'https://acme.zitadel.cloud/management/v1/users/ben/grants/b1'
`,
    );
    const json = await run(["review", "apply", ...files, "--snapshot", "-", "--json"], {
      stdin: text(snapshot),
    });
    const { keep, removals } = JSON.parse(json.stdout);
    assertEquals(keep, 1);
    assertEquals(
      removals.map((
        { authorization, request }: { authorization: string; request: object },
      ) => [authorization, request]),
      [
        ["a1", {
          method: "PUT",
          path: "/management/v1/users/ada/grants/a1",
          body: { roleKeys: ["viewer"] },
        }],
        ["b1", { method: "DELETE", path: "/management/v1/users/ben/grants/b1" }],
      ],
    );
  });

  it("a role that two user grants give is removed from both", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await twoGrants();
    const [shop] = (await makePackets(folder, snapshot)).filter(({ reviewer }) =>
      reviewer === "Shop"
    );
    await fill(shop!.csv, ({ role }) => role === "viewer" ? { remove: "ja" } : {});
    const { stdout } = await run(["review", "apply", shop!.csv, "--snapshot", "-", "--json"], {
      stdin: text(snapshot),
    });
    const { removals, undecided } = JSON.parse(stdout);
    assertEquals(
      removals.map((
        { authorization, keep }: { authorization: string; keep: string[] },
      ) => [authorization, keep]),
      [["a1", ["admin"]], ["a2", []]],
    );
    assertEquals(undecided, ["project:1:admin:user:ada"]);
  });

  it("what is gone since then is told, and nothing is done about it", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await twoGrants();
    const packets = await makePackets(folder, snapshot);
    for (const { csv } of packets) await fill(csv, () => ({ remove: "x" }));
    const later = await makeSnapshot({ ...snapshot, grants: snapshot.grants.slice(0, 2) });
    const { stdout } = await run(
      ["review", "apply", ...packets.map(({ csv }) => csv), "--snapshot", "-", "--json"],
      { stdin: text(later) },
    );
    assertEquals(JSON.parse(stdout).gone, ["project:2:it's:user:ben"]);
    assertEquals(JSON.parse(stdout).removals.length, 2);
  });

  it("decisions that are none are refused, all at once, with their rows", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await twoGrants();
    const packets = await makePackets(folder, snapshot);
    const file = (name: string) => packets.find(({ reviewer }) => reviewer === name)!.csv;
    await fill(
      file("Shop"),
      ({ role }) => role === "admin" ? { keep: "x", remove: "x" } : { remove: "maybe" },
    );
    await Deno.writeTextFile(folder.at("other.csv"), "a,b\n1,2\n");
    const { code, stdout, stderr } = await run(
      ["review", "apply", file("Shop"), folder.at("other.csv"), "--snapshot", "-"],
      { stdin: text(snapshot) },
    );
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "shop.csv: row 2: keep and remove are both marked");
    assertStringIncludes(stderr, "shop.csv: row 3: remove must be x or empty");
    assertStringIncludes(stderr, "other.csv: there is no column keep, remove, comment, grant");
  });

  it("two reviewers who disagree are told of each other", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await twoGrants();
    const [packet] = (await makePackets(folder, snapshot)).filter(({ reviewer }) =>
      reviewer === "Shop"
    );
    await fill(packet!.csv, () => ({ keep: "x" }));
    await Deno.copyFile(packet!.csv, folder.at("second.csv"));
    await fill(folder.at("second.csv"), () => ({ keep: "", remove: "x" }));
    const { code, stderr } = await run(
      ["review", "apply", packet!.csv, folder.at("second.csv"), "--snapshot", "-"],
      { stdin: text(snapshot) },
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, "shop.csv: row 2 says keep, second.csv: row 2 says remove");
  });

  it("a packet that may be filled in is not replaced", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await twoGrants();
    const [packet] = await makePackets(folder, snapshot);
    await fill(packet!.csv, () => ({ keep: "x" }));
    const filled = await Deno.readTextFile(packet!.csv);
    const { code, stderr } = await run(
      ["review", "--snapshot", "-", "--out", folder.at("packets")],
      { stdin: text(snapshot) },
    );
    assertEquals(code, 7);
    assertStringIncludes(stderr, "may be filled in");
    assertEquals(await Deno.readTextFile(packet!.csv), filled);
  });

  it("hostile names run nothing in packets, pages and commands, and come back whole", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await hostileSnapshot();
    const packets = await makePackets(folder, snapshot);
    assertEquals(packets.length, snapshot.groups.length);
    assertEquals(new Set(packets.map(({ csv }) => csv.toLowerCase())).size, packets.length);
    for (const { csv, page } of packets) {
      assertMatch(
        csv.slice(folder.at("packets").length + 1),
        /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}.@_-]*\.csv$/u,
      );
      const html = await Deno.readTextFile(page);
      assertEquals(
        html.match(
          /<(?!\/?(?:html|head|meta|title|style|body|h1|p|table|thead|tbody|tr|th|td|bdi)\b|!doctype)/g,
        ),
        null,
      );
      assertEquals(HARMFUL.test(html), false);
      await fill(csv, () => ({ remove: "x" }));
    }
    const { code, stdout } = await run(
      ["review", "apply", ...packets.map(({ csv }) => csv), "--snapshot", "-"],
      { stdin: text(snapshot) },
    );
    assertEquals(code, 0);
    const lines = stdout.split("\n");
    for (const line of lines) {
      assert(line === "" || line.startsWith("# ") || line.startsWith("curl "), line);
    }
    assertEquals(lines.filter((line) => line.startsWith("curl ")).length, snapshot.grants.length);
  });

  it("a shell runs what review apply prints as it is meant, whatever roles are called", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await makeSnapshot({
      users: [person("ada", { displayName: "$(exit 9)\n`exit 9`" })],
      groups: [project("1")],
      entitlements: [role("1", "gone"), ...HOSTILE_NAMES.map((name) => role("1", name))],
      grants: ["gone", ...HOSTILE_NAMES].map((name) =>
        grant("ada", "1", name, { authorizations: ["it's"] })
      ),
    });
    const [packet] = await makePackets(folder, snapshot);
    await fill(
      packet!.csv,
      ({ role }) => role === "gone" ? { remove: "x", comment: "\nexit 9" } : {},
    );
    const { stdout } = await run(["review", "apply", packet!.csv, "--snapshot", "-"], {
      stdin: text(snapshot),
    });
    assertEquals(HARMFUL.test(stdout), false);
    const script = `set -e\ncurl() { for word; do printf '%s\\n' "$word"; done; }\n${stdout}`;
    await Deno.writeTextFile(folder.at("script.sh"), script);
    const shell = await new Deno.Command("sh", {
      args: [folder.at("script.sh")],
      env: { ZITADEL_PAT: "the-token" },
    }).output();
    assertEquals(shell.code, 0, new TextDecoder().decode(shell.stderr));
    const words = new TextDecoder().decode(shell.stdout).trimEnd().split("\n");
    assertEquals(words.filter((word) => !word.startsWith("{")), [
      "--fail-with-body",
      "-X",
      "PUT",
      "-H",
      "Authorization: Bearer the-token",
      "-H",
      "x-zitadel-orgid: org",
      "-H",
      "Content-Type: application/json",
      "--data-raw",
      "https://acme.zitadel.cloud/management/v1/users/ada/grants/it's",
    ]);
    const body = JSON.parse(words.find((word) => word.startsWith("{"))!);
    assertEquals(body.roleKeys.toSorted(), HOSTILE_NAMES.toSorted());
  });
});
