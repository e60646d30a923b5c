/**
 * The forms in which results leave, and files come back: separators, SARIF, snapshots that were changed.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot, type Snapshot } from "../../mod.ts";
import { toSnapshotUri } from "../../src/cli/commands/findings.ts";
import { listFindings } from "../../src/snapshot/findings/findings.ts";
import { parseCsv } from "../../src/snapshot/export/csv.ts";
import { MAX_SARIF_RESULTS, toSarif } from "../../src/snapshot/export/sarif.ts";
import { indexSnapshot } from "../../src/snapshot/query/index_snapshot.ts";
import { run } from "../helpers/fake_io.ts";
import { hostileSnapshot } from "../helpers/hostile_names.ts";
import { demoSnapshot, makeSnapshot, person, project, role } from "../helpers/snapshots.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const text = (snapshot: Snapshot) => [...serializeSnapshot(snapshot)].join("");

describe("cli: file forms", () => {
  for (const [separator, sign] of [["comma", ","], ["semicolon", ";"], ["tab", "\t"]] as const) {
    it(`CSV with a ${separator} between its cells is read back cell by cell`, async () => {
      const snapshot = await hostileSnapshot();
      for (const format of ["csv", "matrix"]) {
        const read = async (...args: string[]) => {
          const { code, stdout, stderr } = await run(
            ["export", "--snapshot", "-", "--format", format, ...args],
            { stdin: text(snapshot) },
          );
          assertEquals(code, 0, stderr);
          return stdout;
        };
        const plain = await read();
        const separated = await read("--separator", separator);
        assertEquals(await read("--separator", sign), separated);
        assertEquals(parseCsv(separated), parseCsv(plain));
        assert(separated.split("\r\n")[0]!.includes(sign));
      }
    });

    it(`a review packet with a ${separator} between its cells is read back by review apply`, async () => {
      await using folder = await temporaryFolder();
      const snapshot = await demoSnapshot();
      const made = await run(
        ["review", "--snapshot", "-", "--out", folder.at("review"), "--separator", separator],
        { stdin: text(snapshot) },
      );
      assertEquals(made.code, 0, made.stderr);
      const path = folder.at("review/payroll.csv");
      const rows = parseCsv(await Deno.readTextFile(path));
      assertEquals(
        (await Deno.readTextFile(path)).split("\r\n")[0]!.split(sign).length,
        rows[0]!.length,
      );
      const applied = await run(
        ["review", "apply", path, "--snapshot", "-", "--json"],
        { stdin: text(snapshot), now: () => Date.parse(snapshot.completedAt) },
      );
      assertEquals(applied.code, 0, applied.stderr);
      assertEquals(JSON.parse(applied.stdout).undecided.length, rows.length - 1);
    });
  }

  it("brackets, braces and backslashes of names are text in SARIF, not links and placeholders", async () => {
    const snapshot = await makeSnapshot({
      users: [person("1", { displayName: "[Ada](http://evil.test) {0} \\[x\\]" })],
    });
    const { stdout } = await run(["findings", "--format", "sarif", "--snapshot", "-"], {
      stdin: text(snapshot),
    });
    const [{ message }] = JSON.parse(stdout).runs[0].results;
    assertStringIncludes(message.text, "\\[Ada\\](http://evil.test) {{0}} \\\\\\[x\\\\\\]");
  });

  for (
    const [path, uri] of [
      ["access.json", "access.json"],
      ["access:2026.json", "./access:2026.json"],
      ["C:\\reports\\access 1.json", "file:///C:/reports/access%201.json"],
      ["c:/reports/access.json", "file:///c:/reports/access.json"],
      ["\\\\server\\share\\access.json", "file://server/share/access.json"],
      ["/tmp/access.json", "file:///tmp/access.json"],
      ["reports/10:30.json", "reports/10:30.json"],
      ["-", "access.json"],
      ["what?#.json", "what%3F%23.json"],
    ] as const
  ) {
    it(`SARIF names the snapshot ${path} as ${uri}`, () => {
      assertEquals(toSnapshotUri(path), uri);
    });
  }

  it("more findings than code scanning takes are cut by severity, and the cut is said", async () => {
    const count = MAX_SARIF_RESULTS + 5;
    const snapshot = await makeSnapshot({
      users: [person("ada", { state: "locked" })],
      groups: [project("1")],
      entitlements: Array.from({ length: count }, (_, i) => role("1", `role-${i}`)),
      grants: [{
        id: "project:1:role-0:user:ada",
        entitlementId: "project:1:role-0",
        groupId: "1",
        userId: "ada",
        state: "active",
        authorizations: ["a"],
      }],
    });
    const found = listFindings(indexSnapshot(snapshot));
    const { stdout, stderr } = await run(["findings", "--format", "sarif", "--snapshot", "-"], {
      stdin: text(snapshot),
    });
    const { results } = JSON.parse(stdout).runs[0];
    assertEquals(results.length, MAX_SARIF_RESULTS);
    assertEquals(results[0].ruleId, "blocked-user");
    assertStringIncludes(
      stderr,
      `${
        (found.length - MAX_SARIF_RESULTS).toLocaleString("en-US")
      } findings left out, the least urgent`,
    );
    const { runs } = toSarif({
      tool: snapshot.tool,
      snapshotUri: "access.json",
      open: [],
      allowed: found.map((finding) => ({
        finding,
        entry: { id: finding.id, reason: "known", expires: "2027-01-01" },
      })),
    }) as { runs: { results: unknown[] }[] };
    assertEquals(runs[0]!.results.length, MAX_SARIF_RESULTS);
  });

  it("accepted findings are left out of every form with --open-only", async () => {
    await using folder = await temporaryFolder();
    const allow = [{ rule: "blocked-user", reason: "known", expires: "2027-01-01" }];
    await Deno.writeTextFile(folder.at("allow.json"), JSON.stringify({ allow }));
    const snapshot = await demoSnapshot();
    const rules = async (...args: string[]) => {
      const { stdout } = await run(
        [
          "findings",
          "--format",
          "sarif",
          "--allow",
          folder.at("allow.json"),
          "--snapshot",
          "-",
          ...args,
        ],
        { stdin: text(snapshot) },
      );
      return JSON.parse(stdout).runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId);
    };
    assert((await rules()).includes("blocked-user"));
    assert(!(await rules("--open-only")).includes("blocked-user"));
  });

  it("a snapshot that was changed is looked at only when that is said, and with a warning", async () => {
    await using folder = await temporaryFolder();
    const snapshot = await demoSnapshot();
    const [first, ...users] = snapshot.users;
    const changed = text({
      ...snapshot,
      users: [{ ...first!, displayName: "Somebody" }, ...users],
    });
    await Deno.writeTextFile(folder.at("changed.json"), changed);
    await Deno.writeTextFile(folder.at("true.json"), text(snapshot));
    for (
      const args of [
        ["users", "--snapshot", folder.at("changed.json")],
        ["diff", folder.at("changed.json"), folder.at("true.json")],
        ["diff", folder.at("true.json"), folder.at("changed.json")],
        ["report", "--snapshot", folder.at("true.json"), "--baseline", folder.at("changed.json")],
        ["redact", "--snapshot", folder.at("changed.json"), "--key-file", folder.at("true.json")],
      ]
    ) {
      const refused = await run(args);
      assertEquals(refused.code, 5, args.join(" "));
      assertStringIncludes(refused.stderr, "changed.json: Cannot trust the snapshot");
      assertStringIncludes(refused.stderr, "--ignore-digest");
      const looked = await run([...args, "--ignore-digest"]);
      assert([0, 10].includes(looked.code), looked.stderr);
      assertStringIncludes(looked.stderr, "changed.json: the digest does not fit");
    }
    const untouched = await run(["users", "--snapshot", folder.at("true.json"), "--ignore-digest"]);
    assertEquals([untouched.code, untouched.stderr], [0, ""]);
  });

  it("a review whose folder is a file is refused in words, and the file stays", async () => {
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(folder.at("file"), "mine");
    const { code, stderr } = await run(["review", "--snapshot", "-", "--out", folder.at("file")], {
      stdin: text(await demoSnapshot()),
    });
    assertEquals(code, 7);
    assertStringIncludes(stderr, "there is a file of that name, not a folder");
    assertEquals(await Deno.readTextFile(folder.at("file")), "mine");
  });

  it("review apply makes no request from a snapshot that was changed", async () => {
    const { code, stderr } = await run(
      ["review", "apply", "decisions.csv", "--snapshot", "access.json", "--ignore-digest"],
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, "makes no requests from a snapshot that was changed");
  });
});
