import type { HttpApp } from "./app.ts";
import type { RunningServer, Serve, ServeOptions, TlsPair } from "./running_server.ts";

/** Serves by `Deno.serve`. */
export const serveOnDeno: Serve = (app, options) => {
  const listeners = createListeners(app, options);
  const server: RunningServer = {
    port: listeners.port,
    useTls: listeners.replace,
    async close(timeout) {
      listeners.refuse();
      const wasRead = await Promise.race([
        app.allRead().then(() => true),
        timeout.then(() => false, () => false),
      ]);
      await listeners.end(wasRead);
    },
  };
  return Promise.resolve(server);
};

interface Listener {
  server: Deno.HttpServer<Deno.NetAddr>;
  end: AbortController;
}

/** How long to wait until a port is asked for again, in milliseconds: at first, and at most. */
const RETRY_MS = { first: 5, longest: 1000 };

/** The least time between two warnings that the listener has failed, in milliseconds. */
const WARN_EVERY_MS = 60_000;

/** The listener, and those before it that still answer what they have begun. */
function createListeners(app: HttpApp, { hostname, log, ...options }: ServeOptions) {
  let stopping = false;
  let pair = options.tls;
  let current = listen(options.port);
  const { port } = current.server.addr;
  const former = new Set<Listener["server"]>();
  let lastChange = Promise.resolve();
  let warnedAt = -Infinity;

  function listen(port: number): Listener {
    const end = new AbortController();
    const { signal } = end;
    const server = Deno.serve(
      { hostname, port, signal, onListen: () => {}, ...pair },
      (request) =>
        stopping
          ? new Response(null, { status: 503, headers: { connection: "close" } })
          : app.fetch(request),
    );
    server.finished.catch((error) => recover(server, error));
    return { server, end };
  }

  /** Takes the place of the listener on its port, however long somebody else has that port. */
  async function listenAgain(): Promise<void> {
    const { server } = current;
    former.add(server);
    void server.shutdown().finally(() => former.delete(server));
    for (let waitMs = RETRY_MS.first; !stopping; waitMs = Math.min(2 * waitMs, RETRY_MS.longest)) {
      try {
        current = listen(port);
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  /** Listens again after Deno has ended the listener, as it does when the process is out of file descriptors. */
  function recover(server: Listener["server"], error: Error): void {
    if (stopping || former.has(server)) return;
    if (performance.now() - warnedAt > WARN_EVERY_MS) {
      warnedAt = performance.now();
      log?.write("warn", `${error.message}; idle connections are closed, and it listens again`, {
        event: "listener-failed",
      });
    }
    // The connections that wait for an answer get it; the others give their file descriptors back.
    lastChange = lastChange.then(listenAgain);
  }

  return {
    port,
    /** Deno takes no other certificate for a port that is open: the listener ends, and another one takes its place. */
    replace(tls: TlsPair): Promise<void> {
      const replaced = lastChange.then(() => {
        // Throws for a pair that cannot be used, while the listener is still there.
        Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls }).close();
        pair = tls;
        return listenAgain();
      });
      lastChange = replaced.catch(() => {});
      return replaced;
    },
    /** Answers no more requests. */
    refuse() {
      stopping = true;
    },
    /** Ends the listener: after what it answers, or at once. */
    async end(gracefully: boolean): Promise<void> {
      const servers = [current.server, ...former];
      const finished = (server: Listener["server"]) => server.finished.catch(() => {});
      // Only aborting cuts off whoever does not read, and it is possible only before a shutdown has begun.
      if (gracefully) {
        await Promise.all([current.server.shutdown(), ...servers.map(finished)]);
      } else {
        current.end.abort();
        // Nor can those be cut off that are shutting down; but they need not keep the process.
        for (const server of former) server.unref();
        await finished(current.server);
      }
    },
  };
}
