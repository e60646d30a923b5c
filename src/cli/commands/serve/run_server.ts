/**
 * The run of `serve`: it opens the store and the port, and ends both on a signal.
 *
 * @module
 */
import process from "node:process";
import { createApp, type HttpApp } from "../../../server/app.ts";
import type { RunningServer } from "../../../server/running_server.ts";
import type { Store } from "../../../server/store.ts";
import { createTokenCheck } from "../../../server/tokens.ts";
import { isLoopback } from "../../../zitadel/http/instance_url.ts";
import { realDelay } from "../../../zitadel/http/retry.ts";
import type { ListenAddress } from "../../options/value_types.ts";
import { CliError } from "../../errors.ts";
import { closeServer, formatAddress, startServer } from "./start_server.ts";
import { readTls } from "./read_tls.ts";
import { createAccessLog } from "./access_log.ts";
import type { ServeContext } from "./options.ts";
import { createReload, type TokensInForce } from "./reload.ts";
import { openStore } from "./served_store.ts";

/** Serves until the signal of `io` aborts. @throws {CliError} `CONFIG_INVALID`, `LISTEN_FAILED`. */
export async function runServer(context: ServeContext): Promise<number> {
  const { io, settings: { listen }, inputs: { serverTokens }, log } = context;
  refuseWithoutToken(listen, serverTokens);
  // SIGHUP would end the process without a listener. Before everything is open it does nothing.
  let reload = () => {};
  const onReload = () => reload();
  process.on("SIGHUP", onReload);
  try {
    const { tls, warning } = await readTls(context.settings);
    if (warning !== undefined) log.write("warn", warning);
    const connection = { current: context.inputs.connection };
    const tokens = { check: createTokenCheck(serverTokens) };
    const store = await openStore({ ...context, connection });
    const { app, flush } = createLoggedApp(context, store, tokens);
    const server = await startServer(app, { ...listen, tls, log });
    logAddress(context, server, tls !== undefined);
    reload = createReload({
      ...context,
      reread: context.inputs.reread,
      connection,
      tokens,
      server,
      store,
    });
    try {
      await store.run(io.signal);
    } finally {
      await closeServer(server, io.delay ?? realDelay);
      flush();
    }
    log.write("info", "stopped", { event: "stopped" });
    return 0;
  } finally {
    process.removeListener("SIGHUP", onReload);
  }
}

function refuseWithoutToken(listen: ListenAddress, tokens: readonly string[]): void {
  if (tokens.length > 0 || isLoopback(listen.hostname)) return;
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

/** Creates the endpoint with a log of its requests; `flush` writes the lines that wait. */
function createLoggedApp(
  { io, settings, inputs: { serverTokens }, log }: ServeContext,
  store: Store,
  tokens: TokensInForce,
): { app: HttpApp; flush: () => void } {
  const access = createAccessLog({
    log,
    write: io.stderr,
    format: settings.logFormat,
    now: io.now,
    delay: realDelay,
  });
  const app = createApp({
    store,
    verifyToken: serverTokens.length === 0 ? undefined : (token) => tokens.check(token),
    metricsOpen: settings.metricsOpen,
    loopbackOnly: isLoopback(settings.listen.hostname),
    maxAgeMs: settings.maxAge,
    log,
    onResponse: access.add,
    runtime: { now: io.now, delay: io.delay },
    page: async () => (await import("../../../report/render_live_page.ts")).renderLivePage(),
  });
  return { app, flush: access.flush };
}

function logAddress(
  { settings: { listen }, inputs: { serverTokens }, log }: ServeContext,
  server: RunningServer,
  isTls: boolean,
): void {
  const url = `${isTls ? "https" : "http"}://${formatAddress({ ...listen, ...server })}`;
  const open = serverTokens.length === 0 ? " without a token" : "";
  log.write("info", `listening on ${url}${open}`, { event: "listening", url });
}
