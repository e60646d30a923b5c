import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readFile, stat, writeFile } from "node:fs/promises";
import { parseSnapshot, stringifySnapshot } from "../../mod.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { earlierDemoSnapshot } from "../helpers/report_snapshots.ts";
import { prepareStart, type Runtime, RUNTIMES } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";

const ACCESS_TOKEN = "token-of-a-client-0123456789-0123456789";

interface ExampleOptions {
  args?: readonly string[];
  env?: Record<string, string>;
  cwd: string;
}

/** An example, ready to be started as its first lines say. */
async function prepareExample(
  runtime: Runtime,
  name: string,
  { args = [], env = {}, cwd }: ExampleOptions,
): Promise<Deno.Command> {
  const [executable, ...first] = await prepareStart(runtime, `examples/${name}.ts`);
  return new Deno.Command(executable, {
    args: [...first, ...args],
    cwd,
    env: { ZITADEL_PAT: DEMO_TOKEN, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function runExample(runtime: Runtime, name: string, options: ExampleOptions) {
  const { code, stdout, stderr } = await (await prepareExample(runtime, name, options)).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

for (const runtime of RUNTIMES) {
  describe(`full: examples on ${runtime}`, () => {
    it("a snapshot goes to a file, and an error says what to do", async () => {
      await using folder = await temporaryFolder();
      await using zitadel = await listen(demoZitadel());
      const env = { ZITADEL_INSTANCE_URL: zitadel.url };
      const ran = await runExample(runtime, "snapshot_to_file", { env, cwd: folder.path });
      assertEquals([ran.code, ran.err], [0, ""]);
      const { counts, digest } = parseSnapshot(await readFile(folder.at("access.json"), "utf8"));
      assertEquals(ran.out, `access.json: 54 grants, ${digest}\n`);
      assertEquals([counts.grants, (await stat(folder.at("access.json"))).mode & 0o777], [
        54,
        0o600,
      ]);

      const refused = await runExample(runtime, "snapshot_to_file", {
        env: { ...env, ZITADEL_PAT: "wrong" },
        cwd: folder.path,
      });
      assertEquals(refused.code, 1);
      assertMatch(refused.err, /^AUTH_REJECTED: .*\. .*token/);
    });

    it("the administrators of a project are named", async () => {
      await using folder = await temporaryFolder();
      await using zitadel = await listen(demoZitadel());
      const ask = (project: string) =>
        runExample(runtime, "project_administrators", {
          args: [project],
          env: { ZITADEL_INSTANCE_URL: zitadel.url },
          cwd: folder.path,
        });
      assertEquals(await ask("web SHOP"), {
        code: 0,
        out: "CI pipeline: PROJECT_OWNER\nZoë Partner: PROJECT_OWNER_VIEWER\n",
        err: "",
      });
      const { out } = await ask("Warehouse");
      assertEquals(out, "Farid Haddad: PROJECT_OWNER\n");
      const unknown = await ask("Nowhere");
      assertEquals([unknown.code, unknown.out], [1, ""]);
      assertMatch(unknown.err, /No project is called Nowhere/);
    });

    it("changes are posted to the webhook once, and again if it did not take them", async () => {
      await using folder = await temporaryFolder();
      await using zitadel = await listen(demoZitadel());
      const posted: string[] = [];
      let status = 500;
      await using webhook = await listen({
        async fetch(request) {
          posted.push((await request.json()).text);
          return new Response(null, { status });
        },
      });
      const earlier = stringifySnapshot(await earlierDemoSnapshot());
      await writeFile(folder.at("access.json"), earlier);
      const run = () =>
        runExample(runtime, "post_changes", {
          env: { ZITADEL_INSTANCE_URL: zitadel.url, CHAT_WEBHOOK: webhook.url },
          cwd: folder.path,
        });
      assertEquals((await run()).code, 1);
      assertEquals(await readFile(folder.at("access.json"), "utf8"), earlier);
      status = 200;
      assertEquals((await run()).code, 0);
      assertEquals((await run()).code, 0);
      const text = [
        "+ Ada Okafor: admin in Web shop",
        "+ Ada Okafor: editor in Web shop",
        "+ Priya Raman: approver in Payroll",
        "+ Priya Raman: reader in Intranet",
      ].join("\n");
      assertEquals(posted.map((lines) => lines.split("\n").sort().join("\n")), [text, text]);
    });

    for (
      const [name, mount] of [["in_hono_app", "/access"], ["with_node_http", ""]] as const
    ) {
      // Hono on @hono/node-server cannot mount on Deno, which has a server of its own.
      if (runtime === "deno" && name === "in_hono_app") continue;
      it(`${name} answers the endpoint to its clients alone, and ends when it is told to`, async () => {
        await using folder = await temporaryFolder();
        await using zitadel = await listen(demoZitadel());
        const child = (await prepareExample(runtime, name, {
          env: { ZITADEL_INSTANCE_URL: zitadel.url, ACCESS_TOKEN, PORT: "0" },
          cwd: folder.path,
        })).spawn();
        const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
        const { value: line } = await lines.read();
        const url = `http://127.0.0.1:${JSON.parse(/\{.*\}/.exec(line!)![0]).port}${mount}`;
        const ask = async (path: string, token: string, method = "GET") => {
          const headers = { authorization: `Bearer ${token}` };
          const response = await fetch(`${url}${path}`, { method, headers });
          return { status: response.status, body: await response.json() };
        };
        const refreshed = await ask("/v1/refresh?wait=true", ACCESS_TOKEN, "POST");
        assertEquals(refreshed.body.status, "succeeded");
        const { status, body } = await ask("/v1/users?userName=ada%20okafor", ACCESS_TOKEN);
        assertEquals([status, body.users[0].displayName], [200, "Ada Okafor"]);
        assertEquals((await ask("/v1/users", "another")).status, 401);
        child.kill("SIGTERM");
        const { code, stderr } = { code: (await child.status).code, stderr: child.stderr };
        await lines.cancel();
        assertEquals([code, await new Response(stderr).text()], [0, ""]);
      });
    }
  });
}
