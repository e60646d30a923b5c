import { problem } from "./problem.ts";
import type { RunningServer, Serve, ServeOptions } from "./running_server.ts";

/** Serves by `Deno.serve`. */
export const serveOnDeno: Serve = (app, options) => {
  let inFlight = 0;
  let stopping = false;
  let drained = () => {};
  const handler: Deno.ServeHandler = (request, { completed }) => {
    if (stopping) return problem(503, "STOPPING", "The server is going down");
    inFlight++;
    const settled = () => {
      if (--inFlight === 0) drained();
    };
    completed.then(settled, settled);
    return app.fetch(request);
  };

  let current = listen(options, handler);
  const { port } = current.server.addr;
  const server: RunningServer = {
    port,
    async useTls(tls) {
      // Deno takes no other certificate for a port that is open: the old listener ends, with what it still answers.
      const next = { ...options, port, tls };
      Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...tls }).close();
      void current.server.shutdown();
      current = await listenAgain(next, handler);
    },
    async close(patienceMs) {
      stopping = true;
      let timer: ReturnType<typeof setTimeout> | undefined;
      if (inFlight > 0) {
        await new Promise<void>((resolve) => {
          drained = resolve;
          timer = setTimeout(resolve, patienceMs);
        });
      }
      clearTimeout(timer);
      // Only aborting cuts off whoever does not read; but it also cuts off answers that are nearly done.
      if (inFlight === 0) await current.server.shutdown();
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
  const server = Deno.serve({
    hostname,
    port,
    signal: end.signal,
    onListen: () => {},
    ...tls,
  }, handler);
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
