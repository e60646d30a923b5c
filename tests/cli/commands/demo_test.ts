import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseSnapshot } from "../../../mod.ts";
import { run } from "../../helpers/fake_io.ts";
import { command, type Runtime, RUNTIMES } from "../../helpers/server_process.ts";

/** The lines of the first table, in order. */
function shownUsers(stdout: string): string[] {
  const table = stdout.split("\n\n")[1]!;
  return table.split("\n").slice(1).map((line) => line.split(/ {2,}/)[0]!);
}

/** `demo --serve` in a process of its own, until it is disposed of. */
async function serveDemo(runtime: Runtime, ...args: string[]) {
  const starter = await command(runtime, ["demo", "--serve", ...args], {
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  });
  const child = starter.spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value: stdout = "" } = await reader.read();
  return {
    stdout,
    async end(signal: Deno.Signal) {
      child.kill(signal);
      const { code } = await child.status;
      assertEquals((await reader.read()).done, true);
      return code;
    },
  };
}

async function finish(runtime: Runtime, args: readonly string[]) {
  const { code, stdout, stderr } = await (await command(runtime, args, { stdin: "null" })).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

describe("cli: demo", () => {
  it("needs nothing, and shows who holds what, the proof and what to type next", async () => {
    const { code, stdout } = await run(["demo"]);
    assertEquals(code, 0);
    assertMatch(stdout, /^USER +GROUP \(PROJECT\) +ENTITLEMENT \(ROLE\) +STATE$/m);
    assertMatch(stdout, /^Ada Okafor +Web shop +admin +active$/m);
    assertMatch(stdout, /^and 29 more$/m);
    assertMatch(stdout, /^users +24 +24 +24 +1 +statement$/m);
    assertMatch(stdout, /^entitlements of Web shop +4 +4 +4 +1 +statement$/m);
    assertMatch(stdout, /^sha256:[0-9a-f]{64}$/m);
    assertMatch(stdout, /^ +zitadel-sync demo --serve /m);
    assertMatch(stdout, /^ +zitadel-sync sync --instance-url https:\/\/.* --out access\.json$/m);
    assertNotMatch(stdout, /compared with/);
  });

  it("begins with a person, not with a name that spreadsheets run", async () => {
    const { stdout } = await run(["demo"]);
    const users = shownUsers(stdout);
    assertEquals(users[0], "Ada Okafor");
    for (const user of users.slice(0, 25)) assertMatch(user, /^\p{L}/u);
  });

  it("--verify events compares its lists with its events", async () => {
    const { code, stdout } = await run(["demo", "--verify", "events"]);
    assertEquals(code, 0);
    assertMatch(
      stdout,
      /^The lists, compared with \d+ events up to 2026-06-30.*: 2 differences, /m,
    );
    assertMatch(
      stdout,
      /^- By ZITADEL's events Liam O’Neill holds "approver" in Payroll, but .* lacks it: /m,
    );
    assertMatch(
      stdout,
      /^- ZITADEL lists "forklift\/driver" in Warehouse for Jonas Weiß, but .* is gone: /m,
    );
  });

  it("--json prints the snapshot", async () => {
    const { code, stdout, stderr } = await run(["demo", "--json", "--quiet"]);
    assertEquals([code, stderr], [0, ""]);
    const snapshot = parseSnapshot(stdout);
    assertEquals([snapshot.organization.name, snapshot.verification], ["Acme", undefined]);
  });

  for (const runtime of RUNTIMES) {
    it(`--serve on ${runtime} answers the commands that it prints, until it is told to end`, async () => {
      const demo = await serveDemo(runtime);
      const commands = Array.from(
        demo.stdout.matchAll(/^ {2}.*?\b(check|sync|serve) (--instance-url .*)$/gm),
        ([, name, rest]) => [name!, ...rest!.split(" ")],
      );
      assertEquals(commands.map(([name]) => name), ["check", "sync", "serve"]);
      const [check, sync] = commands.map((args) =>
        args.slice(0, args.includes("--out") ? args.indexOf("--out") : undefined)
      );
      const more = ["--include", "administrators,credentials,history"];
      const checked = await finish(runtime, [...check!, ...more, "--verify", "events"]);
      assertEquals(checked.code, 0, checked.stderr);
      const synced = await finish(runtime, [...sync!, "--quiet", ...more]);
      assertEquals(synced.code, 0, synced.stderr);
      const snapshot = parseSnapshot(synced.stdout);
      assertEquals(snapshot.organization.name, "Acme");
      assert(snapshot.credentials!.length > 0 && snapshot.grants.length > 54);

      const curl = /^ {2}curl .*$/m.exec(demo.stdout)![0];
      const headers = Array.from(
        curl.matchAll(/--header '([^:]+): ([^']+)'/g),
        ([, name, value]): [string, string] => [name!, value!],
      );
      const answer = await fetch(curl.split(" ").at(-1)!, { method: "POST", headers });
      const { result } = await answer.json();
      assertEquals(result.map(({ name }: { name: string }) => name).includes("Payroll"), true);
      assertEquals(await demo.end(runtime === "deno" ? "SIGTERM" : "SIGINT"), 0);
    });
  }

  it("--serve --json tells programs where it is", async () => {
    const demo = await serveDemo("deno", "--json");
    const { url, token, organizationId } = JSON.parse(demo.stdout);
    const me = await fetch(`${url}/management/v1/orgs/me`, {
      headers: { authorization: `Bearer ${token}`, "x-zitadel-orgid": organizationId },
    });
    assertEquals((await me.json()).org.name, "Acme");
    assertEquals(await demo.end("SIGINT"), 0);
  });
});
