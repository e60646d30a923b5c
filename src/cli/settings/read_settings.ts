import { resolveConfig, type Settings } from "./resolve_settings.ts";
import type { CommandLine } from "../args/parse_command_line.ts";
import type { Fault } from "../args/issues.ts";
import type { Io } from "../io.ts";
import { type CommandName, OPTIONS, takes } from "../args/options.ts";
import { readPat } from "./read_pat.ts";
import { readServerTokens } from "./server_tokens.ts";
import { readConfigFile } from "./read_config_file.ts";

/** Settings, and everything that is wrong with them. */
export interface SettingsReading {
  /**
   * What is right, and the defaults for the rest. `pat` is the token and `serverToken` all tokens of the server, one a
   * line, wherever they came from.
   */
  settings: Settings;
  /** All faults, none if the settings can be used. */
  faults: Fault[];
  /** What to warn about. */
  warnings: string[];
  /** Whether the command will ask ZITADEL. */
  readsZitadel: boolean;
}

/**
 * The settings of a command, with the files that they name read. `hide` is told of each token that turns up.
 *
 * Rejects only with the reason of `io.signal`.
 */
export async function readSettings(
  command: CommandName,
  line: CommandLine,
  io: Io,
  hide: (secret: string) => void,
): Promise<SettingsReading> {
  const path = line.values.get("config");
  const named = path !== undefined
    ? { path, source: "--config" }
    : fromEnvironment(io, OPTIONS.config.env);
  // An empty path is a fault of its own, which resolveConfig() tells.
  const { file, fault, warning } = named?.path && takes(command, OPTIONS.config)
    ? await readConfigFile(named.path, named.source)
    : {};

  for (const secret of [line.values.get("pat"), file?.values["pat"]]) {
    if (typeof secret === "string") hide(secret);
  }
  for (const name of OPTIONS.pat.env) hide(io.env(name) ?? "");

  const resolved = resolveConfig({
    command,
    flags: line.values,
    operands: line.operands,
    env: io.env,
    file,
  });
  const { settings } = resolved;
  const warnings = warning === undefined ? [] : [warning];
  // A file that could not be read may well hold what seems to be missing.
  const faults = fault === undefined
    ? [...resolved.faults]
    : [fault, ...resolved.faults.filter(({ missing }) => missing !== true)];

  const source = resolved.sources.get("pat") ?? resolved.sources.get("patFile");
  if (source !== undefined && takes(command, OPTIONS.pat) && resolved.readsZitadel) {
    const pat = await readPat(settings, source, io);
    if (pat.fault !== undefined) faults.push(pat.fault);
    if (pat.warning !== undefined) warnings.push(pat.warning);
    if (pat.token !== undefined) {
      hide(pat.token);
      settings.pat = pat.token;
    }
  }
  if (takes(command, OPTIONS.serverToken)) {
    const server = await readServerTokens(settings, resolved.sources);
    faults.push(...server.faults);
    warnings.push(...server.warnings);
    for (const token of server.tokens) hide(token);
    if (server.tokens.length > 0) settings.serverToken = server.tokens.join("\n");
  }
  return { settings, faults, warnings, readsZitadel: resolved.readsZitadel };
}

function fromEnvironment(
  io: Io,
  names: readonly string[],
): { path: string; source: string } | undefined {
  for (const source of names) {
    const path = io.env(source);
    if (path !== undefined && path.trim() !== "") return { path, source };
  }
  return undefined;
}
