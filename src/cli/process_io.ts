import process from "node:process";
import { isatty } from "node:tty";
import { SyncError } from "../errors.ts";
import { TOOL } from "../version.ts";
import { raceWithSignal } from "../concurrency.ts";
import { SIGNAL_EXIT_CODES } from "./exit_codes.ts";
import type { Io } from "./io.ts";

/** The {@linkcode Io} of a real process. */
export interface ProcessIo extends Io {
  /** Stops listening to signals. */
  close(): void;
}

/**
 * Creates the {@linkcode Io} of this process, on Deno and on Node. The first SIGINT or SIGTERM aborts its signal, the
 * second one ends the process.
 */
export function processIo(): ProcessIo {
  const controller = new AbortController();
  const { signal } = controller;
  const handlers = (["SIGINT", "SIGTERM"] as const).map((name) => {
    const handler = () => {
      if (signal.aborted) process.exit(SIGNAL_EXIT_CODES[name]);
      controller.abort(new SyncError("ABORTED", `Interrupted by ${name}`, { cause: name }));
    };
    process.on(name, handler);
    return { name, handler };
  });
  // Without a listener an error of these streams would end the process; stdout() hears of its own by the callback.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});

  return {
    args: process.argv.slice(2),
    program: program(),
    env: (name) => process.env[name],
    stdout: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => error ? reject(error) : resolve());
      }),
    stderr: (text) => void process.stderr.write(text),
    stdin: () => readStdin(signal),
    stdinIsTerminal: isatty(0),
    stdoutIsTerminal: isatty(1),
    stderrIsTerminal: isatty(2) && process.env["TERM"] !== "dumb",
    columns: () => process.stderr.columns || process.stdout.columns || 80,
    signal,
    now: () => Date.now(),
    close() {
      for (const { name, handler } of handlers) process.removeListener(name, handler);
    },
  };
}

async function* readStdin(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks: AsyncIterator<Uint8Array> = process.stdin[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await raceWithSignal(chunks.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // A program that still writes into it would keep the process from ending.
    process.stdin.destroy();
  }
}

/** From a checkout it is a Deno task, and Deno may come by npx. */
function program(): string {
  if (globalThis.Deno === undefined || Deno.build.standalone) return TOOL.name;
  const npx = process.env["npm_lifecycle_event"] === "npx";
  return `${npx ? `npx -y deno@${process.versions["deno"]}` : "deno"} task ${TOOL.name}`;
}
