// deno-lint-ignore-file no-control-regex -- a redrawn line consists of them
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { DEMO_ENV, demoZitadel, run, type RunOptions } from "../../helpers/fake_io.ts";
import { faults } from "../../simulator/faults.ts";

function sync(args: readonly string[], options: RunOptions = {}) {
  return run(["sync", ...args], { env: DEMO_ENV, zitadel: demoZitadel(), ...options });
}

/** A clock that goes on by a second whenever it is asked. */
function ticking(): () => number {
  let time = Date.parse("2026-11-24T10:00:00Z");
  return () => time += 1000;
}

const SUMMARY = `Acme (318000000000000001): 25 users, 6 groups, 12 entitlements, 54 grants
complete after 18 requests in 0.0 s
note: Authorizations that hold no role and so give nothing: 1 (318000000000040024)
note: Authorizations on projects of other organizations, which are not part of this snapshot: 1
note: The token may not list the organizations of this instance, so there may be others; --org-id chooses one
`;

describe("cli: progress", () => {
  it("where stderr is no terminal, each list is a line, and a summary ends it", async () => {
    const { code, stdout, stderr } = await sync([]);
    assertEquals(code, 0);
    const lists = [
      "users: 24 rows, 1 request",
      "groups: 6 rows, 1 request",
      "entitlements: 11 rows, 6 requests",
      "grants: 46 rows, 1 request",
    ];
    const lines = stderr.split("\n");
    assertEquals(lines[0], "organization: Acme (318000000000000001)");
    assertEquals(lines.slice(1, 5).toSorted(), lists.toSorted());
    const { digest } = JSON.parse(stdout);
    assertEquals(lines.slice(5).join("\n"), `${SUMMARY}${digest}\n`);
  });

  it("on a terminal one line is redrawn, never wider than the terminal, and then gone", async () => {
    const { stderr, stdout } = await sync([], { columns: 40, now: ticking() });
    const { digest } = JSON.parse(stdout);
    const end = stderr.lastIndexOf("\r\x1b[K");
    const summary = stderr.slice(end + "\r\x1b[K".length);
    assertMatch(summary, /^Acme \(318000000000000001\): 25 users/);
    assert(summary.endsWith(`${digest}\n`));
    const drawn = stderr.slice(0, end).split("\r").slice(1);
    assert(drawn.length > 5);
    for (const line of drawn) {
      assertMatch(line, /^[^\x00-\x1f]{1,39}\x1b\[K$/);
    }
    const widths = await sync([], { columns: 10, now: ticking() });
    for (const line of widths.stderr.split("\r").slice(1, -1)) {
      assert(line.replace("\x1b[K", "").length < 10);
    }
  });

  it("the progress line tells list, rows of announced rows, requests and time", async () => {
    const { stderr } = await sync(["--page-size", "5"], { columns: 80, now: ticking() });
    assertMatch(stderr, /\rusers: \d+ of 24, \d+ requests, \d+(\.\d)? s\x1b\[K/);
    assertMatch(stderr, /\rgrants: \d+, complete, \d+ requests, \d m \d\d s\x1b\[K/);
  });

  it("the progress line is redrawn no more often than anyone can read", async () => {
    const { stderr } = await sync(["--page-size", "1"], { columns: 80 });
    const drawn = stderr.split("\r").filter((line) => /^\w+: \d+ of /.test(line));
    assertEquals(drawn.length, 1);
  });

  it("an error takes the progress line away first", async () => {
    const zitadel = demoZitadel({
      onRequest: ({ path }) => path.endsWith("/grants/_search") ? faults.refused() : undefined,
    });
    const { code, stderr } = await sync(["--attempts", "1"], {
      columns: 80,
      zitadel,
      now: ticking(),
    });
    assertEquals(code, 6);
    assertMatch(stderr, /s\x1b\[K\r\x1b\[K(\x1b\[31m)error: /);
  });

  it("warnings and errors are coloured on a terminal, unless NO_COLOR is set", async () => {
    const coloured = await run(["snyc"], { columns: 80 });
    assertEquals(
      coloured.stderr,
      '\x1b[31merror: \x1b[0mUnknown command "snyc"\nhint: Did you mean sync?\ncode: CONFIG_INVALID\n',
    );
    for (const options of [{ columns: 80, env: { NO_COLOR: "1" } }, {}]) {
      assertEquals((await run(["snyc"], options)).stderr.includes("\x1b"), false);
    }
    assertEquals(await run(["snyc"], { columns: 80, env: { NO_COLOR: "" } }), coloured);
  });

  it("--quiet and --log-level warn leave nothing of a sync that went well", async () => {
    for (const args of [["--quiet"], ["--log-level", "warn"], ["--log-level", "error"]]) {
      for (const columns of [undefined, 80]) {
        const options = columns === undefined ? {} : { columns };
        assertEquals((await sync(args, options)).stderr, "", args.join(" "));
      }
    }
  });

  it("--log-format json writes one object a line, the summary among them", async () => {
    for (const columns of [undefined, 80]) {
      const options = columns === undefined ? {} : { columns };
      const { stdout, stderr } = await sync(["--log-format", "json"], options);
      const lines = stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
      const events = lines.map(({ event }) => event);
      assertEquals(events, ["organization", "list", "list", "list", "list", "summary"]);
      const { time, level, counts, digest, requests, notes } = lines.at(-1);
      const snapshot = JSON.parse(stdout);
      assertEquals({ time, level, counts, digest, requests }, {
        time: "2026-11-24T10:00:00.000Z",
        level: "info",
        counts: snapshot.counts,
        digest: snapshot.digest,
        requests: 18,
      });
      assertEquals(notes.length, snapshot.notes.length);
    }
  });

  it("a repetition is told with its reason", async () => {
    let failures = 1;
    const zitadel = demoZitadel({
      onRequest: ({ path }) =>
        path.endsWith("/grants/_search") && failures-- > 0 ? faults.refused() : undefined,
    });
    const { code, stderr } = await sync([], { zitadel });
    assertEquals(code, 0);
    assertMatch(
      stderr,
      /^POST \/management\/v1\/users\/grants\/_search: .+; attempt 2 in \d+\.\d s$/m,
    );
    assertNotMatch(stderr, /error/);
  });
});
