import process from "node:process";
import { CliError, describeError } from "../errors.ts";
import { createApp } from "../../server/app.ts";
import { isLoopback } from "../../server/guard.ts";
import { publish, type Published } from "../../server/published.ts";
import type { RunningServer, Serve, ServeOptions } from "../../server/running_server.ts";
import { createStore, type Store } from "../../server/store.ts";
import { createTokenCheck } from "../../server/tokens.ts";
import type { Snapshot } from "../../snapshot/contract.ts";
import { serializeSnapshot } from "../../snapshot/serialize.ts";
import { takeSnapshot } from "../../sync/take_snapshot.ts";
import { realDelay } from "../../zitadel/http/retry.ts";
import { createAccessLog } from "../terminal/access_log.ts";
import type { Options } from "../args/option.ts";
import { listenOptions, shrinkOptions, syncOptions } from "../args/shared_options.ts";
import { flag, path, period } from "../args/value_types.ts";
import { type CommandContext, defineCommand } from "../command.ts";
import { readConnection } from "../settings/connection.ts";
import { readServerTokens, serverTokenOptions } from "../settings/server_tokens.ts";
import { readTls } from "../network/read_tls.ts";
import { refuseLoss } from "../files/shrink_guard.ts";
import { openStateFile, type StateFile } from "../files/state_file.ts";
import { systemCode, systemWords } from "../files/system_error.ts";

/** How long requests in flight may take once the server is to end, in milliseconds. */
const CLOSE_TIMEOUT_MS = 10_000;

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

const inputs = { connection: readConnection, serverTokens: readServerTokens };

type ServeContext = CommandContext<typeof options, [], typeof inputs>;

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
    const { io, settings, inputs: { serverTokens: tokens }, log } = context;
    const { listen, maxAge, metricsOpen } = settings;
    const loopbackOnly = isLoopback(listen.hostname);
    if (tokens.length === 0 && !loopbackOnly) {
      throw new CliError(
        "CONFIG_INVALID",
        `Will not listen on ${
          formatAddress(listen)
        } without a server token: anybody could read the snapshot`,
        {
          hint: "Give one with --server-token-file or ZITADEL_SYNC_SERVER_TOKEN " +
            "(zitadel-sync token prints a good one), or listen on 127.0.0.1",
        },
      );
    }
    const { tls, warning } = await readTls(settings);
    if (warning !== undefined) log.write("warn", warning);
    const state = await openState(context);
    const delay = io.delay ?? realDelay;
    const store = await openStore(context, state);
    const access = createAccessLog({
      log,
      write: io.stderr,
      format: settings.logFormat,
      now: io.now,
      delay: realDelay,
    });
    const app = createApp({
      store,
      verifyToken: tokens.length === 0 ? undefined : createTokenCheck(tokens),
      metricsOpen,
      loopbackOnly,
      maxAgeMs: maxAge,
      log,
      onResponse: access.add,
      runtime: { now: io.now, delay },
      page: async () => (await import("../../report/render_live_page.ts")).renderLivePage(),
    });

    const server = await start(app, { ...listen, tls });
    const url = `${tls === undefined ? "http" : "https"}://${
      formatAddress({ ...listen, ...server })
    }`;
    log.write("info", `listening on ${url}${tokens.length === 0 ? " without a token" : ""}`, {
      event: "listening",
      url,
    });
    const reload = () => void renewTls(server, context);
    if (tls !== undefined) process.on("SIGHUP", reload);
    try {
      await store.run(io.signal);
    } finally {
      const closed = new AbortController();
      await server.close(delay(CLOSE_TIMEOUT_MS, { signal: closed.signal }));
      closed.abort();
      access.flush();
      process.removeListener("SIGHUP", reload);
    }
    log.write("info", "stopped", { event: "stopped" });
    return 0;
  },
});

function formatAddress({ hostname, port }: Pick<ServeOptions, "hostname" | "port">): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/** Serves by what the runtime has: loaded here, so that each brings only its own. */
async function start(...[app, options]: Parameters<Serve>): Promise<RunningServer> {
  const serve = globalThis.Deno === undefined
    ? (await import("../../server/serve_node.ts")).serveOnNode
    : (await import("../../server/serve_deno.ts")).serveOnDeno;
  try {
    return await serve(app, options);
  } catch (cause) {
    const where = formatAddress(options);
    const inUse = systemCode(cause) === "EADDRINUSE";
    throw new CliError(
      "LISTEN_FAILED",
      `Cannot listen on ${where}: ${inUse ? "the port is in use" : systemWords(cause)}`,
      {
        cause,
        hint: inUse
          ? "End the program that uses it, or choose another with --listen"
          : "Choose an address of this machine with --listen, such as 127.0.0.1:8080",
      },
    );
  }
}

async function openState(
  { io, settings: { state }, inputs: { connection }, log }: ServeContext,
): Promise<StateFile | undefined> {
  if (state === undefined) return undefined;
  return await openStateFile(state, {
    instanceUrl: String(connection.instanceUrl),
    organizationId: connection.organizationId,
    now: io.now,
    warn: (message) => log.write("warn", message, { event: "state-refused" }),
  });
}

async function openStore(context: ServeContext, state: StateFile | undefined): Promise<Store> {
  const { io, settings, inputs: { connection }, log } = context;
  const initial = state?.snapshot && await publish(state.snapshot);
  // As long as the state file may be of another organization than the one that the token reads.
  let unconfirmed = initial;
  const isForeign = (previous: Published | undefined, next: Snapshot) =>
    previous !== undefined && previous === unconfirmed &&
    previous.snapshot.organization.id !== next.organization.id;
  return createStore({
    sync: ({ signal, onProgress }) => takeSnapshot({ ...connection, signal, onProgress }),
    initial,
    refuse: (previous, next) => {
      if (!isForeign(previous, next)) refuseChange(previous.snapshot, next, settings);
    },
    save: state && (async ({ snapshot }, signal) => {
      if (isForeign(unconfirmed, snapshot)) {
        const { id } = unconfirmed!.snapshot.organization;
        const aside = await state.setAside();
        log.write("warn", `${settings.state} is of organization ${id}. It is now ${aside}`, {
          event: "state-refused",
        });
      }
      unconfirmed = undefined;
      await state.write(serializeSnapshot(snapshot), signal);
    }),
    describeError,
    intervalMs: settings.refreshInterval,
    log,
    runtime: { now: io.now, delay: io.delay ?? realDelay },
  });
}

function refuseChange(
  previous: Snapshot,
  next: Snapshot,
  { maxShrink }: { maxShrink: number },
): void {
  const { organization, counts } = previous;
  try {
    refuseLoss({ organizationId: organization.id, counts }, next, {
      path: "the snapshot that is served",
      maxShrink,
    });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(error.code, error.message, {
      hint: "If that is right: POST /v1/refresh?force=true, or start with a larger --max-shrink",
    });
  }
}

async function renewTls(server: RunningServer, { settings, log }: ServeContext): Promise<void> {
  try {
    const { tls } = await readTls(settings);
    await server.useTls(tls!);
    log.write("info", "the certificate was read again", { event: "tls-renewed" });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log.write("error", `the old certificate stays: ${message}`, { event: "tls-refused" });
  }
}
