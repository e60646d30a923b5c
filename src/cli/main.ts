import { SyncError } from "../errors.ts";
import { type CommandLine, findFirstWord, parseCommandLine } from "./options/parse_command_line.ts";
import type { Settings } from "./options/option.ts";
import { commonOptions } from "./options/shared_options.ts";
import { isCommandName, loadCommand, loadCommands } from "./commands.ts";
import { CliError, describeError } from "./errors.ts";
import { EXIT_CODES, SIGNAL_EXIT_CODES } from "./exit_codes.ts";
import { configInvalid } from "./options/issues.ts";
import {
  escapeControlCharacters,
  escapeControlCharactersInLines,
} from "./output/escape_control_characters.ts";
import { formatOverview, helpWidth } from "./output/help_text.ts";
import type { Io } from "./io.ts";
import { createLog, type Log } from "./output/log.ts";
import { createProgressLine, type ProgressLine } from "./output/progress_line.ts";
import { readSettings } from "./input/read_settings.ts";
import { resolveSettings } from "./options/resolve_settings.ts";
import { redactSecrets } from "./options/redact_secrets.ts";

/** Runs the command line and answers the exit code. Never throws, and never ends the process. */
export async function main(rawIo: Io): Promise<number> {
  const { io, hide } = redactSecrets(rawIo);
  const line = await readCommandLine(io.args);
  hideSecrets(line, io, hide);

  // Until all settings are read, errors are reported the way that command line and environment ask for.
  const { settings } = resolveSettings(commonOptions, { flags: line.values, env: io.env });
  let reporter = createReporter(io, settings);
  try {
    if (io.args.length === 0) {
      io.stderr(`${formatOverview(await loadCommands(), helpWidth(io, "stderr"))}\n`);
    }
    const { command, operands } = line;
    if (command === undefined) throw configInvalid(line.issues);
    const read = await readSettings(command, { line, io, hide, loadCommands });
    const { settings, inputs, issues, warnings } = read;
    reporter = createReporter(io, settings);
    for (const warning of warnings) reporter.log.write("warn", warning);
    const all = [...line.issues, ...issues];
    if (all.length > 0) throw configInvalid(all);
    return await command.run({ ...reporter, io, rawIo, settings, operands, inputs });
  } catch (error) {
    reporter.progressLine?.clear();
    return report(io.signal.aborted ? toReason(error, io.signal) : error, io, reporter);
  }
}

/** Takes the command line apart with the command that it names; only for what is wrong with it are all others loaded. */
async function readCommandLine(args: readonly string[]): Promise<CommandLine> {
  const word = findFirstWord(args);
  const named = word !== undefined && isCommandName(word) ? [await loadCommand(word)] : [];
  const line = parseCommandLine(args, named);
  const complete = line.issues.length === 0 ? line : parseCommandLine(args, await loadCommands());
  if (complete.asks === undefined) return complete;
  const { command, asks } = complete;
  return {
    ...complete,
    command: await loadCommand(asks),
    operands: asks === "help" && command !== undefined ? [command.name] : [],
  };
}

function hideSecrets(line: CommandLine, io: Io, hide: (secret: string) => void): void {
  const variables = Object.values(line.command?.options ?? {})
    .flatMap(({ secret, env }) => secret ? env ?? [] : []);
  for (const text of [...line.secrets, ...variables.map((name) => io.env(name) ?? "")]) {
    hide(text);
  }
}

/** How the program writes to standard error. */
interface Reporter {
  settings: Settings<typeof commonOptions>;
  log: Log;
  progressLine: ProgressLine | undefined;
}

function createReporter(io: Io, settings: Settings<typeof commonOptions>): Reporter {
  const { quiet, logFormat, logLevel } = settings;
  const level = quiet && (logLevel === "debug" || logLevel === "info") ? "warn" : logLevel;
  const redraws = io.stderrIsTerminal && logFormat === "text" && level !== "warn" &&
    level !== "error";
  const progressLine = redraws
    ? createProgressLine({ write: io.stderr, columns: io.columns })
    : undefined;
  const colour = io.stderrIsTerminal && (io.env("NO_COLOR") ?? "") === "";
  const log = createLog({
    write: io.stderr,
    level,
    format: logFormat,
    colour,
    now: io.now,
    beforeLine: () => progressLine?.clear(),
  });
  return { settings, log, progressLine };
}

/** What an interruption caused is reported as the interruption, unless it is an error of its own. */
function toReason(error: unknown, signal: AbortSignal): unknown {
  const isOwn = error instanceof CliError || error instanceof SyncError && error.code !== "ABORTED";
  return isOwn ? error : signal.reason;
}

function report(error: unknown, io: Io, { log, settings }: Reporter): number {
  if (log.shows("debug")) log.write("debug", formatStack(error));
  const { code, message, hint, details } = describeError(error);
  if (settings.json) {
    io.stderr(`${escapeControlCharacters(JSON.stringify({ code, message, hint, details }))}\n`);
  } else if (settings.logFormat === "json") {
    log.write("error", message, { code, hint, details });
  } else {
    log.write("error", message);
    if (hint !== undefined) {
      io.stderr(`hint: ${escapeControlCharactersInLines(hint).replaceAll("\n", "\n      ")}\n`);
    }
    io.stderr(`code: ${code}\n`);
  }
  return code === "ABORTED" && io.signal.reason?.cause === "SIGTERM"
    ? SIGNAL_EXIT_CODES.SIGTERM
    : EXIT_CODES[code];
}

/** The stack of an error and of its causes. */
function formatStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${formatStack(error.cause)}`;
}
