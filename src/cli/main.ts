import { resolveConfig, type Settings } from "./settings/resolve_settings.ts";
import { SyncError } from "../errors.ts";
import { parseCommandLine } from "./args/parse_command_line.ts";
import type { Command } from "./context.ts";
import { CliError, describeError } from "./errors.ts";
import { EXIT_CODES, SIGNAL_EXIT_CODES } from "./exit_codes.ts";
import { configInvalid } from "./args/issues.ts";
import {
  escapeControlCharacters,
  escapeControlCharactersInLines,
} from "./terminal/escape_control_characters.ts";
import { helpText } from "./args/help_text.ts";
import type { Io } from "./io.ts";
import { createLog, type Log } from "./terminal/log.ts";
import { type CommandName, OPTIONS } from "./args/options.ts";
import { createFetch } from "./network/create_fetch.ts";
import { createProgressLine, type ProgressLine } from "./terminal/progress_line.ts";
import { readSettings } from "./settings/read_settings.ts";
import { keepSecrets } from "./settings/secrets.ts";

/** Each command, loaded only when it runs: a program that starts quickly. */
const COMMAND: Readonly<Record<CommandName, () => Promise<Command>>> = {
  sync: async () => (await import("./commands/sync.ts")).sync,
  check: async () => (await import("./commands/check.ts")).check,
  serve: async () => (await import("./commands/serve.ts")).serve,
  token: async () => (await import("./commands/token.ts")).token,
  health: async () => (await import("./commands/health.ts")).health,
  access: async () => (await import("./commands/access.ts")).access,
  who: async () => (await import("./commands/who.ts")).who,
  users: async () => (await import("./commands/users.ts")).users,
  groups: async () => (await import("./commands/groups.ts")).groups,
  entitlements: async () => (await import("./commands/entitlements.ts")).entitlements,
  grants: async () => (await import("./commands/grants.ts")).grants,
  findings: async () => (await import("./commands/findings.ts")).findings,
  diff: async () => (await import("./commands/diff.ts")).diff,
  report: async () => (await import("./commands/report.ts")).auditReport,
  review: async () => (await import("./commands/review.ts")).review,
  export: async () => (await import("./commands/export.ts")).exportSnapshot,
  redact: async () => (await import("./commands/redact.ts")).redact,
  schema: async () => (await import("./commands/schema.ts")).schema,
  demo: async () => (await import("./commands/demo.ts")).demo,
  completions: async () => (await import("./commands/completions.ts")).completions,
  version: async () => (await import("./commands/version.ts")).version,
  help: async () => (await import("./commands/help.ts")).help,
};

/** Runs the command line and answers the exit code. Never throws, and never ends the process. */
export async function main(unmasked: Io): Promise<number> {
  const { io, hide } = keepSecrets(unmasked);
  const line = parseCommandLine(io.args);
  for (const key of ["pat", "serverToken"] as const) {
    for (const text of [line.values.get(key), ...OPTIONS[key].env.map(io.env)]) {
      for (const token of (text ?? "").split(/\s+/)) hide(token);
    }
  }

  // Until all settings are read, errors are told the way that command line and environment ask for.
  const { settings } = resolveConfig({ command: "help", flags: line.values, env: io.env });
  let voice = createVoice(io, settings);
  try {
    if (io.args.length === 0) io.stderr(`${helpText(undefined)}\n`);
    const { command, topic, operands } = line;
    if (command === undefined) throw configInvalid(line.faults);
    const { settings, faults, warnings, readsZitadel } = await readSettings(
      command,
      line,
      io,
      hide,
    );
    voice = createVoice(io, settings);
    for (const warning of warnings) voice.log.write("warn", warning);
    const all = [...line.faults, ...faults];
    if (all.length > 0) throw configInvalid(all);
    const { log, line: progress } = voice;
    const fetch = io.fetch ??
      (readsZitadel ? await createFetch(settings, io.env) : undefined);
    const world = fetch === undefined ? io : { ...io, fetch };
    const run = await COMMAND[command]();
    return await run({ io: world, unmasked, settings, operands, topic, log, line: progress });
  } catch (error) {
    voice.line?.clear();
    return report(io.signal.aborted ? toReason(error, io.signal) : error, io, voice);
  }
}

/** How the program talks on standard error. */
interface Voice {
  settings: Settings;
  log: Log;
  line: ProgressLine | undefined;
}

function createVoice(io: Io, settings: Settings): Voice {
  const { quiet, logFormat, logLevel } = settings;
  const level = quiet === true && (logLevel === "debug" || logLevel === "info") ? "warn" : logLevel;
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
  return { settings, log, line };
}

/** What an interruption caused is told as the interruption, unless it is an error of its own. */
function toReason(error: unknown, signal: AbortSignal): unknown {
  const isOwn = error instanceof CliError || error instanceof SyncError && error.code !== "ABORTED";
  return isOwn ? error : signal.reason;
}

function report(error: unknown, io: Io, { log, settings }: Voice): number {
  if (log.shows("debug")) log.write("debug", formatStack(error));
  const { code, message, hint, details } = describeError(error);
  if (settings.json === true) {
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
