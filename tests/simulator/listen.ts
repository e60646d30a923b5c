/**
 * A port of this machine in front of anything that answers requests.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { NoAnswer } from "./faults.ts";

/** An open port; dispose of it to close it and all connections. */
export interface Listener extends AsyncDisposable {
  /** Such as `http://127.0.0.1:40001`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
}

/** Answers requests. */
export interface Handler {
  fetch(request: Request): Response | Promise<Response>;
}

/**
 * Opens a port on 127.0.0.1. A handler that rejects with `NoAnswer`, and a body that breaks, end the connection hard;
 * any other error is a bug, and comes out where the listener is disposed of.
 */
export async function listen(
  handler: Handler,
  { port = 0 }: { port?: number } = {},
): Promise<Listener> {
  const bugs: unknown[] = [];
  const running = new Set<Promise<void>>();
  const server = createServer((incoming, outgoing) => {
    const done = answer(handler, incoming, outgoing).catch((error) => {
      if (!(error instanceof NoAnswer) && !incoming.socket.destroyed) bugs.push(error);
      incoming.socket.destroy();
    });
    running.add(done);
    done.finally(() => running.delete(done));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await Promise.all(running);
      if (bugs.length > 0) throw bugs[0];
    },
  };
}

async function answer(
  handler: Handler,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort(new NoAnswer("the client has gone"));
  });
  const { method = "GET", url = "/", headers } = incoming;
  const hasBody = method !== "GET" && method !== "HEAD";
  const chunks: Uint8Array[] = [];
  // Only where there may be one: Deno 2.6 never ends an empty body.
  if (hasBody) { for await (const chunk of incoming) chunks.push(chunk); }
  const request = new Request(`http://${headers.host ?? "127.0.0.1"}${url}`, {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one])
    ),
    body: hasBody ? new Blob(chunks as BlobPart[]) : null,
    redirect: "manual",
    signal: gone.signal,
  });
  const response = await handler.fetch(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  for await (const chunk of response.body) {
    if (gone.signal.aborted) return;
    if (!outgoing.write(chunk)) await drained(outgoing, gone.signal);
  }
  outgoing.end();
}

function drained(outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      signal.removeEventListener("abort", done);
      resolve();
    };
    outgoing.once("drain", done);
    signal.addEventListener("abort", done, { once: true });
  });
}
