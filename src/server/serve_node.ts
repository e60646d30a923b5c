import { createAdaptorServer } from "@hono/node-server";
import { createServer, type Server } from "node:http";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createSecureContext } from "node:tls";
import { raceWithSignal } from "../concurrency.ts";
import type { HttpApp } from "./app.ts";
import type { RunningServer, Serve, TlsPair } from "./running_server.ts";

/** Limits on the time of a client, in milliseconds, and on the size of its headers. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  maxHeaderSize: 32 * 1024,
} as const;

/** Serves by `node:http`, or over TLS by `node:http2`, which speaks HTTP/1.1 too. */
export const serveOnNode: Serve = async (app, { hostname, port, tls }) => {
  const server = createNodeServer(app, tls);
  const inFlight = countRequests(server);
  const connections = trackConnections(server);
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
      // Throws for a pair that cannot be used. The server would take it and fail at each handshake.
      createSecureContext(tls);
      (server as Http2SecureServer).setSecureContext(tls);
      return Promise.resolve();
    },
    async close(signal) {
      const closed = new Promise((resolve) => server.close(resolve));
      connections.endSessions();
      await raceWithSignal(inFlight.none(), signal).catch(() => {});
      // A client that sent half a request would keep the server open.
      connections.destroy();
      await closed;
    },
  };
  return running;
};

function createNodeServer(app: HttpApp, tls: TlsPair | undefined): Server | Http2SecureServer {
  // The sync is a client in the same process: it needs the runtime's own Request and Response.
  const shared = { fetch: app.fetch, overrideGlobalObjects: false };
  if (tls === undefined) {
    return createAdaptorServer({ ...shared, createServer, serverOptions: LIMITS }) as Server;
  }
  const server = createAdaptorServer({
    ...shared,
    createServer: createSecureServer,
    serverOptions: { ...tls, allowHTTP1: true },
  }) as Http2SecureServer;
  // This server reads the limits of HTTP/1.1 as properties only.
  Object.assign(server, LIMITS);
  server.on("session", (session) => {
    session.setTimeout(LIMITS.keepAliveTimeout, () => session.close());
  });
  return server;
}

/** Counts the requests in flight. */
function countRequests(server: Server | Http2SecureServer): { none(): Promise<void> } {
  let inFlight = 0;
  let drained = () => {};
  // The two servers have different types for the same events.
  (server as Server).on("request", (_, response) => {
    inFlight++;
    response.once("close", () => {
      if (--inFlight === 0) drained();
    });
  });
  return {
    none: () =>
      new Promise((resolve) => {
        if (inFlight === 0) resolve();
        else drained = resolve;
      }),
  };
}

/** Tracks the open connections. */
function trackConnections(server: Server | Http2SecureServer) {
  const sockets = new Set<Socket>();
  const sessions = new Set<ServerHttp2Session>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  return {
    /** Ends each HTTP/2 session once its requests are answered. */
    endSessions: () => sessions.forEach((session) => session.close()),
    /** Cuts off all connections. */
    destroy: () => sockets.forEach((socket) => socket.destroy()),
  };
}
