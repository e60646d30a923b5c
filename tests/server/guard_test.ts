import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { afterAll, beforeAll, describe, it } from "@std/testing/bdd";
import { writeFile } from "node:fs/promises";
import { isOpen, ROUTES } from "../../src/server/routes.ts";
import { type DemoServer, demoServer, readStatus } from "../helpers/demo_server.ts";
import { createRandom, integer, pick } from "../helpers/random.ts";
import { rawConnection } from "../helpers/raw_http.ts";
import { RUNTIMES, SERVER_TOKEN } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";

/** What every snapshot of the demo holds, in no answer without a token. */
const DATA = /acme|sha256:|318000000000/i;

const parsePort = (url: string) => Number(new URL(url).port);

describe("server: guard", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      let server: DemoServer;
      beforeAll(async () => {
        server = await demoServer(runtime);
      });
      afterAll(async () => await server[Symbol.asyncDispose]());

      it("lets nobody in without the whole token", async () => {
        await using connection = rawConnection(parsePort(server.url));
        const tokens = [
          undefined,
          "",
          "Bearer",
          "Bearer ",
          `Bearer ${SERVER_TOKEN.slice(0, -1)}`,
          `Bearer ${SERVER_TOKEN}x`,
          `Bearer ${SERVER_TOKEN} ${SERVER_TOKEN}`,
          `Bearer ${SERVER_TOKEN.toUpperCase()}`,
          `Basic ${SERVER_TOKEN}`,
          SERVER_TOKEN,
          `Bearer ${DEMO_TOKEN}`,
          `Bearer ${"x".repeat(10_000)}`,
          "Bearer \xff\xfe",
        ];
        for (const route of Object.values(ROUTES)) {
          const { method, path } = route;
          for (const token of tokens) {
            const header = token === undefined ? "" : `Authorization: ${token}\r\n`;
            const answer = await connection.send(
              `${method.toUpperCase()} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${header}\r\n`,
            );
            assertEquals(answer?.status, isOpen(route) ? 200 : 401, `${path} with ${token}`);
            assertNotMatch(answer!.body, DATA);
            if (isOpen(route)) continue;
            assert(/^www-authenticate: Bearer\r$/im.test(answer!.head), answer!.head);
          }
        }
        // The scheme's name may be written in any case (RFC 9110, 11.1).
        const response = await fetch(`${server.url}/v1/status`, {
          headers: { authorization: `bearer ${SERVER_TOKEN}` },
        });
        assertEquals(await readStatus(Promise.resolve(response)), 200);
      });

      it("takes each of several tokens, from a file too", async () => {
        await using folder = await temporaryFolder();
        const file = folder.at("tokens.txt");
        const tokens = ["a", "b"].map((letter) => letter.repeat(32));
        await writeFile(file, `${tokens[0]}\n\n${tokens[1]}\n`, { mode: 0o600 });
        await writeFile(folder.at("pat.txt"), DEMO_TOKEN, { mode: 0o600 });
        await using server = await demoServer(runtime, {
          args: ["--server-token-file", file, "--pat-file", folder.at("pat.txt")],
          env: { ZITADEL_PAT: "" },
        });
        for (const token of [...tokens, SERVER_TOKEN]) {
          const headers = { authorization: `Bearer ${token}` };
          assertEquals(await readStatus(server.get("/v1/status", { headers })), 200);
        }
        const headers = { authorization: `Bearer ${tokens.join("")}` };
        assertEquals(await readStatus(server.get("/v1/status", { headers })), 401);
      });

      it("answers /metrics to all only with --metrics-open", async () => {
        await using server = await demoServer(runtime, { args: ["--metrics-open"] });
        const response = await fetch(`${server.url}/metrics`);
        assertEquals(response.status, 200);
        assertNotMatch(await response.text(), DATA);
        assertEquals(await readStatus(fetch(`${server.url}/v1/status`)), 401);
      });

      it("without a token answers this machine, and no page of a browser", async () => {
        await using server = await demoServer(runtime, { env: { ZITADEL_SYNC_SERVER_TOKEN: "" } });
        const port = parsePort(server.url);
        await using connection = rawConnection(port);
        const ask = async (headers: string, method = "GET", path = "/v1/users") =>
          (await connection.send(`${method} ${path} HTTP/1.1\r\n${headers}\r\n`))?.status;
        assertEquals(await ask(`Host: 127.0.0.1:${port}\r\n`), 200);
        assertEquals(await ask(`Host: localhost:${port}\r\n`), 200);
        assertEquals(await ask("Host: [::1]\r\n"), 200);
        for (
          const host of [`evil.example:${port}`, "localhost.evil.example", "127.0.0.1.evil.example"]
        ) {
          for (const path of ["/v1/users", "/healthz", "/nothing"]) {
            assertEquals(await ask(`Host: ${host}\r\n`, "GET", path), 421, host);
          }
        }
        const local = `Host: localhost:${port}\r\n`;
        assertEquals(await ask(`${local}Origin: http://localhost:${port}\r\n`), 200);
        assertEquals(await ask(`${local}Sec-Fetch-Site: same-origin\r\n`), 200);
        assertEquals(await ask(`${local}Origin: https://evil.example\r\n`), 403);
        assertEquals(await ask(`${local}Origin: null\r\n`), 403);
        assertEquals(await ask(`${local}Sec-Fetch-Site: cross-site\r\n`), 403);
        assertEquals(
          await ask(`${local}Sec-Fetch-Site: same-site\r\n`, "POST", "/v1/refresh"),
          403,
        );
        const link = `${local}Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n`;
        assertEquals(await ask(link), 200);
        assertEquals(await ask(link, "POST", "/v1/refresh"), 403);
        const answer = await connection.send(
          `OPTIONS /v1/users HTTP/1.1\r\n${local}Access-Control-Request-Method: GET\r\n\r\n`,
        );
        assertNotMatch(answer!.head, /access-control/i);
      });

      it("takes framing for no body, and refuses a body", async () => {
        await using server = await demoServer(runtime);
        await using connection = rawConnection(parsePort(server.url));
        const ask = async (request: string, framing: string) =>
          (await connection.send(
            `${request} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
              `Authorization: Bearer ${SERVER_TOKEN}\r\n${framing}`,
          ))?.status;
        const empty = [
          "\r\n",
          "Content-Length: 0\r\n\r\n",
          "Content-Length: 00\r\n\r\n",
          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          "Transfer-Encoding: Chunked\r\n\r\n000;x=y\r\n\r\n",
        ];
        for (const { method, path } of Object.values(ROUTES)) {
          // The demo's snapshot is taken without credentials.
          const status = path === "/v1/credentials" ? 404 : path === "/v1/refresh" ? 202 : 200;
          for (const framing of empty) {
            const request = `${method.toUpperCase()} ${path}`;
            assertEquals(await ask(request, framing), status, `${request} ${framing}`);
          }
        }
        for (
          const framing of [
            "Content-Length: 2\r\n\r\n{}",
            "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
          ]
        ) {
          assertEquals(await ask("POST /v1/refresh", framing), 413);
          // What is left of a body is not taken for the next request.
          assertEquals(await ask("GET /v1/nothing", "\r\n"), 404);
        }
      });

      it("answers 10,000 strange requests without an error of its own", async () => {
        const random = createRandom(4);
        const connections = Array.from({ length: 8 }, () => rawConnection(parsePort(server.url)));
        const counts = new Map<string, number>();
        await Promise.all(connections.map(async (connection) => {
          await using open = connection;
          for (let n = 0; n < 10_000 / connections.length; n++) {
            const withToken = random() < 0.3;
            const request = strangeRequest(random, withToken);
            const answer = await open.send(request);
            const kind = answer === undefined ? "none" : `${answer.status}`;
            counts.set(kind, (counts.get(kind) ?? 0) + 1);
            if (answer === undefined) continue;
            assert(answer.status < 500 || answer.status === 501, `${answer.status}: ${request}`);
            if (!withToken) assertNotMatch(answer.body, DATA, request);
            assertNotMatch(answer.head + answer.body, new RegExp(`${SERVER_TOKEN}|${DEMO_TOKEN}`));
          }
        }));
        // Else this would be a test of a server that refuses everything, or of nothing.
        for (const status of ["200", "400", "401", "404", "405"]) {
          assert((counts.get(status) ?? 0) > 20, JSON.stringify([...counts]));
        }
        assertEquals(await readStatus(server.get("/v1/snapshot")), 200);
        assertNotMatch(server.stderr(), /bug|Error|TypeError/);
        assertNotMatch(server.stderr(), new RegExp(`${SERVER_TOKEN}|${DEMO_TOKEN}`));
      });
    });
  }

  const METHODS = [
    "GET",
    "GET",
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "FOO",
    "get",
    "PROPFIND",
  ];
  const PATHS = [
    ...Object.values(ROUTES).map(({ path }) => path),
    "/v1",
    "/v1/",
    "/v1/users/",
    "//v1/users",
    "/v1/../v1/users",
    "/v1/%75sers",
    "/v1/users%00",
    "/v1/users;x=1",
    "/%",
    "/%zz",
    "/.env",
    "*",
    "http://localhost/v1/users",
    "http://evil.example/v1/users",
    "/__proto__",
    "/constructor",
  ];
  const QUERIES = [
    "",
    "",
    "?",
    "?x=1",
    "?userId=1",
    "?userId=%",
    "?userId=%ff",
    "?__proto__=1",
    "?wait=true",
    "?&&==",
    "??",
    "?login=acme",
  ];
  const HOSTS = [
    "127.0.0.1",
    "localhost",
    "localhost:1",
    "evil.example",
    "%%%",
    "a b",
    "[::1]",
    "[",
    "",
  ];
  const NAMES = [
    "Accept-Encoding",
    "If-None-Match",
    "If-Modified-Since",
    "Range",
    "Origin",
    "X-Forwarded-Host",
    "Cookie",
    "Upgrade",
    "Expect",
    "Accept",
    "Content-Type",
    "Sec-Fetch-Site",
    "Forwarded",
  ];

  /** A request that hardly anybody sends. */
  function strangeRequest(random: () => number, withToken: boolean): string {
    const path = random() < 0.7 ? pick(random, PATHS) : `/${
      Array.from(
        { length: integer(random, 30) },
        () => String.fromCharCode(33 + integer(random, 94)),
      ).join("")
    }`;
    const host = random() < 0.7 ? "127.0.0.1" : pick(random, HOSTS);
    const headers = [`Host: ${host}`];
    if (withToken) headers.push(`Authorization: Bearer ${SERVER_TOKEN}`);
    else if (random() < 0.3) {
      headers.push(
        `Authorization: Bearer ${SERVER_TOKEN.slice(0, integer(random, SERVER_TOKEN.length))}`,
      );
    }
    for (let n = integer(random, 4); n > 0; n--) {
      const value = Array.from(
        { length: integer(random, 40) },
        () => String.fromCharCode(32 + integer(random, 224)),
      ).join("").replaceAll("\x7f", "");
      headers.push(`${pick(random, NAMES)}: ${value}`);
    }
    return `${pick(random, METHODS)} ${path}${pick(random, QUERIES)} HTTP/1.1\r\n${
      headers.join("\r\n")
    }\r\n\r\n`;
  }
});
