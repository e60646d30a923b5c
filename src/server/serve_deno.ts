import type { RunningServer, Serve, ServeOptions } from "./running_server.ts";

/** Serves by `Deno.serve`. */
export const serveOnDeno: Serve = (app, options) => {
  const handler = (request: Request) => app.fetch(request);
  let current = listen(options, handler);
  const { port } = current.addr;
  const server: RunningServer = {
    port,
    async useTls(tls) {
      // Deno takes no other certificate for a port that is open: the old listener ends, with what it still answers.
      Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls }).close();
      void current.shutdown();
      current = await listenAgain({ ...options, port, tls }, handler);
    },
    async close(patience) {
      void patience.then(() => app.cutOff(), () => {});
      await current.shutdown();
    },
  };
  return Promise.resolve(server);
};

function listen(
  { hostname, port, tls }: ServeOptions,
  handler: Deno.ServeHandler,
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname, port, onListen: () => {}, ...tls }, handler);
}

/** How often a port is asked for again that our own listener is about to leave, 5 ms apart. */
const ATTEMPTS = 200;

async function listenAgain(
  options: ServeOptions,
  handler: Deno.ServeHandler,
): Promise<Deno.HttpServer<Deno.NetAddr>> {
  for (let n = 1;; n++) {
    try {
      return listen(options, handler);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse) || n === ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
