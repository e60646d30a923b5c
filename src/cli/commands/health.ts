import { request } from "node:http";
import { request as requestOverTls } from "node:https";
import { CliError } from "../errors.ts";
import { listenOptions } from "../options/shared_options.ts";
import type { ListenAddress } from "../options/value_types.ts";
import { defineCommand } from "../command.ts";
import { writeStdout } from "../output/stdout.ts";
import { formatSystemError } from "../system_error.ts";

const TIMEOUT_MS = 5_000;

export const health = defineCommand({
  name: "health",
  summary: "Ask a server on this machine whether it is alive",
  details: "Asks /healthz of the server at --listen, for the health check of a container: the " +
    "exit code is 0 if the server is alive.",
  options: listenOptions,
  examples: ["zitadel-sync health --listen 127.0.0.1:8080"],
  async run({ io, settings }) {
    const isTls = settings.tlsCert !== undefined;
    const url = `${isTls ? "https" : "http"}://${reachable(settings.listen)}/healthz`;
    const status = await requestStatus(url, isTls, io.signal);
    if (status !== 200) {
      throw new CliError("UNREACHABLE", `${url} returned ${status}, not 200`, {
        hint: "Another program may be listening there",
      });
    }
    await writeStdout(io, [
      settings.json ? `${JSON.stringify({ status: "ok" })}\n` : "ok\n",
    ]);
    return 0;
  },
});

/** The address by which a server that listens on all addresses is reached on its own machine. */
function reachable({ hostname, port }: ListenAddress): string {
  if (hostname === "0.0.0.0") return `127.0.0.1:${port}`;
  if (hostname === "::") return `[::1]:${port}`;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

function requestStatus(url: string, isTls: boolean, signal: AbortSignal): Promise<number> {
  const options = { signal, timeout: TIMEOUT_MS, headers: { connection: "close" } };
  return new Promise((resolve, reject) => {
    const sent = isTls
      // The certificate names the host as others know it, and nothing secret is sent.
      ? requestOverTls(url, { ...options, rejectUnauthorized: false })
      : request(url, options);
    sent.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode!));
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    sent.on("error", (cause) => {
      if (signal.aborted) return reject(signal.reason);
      reject(
        new CliError("UNREACHABLE", `No server answers at ${url}: ${formatSystemError(cause)}`, {
          cause,
          hint:
            "health takes --listen, --tls-cert and their variables from the environment, as serve does",
        }),
      );
    });
    sent.end();
  });
}
