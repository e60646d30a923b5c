import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { computeDigest } from "../../src/snapshot/digest.ts";
import { serializeSnapshot, stringifySnapshot } from "../../src/snapshot/serialize.ts";
import { demoServer, readStatus } from "../helpers/demo_server.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { RUNTIMES, startServer, until } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { faults } from "../simulator/faults.ts";

describe("server: state", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      it("answers the snapshot from before a restart at once, with its age", async () => {
        await using folder = await temporaryFolder();
        const zitadel = demoZitadel();
        let down = false;
        await using listener = await listen({
          fetch: (request) => down ? new Response("down", { status: 500 }) : zitadel.fetch(request),
        });
        const options = {
          env: { ZITADEL_INSTANCE_URL: listener.url, ZITADEL_PAT: DEMO_TOKEN },
          args: ["--state", folder.at("state.json")],
        };
        let text: string;
        {
          await using server = await startServer(runtime, options);
          await until(async () => await readStatus(server.get("/readyz")) === 200);
          text = await (await server.get("/v1/snapshot")).text();
          await until(async () => (await readdir(folder.path)).includes("state.json"));
          server.kill("SIGTERM");
          assertEquals((await server.ended).code, 0);
        }
        assertEquals(await readFile(folder.at("state.json"), "utf8"), text);
        assertEquals((await stat(folder.at("state.json"))).mode & 0o777, 0o600);
        assertEquals(await readdir(folder.path), ["state.json"]);
        down = true;
        await using server = await startServer(runtime, options);
        const response = await server.get("/v1/snapshot");
        assertEquals([response.status, await response.text()], [200, text]);
        assertMatch(response.headers.get("age")!, /^\d+$/);
      });

      it("that is killed while it writes its state has the old or the new one", async () => {
        await using folder = await temporaryFolder();
        const state = folder.at("state.json");
        const zitadel = demoZitadel();
        await using listener = await listen(zitadel);
        const options = {
          env: { ZITADEL_INSTANCE_URL: listener.url, ZITADEL_PAT: DEMO_TOKEN },
          args: ["--state", state, "--refresh-interval", "0"],
        };
        const known = new Set<string>();
        for (let n = 0; n < 5; n++) {
          await using server = await startServer(runtime, options);
          if (n > 0) {
            const snapshot = parseSnapshot(await (await server.get("/v1/snapshot")).text());
            assertEquals(await computeDigest(snapshot), snapshot.digest);
            assert(known.has(snapshot.digest));
          }
          const refreshed = await server.get("/v1/refresh?wait=true", { method: "POST" });
          known.add((await refreshed.json()).digest);
          const [project] = zitadel.state.projects.all();
          zitadel.state.updateProject(project!.id, { name: `Renamed ${n}` });
          // The next state is being made, or written, or has just been written, when the process ends.
          const before = await readFile(state, "utf8");
          await (await server.get("/v1/refresh", { method: "POST" })).text();
          for (let turn = 0; turn < n; turn++) await readStatus(server.get("/healthz"));
          const seen = await (await server.get("/v1/snapshot")).json();
          known.add(seen.digest);
          server.kill("SIGKILL");
          await server.ended;
          const after = parseSnapshot(await readFile(state, "utf8"));
          if (!known.has(after.digest)) known.add(await computeDigest(after));
          assert(
            before.includes(after.digest) ||
              after.groups.some(({ name }) => name === `Renamed ${n}`),
          );
        }
      });

      it("moves a state aside that it cannot use, and says so", async () => {
        const zitadel = demoZitadel();
        await using listener = await listen(zitadel);
        const env = { ZITADEL_INSTANCE_URL: listener.url, ZITADEL_PAT: DEMO_TOKEN };
        const good = await goodState(runtime, env);
        const other = parseSnapshot(good);
        other.organization.id = "1";
        const changed = good.replace(/"displayName":"[^"]*"/, '"displayName":"Somebody else"');
        const cases: [name: string, text: string, said: RegExp][] = [
          ["cut", good.slice(0, 5000), /is not used: Cannot read the snapshot: it is not JSON/],
          [
            "other document",
            '{"a":1}',
            /is not used: Cannot read the snapshot: it has no "format"/,
          ],
          [
            "changed",
            changed,
            /is not used: Cannot trust the snapshot: its digest does not fit, so something in it/,
          ],
          [
            "other instance",
            good.replace(listener.url, "https://other.example"),
            /is not used: it is of the instance https:\/\/other\.example/,
          ],
          [
            "other organization",
            [...serializeSnapshot({ ...other, digest: await computeDigest(other) })].join(""),
            /is of organization 1\. It is now/,
          ],
        ];
        for (const [name, text, said] of cases) {
          await using folder = await temporaryFolder();
          const state = folder.at("state.json");
          await writeFile(state, text);
          await using server = await startServer(runtime, { env, args: ["--state", state] });
          await until(async () => {
            const files = await readdir(folder.path);
            return files.length === 2 && files.includes("state.json");
          });
          const aside = (await readdir(folder.path)).find((file) => file.includes(".refused-"))!;
          assertEquals(await readFile(folder.at(aside), "utf8"), text, name);
          assertMatch(server.stderr(), said);
          assertStringIncludes(server.stderr(), folder.at(aside));
          await until(async () =>
            (await readFile(state, "utf8")).includes(parseSnapshot(good).digest)
          );
          const answered = await (await server.get("/v1/snapshot")).json();
          assertEquals(answered.digest, parseSnapshot(good).digest);
        }
      });

      it("answers no state of another organization than the token reads", async () => {
        const zitadel = demoZitadel();
        let down = false;
        await using listener = await listen({
          fetch: (request) => down ? new Response("down", { status: 503 }) : zitadel.fetch(request),
        });
        const env = { ZITADEL_INSTANCE_URL: listener.url, ZITADEL_PAT: DEMO_TOKEN };
        const good = await goodState(runtime, env);
        const other = parseSnapshot(good);
        other.organization.id = "1";
        const foreign = stringifySnapshot({ ...other, digest: await computeDigest(other) });
        await using folder = await temporaryFolder();
        const state = folder.at("state.json");
        const start = (text: string, ...args: string[]) =>
          writeFile(state, text).then(() =>
            startServer(runtime, {
              env,
              clocked: true,
              args: ["--state", state, "--refresh-interval", "0", ...args],
            })
          );
        {
          await using server = await start(good);
          assertEquals(await readStatus(server.get("/v1/snapshot")), 200);
        }
        {
          await using server = await start(foreign);
          const paths = ["/v1/snapshot", "/v1/users", "/v1/grants?login=ada", "/readyz"];
          for (const path of paths) assertEquals(await readStatus(server.get(path)), 503, path);
          assertEquals((await (await server.get("/v1/status")).json()).snapshot, null);
          assertMatch(
            server.stderr(),
            /is of organization 1, and the token reads 31\d+: it is not/,
          );
          // Until there is something to write, nothing is moved.
          assertEquals(await readdir(folder.path), ["state.json"]);
          const refresh = server.get("/v1/refresh?wait=true", { method: "POST" });
          assertEquals(await readStatus(refresh), 200);
          assertEquals(
            parseSnapshot(await readFile(state, "utf8")).digest,
            parseSnapshot(good).digest,
          );
          const aside = (await readdir(folder.path)).find((file) => file.includes(".refused-"))!;
          assertEquals(await readFile(folder.at(aside), "utf8"), foreign);
        }
        // While nobody can say whose it is, the file is answered; then it is no longer.
        down = true;
        {
          await using server = await start(foreign);
          assertEquals(await readStatus(server.get("/v1/snapshot")), 200);
          down = false;
          await until(
            async () => await readStatus(server.get("/v1/snapshot")) === 503,
            () => server.pass(60_000),
          );
        }
      });

      it("that cannot write its state goes on and says so", async () => {
        await using folder = await temporaryFolder();
        await using server = await demoServer(runtime, {
          args: ["--state", folder.at("state.json"), "--refresh-interval", "0"],
          ready: false,
        });
        await Deno.remove(folder.path, { recursive: true });
        assertEquals(
          await readStatus(server.get("/v1/refresh?wait=true", { method: "POST" })),
          200,
        );
        const { stateFailure } = await (await server.get("/v1/status")).json();
        assertEquals(stateFailure.code, "OUTPUT_FAILED");
        assertEquals(await readStatus(server.get("/v1/snapshot")), 200);
        assertMatch(
          await (await server.get("/metrics")).text(),
          /zitadel_sync_state_keep_failed 1/,
        );
        await Deno.mkdir(folder.path);
        assertEquals(
          await readStatus(server.get("/v1/refresh?wait=true", { method: "POST" })),
          200,
        );
        assertEquals((await (await server.get("/v1/status")).json()).stateFailure, null);
      });

      it("ends in the middle of a sync and leaves nothing half done", async () => {
        await using folder = await temporaryFolder();
        await using server = await demoServer(runtime, {
          args: ["--state", folder.at("state.json")],
          ready: false,
          zitadel: {
            onRequest: ({ path }) => path.includes("/grants/") ? faults.hang() : undefined,
          },
        });
        await until(() =>
          Promise.resolve(server.zitadel.requests.some(({ path }) => path.includes("/grants/")))
        );
        server.kill("SIGTERM");
        const { code, signal } = await server.ended;
        assertEquals([code, signal, await readdir(folder.path)], [0, null, []]);
        assertStringIncludes(server.stderr(), "stopped\n");
      });
    });
  }

  /** What a server keeps of the demo. */
  async function goodState(
    runtime: typeof RUNTIMES[number],
    env: Record<string, string>,
  ): Promise<string> {
    await using folder = await temporaryFolder();
    await using server = await startServer(runtime, {
      env,
      args: ["--state", folder.at("state.json"), "--refresh-interval", "0"],
    });
    await readStatus(server.get("/v1/refresh?wait=true", { method: "POST" }));
    return await readFile(folder.at("state.json"), "utf8");
  }
});
