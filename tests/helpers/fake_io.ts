import type { Io } from "../../src/cli/io.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator/simulator.ts";
import { DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { main } from "../../src/cli/main.ts";

/** What {@linkcode run} may be told. */
export interface RunOptions {
  /** The environment. */
  env?: Record<string, string>;
  /** What stdin holds; without it, stdin is a terminal. */
  stdin?: string | Uint8Array;
  /** Whether stderr is a terminal, and how wide. */
  columns?: number;
  /** Whether stdout is a terminal. */
  stdoutIsTerminal?: boolean;
  /** How standard output fails. */
  stdoutError?: Error;
  /** Ends the program. */
  signal?: AbortSignal;
  /** The time; by default it stands still. */
  now?: () => number;
  /** The ZITADEL that answers; by default none may be asked. */
  zitadel?: Simulator;
}

const NOW = Date.parse("2026-11-24T10:00:00Z");

/** What a run of the command line left behind. */
export interface Run {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line in this process, with everything but files handed in. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { env = {}, stdin, columns, zitadel } = options;
  const written = { stdout: "", stderr: "" };
  const io: Io = {
    args,
    program: "zitadel-sync",
    env: (name) => env[name],
    stdout(text) {
      if (options.stdoutError !== undefined) return Promise.reject(options.stdoutError);
      written.stdout += text;
      return Promise.resolve();
    },
    stderr(text) {
      written.stderr += text;
    },
    async *stdin() {
      const bytes = typeof stdin === "string" ? new TextEncoder().encode(stdin) : stdin;
      await Promise.resolve();
      // In two pieces, as a pipe may cut anywhere.
      if (bytes !== undefined) yield* [bytes.subarray(0, 1), bytes.subarray(1)];
    },
    stdinIsTerminal: stdin === undefined,
    stdoutIsTerminal: options.stdoutIsTerminal ?? false,
    stderrIsTerminal: columns !== undefined,
    columns: () => columns ?? 80,
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => NOW),
    fetch: zitadel?.fetch ?? ((request) => {
      throw new Error(`nothing should be asked, but ${request.method} ${request.url} was`);
    }),
    delay: () => Promise.resolve(),
  };
  return { code: await main(io), ...written };
}

/** Where the simulator of {@linkcode demoZitadel} seems to be, and its token, as an environment. */
export const DEMO_ENV: Readonly<Record<string, string>> = {
  ZITADEL_INSTANCE_URL: "https://zitadel.test",
  ZITADEL_PAT: DEMO_TOKEN,
};

/** A simulator that holds the demo's data, and whose clock stands still. */
export function demoZitadel(options: Partial<SimulatorOptions> = {}): Simulator {
  return createSimulator({ seed: demoSeed, now: () => NOW, ...options });
}
