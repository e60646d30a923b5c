import schema from "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json" with { type: "json" };
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { Ajv } from "ajv";
import { serializeSnapshot, type Snapshot, SyncError } from "../../../mod.ts";
import { findConfusables } from "../../../src/snapshot/text/confusables.ts";
import { applyAllowList } from "../../../src/snapshot/findings/allow_list.ts";
import { type Finding, FINDING_RULES } from "../../../src/snapshot/findings/finding_rules.ts";
import { listFindings } from "../../../src/snapshot/findings/findings.ts";
import { parseAllowList } from "../../../src/snapshot/findings/parse_allow_list.ts";
import { indexSnapshot } from "../../../src/snapshot/query/index_snapshot.ts";
import { run } from "../../helpers/fake_io.ts";
import { hostileSnapshot } from "../../helpers/hostile_names.ts";
import {
  demoSnapshot,
  grant,
  makeSnapshot,
  person,
  project,
  role,
} from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

function findings(snapshot: Snapshot, options = {}): Finding[] {
  return listFindings(indexSnapshot(snapshot), options);
}

function told(snapshot: Snapshot, rule: string): [severity: string, what: string][] {
  return findings(snapshot).filter((finding) => finding.rule === rule)
    .map(({ severity, what }) => [severity, what]);
}

const shop = project("1", { name: "Shop" });

describe("snapshot: findings", () => {
  it("a role that is held but not defined is a finding of its holders", async () => {
    const snapshot = await makeSnapshot({
      users: [person("ada"), person("ben")],
      groups: [shop],
      entitlements: [role("1", "root", { defined: false })],
      grants: [grant("ada", "1", "root"), grant("ben", "1", "root")],
    });
    assertEquals(told(snapshot, "ghost-role"), [
      ["high", 'ada and ben hold "root" in Shop, which has no such role'],
    ]);
    const [finding] = findings(snapshot);
    assertEquals(
      [
        finding!.id,
        finding!.userIds,
        finding!.groupIds,
        finding!.entitlementIds,
        finding!.grantIds,
      ],
      ["ghost-role:project:1:root", ["ada", "ben"], ["1"], ["project:1:root"], [
        "project:1:root:user:ada",
        "project:1:root:user:ben",
      ]],
    );
  });

  it("grants of users that are gone, blocked or of other organizations are findings", async () => {
    const snapshot = await makeSnapshot({
      users: [
        person("active"),
        person("gone"),
        person("inactive", { state: "inactive" }),
        person("locked", { state: "locked" }),
        person("removed", { state: "deleted" }),
        person("zoe", { state: "unknown", external: true, organizationId: "77" }),
        person("locked-without-grants", { state: "locked" }),
      ],
      groups: [shop],
      entitlements: [role("1", "viewer")],
      grants: ["active", "gone", "inactive", "locked", "removed", "zoe"].map((id) =>
        grant(id, "1", "viewer")
      ),
      notes: [{ code: "users-not-listed", userIds: ["gone"] }],
    });
    assertEquals(findings(snapshot).filter(({ userIds }) => userIds.includes("gone")).length, 1);
    assertEquals(told(snapshot, "removed-user"), [
      ["high", "gone is not in ZITADEL's list of users and still holds 1 role in Shop"],
      ["high", "removed is removed and still holds 1 role in Shop"],
    ]);
    assertEquals(told(snapshot, "blocked-user"), [
      ["medium", "inactive is deactivated and still holds 1 role in Shop"],
      ["medium", "locked is locked and still holds 1 role in Shop"],
    ]);
    assertEquals(told(snapshot, "external-user"), [
      ["medium", "zoe of the organization 77 holds 1 role in Shop"],
    ]);
  });

  it("what nobody uses is a finding, and a project without holders is one, not one for each role", async () => {
    const snapshot = await makeSnapshot({
      users: [person("ada"), person("idle"), person("invited", { state: "initial" })],
      groups: [shop, project("2", { name: "Old" }), project("3", { name: "Empty" })],
      entitlements: [role("1", "viewer"), role("1", "auditor"), role("2", "a"), role("2", "b")],
      grants: [grant("ada", "1", "viewer")],
    });
    assertEquals(told(snapshot, "unused-group"), [
      ["low", "Old has 2 roles, and nobody holds any"],
      ["info", "Empty has no roles"],
    ]);
    assertEquals(told(snapshot, "unused-role"), [["info", 'Nobody holds "auditor" in Shop']]);
    assertEquals(told(snapshot, "user-without-grants"), [
      ["info", "idle is active and holds no role in any project"],
      ["info", "invited is invited and holds no role in any project"],
    ]);
  });

  it("a machine with grants needs a description", async () => {
    const snapshot = await makeSnapshot({
      users: [
        person("ci", { type: "machine", description: "Deploys" }),
        person("cron", { type: "machine" }),
        person("idle", { type: "machine" }),
      ],
      groups: [shop],
      entitlements: [role("1", "viewer")],
      grants: [grant("ci", "1", "viewer"), grant("cron", "1", "viewer")],
    });
    assertEquals(told(snapshot, "machine-without-description"), [
      ["low", "cron holds 1 role in Shop, and nothing says what it is for"],
    ]);
  });

  it("a grant is stale by its last change, counted up to when the snapshot was read", async () => {
    const at = (updatedAt: string) => ({ createdAt: "2020-01-01T00:00:00Z", updatedAt });
    const snapshot = await makeSnapshot({
      completedAt: "2026-11-24T10:00:00Z",
      users: ["365", "364", "switched-off"].map((id) => person(id)),
      groups: [shop],
      entitlements: [role("1", "viewer")],
      grants: [
        grant("365", "1", "viewer", at("2025-11-24T10:00:00Z")),
        grant("364", "1", "viewer", at("2025-11-24T10:00:01Z")),
        grant("switched-off", "1", "viewer", { ...at("2021-01-01T00:00:00Z"), state: "inactive" }),
      ],
    });
    assertEquals(told(snapshot, "stale-grant"), [
      ["low", '365 holds "viewer" in Shop since 2025-11-24, unchanged for 365 days'],
    ]);
    const strict = findings(snapshot, { staleDays: 364 });
    assertEquals(strict.filter(({ rule }) => rule === "stale-grant").length, 2);
  });

  it("the broadest users are findings if they stand out", async () => {
    const keys = ["a", "b", "c", "d", "e", "f"];
    const others = Array.from({ length: 10 }, (_, index) => `user-${index}`);
    const snapshot = await makeSnapshot({
      users: ["ada", ...others].map((id) => person(id)),
      groups: [shop],
      entitlements: keys.map((key) => role("1", key)),
      grants: [
        ...keys.map((key) => grant("ada", "1", key)),
        ...others.map((id) => grant(id, "1", "a")),
      ],
    });
    assertEquals(told(snapshot, "broad-user"), [
      ["low", "ada holds 6 roles in Shop; users with roles have 1.5 on average"],
    ]);
    assertEquals(
      findings(snapshot, { broadest: 0 }).some(({ rule }) => rule === "broad-user"),
      false,
    );
  });

  it("roles that look the same are a finding of their project", async () => {
    assertEquals(
      findConfusables(["admin", "viewer", "Admin", "\u0430dmin", "adm\u200bin", "editor"]),
      [
        ["admin", "Admin", "\u0430dmin", "adm\u200bin"],
      ],
    );
    assertEquals(findConfusables(["rol1", "roll", "rOlI"]), [["rol1", "roll", "rOlI"]]);
    for (
      const other of [
        "admin ",
        " admin",
        "admin  ",
        "admin\u00a0",
        "admin\u3164",
        "\ufeffadmin",
        "adm\u00adin",
      ]
    ) {
      assertEquals(findConfusables(["admin", other]), [["admin", other]], JSON.stringify(other));
    }
    assertEquals(findConfusables(["see stock", "see  stock", "see\tstock", "seestock"]), [
      ["see stock", "see  stock", "see\tstock"],
    ]);
    assertEquals(findConfusables(["mail", "mall", "role:1", "role:2", "read", "write"]), []);
    const snapshot = await makeSnapshot({
      groups: [shop, project("2")],
      entitlements: [role("1", "admin"), role("1", "Admin"), role("2", "ADMIN")],
    });
    assertEquals(told(snapshot, "look-alike-roles"), [
      ["medium", 'Shop has roles that look the same: "Admin", "admin"'],
    ]);
  });

  it("findings come by severity, each with a distinct id that the next snapshot has too", async () => {
    const [first, second] = [findings(await demoSnapshot()), findings(await demoSnapshot())];
    assertEquals(first, second);
    assertEquals(new Set(first.map(({ id }) => id)).size, first.length);
    const ranks = first.map(({ severity }) => ["high", "medium", "low", "info"].indexOf(severity));
    assertEquals(ranks, ranks.toSorted());
    for (const { id, rule, why, action } of first) {
      assertEquals([id.startsWith(`${rule}:`), why, action], [
        true,
        FINDING_RULES[rule].why,
        FINDING_RULES[rule].action,
      ]);
    }
  });

  const OCTOBER = { reason: "Auditor", expires: "2026-10-31" };

  it("an allowed finding does not count, until its entry expires", async () => {
    const all = findings(await demoSnapshot());
    const id = all[0]!.id;
    const during = applyAllowList(all, [{ id, ...OCTOBER }], "2026-10-31");
    assertEquals([during.open.length, during.allowed.length, during.expired], [
      all.length - 1,
      1,
      [],
    ]);
    const after = applyAllowList(all, [{ id, ...OCTOBER }], "2026-11-01");
    assertEquals([after.open.length, after.allowed.length], [all.length, 0]);
    assertEquals(after.expired, [{ id, ...OCTOBER }]);
    const rule = applyAllowList(
      all,
      [{ rule: "blocked-user", ...OCTOBER }, { id: "x", ...OCTOBER }],
      "2026-01-01",
    );
    assertEquals(rule.allowed.map(({ finding }) => finding.rule), ["blocked-user", "blocked-user"]);
    assertEquals(rule.unused, [{ id: "x", ...OCTOBER }]);
  });

  it("an entry of the allow file needs a reason, a date, and one of id and rule", () => {
    const refused = (entry: object) =>
      assertThrows(() => parseAllowList(JSON.stringify({ allow: [entry] })), SyncError).message;
    assertMatch(refused({ id: "a", expires: "2026-10-31" }), /reason/);
    assertMatch(refused({ id: "a", reason: " ", expires: "2026-10-31" }), /must say why/);
    assertMatch(refused({ id: "a", reason: "b" }), /expires/);
    assertMatch(refused({ id: "a", reason: "b", expires: "2026-02-30" }), /expires/);
    assertMatch(refused(OCTOBER), /needs either "id" or "rule"/);
    assertMatch(refused({ rule: "no-such-rule", ...OCTOBER }), /rule/);
    assertThrows(() => parseAllowList("{"), SyncError, "not JSON");
    assertEquals(parseAllowList(JSON.stringify({ allow: [{ id: "a", ...OCTOBER }] })), [
      { id: "a", ...OCTOBER },
    ]);
  });

  async function demoText(): Promise<string> {
    return [...serializeSnapshot(await demoSnapshot())].join("");
  }

  it("findings ends with 12 if something counts that --fail-on names, and with 0 if not", async () => {
    const stdin = await demoText();
    const base = ["findings", "--snapshot", "-"];
    assertEquals((await run(base, { stdin })).code, 0);
    assertEquals((await run([...base, "--fail-on", "high"], { stdin })).code, 12);
    await using folder = await temporaryFolder();
    const all = JSON.parse((await run([...base, "--json"], { stdin })).stdout);
    const high = all.findings.filter(({ severity }: Finding) => severity === "high");
    assertEquals(all.counts.high, high.length);
    const allow = high.map(({ id }: Finding) => ({ id, reason: "known", expires: "2027-01-01" }));
    await Deno.writeTextFile(folder.at("allow.json"), JSON.stringify({ allow }));
    const allowed = [...base, "--allow", folder.at("allow.json")];
    assertEquals((await run([...allowed, "--fail-on", "high"], { stdin })).code, 0);
    assertEquals((await run([...allowed, "--fail-on", "medium"], { stdin })).code, 12);
    const later = { stdin, now: () => Date.parse("2027-01-02T00:00:00Z") };
    const expired = await run([...allowed, "--fail-on", "high"], later);
    assertEquals(expired.code, 12);
    assertStringIncludes(expired.stdout, "expired on 2027-01-01, counts again");
  });

  it("SARIF is valid by its schema, hostile names included, and marks what is allowed", async () => {
    const uri = /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/;
    const formats = {
      "uri": (text: string) => URL.canParse(text) && uri.test(text),
      "uri-reference": uri,
      "date-time": true as const,
    };
    const ajv = new Ajv({ strict: false, unicodeRegExp: false, formats });
    // The schema is of draft 04. But for these two keys it means the same in later drafts.
    const { $schema: _schema, id: $id, ...rules } = schema;
    const valid = ajv.compile({ $id, ...rules });
    for (const snapshot of [await demoSnapshot(), await hostileSnapshot()]) {
      const stdin = [...serializeSnapshot(snapshot)].join("");
      await using folder = await temporaryFolder();
      const allow = [{ rule: "unused-group", reason: "known", expires: "2027-01-01" }];
      await Deno.writeTextFile(folder.at("allow file.json"), JSON.stringify({ allow }));
      const { stdout } = await run(
        [
          "findings",
          "--format",
          "sarif",
          "--snapshot",
          "-",
          "--allow",
          folder.at("allow file.json"),
        ],
        { stdin },
      );
      const log = JSON.parse(stdout);
      const fits: boolean = valid(log);
      assert(fits, ajv.errorsText(valid.errors));
      const found = findings(snapshot);
      const [{ results, tool }] = log.runs;
      assertEquals(results.length, found.length);
      for (const { ruleId, ruleIndex, suppressions } of results) {
        assertEquals(tool.driver.rules[ruleIndex].id, ruleId);
        assertEquals(
          suppressions?.[0].justification,
          ruleId === "unused-group" ? "known" : undefined,
        );
      }
    }
  });
});
