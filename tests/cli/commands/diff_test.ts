import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot } from "../../../mod.ts";
import { run } from "../../helpers/fake_io.ts";
import { grant, makeSnapshot, person, project, role } from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

const march = await makeSnapshot({
  completedAt: "2026-03-01T00:00:00Z",
  users: [person("ada")],
  groups: [project("1")],
  entitlements: [role("1", "admin")],
});
const april = await makeSnapshot({
  ...march,
  completedAt: "2026-04-01T00:00:00Z",
  grants: [grant("ada", "1", "admin")],
});

describe("cli: two snapshots, the newer one first", () => {
  it("diff and report --baseline say so, and nothing where the older one is first", async () => {
    await using folder = await temporaryFolder();
    const [old, current] = [folder.at("march.json"), folder.at("april.json")];
    await Deno.writeTextFile(old, [...serializeSnapshot(march)].join(""));
    await Deno.writeTextFile(current, [...serializeSnapshot(april)].join(""));
    const reversed = await run(["diff", current, old]);
    assertEquals(reversed.code, 10);
    assertStringIncludes(
      reversed.stderr,
      "The snapshot to compare with is of 2026-04-01T00:00:00Z, and newer than the other one of " +
        "2026-03-01T00:00:00Z, so additions are shown as removals: name the older one first",
    );
    assertStringIncludes(reversed.stdout, "grants +0 -1 ~0");
    assertEquals((await run(["diff", old, current])).stderr, "");
    assertEquals((await run(["diff", old, old])).stderr, "");

    const out = ["--out", folder.at("report.html")];
    const report = await run(["report", "--snapshot", old, "--baseline", current, ...out]);
    assertEquals(report.code, 0);
    assertStringIncludes(report.stderr, "--baseline is for the older one");
    const right = await run(["report", "--snapshot", current, "--baseline", old, ...out]);
    assertEquals(right.stderr.includes("--baseline"), false);
  });
});
