import type { Settings } from "./settings/resolve_settings.ts";
import type { CommandName } from "./args/options.ts";
import type { Io } from "./io.ts";
import type { Log } from "./terminal/log.ts";
import type { ProgressLine } from "./terminal/progress_line.ts";

/** What a command works with. */
export interface Context {
  /** The outside world; the token is hidden in what goes there. */
  io: Io;
  /** The same without hiding, for the snapshot: its bytes must be those that its digest covers. */
  unmasked: Io;
  /** The settings, checked; for commands that read ZITADEL with `instanceUrl` and `pat`. */
  settings: Settings;
  /** What goes to standard error. */
  log: Log;
  /** The line to redraw; absent where there is none. */
  line?: ProgressLine | undefined;
  /** What was typed beside the options, as many words as the command takes. */
  operands: readonly string[];
  /** For `help`: the command that it is asked about. */
  topic?: CommandName | undefined;
}

/** A command: does its work and answers the exit code. Errors are thrown. */
export type Command = (context: Context) => Promise<number>;
