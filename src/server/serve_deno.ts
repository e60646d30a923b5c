import type { RunningServer, Serve, ServeOptions } from "./running_server.ts";

/** Serves by `Deno.serve`. */
export const serveOnDeno: Serve = (app, options) => {
  let stopping = false;
  const handler = (request: Request) =>
    stopping
      ? new Response(null, { status: 503, headers: { connection: "close" } })
      : app.fetch(request);
  let current = listen(options, handler);
  const { port } = current.server.addr;
  const server: RunningServer = {
    port,
    async useTls(tls) {
      // Deno takes no other certificate for a port that is open: the old listener ends, with what it still answers.
      Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls }).close();
      void current.server.shutdown();
      current = await listenAgain({ ...options, port, tls }, handler);
    },
    async close(timeout) {
      stopping = true;
      const wasRead = await Promise.race([
        app.allRead().then(() => true),
        timeout.then(() => false, () => false),
      ]);
      // Only aborting cuts off whoever does not read, and it is possible only before a shutdown has begun.
      if (wasRead) await current.server.shutdown();
      else current.end.abort();
      await current.server.finished;
    },
  };
  return Promise.resolve(server);
};

interface Listening {
  server: Deno.HttpServer<Deno.NetAddr>;
  end: AbortController;
}

function listen({ hostname, port, tls }: ServeOptions, handler: Deno.ServeHandler): Listening {
  const end = new AbortController();
  const { signal } = end;
  const server = Deno.serve({ hostname, port, signal, onListen: () => {}, ...tls }, handler);
  return { server, end };
}

/** How often a port is asked for again that our own listener is about to leave, 5 ms apart. */
const ATTEMPTS = 200;

async function listenAgain(options: ServeOptions, handler: Deno.ServeHandler): Promise<Listening> {
  for (let n = 1;; n++) {
    try {
      return listen(options, handler);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || n === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
