import { SyncError } from "../errors.ts";
import type { Context } from "./command.ts";
import { loadCommand, loadCommands } from "./commands.ts";
import { CliError, describeError } from "./errors.ts";
import { EXIT_CODES, SIGNAL_EXIT_CODES } from "./exit_codes.ts";
import { readInputs, readSettings } from "./input/read_settings.ts";
import type { Io } from "./io.ts";
import { configInvalid } from "./options/issues.ts";
import type { Settings } from "./options/option.ts";
import { type CommandLine, parseCommandLine } from "./options/parse_command_line.ts";
import { redactSecrets } from "./options/redact_secrets.ts";
import { commonOptions } from "./options/shared_options.ts";
import {
  escapeControlCharacters,
  escapeControlCharactersInLines,
} from "./output/escape_control_characters.ts";
import { createLog } from "./output/log.ts";
import { createProgress } from "./output/progress.ts";
import { createProgressLine } from "./output/progress_line.ts";

/** Runs the command line and returns the exit code. Never throws, and never ends the process. */
export async function main(rawIo: Io): Promise<number> {
  const { io, hide } = redactSecrets(rawIo);
  let reporter = createReporter(io, UNKNOWN_SETTINGS);
  try {
    const line = await parseCommandLine(io.args, { loadCommand, loadCommands });
    hideSecrets(line, io, hide);
    const { command, operands, values: flags } = line;
    const options = command?.options ?? commonOptions;
    const read = await readSettings(options, { flags, env: io.env, hide, loadCommands });
    const { settings, sources } = read;
    reporter = createReporter(io, settings);
    if (io.args.length === 0) {
      const { formatOverview, helpWidth } = await import("./output/help_text.ts");
      io.stderr(`${formatOverview(await loadCommands(), helpWidth(io, "stderr"))}\n`);
    }
    if (command === undefined) throw configInvalid(line.issues);
    const inputs = await readInputs(command.inputs, { io, settings, sources, operands, hide });
    for (const warning of [...read.warnings, ...inputs.warnings]) {
      reporter.log.write("warn", warning);
    }
    const missing = read.isFileUnread ? inputs.issues.filter((i) => !i.missing) : inputs.issues;
    const issues = [...line.issues, ...read.issues, ...missing];
    if (issues.length > 0) throw configInvalid(issues);
    return await command.run({
      ...reporter,
      ...{ io, rawIo, operands, loadCommand, loadCommands, inputs: inputs.values },
    });
  } catch (error) {
    reporter.progress.clear();
    return report(io.signal.aborted ? toReason(error, io.signal) : error, io, reporter);
  }
}

function hideSecrets(line: CommandLine, io: Io, hide: (secret: string) => void): void {
  const variables = Object.values(line.command?.options ?? {})
    .flatMap(({ secret, env }) => secret ? env ?? [] : []);
  for (const text of [...line.secrets, ...variables.map((name) => io.env(name) ?? "")]) {
    hide(text);
  }
}

type Reporter = Pick<Context, "settings" | "log" | "progress">;

/** For a bug that shows before the settings are read. */
const UNKNOWN_SETTINGS: Reporter["settings"] = {
  ...{ json: false, quiet: false, help: false, version: false },
  ...{ logLevel: "info", logFormat: "text" },
};

function createReporter(io: Io, settings: Settings<typeof commonOptions>): Reporter {
  const { quiet, logFormat, logLevel } = settings;
  const level = quiet && (logLevel === "debug" || logLevel === "info") ? "warn" : logLevel;
  const redraws = io.stderrIsTerminal && logFormat === "text" && level !== "warn" &&
    level !== "error";
  const line = redraws ? createProgressLine({ write: io.stderr, columns: io.columns }) : undefined;
  const colour = io.stderrIsTerminal && (io.env("NO_COLOR") ?? "") === "";
  const log = createLog({
    write: io.stderr,
    level,
    format: logFormat,
    colour,
    now: io.now,
    beforeLine: () => line?.clear(),
  });
  return { settings, log, progress: createProgress({ log, line, now: io.now }) };
}

/** The interruption, if it caused the error. */
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

function formatStack(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${formatStack(error.cause)}`;
}
