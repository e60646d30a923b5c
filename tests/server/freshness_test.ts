import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { computeDigest } from "../../src/snapshot/digest.ts";
import { demoServer, isReady, readStatus, syncs } from "../helpers/demo_server.ts";
import { RUNTIMES, type ServerProcess, until } from "../helpers/server_process.ts";
import { type Fault, faults } from "../simulator/faults.ts";

const MINUTE = 60_000;

async function readJson(asked: Promise<Response>) {
  return await (await asked).json();
}

const statusOfSyncs = (server: ServerProcess) => readJson(server.get("/v1/status"));

describe("server: freshness", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      it("answers 1,000 requests during a sync with whole snapshots, and syncs once", async () => {
        const { promise: gate, resolve: open } = Promise.withResolvers<void>();
        let held = false;
        await using server = await demoServer(runtime, {
          zitadel: {
            async onRequest({ path }) {
              if (held && path.includes("/users/grants/_search")) await gate;
            },
          },
        });
        const before = parseSnapshot(await (await server.get("/v1/snapshot")).text());
        server.zitadel.state.updateProject(before.groups[0]!.id, { name: "Renamed" });
        held = true;
        const waits = Array.from(
          { length: 20 },
          () => readJson(server.get("/v1/refresh?wait=true", { method: "POST" })),
        );
        await until(async () => (await statusOfSyncs(server)).running?.lists.entitlements);
        const answers = Array.from({ length: 1000 }, async (_, i) => {
          // The sync ends while these are on their way.
          if (i === 500) open();
          const response = await server.get("/v1/snapshot");
          const snapshot = parseSnapshot(await response.text());
          assertEquals(response.status, 200);
          assertEquals(await computeDigest(snapshot), snapshot.digest);
          return snapshot.digest;
        });
        const digests = new Set(await Promise.all(answers));
        const refreshed = await Promise.all(waits);
        assertEquals(syncs(server.zitadel), 2);
        assertEquals(refreshed.filter(({ joined }) => !joined).length, 1);
        const [after] = new Set(refreshed.map(({ digest }) => digest));
        assert(after !== before.digest);
        for (const digest of digests) assert([before.digest, after].includes(digest));
        assertEquals((await readJson(server.get("/v1/snapshot"))).digest, after);
      });

      it("keeps the last good snapshot while ZITADEL is down, slow or wrong", async () => {
        let fault: Fault | undefined;
        await using server = await demoServer(runtime, {
          clocked: true,
          args: ["--max-age", "160h", "--timeout", "100ms", "--attempts", "2"],
          ready: false,
          zitadel: {
            onRequest: ({ path }) => path.endsWith("/grants/_search") ? fault : undefined,
          },
        });
        // On a busy machine the first sync may take longer than it is given.
        await until(
          async () => await readStatus(server.get("/readyz")) === 200,
          () => server.pass(MINUTE),
        );
        const good = await (await server.get("/v1/snapshot")).text();
        const troubles: [Fault, code: string][] = [
          [faults.refused(), "UNREACHABLE"],
          [faults.hang(), "UNREACHABLE"],
          [faults.badGateway(), "API_ERROR"],
          [faults.portal(), "RESPONSE_INVALID"],
        ];
        let failures = 0;
        for (const [trouble, code] of troubles) {
          fault = trouble;
          const failed = await until(
            async () => {
              const status = await statusOfSyncs(server);
              return status.failuresInARow >= failures + 4 ? status : undefined;
            },
            () => server.pass(MINUTE),
          );
          failures = failed.failuresInARow;
          assertEquals([failed.lastFailure.code, failed.snapshot.digest], [
            code,
            parseSnapshot(good).digest,
          ]);
          assert(Date.parse(failed.nextRefreshAt) > Date.parse(failed.lastFailure.at));
          assertEquals(await readStatus(server.get("/readyz")), 200);
          assertEquals(await (await server.get("/v1/snapshot")).text(), good);
        }
        const aged = await server.get("/v1/snapshot");
        await aged.text();
        assert(Number(aged.headers.get("age")) > 2 * 3600, aged.headers.get("age")!);
        const metrics = await (await server.get("/metrics")).text();
        assertMatch(metrics, /zitadel_sync_sync_failures_total\{code="RESPONSE_INVALID"\} \d+/);
        assertMatch(metrics, /zitadel_sync_snapshot_age_seconds [1-9]\d{3}/);

        await server.pass(160 * 60 * MINUTE);
        for (const path of ["/readyz", "/v1/snapshot", "/v1/users"]) {
          const refused = await server.get(path);
          assertEquals([refused.status, (await refused.json()).code], [503, "SNAPSHOT_TOO_OLD"]);
          assert(Number(refused.headers.get("retry-after")) > 0);
        }
        assertEquals(await readStatus(server.get("/healthz")), 200);

        fault = undefined;
        await until(
          async () => await readStatus(server.get("/readyz")) === 200,
          () => server.pass(MINUTE),
        );
        const recovered = await statusOfSyncs(server);
        assertEquals([recovered.failuresInARow, recovered.snapshot.digest], [
          0,
          parseSnapshot(good).digest,
        ]);
        assertStringIncludes(server.stderr(), "error: sync failed: ");
      });

      it("syncs in intervals, a tenth more or less", async () => {
        await using server = await demoServer(runtime, {
          clocked: true,
          args: ["--refresh-interval", "1h"],
        });
        for (let n = 2; n < 5; n++) {
          const { nextRefreshAt, lastSuccess } = await until(async () => {
            const status = await statusOfSyncs(server);
            return status.nextRefreshAt === null ? undefined : status;
          });
          const waitMs = Date.parse(nextRefreshAt) - Date.parse(lastSuccess.at);
          assert(waitMs >= 54 * MINUTE && waitMs <= 66 * MINUTE, `${waitMs}`);
          await server.pass(53 * MINUTE);
          assertEquals(syncs(server.zitadel), n - 1);
          await server.pass(14 * MINUTE);
          await until(() => Promise.resolve(syncs(server.zitadel) === n));
        }
      });

      it("with interval 0 syncs when it is asked to, and only then", async () => {
        await using server = await demoServer(runtime, {
          clocked: true,
          args: ["--refresh-interval", "0"],
          ready: false,
        });
        await server.pass(1000 * MINUTE);
        const none = await server.get("/v1/snapshot");
        assertEquals([none.status, (await none.json()).code], [503, "NO_SNAPSHOT"]);
        assertEquals(syncs(server.zitadel), 0);
        const asked = await server.get("/v1/refresh", { method: "POST" });
        assertEquals([asked.status, await asked.json()], [202, {
          status: "running",
          joined: false,
        }]);
        await isReady(server);
        await server.pass(1000 * MINUTE);
        assertEquals(syncs(server.zitadel), 1);
        assertEquals((await statusOfSyncs(server)).nextRefreshAt, null);
      });

      it("keeps a snapshot that lost too much out, until it is told to take it", async () => {
        await using server = await demoServer(runtime, {
          args: ["--refresh-interval", "0"],
          ready: false,
        });
        const refresh = (query: string) =>
          server.get(`/v1/refresh?wait=true${query}`, { method: "POST" });
        const { counts } = await readJson(refresh(""));
        const { userGrants } = server.zitadel.state;
        for (const { id } of [...userGrants.all()].slice(0, 40)) {
          server.zitadel.state.removeUserGrant(id);
        }
        const refused = await refresh("");
        const { code, hint } = await refused.json();
        assertEquals([refused.status, code], [502, "SHRUNK"]);
        assertStringIncludes(hint, "POST /v1/refresh?force=true");
        assertEquals((await readJson(server.get("/v1/snapshot"))).counts, counts);
        const taken = await readJson(refresh("&force=true"));
        assert(taken.counts.grants < counts.grants / 2);
        assertEquals((await readJson(server.get("/v1/snapshot"))).counts, taken.counts);
      });
    });
  }
});
