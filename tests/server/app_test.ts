import Ajv2020 from "ajv/dist/2020.js";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { snapshotSchema } from "../../src/snapshot/schema.ts";
import { serializeSnapshot } from "../../src/snapshot/serialize.ts";
import { type DemoServer, demoServer, readStatus, syncs } from "../helpers/demo_server.ts";
import { DEMO_ENV, demoZitadel, run } from "../helpers/fake_io.ts";
import { rawConnection } from "../helpers/raw_http.ts";
import { RUNTIMES, SERVER_TOKEN, until } from "../helpers/server_process.ts";

describe("server: answers", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      let server: DemoServer;
      beforeAll(async () => {
        server = await demoServer(runtime);
      });
      afterAll(async () => await server[Symbol.asyncDispose]());

      it("answers the snapshot that sync writes", async () => {
        const text = await (await server.get("/v1/snapshot")).text();
        const snapshot = parseSnapshot(text);
        assertEquals(text, [...serializeSnapshot(snapshot)].join(""));
        const { stdout } = await run(["sync"], { env: DEMO_ENV, zitadel: demoZitadel() });
        assertEquals(snapshot.digest, parseSnapshot(stdout).digest);
        assertEquals(snapshot.counts, parseSnapshot(stdout).counts);
      });

      it("packs the snapshot, answers HEAD, and says how fresh it is", async () => {
        await using server = await demoServer(runtime);
        await using connection = rawConnection(Number(new URL(server.url).port));
        const ask = (method: string, more = "") =>
          connection.send(
            `${method} /v1/snapshot HTTP/1.1\r\nHost: localhost\r\n` +
              `Authorization: Bearer ${SERVER_TOKEN}\r\n${more}\r\n`,
          );
        const plain = (await ask("GET"))!;
        const snapshot = parseSnapshot(new TextDecoder().decode(latin1(plain.body)));
        assertEquals(parseHeaders(plain.head), {
          "age": "0",
          "cache-control": "private, no-cache",
          "content-length": `${plain.body.length}`,
          "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
          "content-type": "application/json",
          "cross-origin-resource-policy": "same-origin",
          "etag": readEtag(snapshot, ""),
          "last-modified": new Date(snapshot.completedAt).toUTCString(),
          "referrer-policy": "no-referrer",
          "vary": "Accept-Encoding",
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
        });
        const packed = (await ask("GET", "Accept-Encoding: br, gzip;q=0.5\r\n"))!;
        const unpacked = new Response(latin1(packed.body)).body!
          .pipeThrough(new DecompressionStream("gzip"));
        assertEquals(
          await new Response(unpacked).text(),
          new TextDecoder().decode(latin1(plain.body)),
        );
        assertEquals(parseHeaders(packed.head), {
          ...parseHeaders(plain.head),
          "content-encoding": "gzip",
          "content-length": `${packed.body.length}`,
          "etag": readEtag(snapshot, "-gzip"),
        });
        for (
          const coding of ["x-gzip", "X-GZIP;q=0.1", "identity;q=0, x-gzip"]
        ) {
          const alias = (await ask("GET", `Accept-Encoding: ${coding}\r\n`))!;
          assertEquals(alias.body, packed.body, coding);
        }
        const refused = (await ask("GET", "Accept-Encoding: gzip;q=0, *\r\n"))!;
        assertEquals(refused.body, plain.body);
        const head = (await ask("HEAD"))!;
        assertEquals([head.status, head.body], [200, ""]);
        assertEquals(parseHeaders(head.head), parseHeaders(plain.head));
      });

      it("answers 304 to whoever has the snapshot", async () => {
        const first = await server.get("/v1/snapshot");
        await first.text();
        const etag = first.headers.get("etag")!;
        const plain = etag.replace("-gzip", "");
        const modified = first.headers.get("last-modified")!;
        const cases: [path: string, headers: HeadersInit, status: number][] = [
          ["/v1/snapshot", { "if-none-match": etag }, 304],
          ["/v1/snapshot", { "if-none-match": `"other", W/${plain}` }, 304],
          ["/v1/snapshot", { "if-none-match": "*" }, 304],
          ["/v1/users", { "if-none-match": plain }, 304],
          ["/v1/snapshot", { "if-none-match": '"other"' }, 200],
          ["/v1/snapshot", { "if-none-match": '"other"', "if-modified-since": modified }, 200],
          ["/v1/snapshot", { "if-modified-since": modified }, 304],
          ["/v1/snapshot", { "if-modified-since": "Mon, 01 Jan 2024 00:00:00 GMT" }, 200],
          ["/v1/snapshot", { "if-modified-since": "yesterday" }, 200],
          ["/v1/snapshot", { "if-modified-since": "2030" }, 200],
          ["/v1/users", { "if-modified-since": "2030-01-01T00:00:00Z" }, 200],
        ];
        for (const [path, headers, status] of cases) {
          const response = await server.get(path, { headers });
          const text = await response.text();
          assertEquals([response.status, text === ""], [status, status === 304]);
          if (status === 304) assertEquals(response.headers.get("last-modified"), modified);
        }
        assertEquals(
          await readStatus(server.get("/v1/refresh?wait=true", { method: "POST" })),
          200,
        );
        const response = await server.get("/v1/snapshot", { headers: { "if-none-match": etag } });
        assertEquals(
          parseSnapshot(await response.text()).digest,
          `sha256:${plain.slice(1, 65)}`,
          "another reading of the same access has another tag",
        );
      });

      it("answers single lists, filtered", async () => {
        const snapshot = parseSnapshot(await (await server.get("/v1/snapshot")).text());
        for (const list of ["users", "groups", "entitlements", "grants"] as const) {
          assertEquals(await (await server.get(`/v1/${list}`)).json(), {
            organizationId: snapshot.organization.id,
            digest: snapshot.digest,
            completedAt: snapshot.completedAt,
            [list]: snapshot[list],
          });
        }
        const ids = async (path: string) => {
          const answer = await (await server.get(path)).json();
          const list = /^\/v1\/(\w+)/.exec(path)![1]!;
          return answer[list].map(({ id }: { id: string }) => id);
        };
        const grant = snapshot.grants.find(({ userId }) =>
          snapshot.users.some(({ id, displayName, email }) => id === userId && displayName && email)
        )!;
        const user = snapshot.users.find(({ id }) => id === grant.userId)!;
        const group = snapshot.groups.find(({ id }) => id === grant.groupId)!;
        const { roleKey } = snapshot.entitlements.find(({ id }) => id === grant.entitlementId)!;
        const userGrants = snapshot.grants.filter(({ userId }) => userId === user.id);
        const query = (filters: Record<string, string>) => `?${new URLSearchParams(filters)}`;
        const listIds = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);

        assertEquals(await ids(`/v1/grants${query({ userId: user.id })}`), listIds(userGrants));
        assertEquals(
          await ids(`/v1/grants${query({ login: user.email!.toUpperCase() })}`),
          listIds(userGrants),
        );
        const sameName = snapshot.users.filter(({ displayName }) =>
          displayName === user.displayName
        );
        assertEquals(
          await ids(`/v1/users${query({ userName: user.displayName!.toLowerCase() })}`),
          listIds(sameName),
        );
        assertEquals(
          await ids(`/v1/grants${query({ groupName: group.name!, roleKey, userId: user.id })}`),
          [grant.id],
        );
        assertEquals(
          await ids(`/v1/users${query({ entitlementId: grant.entitlementId })}`),
          listIds(
            snapshot.users.filter(({ id }) =>
              snapshot.grants.some(({ userId, entitlementId }) =>
                userId === id && entitlementId === grant.entitlementId
              )
            ),
          ),
        );
        assertEquals(
          await ids(`/v1/groups${query({ userId: user.id })}`),
          listIds(
            snapshot.groups.filter(({ id }) => userGrants.some(({ groupId }) => groupId === id)),
          ),
        );
        assertEquals(
          await ids(`/v1/entitlements${query({ userId: user.id })}`),
          listIds(
            snapshot.entitlements.filter(({ id }) =>
              userGrants.some(({ entitlementId }) => entitlementId === id)
            ),
          ),
        );
        const two = snapshot.users.slice(0, 2).map(({ id }) => id);
        assertEquals(await ids(`/v1/users?userId=${two[0]}&userId=${two[1]}`), two);
        assertEquals(await ids("/v1/grants?userId=nobody"), []);
        const nobody = await server.get("/v1/grants?groupName=webb&roleKey=viewer");
        assertEquals((await nobody.json()).unmatched, [{ filter: "groupName", value: "webb" }]);
      });

      it("refuses what it does not know, as problem JSON", async () => {
        const before = syncs(server.zitadel);
        const cases: [method: string, path: string, problem: Record<string, unknown>][] = [
          ["GET", "/v1/users?user=1", {
            title: "Bad Request",
            status: 400,
            detail: "/v1/users does not know the parameter user",
            code: "QUERY_INVALID",
            hint: "It knows: userId, userName, login, groupId, groupName, entitlementId, roleKey",
          }],
          ["GET", "/v1/users?userId=", {
            title: "Bad Request",
            status: 400,
            detail: "userId is empty",
            code: "QUERY_INVALID",
          }],
          ["POST", "/v1/refresh?wait=maybe", {
            title: "Bad Request",
            status: 400,
            detail: "wait must be true or false",
            code: "QUERY_INVALID",
          }],
          ["POST", "/v1/refresh?wait=true&force=true&Wait=x&__proto__=1", {
            title: "Bad Request",
            status: 400,
            detail: "/v1/refresh does not know the parameter Wait, __proto__",
            code: "QUERY_INVALID",
            hint: "It knows: wait, force",
          }],
          ["GET", "/healthz?verbose", {
            title: "Bad Request",
            status: 400,
            detail: "/healthz does not know the parameter verbose",
            code: "QUERY_INVALID",
            hint: "It takes none",
          }],
          ["GET", "/v1/credentials", {
            title: "Not Found",
            status: 404,
            detail: "The snapshot was taken without credentials",
            code: "NOT_READ",
            hint: "Let the server read them too: include credentials",
          }],
          ["GET", "/v1/grants?entitlementId=administration:organization:1:ORG_OWNER", {
            title: "Not Found",
            status: 404,
            detail: "The snapshot was taken without administrators",
            code: "NOT_READ",
            hint: "Let the server read them too: include administrators",
          }],
          ["GET", "/v1/nothing", {
            title: "Not Found",
            status: 404,
            detail: "There is nothing at this path",
            code: "NOT_FOUND",
            hint: "See /openapi.json",
          }],
          ["DELETE", "/v1/snapshot", {
            title: "Method Not Allowed",
            status: 405,
            detail: "/v1/snapshot takes GET, HEAD",
            code: "METHOD_NOT_ALLOWED",
          }],
        ];
        for (const [method, path, problem] of cases) {
          const response = await server.get(path, { method });
          assertEquals(await response.json(), { type: "about:blank", ...problem });
          assertEquals(response.status, problem["status"]);
          assertEquals(response.headers.get("content-type"), "application/problem+json");
          assertEquals(response.headers.get("cache-control"), "no-store");
          if (response.status === 405) assertEquals(response.headers.get("allow"), "GET, HEAD");
        }
        const body = await server.get("/v1/refresh", { method: "POST", body: "{}" });
        assertEquals((await body.json()).code, "BODY_NOT_ACCEPTED");
        const long = await server.get(`/v1/users?userId=${"x".repeat(9000)}`);
        assertEquals((await long.json()).code, "URL_TOO_LONG");
        await using connection = rawConnection(Number(new URL(server.url).port));
        const large = await connection.send(
          `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Large: ${"x".repeat(500_000)}\r\n\r\n`,
        );
        assert(large === undefined || [400, 431].includes(large.status));
        assertEquals(syncs(server.zitadel), before);
      });

      it("describes exactly the routes that it has", async () => {
        const described = await (await server.get("/openapi.json")).json();
        assertEquals(described.openapi, "3.1.0");
        for (const [path, operations] of Object.entries<Record<string, unknown>>(described.paths)) {
          const [method] = Object.keys(operations);
          const answered = await server.get(path, { method: method!.toUpperCase() });
          await answered.body?.cancel();
          // The demo's snapshot is taken without credentials.
          const statuses = path === "/v1/credentials" ? [404] : [200, 202];
          assert(statuses.includes(answered.status), path);
          const described =
            (operations[method!] as { responses: Record<string, unknown> }).responses;
          assert(`${answered.status}` in described, `${path} does not tell of ${answered.status}`);
          const refused = await server.get(path, { method: "PUT" });
          await refused.body?.cancel();
          assertEquals(refused.headers.get("allow"), method === "get" ? "GET, HEAD" : "POST");
        }
        assertEquals(Object.keys(described.paths).sort(), [
          "/",
          "/healthz",
          "/metrics",
          "/openapi.json",
          "/readyz",
          "/schema.json",
          "/v1/credentials",
          "/v1/entitlements",
          "/v1/grants",
          "/v1/groups",
          "/v1/refresh",
          "/v1/snapshot",
          "/v1/status",
          "/v1/users",
        ]);
        assertEquals(await (await server.get("/schema.json")).json(), snapshotSchema());
      });

      it("answers as it describes itself", async () => {
        await using server = await demoServer(runtime, {
          args: ["--refresh-interval", "0", "--include", "credentials"],
          ready: false,
        });
        const described = await readJson(server.get("/openapi.json"));
        const ajv = new Ajv2020.default({ strict: false, validateFormats: false });
        ajv.addSchema(described, "openapi");
        const cases: [method: string, path: string, status: number, query?: string][] = [
          ["get", "/readyz", 503],
          ["get", "/v1/snapshot", 503],
          ["get", "/v1/status", 200],
          ["post", "/v1/refresh", 200, "?wait=true"],
          ["post", "/v1/refresh", 202],
          ["get", "/v1/status", 200],
          ["get", "/healthz", 200],
          ["get", "/readyz", 200],
          ["get", "/v1/snapshot", 200],
          ["get", "/v1/users", 200],
          ["get", "/v1/groups", 200],
          ["get", "/v1/entitlements", 200],
          ["get", "/v1/credentials", 200],
          ["get", "/v1/grants", 200, "?roleKey=admin&roleKey=viewer"],
          ["get", "/v1/grants", 200, "?roleKey=viewer&groupName=webb"],
          ["get", "/v1/grants", 400, "?roleKey="],
          ["get", "/v1/grants", 404, "?groupId=administration:organization:1"],
          ["get", "/openapi.json", 200],
          ["get", "/schema.json", 200],
        ];
        for (const [method, path, status, query = ""] of cases) {
          const response = await server.get(path + query, { method: method.toUpperCase() });
          const type = response.headers.get("content-type")!;
          assertEquals(response.status, status, path);
          const pointer = [
            "paths",
            path,
            method,
            "responses",
            `${status}`,
            "content",
            type,
            "schema",
          ]
            .map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
          const validate = ajv.getSchema(`openapi#/${pointer}`)!;
          const value = await response.json();
          assert(validate(value), `${path}: ${JSON.stringify(validate.errors)}`);
          if (path.startsWith("/v1/") && status === 200) {
            const [first] = Object.keys(value);
            delete value[first!];
            assert(!validate(value), `${path} is described as anything`);
          }
        }
      });

      it("tells its status, its numbers, and each request", async () => {
        await using server = await demoServer(runtime, { args: ["--log-format", "json"] });
        const refreshed = await (await server.get("/v1/refresh?wait=true", { method: "POST" }))
          .json();
        assertEquals([refreshed.status, refreshed.joined], ["succeeded", false]);
        const status = await (await server.get("/v1/status")).json();
        assertEquals(status.snapshot.counts, refreshed.counts);
        assertEquals(status.snapshot.digest, refreshed.digest);
        assertEquals([status.lastFailure, status.failuresInARow, status.running], [null, 0, null]);
        assertMatch(status.lastSuccess.at, /^\d{4}-.*Z$/);
        assert(Date.parse(status.nextRefreshAt) > Date.parse(status.lastSuccess.at) + 13 * 60_000);

        const all = await (await server.get("/v1/users?login=somebody@acme.example")).text();
        await readStatus(server.get("/v1/users", { method: "HEAD" }));
        await readStatus(server.get("/healthz"));
        await (await server.get("/secret-path")).text();
        const metrics = await (await server.get("/metrics")).text();
        for (
          const line of [
            `zitadel_sync_snapshot_rows{list="users"} ${refreshed.counts.users}`,
            `zitadel_sync_snapshot_rows{list="grants"} ${refreshed.counts.grants}`,
            "zitadel_sync_syncs_total 2",
            "zitadel_sync_sync_running 0",
            "zitadel_sync_zitadel_retries_total 0",
            'zitadel_sync_http_requests_total{route="/v1/refresh",method="POST",status="200"} 1',
            'zitadel_sync_http_requests_total{route="/v1/users",method="GET",status="200"} 1',
            'zitadel_sync_http_requests_total{route="other",method="GET",status="404"} 1',
            'zitadel_sync_http_requests_total{route="/healthz",method="GET",status="200"} 1',
          ]
        ) assertStringIncludes(metrics, `\n${line}\n`);
        for (const line of metrics.trimEnd().split("\n")) {
          assertMatch(
            line,
            /^(?:# (?:HELP|TYPE) zitadel_sync_|zitadel_sync_[a-z_]+(?:\{.*\})? [\d.]+$)/,
          );
        }

        await until(() => Promise.resolve(server.stderr().includes('"/metrics"')));
        const requests = server.stderr().split("\n").filter((line) => line.includes('"request"'))
          .map((line) => JSON.parse(line));
        const users = requests.find(({ route }) => route === "/v1/users");
        assertEquals(
          [users.method, users.status, typeof users.durationMs, users.bytes],
          ["GET", 200, "number", new TextEncoder().encode(all).length],
        );
        const told = (method: string, route: string) =>
          requests.filter((line) => line.method === method && line.route === route)
            .map(({ status, bytes }) => ({ status, bytes }));
        assertEquals(told("HEAD", "/v1/users"), [{ status: 200, bytes: 0 }]);
        assertEquals(told("GET", "/healthz"), [{ status: 200, bytes: '{"status":"ok"}\n'.length }]);
        assert(!server.stderr().includes("somebody"));
        assert(!server.stderr().includes("secret-path"));
      });
    });
  }

  async function readJson(asked: Promise<Response>) {
    return await (await asked).json();
  }

  function latin1(text: string): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(text, (character) => character.charCodeAt(0));
  }

  /** The headers of an answer, those apart that a runtime adds by itself. */
  function parseHeaders(head: string): Record<string, string> {
    const pairs = head.trimEnd().split("\r\n").slice(1).map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const own = pairs.filter(([name]) => !["date", "connection", "keep-alive"].includes(name));
    return Object.fromEntries(own.sort(([a], [b]) => a < b ? -1 : 1));
  }

  function readEtag(
    { digest, startedAt, completedAt }: { digest: string; startedAt: string; completedAt: string },
    suffix: string,
  ): string {
    const times = [startedAt, completedAt].map((time) => time.replace(/\D/g, ""));
    return `"${[digest.slice("sha256:".length), ...times].join("-")}${suffix}"`;
  }
});
