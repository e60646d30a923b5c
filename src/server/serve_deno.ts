import { raceWithSignal } from "../concurrency.ts";
import type { HttpApp } from "./app.ts";
import type { RunningServer, Serve, ServeOptions, TlsPair } from "./running_server.ts";

/** Serves by `Deno.serve`. */
export const serveOnDeno: Serve = (app, options) => {
  const listener = createListener(app, options);
  const server: RunningServer = {
    port: listener.port,
    useTls: listener.useTls,
    async close(signal) {
      listener.refuse();
      await raceWithSignal(app.allRead(), signal).catch(() => {});
      await listener.end({ gracefully: !signal.aborted });
    },
  };
  return Promise.resolve(server);
};

/** The waits before the port is asked for again, in milliseconds. They double from the first to the longest. */
const RETRY_MS = { first: 5, longest: 1000 };

/** The least time between two warnings that the listener failed, in milliseconds. */
const WARN_EVERY_MS = 60_000;

type Server = Deno.HttpServer<Deno.NetAddr>;

/** Listens on one port. Each listener that Deno ends is followed by another, and answers what it has begun. */
function createListener(app: HttpApp, { hostname, log, ...options }: ServeOptions) {
  let stopping = false;
  let tls = options.tls;
  let abort = new AbortController();
  let current = listen(options.port);
  const { port } = current.addr;
  const former = new Set<Server>();
  let lastChange = Promise.resolve();
  const warn = createWarning(log);

  function listen(port: number): Server {
    abort = new AbortController();
    const server = Deno.serve(
      { hostname, port, signal: abort.signal, onListen: () => {}, ...tls },
      (request) =>
        stopping
          ? new Response(null, { status: 503, headers: { connection: "close" } })
          : app.fetch(request),
    );
    server.finished.catch((error) => recover(server, error));
    return server;
  }

  /** Ends the listener and starts the next one, however long another program holds the port in between. */
  async function listenAgain(): Promise<void> {
    const server = current;
    former.add(server);
    const forget = () => former.delete(server);
    server.shutdown().then(forget, forget);
    for (let waitMs = RETRY_MS.first; !stopping; waitMs = Math.min(2 * waitMs, RETRY_MS.longest)) {
      try {
        current = listen(port);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** Listens again after Deno ended the listener, as it does when the process is out of file descriptors. */
  function recover(server: Server, error: Error): void {
    if (stopping || former.has(server)) return;
    warn(error);
    lastChange = lastChange.then(listenAgain);
  }

  return {
    port,
    /** Changes the certificate. Deno takes none for an open port, so another listener takes its place. */
    useTls(next: TlsPair): Promise<void> {
      const changed = lastChange.then(() => {
        // Throws for a pair that cannot be used, while the listener is still there.
        Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...next }).close();
        tls = next;
        return listenAgain();
      });
      lastChange = changed.catch(() => {});
      return changed;
    },
    /** Refuses all further requests. */
    refuse() {
      stopping = true;
    },
    /** Ends the listener after the requests in flight, or at once. */
    async end({ gracefully }: { gracefully: boolean }): Promise<void> {
      if (gracefully) {
        current.shutdown().catch(() => {});
        await Promise.allSettled([current, ...former].map(({ finished }) => finished));
        return;
      }
      // Aborting cuts off clients that do not read. It works only before a shutdown has begun, so former listeners are
      // left behind: they need not keep the process.
      abort.abort();
      for (const server of former) server.unref();
      await Promise.allSettled([current.finished]);
    },
  };
}

/** Warns of a failed listener, but not again and again. */
function createWarning(log: ServeOptions["log"]): (error: Error) => void {
  let warnedAt = -Infinity;
  return ({ message }) => {
    if (performance.now() - warnedAt <= WARN_EVERY_MS) return;
    warnedAt = performance.now();
    log?.write("warn", `${message}; closing idle connections and listening again`, {
      event: "listener-failed",
    });
  };
}
