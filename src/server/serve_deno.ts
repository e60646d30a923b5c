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

/** The listener, and those before it that still answer what they have begun. */
function createListeners(app: HttpApp, options: ServeOptions) {
  let stopping = false;
  const handler = (request: Request) =>
    stopping
      ? new Response(null, { status: 503, headers: { connection: "close" } })
      : app.fetch(request);
  const listen = (tls: TlsPair | undefined, port: number): Listener => {
    const { hostname } = options;
    const end = new AbortController();
    const { signal } = end;
    const server = Deno.serve({ hostname, port, signal, onListen: () => {}, ...tls }, handler);
    return { server, end };
  };

  let pair = options.tls;
  let current = listen(pair, options.port);
  const { port } = current.server.addr;
  const former = new Set<Listener["server"]>();

  /** Listens again on the port that the listener before is about to leave, however long somebody else has it. */
  async function listenAgain(tls: TlsPair | undefined): Promise<void> {
    for (let waitMs = RETRY_MS.first; !stopping; waitMs = Math.min(2 * waitMs, RETRY_MS.longest)) {
      try {
        current = listen(tls, port);
        return;
      } catch (error) {
        if (!(error instanceof Deno.errors.AddrInUse)) throw error;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    }
  }

  return {
    port,
    /** Deno takes no other certificate for a port that is open: the listener ends, and another one takes its place. */
    async replace(tls: TlsPair): Promise<void> {
      // Throws for a pair that cannot be used, while the listener is still there.
      Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls }).close();
      const { server } = current;
      former.add(server);
      void server.shutdown().finally(() => former.delete(server));
      try {
        await listenAgain(tls);
        pair = tls;
      } catch (error) {
        await listenAgain(pair);
        throw error;
      }
    },
    /** Answers no more requests. */
    refuse() {
      stopping = true;
    },
    /** Ends the listener: after what it answers, or at once. */
    async end(gracefully: boolean): Promise<void> {
      // Only aborting cuts off whoever does not read, and it is possible only before a shutdown has begun.
      if (gracefully) {
        await Promise.all([current.server.shutdown(), ...Array.from(former, (it) => it.finished)]);
      } else {
        current.end.abort();
        // Nor can those be cut off that are shutting down; but they need not keep the process.
        for (const server of former) server.unref();
      }
      await current.server.finished;
    },
  };
}
