import type { Fetch } from "../zitadel/http/attempt.ts";
import type { Delay } from "../zitadel/http/retry.ts";

/** Everything outside of the program that it touches, files apart: those are real in tests too. */
export interface Io {
  /** The arguments after the program's name. */
  readonly args: readonly string[];
  /** The command that starts this program, such as `zitadel-sync`. */
  readonly program: string;
  env(name: string): string | undefined;
  /**
   * Resolves once standard output has taken the text. Rejects with the system's error: `EPIPE` where nobody reads it
   * any more.
   */
  stdout(text: string): Promise<void>;
  /** Writes to standard error, and ignores failures. */
  stderr(text: string): void;
  /** The bytes of standard input; fails with the reason of `signal`. */
  stdin(): AsyncIterable<Uint8Array>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** Whether a line of standard error can be redrawn. */
  readonly stderrIsTerminal: boolean;
  /** The width of the terminal now, in characters. */
  columns(): number;
  /**
   * Aborted when the program is to end. Its reason is a `SyncError` `ABORTED` whose `cause` is `SIGINT` or `SIGTERM`.
   */
  readonly signal: AbortSignal;
  /** The time in milliseconds since 1970. */
  now(): number;
  /** Sends requests; absent: the runtime's own. */
  readonly fetch?: Fetch;
  /** Waits between attempts; absent: a timer. */
  readonly delay?: Delay;
}
