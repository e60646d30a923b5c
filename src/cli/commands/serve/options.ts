import type { Options } from "../../options/option.ts";
import { listenOptions, shrinkOptions, syncOptions } from "../../options/shared_options.ts";
import { duration, flag, path } from "../../options/value_types.ts";
import type { CommandContext, InputContext } from "../../command.ts";
import { readConnection } from "../../input/connection.ts";
import { readServerTokens, serverTokenOptions } from "./server_tokens.ts";

const PERIOD = { min: "1s", max: "168h", examples: "30s, 15m or 2h" };

/** The options of `serve`. */
export const options = {
  ...syncOptions,
  ...listenOptions,
  tlsKey: {
    name: "tls-key",
    type: path(),
    env: ["ZITADEL_SYNC_TLS_KEY"],
    file: true,
    help: "PEM file with the private key of the certificate.",
    alias: ["private-key", "ssl-key"],
  },
  ...serverTokenOptions,
  refreshInterval: {
    name: "refresh-interval",
    type: duration({ ...PERIOD, off: "on request only" }),
    env: ["ZITADEL_SYNC_REFRESH_INTERVAL"],
    file: true,
    default: "15m",
    help: "The time between syncs, plus or minus a tenth; 0: only on POST /v1/refresh.",
    alias: ["interval", "refresh"],
  },
  maxAge: {
    name: "max-age",
    type: duration(PERIOD),
    env: ["ZITADEL_SYNC_MAX_AGE"],
    file: true,
    unset: "of any age",
    help: "The greatest age of a snapshot; for an older one the answer is 503.",
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

/** The inputs of `serve`: those that it reads at its start, and `reread` for SIGHUP. */
export const inputs = {
  connection: readConnection,
  serverTokens: readServerTokens,
  reread: (reading: InputContext<typeof options>) =>
    Promise.resolve({
      value: {
        connection: () => readConnection(reading),
        serverTokens: () => readServerTokens(reading),
      },
    }),
};

/** The context of `serve`. */
export type ServeContext = CommandContext<typeof options, [], typeof inputs>;
