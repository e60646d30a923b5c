import { assertEquals, assertMatch, assertNotMatch, assertStringIncludes } from "@std/assert";
import { EXIT_CODES, SyncError, type SyncErrorCode } from "../../src/errors.ts";
import { DEMO_ENV, demoZitadel, run } from "../helpers/fake_io.ts";
import { DEMO_ORGANIZATION_ID, demoSeed } from "../../src/stand_in/seeds/demo_seed.ts";

const TOKEN = DEMO_ENV["ZITADEL_PAT"]!;

/** A program that is interrupted with this reason, as soon as it asks for something. */
function interrupted(reason: SyncError) {
  const controller = new AbortController();
  const zitadel = demoZitadel({
    onRequest: () => {
      controller.abort(reason);
    },
  });
  return run(["sync"], { env: DEMO_ENV, zitadel, signal: controller.signal });
}

for (const [code, exit] of Object.entries(EXIT_CODES) as [SyncErrorCode, number][]) {
  Deno.test(`an error ${code} ends the program with exit code ${exit}`, async () => {
    const run = await interrupted(new SyncError(code, "What happened", { hint: "Do\nthat" }));
    assertEquals([run.code, run.stdout], [exit, ""]);
    assertEquals(run.stderr, `error: What happened\nhint: Do\n      that\ncode: ${code}\n`);
  });
}

Deno.test("SIGTERM ends the program with exit code 143", async () => {
  const { code, stderr } = await interrupted(
    new SyncError("ABORTED", "Interrupted by SIGTERM", { cause: "SIGTERM" }),
  );
  assertEquals([code, stderr], [143, "error: Interrupted by SIGTERM\ncode: ABORTED\n"]);
});

Deno.test("with --log-format json an error is a line of the log", async () => {
  const zitadel = demoZitadel({ seed: { ...demoSeed, memberships: [] } });
  const { code, stderr } = await run(["sync", "--log-format", "json"], { env: DEMO_ENV, zitadel });
  assertEquals(code, 3);
  const lines = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
  const { time, level, code: errorCode } = lines.at(-1);
  assertEquals([time, level, errorCode], [
    "2026-11-24T10:00:00.000Z",
    "error",
    "PERMISSION_MISSING",
  ]);
});

Deno.test("an unforeseen error is told as a bug, without the token and without a stack", async () => {
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

Deno.test("the token is hidden even in an error message of the runtime", async () => {
  const stdoutError = new Error(`cannot send Bearer ${TOKEN} to 10.0.0.1`);
  const options = { env: DEMO_ENV, stdoutError, zitadel: demoZitadel() };
  for (const more of [[], ["--json"], ["--log-format", "json"], ["--log-level", "debug"]]) {
    const { code, stderr } = await run(["sync", ...more], options);
    assertEquals(code, 7);
    assertStringIncludes(stderr, "cannot send Bearer [hidden] to 10.0.0.1");
    assertNotMatch(stderr, new RegExp(TOKEN));
  }
});

Deno.test("names from ZITADEL cannot play tricks with the terminal", async () => {
  const evil = "Acme\x1b[2J\x9b31m\u202eevil\r\n";
  const zitadel = demoZitadel();
  zitadel.state.updateOrganization(DEMO_ORGANIZATION_ID, { name: evil });
  const { stderr, code } = await run(["sync"], { env: DEMO_ENV, zitadel, stdoutIsTerminal: true });
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "Acme\\u001b[2J\\u009b31m\\u202eevil");
  // deno-lint-ignore no-control-regex -- these are what it is about
  assertNotMatch(stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});
