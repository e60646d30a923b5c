import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { CliError, type CliErrorCode, type ErrorCode } from "../../src/cli/errors.ts";
import { EXIT_CODES } from "../../src/cli/exit_codes.ts";
import { SyncError, type SyncErrorCode } from "../../src/errors.ts";
import { DEMO_ENV, demoZitadel, run } from "../helpers/fake_io.ts";
import { DEMO_ORGANIZATION_ID, demoSeed } from "../simulator/seeds/demo_seed.ts";

const TOKEN = DEMO_ENV["ZITADEL_PAT"]!;

/** A program that is interrupted with this reason, as soon as it asks for something. */
function interrupted(reason: Error) {
  const controller = new AbortController();
  const zitadel = demoZitadel({
    onRequest: () => {
      controller.abort(reason);
    },
  });
  return run(["sync"], { env: DEMO_ENV, zitadel, signal: controller.signal });
}

const CLI_CODES: readonly ErrorCode[] = [
  "CONFIG_INVALID",
  "SHRUNK",
  "UNREACHABLE",
  "OUTPUT_FAILED",
  "LISTEN_FAILED",
  "NOTHING_FOUND",
];
const LIBRARY_CODES: readonly ErrorCode[] = [
  "CONFIG_INVALID",
  "AUTH_REJECTED",
  "PERMISSION_MISSING",
  "ORG_NOT_FOUND",
  "ORG_AMBIGUOUS",
  "INSTANCE_NOT_FOUND",
  "INCONSISTENT",
  "FOREIGN_ROW",
  "RESPONSE_INVALID",
  "SNAPSHOT_INVALID",
  "UNREACHABLE",
  "RATE_LIMITED",
  "API_ERROR",
  "ABORTED",
];

describe("cli: errors", () => {
  for (const [code, exit] of Object.entries(EXIT_CODES) as [ErrorCode, number][]) {
    if (code === "INTERNAL") continue;
    it(`an error ${code} ends the program with exit code ${exit}`, async () => {
      const options = { hint: "Do\nthat" };
      const reasons = [
        ...(CLI_CODES.includes(code)
          ? [new CliError(code as CliErrorCode, "What happened", options)]
          : []),
        ...(LIBRARY_CODES.includes(code)
          ? [new SyncError(code as SyncErrorCode, "What happened", options)]
          : []),
      ];
      assert(reasons.length > 0);
      for (const reason of reasons) await expectExit(reason, exit);
    });
  }

  async function expectExit(reason: SyncError | CliError, exit: number): Promise<void> {
    const run = await interrupted(reason);
    assertEquals([run.code, run.stdout], [exit, ""]);
    assertEquals(run.stderr, `error: What happened\nhint: Do\n      that\ncode: ${reason.code}\n`);
  }

  it("SIGTERM ends the program with exit code 143", async () => {
    const { code, stderr } = await interrupted(
      new SyncError("ABORTED", "Interrupted by SIGTERM", { cause: "SIGTERM" }),
    );
    assertEquals([code, stderr], [143, "error: Interrupted by SIGTERM\ncode: ABORTED\n"]);
  });

  it("with --log-format json an error is a line of the log", async () => {
    const zitadel = demoZitadel({ seed: { ...demoSeed, memberships: [] } });
    const { code, stderr } = await run(["sync", "--log-format", "json"], {
      env: DEMO_ENV,
      zitadel,
    });
    assertEquals(code, 3);
    const lines = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
    const { time, level, code: errorCode } = lines.at(-1);
    assertEquals([time, level, errorCode], [
      "2026-11-24T10:00:00.000Z",
      "error",
      "PERMISSION_MISSING",
    ]);
  });

  it("an unforeseen error is told as a bug, without the token and without a stack", async () => {
    const now = () => {
      throw new TypeError(`cannot read ${TOKEN}`);
    };
    const options = { env: DEMO_ENV, now };
    assertEquals(await run(["sync"], options), {
      code: 1,
      stdout: "",
      stderr: "error: This is a bug in zitadel-sync 0.1.0: cannot read [hidden]\n" +
        "hint: Please report it, with what --log-level debug shows\ncode: INTERNAL\n",
    });
    assertEquals(JSON.parse((await run(["sync", "--json"], options)).stderr).code, "INTERNAL");
    const { stderr } = await run(["sync", "--log-level", "debug"], options);
    assertMatch(stderr, /^debug: TypeError: cannot read \[hidden\]\n +at /);
    assertNotMatch(stderr, new RegExp(TOKEN));
  });

  it("the token is hidden even in an error message of the runtime", async () => {
    const stdoutError = new Error(`cannot send Bearer ${TOKEN} to 10.0.0.1`);
    const options = { env: DEMO_ENV, stdoutError, zitadel: demoZitadel() };
    for (const more of [[], ["--json"], ["--log-format", "json"], ["--log-level", "debug"]]) {
      const { code, stderr } = await run(["sync", ...more], options);
      assertEquals(code, 7);
      assertStringIncludes(stderr, "cannot send Bearer [hidden] to 10.0.0.1");
      assertNotMatch(stderr, new RegExp(TOKEN));
    }
  });

  it("names from ZITADEL cannot play tricks with the terminal", async () => {
    const evil = "Acme\x1b[2J\x9b31m\u202eevil\r\n";
    const zitadel = demoZitadel();
    zitadel.state.updateOrganization(DEMO_ORGANIZATION_ID, { name: evil });
    const { stderr, code } = await run(["sync"], {
      env: DEMO_ENV,
      zitadel,
      stdoutIsTerminal: true,
    });
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "Acme\\u001b[2J\\u009b31m\\u202eevil");
    // deno-lint-ignore no-control-regex -- these are what it is about
    assertNotMatch(stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});
