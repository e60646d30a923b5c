import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { DEMO_ENV, demoZitadel, run } from "../helpers/fake_io.ts";
import { createRecordedSimulator, recordedTokens } from "../simulator/seeds/recorded_seed.ts";
import {
  DEMO_INSTANCE_TOKEN,
  DEMO_ORGANIZATION_ID,
  demoSeed,
} from "../simulator/seeds/demo_seed.ts";

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

/** The settings of whoever may read the demo's instance, events too. */
const INSTANCE_ENV = {
  ...DEMO_ENV,
  ZITADEL_PAT: DEMO_INSTANCE_TOKEN,
  ZITADEL_ORG_ID: DEMO_ORGANIZATION_ID,
};

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
      const options = { env, zitadel: createRecordedSimulator(), stdoutIsTerminal };
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

  it("check --verify events tells of the permission that it needs, and which role carries it", async () => {
    const zitadel = demoZitadel();
    const viewer = await run(["check", "--verify", "events"], { env: DEMO_ENV, zitadel });
    assertEquals(viewer.code, 3);
    assertMatch(viewer.stdout, /^FAIL {2}permission:iam\.read .*iam\.read is missing$/m);
    assertMatch(
      viewer.stdout,
      /^ +-> .*a manager of the instance, with the role IAM_OWNER_VIEWER/m,
    );
    assertMatch(viewer.stdout, /^- {5}events /m);
    const ofInstance = await run(["check", "--verify", "events"], { env: INSTANCE_ENV, zitadel });
    assertEquals(ofInstance.code, 0);
    assertMatch(ofInstance.stdout, /^ok {2}events +the first is of 2023-04-12T09:30:00Z$/m);
  });

  it("sync --verify events says in the summary and in the snapshot what differs", async () => {
    const zitadel = demoZitadel();
    const env = { ...INSTANCE_ENV, ZITADEL_VERIFY: "events" };
    const { code, stdout, stderr } = await run(["sync"], { env, zitadel });
    assertEquals(code, 0);
    assertMatch(stderr, /^2 rows of ZITADEL's lists and events differ: reading again in 20 s$/m);
    assertMatch(
      stderr,
      /^compared with \d+ events up to \S+: 2 differences, 44 user grants, 6 projects and 11 roles agree$/m,
    );
    assertMatch(stderr, /^note: ZITADEL's list has lost user grant \d+ .* by Ada Okafor\)$/m);
    const { verification, notes } = parseSnapshot(stdout);
    assertEquals(verification!.agreed, { groups: 6, entitlements: 11, grants: 44 });
    assertEquals(notes.filter((note) => "event" in note).length, 2);
    const found = await run(["findings", "--snapshot", "-", "--fail-on", "high"], {
      stdin: stdout,
    });
    assertEquals(found.code, 12);
    assertMatch(found.stdout, /^HIGH {2}Lost from ZITADEL's list \(1\)$/m);
    assertMatch(found.stdout, /^HIGH {2}Removed, and still in ZITADEL's list \(1\)$/m);
    const refused = await run(["sync", "--verify", "lists"], { env: INSTANCE_ENV, zitadel });
    assertEquals(refused.code, 2);
    assertMatch(refused.stderr, /--verify .*events/);
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
});
