/**
 * The server as users run it: a process of its own, on each runtime.
 *
 * @module
 */
import { compatFlags } from "../../compat/deno.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the server runs on. */
export const RUNTIMES = ["deno", "node"] as const;

/** One of them. */
export type Runtime = typeof RUNTIMES[number];

/** A token that is long enough. */
export const SERVER_TOKEN = "server-token-0123456789-0123456789-abcdef";

/** What {@linkcode startServer} may be told. */
export interface ServerOptions {
  /** The environment beside that of the tests. */
  env?: Record<string, string>;
  /** Options after `serve`. */
  args?: readonly string[];
  /** Whether the clock stands still but for {@linkcode ServerProcess.pass}. */
  clocked?: boolean;
  /** How many file descriptors the process may have; by default as many as the tests. */
  openFiles?: number;
}

/** A server that runs; it is ended when it is disposed of. */
export interface ServerProcess extends AsyncDisposable {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  /** What it has written to standard error so far. */
  stderr(): string;
  /** Asks with the token. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  /** Sends a signal. */
  kill(signal: Deno.Signal): void;
  /** Resolves when it has ended. */
  readonly ended: Promise<Deno.CommandStatus>;
}

const root = new URL("../..", import.meta.url).pathname;
const bundles = new Map<string, Promise<string>>();

/** Bundles are made once for each file of tests, since that takes a second. */
function bundled(program: string): Promise<string> {
  const known = bundles.get(program);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "zitadel-sync-bundle-"));
  globalThis.addEventListener("unload", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "program.mjs");
  const made = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "tools/bundle.ts", program, file],
    cwd: root,
  }).output().then(({ success, stderr }) => {
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return file;
  });
  bundles.set(program, made);
  return made;
}

/** What starts a program on a runtime: an executable and its first arguments. */
export async function prepareStart(
  runtime: Runtime,
  program = "cli.ts",
): Promise<[executable: string, ...args: string[]]> {
  return runtime === "node" ? ["node", await bundled(program)] : [
    Deno.execPath(),
    "run",
    ...await compatFlags("runtime"),
    "-A",
    "--quiet",
    join(root, program),
  ];
}

/** The command line on a runtime, ready to be started. */
export async function command(
  runtime: Runtime,
  args: readonly string[],
  { program, openFiles, ...options }:
    & Deno.CommandOptions
    & Pick<ServerOptions, "openFiles">
    & { program?: string } = {},
): Promise<Deno.Command> {
  const started = [...await prepareStart(runtime, program), ...args];
  const [executable, ...rest] = openFiles === undefined
    ? started
    : ["sh", "-c", `ulimit -n ${openFiles} && exec "$@"`, "sh", ...started];
  return new Deno.Command(executable!, { ...options, args: rest });
}

/** Starts `serve` on a free port of this machine, and waits until it listens. */
export async function startServer(
  runtime: Runtime,
  { env = {}, args = [], clocked = false, ...limits }: ServerOptions,
): Promise<ServerProcess> {
  const starter = await command(runtime, ["serve", "--listen", "127.0.0.1:0", ...args], {
    ...limits,
    program: clocked ? "tests/helpers/clocked_cli.ts" : "cli.ts",
    env: { ZITADEL_SYNC_SERVER_TOKEN: SERVER_TOKEN, ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = starter.spawn();
  const decoder = new TextDecoder();
  let written = "";
  let listening = (_url: string) => {};
  const url = new Promise<string>((resolve) => listening = resolve);
  const reading = (async () => {
    for await (const chunk of child.stderr) {
      written += decoder.decode(chunk, { stream: true });
      const found = /listening on (https?:[^\s"]+)/.exec(written)?.[1];
      if (found !== undefined) listening(found);
    }
  })();
  const input = child.stdin.getWriter();
  const output = child.stdout.getReader();
  const base = await Promise.race([
    url,
    child.status.then(({ code }) => {
      throw new Error(`the server ended with ${code}: ${written}`);
    }),
  ]);
  let over = false;
  const ended = child.status.finally(() => over = true);
  return {
    url: base,
    ended,
    stderr: () => written,
    get: (path, init = {}) =>
      fetch(`${base}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${SERVER_TOKEN}`, ...init.headers },
      }),
    async pass(ms) {
      await input.write(new TextEncoder().encode(`${ms}\n`));
      await output.read();
    },
    kill: (signal) => child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (!over) child.kill("SIGKILL");
      await ended;
      await reading;
      await input.close().catch(() => {});
      await output.cancel();
    },
  };
}

/** Asks again and again, with `step` in between, until the answer is there; gives up after many times. */
export async function until<T>(
  ask: () => Promise<T | undefined | false>,
  step: () => Promise<unknown> = () => new Promise((resolve) => setTimeout(resolve)),
): Promise<T> {
  for (let n = 0; n < 10_000; n++) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await step();
  }
  throw new Error("it did not come to that");
}
