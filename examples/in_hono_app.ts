// deno-lint-ignore-file no-console -- these programs talk to people
// Mounts the endpoint of `zitadel-sync serve` under /access of your own Hono app, here on @hono/node-server.
//
//   ZITADEL_INSTANCE_URL=https://acme.zitadel.cloud ZITADEL_PAT=... ACCESS_TOKEN=... PORT=3000 node in_hono_app.ts

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import process from "node:process";
import { takeSnapshot } from "@zitadel-sync/zitadel-sync";
import { createApp, createStore, createTokenCheck } from "@zitadel-sync/zitadel-sync/server";

const store = createStore({
  sync: (run) =>
    takeSnapshot({
      instanceUrl: process.env["ZITADEL_INSTANCE_URL"] ?? "",
      token: process.env["ZITADEL_PAT"] ?? "",
      ...run,
    }),
});
const access = createApp({
  store,
  verifyToken: createTokenCheck([process.env["ACCESS_TOKEN"] ?? ""]),
});

const app = new Hono();
app.get("/", (context) => context.text("my own program"));
app.mount("/access", (request: Request) => access.fetch(request));

const ending = new AbortController();
const running = store.run(ending.signal);
const server = serve({
  fetch: app.fetch,
  hostname: "127.0.0.1",
  port: Number(process.env["PORT"] ?? 3000),
});
server.on("listening", () => console.log("listening", JSON.stringify(server.address())));
process.once("SIGTERM", async () => {
  ending.abort();
  await running;
  server.close();
});
