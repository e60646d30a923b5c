// deno-lint-ignore-file no-console -- these programs talk to people
// Answers the endpoint of `zitadel-sync serve` from Node's own http server.
//
//   ZITADEL_INSTANCE_URL=https://acme.zitadel.cloud ZITADEL_PAT=... ACCESS_TOKEN=... PORT=3000 node with_node_http.ts

import { getRequestListener } from "@hono/node-server";
import { createServer } from "node:http";
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

const ending = new AbortController();
const running = store.run(ending.signal);
const server = createServer(getRequestListener((request) => access.fetch(request)));
server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  console.log("listening", JSON.stringify(server.address()));
});
process.once("SIGTERM", async () => {
  ending.abort();
  await running;
  server.close();
});
