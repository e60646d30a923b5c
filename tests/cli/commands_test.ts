import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseSnapshot } from "../../src/snapshot/contract.ts";
import { DEMO_ENV, demoZitadel, run } from "../helpers/fake_io.ts";
import { createRecordedStandIn, recordedTokens } from "../stand_in/seeds/recorded_seed.ts";
import { demoSeed } from "../../src/stand_in/seeds/demo_seed.ts";

const IDS = [
  "host",
  "token",
  "organization",
  "permission:org.read",
  "permission:user.read",
  "permission:project.read",
  "permission:project.role.read",
  "permission:user.grant.read",
  "list:users",
  "list:groups",
  "list:entitlements",
  "list:grants",
];

describe("cli: commands", () => {
  it("check says ok to everything that a sync needs", async () => {
    const { code, stdout, stderr } = await run(["check"], {
      env: DEMO_ENV,
      zitadel: demoZitadel(),
    });
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      stdout.trimEnd().split("\n").map((line) => line.split(/ +/).slice(0, 2)),
      IDS.map((id) => ["ok", id]),
    );
    assertStringIncludes(stdout, "Acme (318000000000000001)");
  });

  it("check tells what is missing, what to do, and exits as the first failure", async () => {
    const env = { ...DEMO_ENV, ZITADEL_PAT: "an-unknown-token" };
    const { code, stdout } = await run(["check"], { env, zitadel: demoZitadel() });
    assertEquals(code, 3);
    assertMatch(stdout, /^ok {4}host /m);
    assertMatch(stdout, /^FAIL {2}token .*401/m);
    assertMatch(stdout, /^ +-> .*Personal Access Token/m);
    assertMatch(stdout, /^- {5}organization /m);
    assertNotMatch(stdout, /an-unknown-token/);
  });

  it("check shows a message of several lines as lines", async () => {
    const env = { ...DEMO_ENV, ZITADEL_PAT: recordedTokens.iamviewer };
    for (const stdoutIsTerminal of [false, true]) {
      const options = { env, zitadel: createRecordedStandIn(), stdoutIsTerminal };
      const { code, stdout } = await run(["check"], options);
      assertEquals(code, 4);
      assertMatch(stdout, /^FAIL {2}organization +.*\n +\d+ {2}Acme\n +\d+ {2}Globex\n/m);
      assertNotMatch(stdout, /\\u000a/);
    }
  });

  it("check --json gives one object with a result for each id", async () => {
    const seed = { ...demoSeed, memberships: [] };
    for (
      const [zitadel, exit] of [[demoZitadel(), 0], [demoZitadel({ seed }), 3]] as const
    ) {
      const { code, stdout } = await run(["check", "--json"], { env: DEMO_ENV, zitadel });
      assertEquals(code, exit);
      assertEquals(stdout.trimEnd().split("\n").length, 1);
      const { ok, checks } = JSON.parse(stdout);
      assertEquals(ok, exit === 0);
      assertEquals(checks.map(({ id }: { id: string }) => id), IDS);
      const failed = checks.filter(({ status }: { status: string }) => status === "failed");
      assertEquals(failed.length > 0, exit !== 0);
      for (const { code, hint, detail } of failed) {
        assertEquals([typeof code, typeof hint, typeof detail], ["string", "string", "string"]);
      }
    }
  });

  it("sync --pretty indents the same snapshot", async () => {
    const options = { env: DEMO_ENV, zitadel: demoZitadel() };
    const plain = await run(["sync", "--quiet"], options);
    const pretty = await run(["sync", "--quiet", "--pretty"], options);
    assertMatch(pretty.stdout, /^\{\n {2}"format": "zitadel-access-snapshot",\n/);
    assertEquals(JSON.parse(pretty.stdout), JSON.parse(plain.stdout));
  });

  it("a snapshot shown on a terminal has no characters that play tricks with it", async () => {
    const options = { env: DEMO_ENV, zitadel: demoZitadel() };
    const plain = await run(["sync", "--quiet"], options);
    const shown = await run(["sync", "--quiet"], { ...options, stdoutIsTerminal: true });
    assertMatch(plain.stdout, /\u202e/);
    assertNotMatch(shown.stdout, /\u202e/);
    assertEquals(JSON.parse(shown.stdout), JSON.parse(plain.stdout));
  });

  it("demo needs nothing, and shows who holds what, the proof and what to type next", async () => {
    const { code, stdout } = await run(["demo"]);
    assertEquals(code, 0);
    assertMatch(stdout, /^USER +GROUP \(PROJECT\) +ENTITLEMENT \(ROLE\) +STATE$/m);
    assertMatch(stdout, /^Ada Okafor +Web shop +admin +active$/m);
    assertMatch(stdout, /^and 29 more$/m);
    assertMatch(stdout, /^users +24 +24 +24 +1 +statement$/m);
    assertMatch(stdout, /^entitlements of Web shop +4 +4 +4 +1 +statement$/m);
    assertMatch(stdout, /^sha256:[0-9a-f]{64}$/m);
    assertMatch(stdout, /^ +zitadel-sync sync --instance-url https:\/\/.* --out access\.json$/m);
  });

  it("demo --json prints the snapshot", async () => {
    const { code, stdout, stderr } = await run(["demo", "--json", "--quiet"]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(parseSnapshot(stdout).organization.name, "Acme");
  });
});
