import { assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { demoServer, readStatus } from "../helpers/demo_server.ts";
import { RUNTIMES, until } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

/** Fewer than the connections that the tests open; each runtime needs some for itself. */
const OPEN_FILES = { deno: 64, node: 48 };

/** Opens connections that stay open until the list is disposed of. `request` is sent on each. */
async function openConnections(url: string, count: number, request: string) {
  const sockets: Socket[] = [];
  const connected = Array.from({ length: count }, () =>
    new Promise<void>((resolve) => {
      const socket = connect({ port: Number(new URL(url).port), host: "127.0.0.1" });
      sockets.push(socket);
      socket.on("connect", () => socket.write(request, () => resolve()));
      socket.on("error", () => resolve()).on("close", () => resolve()).on("data", () => {});
    }));
  await Promise.all(connected);
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(sockets.map((socket) =>
        new Promise<void>((resolve) => {
          if (socket.closed) return resolve();
          socket.once("close", () => resolve());
          socket.destroy();
        })
      ));
    },
  };
}

const isAnswered = async (asked: Promise<Response>) =>
  await readStatus(asked).catch(() => 0) === 200;

describe("serve, out of file descriptors", () => {
  for (const runtime of RUNTIMES) {
    for (
      const [kind, request] of [
        ["silent", ""],
        ["kept alive", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"],
      ] as const
    ) {
      it(`on ${runtime} goes on after more connections than it may have, ${kind}`, async () => {
        await using folder = await temporaryFolder();
        const state = folder.at("state.json");
        await using server = await demoServer(runtime, {
          openFiles: OPEN_FILES[runtime],
          args: ["--state", state],
        });
        for (let round = 0; round < 2; round++) {
          await using _connections = await openConnections(server.url, 150, request);
          // Time to accept them: Deno answers nothing before its listener is back.
          if (runtime === "deno") {
            await until(() => isAnswered(server.get("/healthz")));
          }
        }
        await until(() => isAnswered(server.get("/healthz")));
        if (runtime === "deno") assertMatch(server.stderr(), /Too many open files/);
        // The process may still be giving descriptors back: a sync, or its state file, may want one more.
        const completedAt = await until(async () => {
          const path = "/v1/refresh?wait=true";
          const refreshed = await server.get(path, { method: "POST" }).catch(() => undefined);
          const result = await refreshed?.json();
          const status = await server.get("/v1/status").then((it) => it.json()).catch(() => {});
          return refreshed?.status === 200 && status?.stateFailure === null && result.completedAt;
        });
        assertEquals(parseSnapshot(await readFile(state, "utf8")).completedAt, completedAt);
        server.kill("SIGTERM");
        assertEquals((await server.ended).code, 0);
      });
    }
  }
});
