import type { Options } from "../options/option.ts";
import { listenOptions, shrinkOptions, syncOptions } from "../options/shared_options.ts";
import { flag, path, period } from "../options/value_types.ts";
import { type CommandContext, defineCommand, type Reading } from "../command.ts";
import { readConnection } from "../input/connection.ts";
import { readServerTokens, serverTokenOptions } from "../options/server_tokens.ts";

const options = {
  ...syncOptions,
  ...listenOptions,
  tlsKey: {
    name: "tls-key",
    type: path(),
    env: ["ZITADEL_SYNC_TLS_KEY"],
    file: true,
    help: "File with the private key of the certificate, as PEM.",
    alias: ["private-key", "ssl-key"],
  },
  ...serverTokenOptions,
  refreshInterval: {
    name: "refresh-interval",
    type: period({ off: "on request only" }),
    env: ["ZITADEL_SYNC_REFRESH_INTERVAL"],
    file: true,
    default: "15m",
    help: "From one sync to the next, a tenth more or less; 0: only on POST /v1/refresh.",
    alias: ["interval", "refresh"],
  },
  maxAge: {
    name: "max-age",
    type: period(),
    env: ["ZITADEL_SYNC_MAX_AGE"],
    file: true,
    unset: "of any age",
    help: "How old a snapshot may be; an older one is answered with 503.",
  },
  state: {
    name: "state",
    type: path(),
    env: ["ZITADEL_SYNC_STATE"],
    file: true,
    help: "File that keeps the last good snapshot over a restart.",
    alias: ["state-file", "cache"],
  },
  metricsOpen: {
    name: "metrics-open",
    type: flag(),
    env: ["ZITADEL_SYNC_METRICS_OPEN"],
    file: true,
    help: "Answer /metrics without a token too.",
  },
  ...shrinkOptions,
} as const satisfies Options;

const inputs = {
  connection: readConnection,
  serverTokens: readServerTokens,
  reread: (reading: Reading<typeof options>) =>
    Promise.resolve({
      value: {
        connection: () => readConnection(reading),
        serverTokens: () => readServerTokens(reading),
      },
    }),
};

/** What `serve` works with. */
export type ServeContext = CommandContext<typeof options, [], typeof inputs>;

/** `serve`: answers the snapshot over HTTP, and renews it, until it is told to end. */
export const serve = defineCommand({
  name: "serve",
  summary: "Answer the snapshot over HTTP, and keep it fresh",
  details: "Syncs at once and then in intervals, one sync at a time, and answers the last good " +
    "snapshot at /v1/snapshot, its lists at /v1/users, /v1/groups, /v1/entitlements and " +
    "/v1/grants; /openapi.json describes everything. A sync that fails changes nothing but " +
    "/v1/status, /metrics and the log. Ends on SIGTERM and SIGINT after what it is answering.",
  options,
  inputs,
  examples: [
    "zitadel-sync token > server-token.txt",
    "zitadel-sync serve --config zitadel.json --server-token-file server-token.txt",
  ],
  async run(context) {
    // Loaded here, so that help goes without the server.
    const { runServer } = await import("./shared/run_server.ts");
    return await runServer(context);
  },
});
