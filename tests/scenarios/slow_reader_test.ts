import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { connect } from "node:net";
import { isReady, readStatus } from "../helpers/demo_server.ts";
import { RUNTIMES, SERVER_TOKEN, startServer, until } from "../helpers/server_process.ts";
import { listen } from "../simulator/listen.ts";
import { RANDOM_TOKEN, randomSeed } from "../simulator/seeds/random_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

describe("server: slow reader", () => {
  for (const runtime of RUNTIMES) {
    describe(`serve on ${runtime}`, () => {
      it("does not wait for ever for whoever does not read", async () => {
        // More than the buffers of a connection hold.
        const seed = randomSeed({ users: 40_000, projects: 2, userGrants: 1000 });
        await using zitadel = await listen(createSimulator({ seed }));
        await using server = await startServer(runtime, {
          clocked: true,
          args: ["--refresh-interval", "0"],
          env: { ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT: RANDOM_TOKEN },
        });
        assertEquals(
          await readStatus(server.get("/v1/refresh?wait=true", { method: "POST" })),
          200,
        );
        await isReady(server);
        for (const path of ["/v1/snapshot", "/v1/users"]) {
          const socket = connect({ port: Number(new URL(server.url).port), host: "127.0.0.1" });
          socket.on("error", () => {});
          const closed = new Promise((resolve) => socket.once("close", resolve));
          socket.write(
            `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${SERVER_TOKEN}\r\n\r\n`,
          );
          let head = "";
          let received = 0;
          await new Promise<void>((resolve) => {
            socket.on("data", (bytes) => {
              if (received === 0) head = bytes.toString("latin1").slice(0, 2000);
              received += bytes.length;
              if (received === bytes.length) {
                socket.pause();
                resolve();
              }
            });
          });
          await server.pass(20 * 60_000);
          // Others are answered while it is cut off.
          assertEquals(await readStatus(server.get("/v1/status")), 200);
          socket.resume();
          await closed;
          assertMatch(head, /^HTTP\/1\.1 200 OK\r\n/);
          const { length } = await (await server.get("/v1/snapshot")).text();
          assert(received < length - 2_000_000, `${path}: ${received} of ${length}`);
        }

        const socket = connect({ port: Number(new URL(server.url).port), host: "127.0.0.1" });
        socket.on("error", () => {});
        socket.write(
          `GET /v1/snapshot HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${SERVER_TOKEN}\r\n\r\n`,
        );
        await new Promise<void>((resolve) =>
          socket.once("data", () => resolve(void socket.pause()))
        );
        server.kill("SIGTERM");
        await until(async () => {
          await server.pass(1000);
          return server.stderr().includes("stopped\n");
        });
        assertEquals((await server.ended).code, 0);
        await new Promise((resolve) => socket.once("close", resolve).destroy());
      });
    });
  }
});
