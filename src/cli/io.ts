import type { Fetch } from "../zitadel/http/attempt.ts";
import type { Delay } from "../zitadel/http/retry.ts";

/**
 * Everything that the command line touches outside of itself, files apart.
 *
 * Files are real in tests too; the rest is handed in.
 */
export interface Io {
  /** What was typed after the program's name. */
  readonly args: readonly string[];
  /** What to type to start this program, such as `zitadel-sync`. */
  readonly program: string;
  /** A variable of the environment. */
  env(name: string): string | undefined;
  /**
   * Writes to standard output, and resolves once it has taken the text.
   *
   * Rejects with the system's error, whose `code` is `EPIPE` where nobody reads any more.
   */
  stdout(text: string): Promise<void>;
  /** Writes to standard error; a failure there is nobody's loss. */
  stderr(text: string): void;
  /** The bytes of standard input, in pieces; fails with the reason of `signal`. */
  stdin(): AsyncIterable<Uint8Array>;
  /** Whether a person would have to type the input. */
  readonly stdinIsTerminal: boolean;
  /** Whether a person reads the output as it is written. */
  readonly stdoutIsTerminal: boolean;
  /** Whether standard error can redraw a line. */
  readonly stderrIsTerminal: boolean;
  /** How wide the terminal is now, in characters. */
  columns(): number;
  /**
   * Aborted when the user or the system wants the program to end.
   *
   * Its reason is a `SyncError` `ABORTED` whose `cause` is the name of the signal, `SIGINT` or `SIGTERM`.
   */
  readonly signal: AbortSignal;
  /** The time in milliseconds since 1970. */
  now(): number;
  /** Sends requests; absent: the runtime's own. */
  readonly fetch?: Fetch;
  /** Waits between attempts; absent: a timer. */
  readonly delay?: Delay;
}
