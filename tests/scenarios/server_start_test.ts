import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { demoServer, readStatus } from "../helpers/demo_server.ts";
import { command, type Runtime, RUNTIMES, SERVER_TOKEN, until } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";

const fixture = (name: string) => new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;

/** What `serve`, or another command, says when it ends by itself. */
async function ended(
  runtime: Runtime,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await (await command(runtime, args, {
    env: {
      ZITADEL_INSTANCE_URL: "http://127.0.0.1:1",
      ZITADEL_PAT: DEMO_TOKEN,
      NO_COLOR: "1",
      ...env,
    },
    stdout: "piped",
    stderr: "piped",
  })).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

describe("server: start", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      it("tells in one line why it does not start", async () => {
        await using folder = await temporaryFolder();
        await writeFile(folder.at("empty.txt"), "\n", { mode: 0o600 });
        await writeFile(folder.at("short.txt"), "short-secret", { mode: 0o600 });
        await writeFile(folder.at("no.pem"), "-----BEGIN CERTIFICATE-----\nx\n", { mode: 0o600 });
        const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        const { port } = taken.addr;
        const tls = (cert: string, key: string) => [
          "--listen",
          "127.0.0.1:0",
          "--tls-cert",
          cert,
          "--tls-key",
          key,
        ];
        const cases: [args: string[], line: string, exit?: 8][] = [
          [
            ["--listen", "0.0.0.0:8080"],
            "Will not listen on 0.0.0.0:8080 without a server token: anybody could read the snapshot",
          ],
          [
            ["--listen", "[::]:8080"],
            "Will not listen on [::]:8080 without a server token: anybody could read the snapshot",
          ],
          [
            ["--listen", "8080"],
            "--listen must be an address with a port, such as 127.0.0.1:8080, 0.0.0.0:8080 or " +
            '[::1]:8080, but is "8080"',
          ],
          [
            ["--listen", `127.0.0.1:${port}`],
            `Cannot listen on 127.0.0.1:${port}: the port is in use`,
            8,
          ],
          [
            ["--server-token-file", folder.at("empty.txt")],
            `--server-token-file: ${folder.at("empty.txt")} is empty, so there is no server token`,
          ],
          [
            ["--server-token-file", folder.at("short.txt")],
            `--server-token-file: ${folder.at("short.txt")}: the server token has 12 characters, ` +
            "fewer than 32 can be guessed",
          ],
          [
            ["--refresh-interval", "5"],
            "--refresh-interval must be a time from 1s to 168h with its unit, such as 30s, 15m or " +
            '2h, or 0 for on request only, but is "5"',
          ],
          [
            tls(folder.at("none.pem"), fixture("first.key")),
            `--tls-cert: cannot read ${
              folder.at("none.pem")
            }: there is no such file or folder (ENOENT)`,
            8,
          ],
          [
            tls(fixture("first.key"), fixture("first.key")),
            `--tls-cert: ${fixture("first.key")} holds no CERTIFICATE in PEM`,
            8,
          ],
          [
            tls(folder.at("no.pem"), fixture("first.key")),
            `${folder.at("no.pem")} and ${
              fixture("first.key")
            } cannot be used together as certificate and key`,
            8,
          ],
          [
            tls(fixture("first.cert"), fixture("second.key")),
            `${fixture("first.cert")} and ${
              fixture("second.key")
            } cannot be used together as certificate and key`,
            8,
          ],
          [["--tls-cert", fixture("first.cert")], "--tls-cert and --tls-key need each other"],
        ];
        for (const [args, line, exit = 2] of cases) {
          const { code, stdout, stderr } = await ended(runtime, ["serve", ...args]);
          const errors = stderr.split("\n").filter((line) => line.startsWith("error: "));
          assertEquals([code, stdout, errors], [exit, "", [`error: ${line}`]], stderr);
          assertStringIncludes(
            stderr,
            `code: ${exit === 8 ? "LISTEN_FAILED" : "CONFIG_INVALID"}\n`,
          );
          assertNotMatch(stderr, /short-secret/);
        }
        taken.close();
        const state = ["--state", folder.at("none/state.json"), "--listen", "127.0.0.1:0"];
        const { code, stderr } = await ended(runtime, ["serve", ...state]);
        assertEquals(code, 8);
        assertStringIncludes(stderr, `error: Cannot write ${folder.at("none/state.json")}: `);
      });

      it("speaks TLS, and takes another certificate on SIGHUP", async () => {
        await using folder = await temporaryFolder();
        const [cert, key] = [folder.at("cert.pem"), folder.at("key.pem")];
        const install = async (name: string) => {
          await copyFile(fixture(`${name}.cert`), cert);
          await copyFile(fixture(`${name}.key`), key);
          await Deno.chmod(key, 0o600);
        };
        await install("first");
        await using server = await demoServer(runtime, {
          args: ["--tls-cert", cert, "--tls-key", key],
          ready: false,
        });
        assertMatch(server.url, /^https:/);
        /** Whether the server shows this certificate. */
        const shows = async (name: string) => {
          const caCerts = [await readFile(fixture(`${name}.cert`), "utf8")];
          const client = Deno.createHttpClient({ caCerts });
          try {
            const response = await fetch(`${server.url}/healthz`, { client });
            return (await response.json()).status === "ok";
          } catch {
            return false;
          } finally {
            client.close();
          }
        };
        assertEquals([await shows("first"), await shows("second")], [true, false]);
        const listen = `127.0.0.1:${new URL(server.url).port}`;
        const health = await ended(runtime, ["health", "--listen", listen, "--tls-cert", cert]);
        assertEquals([health.code, health.stdout], [0, "ok\n"], health.stderr);

        await install("second");
        server.kill("SIGHUP");
        await until(() =>
          Promise.resolve(server.stderr().includes("the certificate was read again"))
        );
        assertEquals([await shows("first"), await shows("second")], [false, true]);

        await writeFile(cert, "nothing");
        server.kill("SIGHUP");
        await until(() => Promise.resolve(server.stderr().includes("the old certificate stays: ")));
        assertEquals(await shows("second"), true);
        server.kill("SIGTERM");
        assertEquals((await server.ended).code, 0);
      });

      it("finishes what it is answering when it is to end", async () => {
        const { promise: gate, resolve: open } = Promise.withResolvers<void>();
        let held = false;
        await using server = await demoServer(runtime, {
          zitadel: {
            async onRequest() {
              if (held) await gate;
            },
          },
        });
        held = true;
        const waiting = server.get("/v1/refresh?wait=true", { method: "POST" });
        const { port } = new URL(server.url);
        const idle = connect({ port: Number(port), host: "127.0.0.1" }).on("error", () => {});
        idle.write("GET /healthz HTTP/1.1\r\nHost:");
        await until(async () => (await (await server.get("/v1/status")).json()).running);
        server.kill("SIGTERM");
        const answer = await waiting;
        assertEquals([answer.status, (await answer.json()).code], [502, "ABORTED"]);
        const { code, signal } = await server.ended;
        assertEquals([code, signal], [0, null], server.stderr());
        open();
        if (!idle.destroyed) await new Promise((resolve) => idle.once("close", resolve).destroy());
      });

      it("token, serve and health work together", async () => {
        const tokens = await Promise.all([1, 2].map(() => ended(runtime, ["token"])));
        for (const { code, stdout } of tokens) {
          assertEquals(code, 0);
          assertMatch(stdout, /^[\w-]{43}\n$/);
        }
        const [first, second] = tokens.map(({ stdout }) => stdout.trim());
        assertNotEquals(first, second);
        await using server = await demoServer(runtime, {
          env: { ZITADEL_SYNC_SERVER_TOKEN: `${first} ${second}` },
          ready: false,
        });
        for (const token of [first, second]) {
          const headers = { authorization: `Bearer ${token}` };
          assertEquals(await readStatus(server.get("/v1/status", { headers })), 200);
        }
        assertEquals(await readStatus(server.get("/v1/status")), 401);
        const listen = `127.0.0.1:${new URL(server.url).port}`;
        const alive = await ended(runtime, ["health"], { ZITADEL_SYNC_LISTEN: listen });
        assertEquals([alive.code, alive.stdout], [0, "ok\n"], alive.stderr);
        server.kill("SIGINT");
        assertEquals((await server.ended).code, 0);
        const dead = await ended(runtime, ["health", "--listen", listen]);
        assertEquals([dead.code, dead.stdout], [6, ""]);
        assertMatch(
          dead.stderr,
          /^error: No server answers at http:\/\/127\.0\.0\.1:\d+\/healthz: /,
        );
        assertNotMatch(server.stderr(), new RegExp(`${first}|${second}|${SERVER_TOKEN}`));
      });
    });
  }
});
