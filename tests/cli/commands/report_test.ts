import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readFile, stat, writeFile } from "node:fs/promises";
import { serializeSnapshot, type Snapshot } from "../../../mod.ts";
import { renderReport } from "../../../src/report/render_report.ts";
import { DEMO_ENV, demoZitadel, run } from "../../helpers/fake_io.ts";
import { demoSnapshot, earlierDemoSnapshot } from "../../helpers/report_snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

async function save(path: string, snapshot: Snapshot): Promise<void> {
  await writeFile(path, [...serializeSnapshot(snapshot)].join(""));
}

describe("cli: report command", () => {
  it("report writes one HTML file for its owner only, and says so", async () => {
    await using folder = await temporaryFolder();
    const [snapshot, baseline] = await Promise.all([demoSnapshot(), earlierDemoSnapshot()]);
    const [now, old, allow, out] = ["now.json", "old.json", "allow.json", "report.html"].map(
      folder.at,
    );
    await save(now!, snapshot);
    await save(old!, baseline);
    const accepted = {
      rule: "broad-user",
      reason: "She runs the shop",
      expires: "2026-11-24",
    } as const;
    const expired = {
      rule: "unused-group",
      reason: "For the spring",
      expires: "2026-11-23",
    } as const;
    await writeFile(allow!, JSON.stringify({ allow: [accepted, expired] }));
    const { code, stdout, stderr } = await run([
      "report",
      ...["--snapshot", now!, "--baseline", old!, "--allow", allow!, "--out", out!],
      ...["--ignore", "name", "--stale-days", "30", "--broadest", "1"],
    ]);
    assertEquals([code, stdout], [0, ""]);
    assertMatch(stderr, /report\.html: 25 users, 12 entitlements; open it in a browser\n$/);
    const expected = renderReport({
      snapshot,
      baseline,
      diffOptions: { ignore: ["name"] },
      findingOptions: { staleDays: 30, broadest: 1, expiringDays: 30 },
      allow: [accepted, expired],
      today: "2026-11-24",
    });
    assertEquals(await readFile(out!, "utf8"), [...expected].join(""));
    assertEquals((await stat(out!)).mode & 0o777, 0o600);
  });

  it("report reads ZITADEL where no snapshot is named, and writes to stdout", async () => {
    const { code, stdout } = await run(["report"], { env: DEMO_ENV, zitadel: demoZitadel() });
    assertEquals(code, 0);
    assert(stdout.startsWith("<!doctype html>\n"));
    assertStringIncludes(stdout, "<title>Access report · Acme</title>");
  });

  it("report fills no terminal with HTML", async () => {
    const { code, stdout, stderr } = await run(["report"], {
      env: DEMO_ENV,
      zitadel: demoZitadel(),
      stdoutIsTerminal: true,
    });
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "hint: Add --out report.html and open that file\n");
  });

  it("report refuses two files from stdin, and a baseline that is no snapshot", async () => {
    await using folder = await temporaryFolder();
    const path = folder.at("now.json");
    await save(path, await demoSnapshot());
    const two = await run(["report", "--snapshot", "-", "--baseline", "-"], { stdin: "{}" });
    assertEquals(two.code, 2);
    assertStringIncludes(two.stderr, "Only one file can come from stdin");
    const none = await run(["report", "--snapshot", path, "--baseline", "-"], { stdin: "{}" });
    assertEquals([none.code, none.stdout], [5, ""]);
    assertStringIncludes(none.stderr, "stdin: Cannot read the snapshot");
  });
});
