import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readFile } from "node:fs/promises";
import { demoServer, syncs } from "../helpers/demo_server.ts";
import { requestOverHttp2 } from "../helpers/http2.ts";
import { RUNTIMES, SERVER_TOKEN } from "../helpers/server_process.ts";

const fixture = (name: string) => new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;

const authorization = `Bearer ${SERVER_TOKEN}`;

/** What a browser says of the page that asks, and the status that the page gets. */
const PAGES: [page: string, headers: Record<string, string>, status: number][] = [
  ["no page at all", {}, 202],
  ["the server's own page", { "sec-fetch-site": "same-origin" }, 202],
  ["the same behind a proxy that rewrites the host", {
    "sec-fetch-site": "same-origin",
    "origin": "https://access.example",
  }, 202],
  ["the same, with a policy that hides the origin", {
    "sec-fetch-site": "same-origin",
    "origin": "null",
  }, 202],
  ["an address that was typed", { "sec-fetch-site": "none" }, 202],
  [
    "a page of another site",
    { "sec-fetch-site": "cross-site", "origin": "https://a.example" },
    403,
  ],
  ["a page of another host of the site", {
    "sec-fetch-site": "same-site",
    "origin": "https://a.localhost",
  }, 403],
  ["a link of another site", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }, 403],
  ["a page of another origin, in an old browser", { "origin": "https://a.example" }, 403],
  ["a page without an origin, in an old browser", { "origin": "null" }, 403],
  [
    "what no browser says",
    { "sec-fetch-site": "same-origins", "origin": "https://a.example" },
    403,
  ],
];

describe("server: http2", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      it("lets its own page post over HTTP/2, and no other one", async () => {
        const ca = await readFile(fixture("first.cert"), "utf8");
        await using server = await demoServer(runtime, {
          args: ["--tls-cert", fixture("first.cert"), "--tls-key", fixture("first.key")],
          ready: false,
        });
        const post = (headers: Record<string, string>, path = "/v1/refresh") =>
          requestOverHttp2(server.url + path, { ca, method: "POST", headers });
        const own = { origin: new URL(server.url).origin };
        for (
          const [page, headers, status] of [
            ...PAGES,
            ["its own page, in an old browser", own, 202] as const,
          ]
        ) {
          const response = await post({ authorization, ...headers });
          assertEquals([response.status, response.headers["host"]], [status, undefined], page);
          assertEquals((await post(headers)).status, status === 403 ? 403 : 401, page);
        }
        assert(syncs(server.zitadel) > 0);
      });

      it("answers everything over HTTP/2 as over HTTP/1.1", async () => {
        const ca = await readFile(fixture("first.cert"), "utf8");
        await using server = await demoServer(runtime, {
          args: [
            ...["--tls-cert", fixture("first.cert"), "--tls-key", fixture("first.key")],
            ...["--refresh-interval", "0"],
          ],
          ready: false,
        });
        const ask = (path: string, more: Record<string, string> = {}, method = "GET") =>
          requestOverHttp2(server.url + path, { ca, method, headers: { authorization, ...more } });
        const { status, body } = await ask("/v1/refresh?wait=true", {}, "POST");
        assertEquals([status, JSON.parse(body).status], [200, "succeeded"]);
        const snapshot = await ask("/v1/snapshot");
        const { headers } = snapshot;
        assertEquals(JSON.parse(snapshot.body).digest, JSON.parse(body).digest);
        assertEquals(
          headers["content-length"],
          `${new TextEncoder().encode(snapshot.body).length}`,
        );
        const current = await ask("/v1/snapshot", { "if-none-match": headers.etag! });
        assertEquals([current.status, current.body], [304, ""]);
        const list = await ask("/v1/users?userName=ada%20okafor");
        assertEquals(JSON.parse(list.body).users[0].displayName, "Ada Okafor");
        for (
          const [path, method, status] of [
            ["/v1/nothing", "GET", 404],
            ["/v1/snapshot", "DELETE", 405],
            ["/v1/users?x=1", "GET", 400],
            [`/v1/users?userId=${"x".repeat(9000)}`, "GET", 414],
            ["/v1/snapshot", "HEAD", 200],
          ] as const
        ) assertEquals((await ask(path, {}, method)).status, status, path);
        for (const authority of ["evil.example", "localhost.evil.example:443"]) {
          const refused = await ask("/healthz", { ":authority": authority });
          assertEquals([refused.status, JSON.parse(refused.body).code], [421, "HOST_UNKNOWN"]);
        }
        assertMatch((await ask("/healthz", { ":authority": "127.0.0.1:8080" })).body, /"ok"/);
        const body413 = await ask("/v1/refresh", { "content-length": "2" }, "POST").catch(() => {});
        assert(body413 === undefined || body413.status === 413);
        server.kill("SIGTERM");
        assertEquals((await server.ended).code, 0);
        assert(!/bug|Warning|Error/.test(server.stderr()), server.stderr());
      });
    });
  }
});
