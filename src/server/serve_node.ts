import { createAdaptorServer } from "@hono/node-server";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import type { RunningServer, Serve } from "./running_server.ts";

/** How long a client may take, in milliseconds, and how much it may send. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 32 * 1024,
} as const;

/** Serves by `node:http` or `node:https`. */
export const serveOnNode: Serve = async (app, { hostname, port, tls }) => {
  const server = createAdaptorServer({
    fetch: app.fetch,
    // The sync is a client in the same process: it needs the runtime's own Request and Response.
    overrideGlobalObjects: false,
    ...(tls === undefined
      ? { createServer, serverOptions: LIMITS }
      : { createServer: createTlsServer, serverOptions: { ...LIMITS, ...tls } }),
  }) as Server | TlsServer;
  let inFlight = 0;
  let drained = () => {};
  server.on("request", (_, response) => {
    inFlight++;
    response.once("close", () => {
      if (--inFlight === 0) drained();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const running: RunningServer = {
    port: (server.address() as AddressInfo).port,
    useTls(tls) {
      createSecureContext(tls);
      (server as TlsServer).setSecureContext(tls);
      return Promise.resolve();
    },
    async close(timeout) {
      const closed = new Promise((resolve) => server.close(resolve));
      const empty = new Promise<void>((resolve) => {
        if (inFlight === 0) resolve();
        else drained = resolve;
      });
      await Promise.race([empty, timeout.catch(() => empty)]);
      // A client that has sent half a request would be waited for else.
      server.closeAllConnections();
      await closed;
    },
  };
  return running;
};
