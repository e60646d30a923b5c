import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { serveOnDeno } from "../../src/server/serve_deno.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_ORGANIZATION_ID, DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { demoServer, readStatus } from "../helpers/demo_server.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { requestOverHttp2 } from "../helpers/http2.ts";
import { RUNTIMES, type ServerProcess, startServer, until } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const fixture = (name: string) => new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;

const OLD = "o".repeat(32);
const NEW = "n".repeat(32);

/** Sends SIGHUP, and waits until the log says this once more. */
async function reload(server: ServerProcess, said: string): Promise<void> {
  const count = () => server.stderr().split(said).length;
  const before = count();
  server.kill("SIGHUP");
  await until(() => Promise.resolve(count() > before));
}

describe("server: reload", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      it("lives through SIGHUP without anything to read again", async () => {
        await using server = await demoServer(runtime);
        for (let n = 0; n < 3; n++) server.kill("SIGHUP");
        assertEquals(await readStatus(server.get("/v1/status")), 200);
        server.kill("SIGTERM");
        assertEquals((await server.ended).code, 0);
      });

      it("takes other server tokens on SIGHUP, and keeps the old ones until they are good", async () => {
        await using folder = await temporaryFolder();
        const file = folder.at("tokens.txt");
        const write = (text: string) => writeFile(file, text, { mode: 0o600 });
        await write(OLD);
        await using server = await demoServer(runtime, {
          args: ["--server-token-file", file],
          env: { ZITADEL_SYNC_SERVER_TOKEN: "" },
        });
        const statuses = () =>
          Promise.all(
            [OLD, NEW].map((token) =>
              readStatus(
                server.get("/v1/status", { headers: { authorization: `Bearer ${token}` } }),
              )
            ),
          );
        assertEquals(await statuses(), [200, 401]);
        for (const bad of ["", "short", `${NEW}\nshort`, `"${NEW}"`, NEW.replace("n", "é")]) {
          await write(bad);
          await reload(server, "the old server token stays: ");
          assertEquals(await statuses(), [200, 401], bad);
        }
        await write(`${OLD}\n${NEW}\n`);
        await reload(server, "the server token was read again");
        assertEquals(await statuses(), [200, 200]);
        await write(NEW);
        await reload(server, "the server token was read again");
        assertEquals(await statuses(), [401, 200]);
        await Deno.remove(file);
        await reload(server, "the old server token stays: ");
        assertEquals(await statuses(), [401, 200]);
        assertNotMatch(server.stderr(), /o{32}|n{32}|short"/);
      });

      it("takes another token for ZITADEL on SIGHUP once ZITADEL takes it", async () => {
        await using folder = await temporaryFolder();
        const file = folder.at("pat.txt");
        const write = (text: string) => writeFile(file, text, { mode: 0o600 });
        await write(DEMO_TOKEN);
        const zitadel = demoZitadel();
        let accepted = DEMO_TOKEN;
        await using listener = await listen({
          // The same user with another token, or with none that is known.
          fetch(request) {
            const known = request.headers.get("authorization") === `Bearer ${accepted}`;
            const headers = new Headers(request.headers);
            headers.set("authorization", `Bearer ${known ? DEMO_TOKEN : "unknown"}`);
            return zitadel.fetch(new Request(request, { headers }));
          },
        });
        await using server = await startServer(runtime, {
          args: ["--pat-file", file, "--refresh-interval", "0", "--attempts", "1"],
          env: { ZITADEL_INSTANCE_URL: listener.url },
        });
        const refresh = () => readStatus(server.get("/v1/refresh?wait=true", { method: "POST" }));
        assertEquals(await refresh(), 200);
        await write(NEW);
        await reload(server, "the old Personal Access Token stays: ");
        assertEquals(await refresh(), 200);
        accepted = NEW;
        assertEquals(await refresh(), 502);
        await reload(server, "the Personal Access Token was read again");
        assertEquals(await refresh(), 200);
        assertNotMatch(server.stderr(), /n{32}/);
      });

      it("keeps its token for ZITADEL if another one reads another organization", async () => {
        await using folder = await temporaryFolder();
        const file = folder.at("pat.txt");
        const write = (text: string) => writeFile(file, text, { mode: 0o600 });
        await write(DEMO_TOKEN);
        const zitadel = demoZitadel();
        const other = "918000000000000001";
        await using listener = await listen({
          // The new token reads an organization that differs by its id.
          async fetch(request) {
            const isNew = request.headers.get("authorization") === `Bearer ${NEW}`;
            if (!isNew) return await zitadel.fetch(request);
            const headers = new Headers(request.headers);
            headers.set("authorization", `Bearer ${DEMO_TOKEN}`);
            if (headers.has("x-zitadel-orgid")) {
              headers.set("x-zitadel-orgid", DEMO_ORGANIZATION_ID);
            }
            const response = await zitadel.fetch(new Request(request, { headers }));
            const text = (await response.text()).replaceAll(DEMO_ORGANIZATION_ID, other);
            return new Response(text, { status: response.status, headers: response.headers });
          },
        });
        await using server = await startServer(runtime, {
          args: ["--pat-file", file, "--refresh-interval", "0"],
          env: { ZITADEL_INSTANCE_URL: listener.url },
        });
        const refresh = () => readStatus(server.get("/v1/refresh?wait=true", { method: "POST" }));
        const served = async () => (await (await server.get("/v1/users")).json()).organizationId;
        assertEquals(await refresh(), 200);
        await write(NEW);
        await reload(server, "the old Personal Access Token stays: ");
        assertStringIncludes(
          server.stderr(),
          `it reads organization ${other}, and the snapshot that is served is of`,
        );
        assertEquals([await refresh(), await served()], [200, DEMO_ORGANIZATION_ID]);
      });

      it("over TLS keeps its certificate and its port whatever SIGHUP finds", async () => {
        await using folder = await temporaryFolder();
        const [cert, key] = [folder.at("cert.pem"), folder.at("key.pem")];
        const install = async (certName: string, keyName = certName) => {
          await copyFile(fixture(`${certName}.cert`), cert);
          await copyFile(fixture(`${keyName}.key`), key);
          await Deno.chmod(key, 0o600);
        };
        await install("first");
        await using server = await demoServer(runtime, {
          args: ["--tls-cert", cert, "--tls-key", key, "--refresh-interval", "0"],
          ready: false,
        });
        const ask = async (name: string) =>
          (await requestOverHttp2(`${server.url}/healthz`, {
            ca: await readFile(fixture(`${name}.cert`), "utf8"),
          })).status;
        const bad: [what: string, spoil: () => Promise<void>][] = [
          ["another key", () => install("second", "first")],
          ["no certificate", () => writeFile(cert, "")],
          ["a cut one", async () => writeFile(cert, (await readFile(cert, "utf8")).slice(0, 200))],
          [
            "what is none",
            () => writeFile(cert, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
          ],
          ["no file", () => Deno.remove(cert)],
        ];
        for (const [what, spoil] of bad) {
          await install("second");
          await spoil();
          await reload(server, "the old certificate stays: ");
          assertEquals(await ask("first"), 200, what);
        }
        await install("second");
        await reload(server, "the certificate was read again");
        assertEquals(await ask("second"), 200);
        await install("first");
        await reload(server, "the certificate was read again");
        assertEquals(await ask("first"), 200);
        server.kill("SIGTERM");
        assertEquals((await server.ended).code, 0);
      });
    });
  }

  it("serveOnDeno() waits for its port where somebody else has taken it between two certificates", async () => {
    const pair = async (name: string) => ({
      cert: await readFile(fixture(`${name}.cert`), "utf8"),
      key: await readFile(fixture(`${name}.key`), "utf8"),
    });
    const [first, second] = [await pair("first"), await pair("second")];
    const app = {
      fetch: () => Promise.resolve(new Response("ok")),
      allRead: () => Promise.resolve(),
    };
    const server = await serveOnDeno(app, { hostname: "127.0.0.1", port: 0, tls: first });
    const { port } = server;
    const replaced = server.useTls(second);
    let thief: Deno.Listener | undefined;
    for (let n = 0; thief === undefined && n < 1000; n++) {
      try {
        thief = Deno.listen({ hostname: "127.0.0.1", port });
      } catch {
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
    thief?.close();
    await replaced;
    const { status } = await requestOverHttp2(`https://localhost:${port}/`, { ca: second.cert });
    assertEquals(status, 200);
    await server.close(new AbortController().signal);
  });
});
