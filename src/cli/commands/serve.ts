import { defineCommand } from "../command.ts";
import { inputs, options } from "./serve/options.ts";

export const serve = defineCommand({
  name: "serve",
  summary: "Serve the snapshot over HTTP, and keep it fresh",
  details: "Syncs at once and then at intervals, one sync at a time, and serves the last good " +
    "snapshot at /v1/snapshot, and its lists at /v1/users, /v1/groups, /v1/entitlements and " +
    "/v1/grants; /openapi.json describes everything. A failed sync changes only /v1/status, " +
    "/metrics and the log. On SIGTERM or SIGINT it finishes open requests and ends.",
  options,
  inputs,
  examples: [
    "zitadel-sync token > server-token.txt",
    "zitadel-sync serve --config zitadel.json --server-token-file server-token.txt",
  ],
  async run(context) {
    // Loaded here, so that help goes without the server.
    const { runServer } = await import("./serve/run_server.ts");
    return await runServer(context);
  },
});
