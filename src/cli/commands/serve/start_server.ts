import type { RunningServer, Serve, ServeOptions } from "../../../server/running_server.ts";
import type { Delay } from "../../../zitadel/http/retry.ts";
import { CliError } from "../../errors.ts";
import { formatSystemError, systemCode } from "../../system_error.ts";

/** The time for requests in flight when a server ends, in milliseconds. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Starts a server by the means of the runtime. Each loads only its own. @throws {CliError} `LISTEN_FAILED` */
export async function startServer(...[app, options]: Parameters<Serve>): Promise<RunningServer> {
  const serve = globalThis.Deno === undefined
    ? (await import("../../../server/serve_node.ts")).serveOnNode
    : (await import("../../../server/serve_deno.ts")).serveOnDeno;
  try {
    return await serve(app, options);
  } catch (cause) {
    const where = formatAddress(options);
    const inUse = systemCode(cause) === "EADDRINUSE";
    throw new CliError(
      "LISTEN_FAILED",
      `Cannot listen on ${where}: ${inUse ? "the port is in use" : formatSystemError(cause)}`,
      {
        cause,
        hint: inUse
          ? "End the program that uses it, or choose another with --listen"
          : "Choose an address of this machine with --listen, such as 127.0.0.1:8080",
      },
    );
  }
}

/** Ends a server after the requests in flight, or once their time is up. */
export async function closeServer(server: RunningServer, delay: Delay): Promise<void> {
  const timeout = new AbortController();
  const closed = new AbortController();
  delay(CLOSE_TIMEOUT_MS, closed).then(() => timeout.abort(), () => {});
  await server.close(timeout.signal);
  closed.abort();
}

/** Formats an address as in a URL. */
export function formatAddress({ hostname, port }: Pick<ServeOptions, "hostname" | "port">): string {
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
