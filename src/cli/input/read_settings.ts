import type { Command, InputContext, InputResult } from "../command.ts";
import type { CommandLine } from "../options/parse_command_line.ts";
import { nearestOption } from "../options/parse_command_line.ts";
import type { Issue } from "../options/issues.ts";
import type { Option, Options, Settings } from "../options/option.ts";
import type { commonOptions } from "../options/shared_options.ts";
import type { Io } from "../io.ts";
import { readConfigFile } from "./read_config_file.ts";
import { type ConfigFile, resolveSettings } from "../options/resolve_settings.ts";

/** Everything that a command needs to know before it runs, and everything that is wrong with it. */
export interface SettingsReading {
  /** What is right, and the defaults for the rest. */
  settings: Settings<typeof commonOptions>;
  /** What the command's inputs gave; some are absent if there are issues. */
  inputs: Readonly<Record<string, unknown>>;
  /** All issues, none if the command can run. */
  issues: Issue[];
  /** What to warn about. */
  warnings: string[];
}

/** What {@linkcode readSettings} works with. */
export interface ReadSettingsOptions {
  /** What was typed. */
  line: CommandLine;
  /** Streams, environment and clock. */
  io: Io;
  /** Hides a secret from now on. */
  hide(secret: string): void;
  /** All commands, to know the keys of a configuration file that are not this command's. */
  loadCommands(): Promise<readonly Command[]>;
}

/**
 * The settings of a command and what they name, read and checked.
 *
 * Rejects only with the reason of `io.signal`.
 */
export async function readSettings(
  { options, inputs }: Command,
  { line, io, hide, loadCommands }: ReadSettingsOptions,
): Promise<SettingsReading> {
  const sources = { flags: line.values, env: io.env };
  const { file, issue: unreadable, warning } = await readNamedFile(options, sources);
  hideSecrets(options, file, hide);
  const resolved = resolveSettings(options, { ...sources, file });
  const others = file === undefined ? [] : await checkOtherKeys(options, file, loadCommands);
  const reading: InputContext = { ...resolved, io, operands: line.operands, hide };
  const read = await readInputs(inputs, reading);
  const warnings = [...warning === undefined ? [] : [warning], ...read.warnings];
  const issues = [...others, ...resolved.issues, ...read.issues];
  return {
    // Every command takes what all commands take.
    settings: resolved.settings as Settings<typeof commonOptions>,
    inputs: read.values,
    warnings,
    // A file that could not be read may well hold what seems to be missing.
    issues: unreadable === undefined
      ? issues
      : [unreadable, ...issues.filter(({ missing }) => missing !== true)],
  };
}

async function readNamedFile(
  options: Options,
  sources: { flags: ReadonlyMap<string, string>; env(name: string): string | undefined },
) {
  const [key, option] = Object.entries(options).find(([, option]) => option.holdsSettings) ?? [];
  if (key === undefined || option === undefined) return {};
  const { settings, sources: found } = resolveSettings({ [key]: option }, sources);
  const path = settings[key];
  return typeof path === "string" ? await readConfigFile(path, found.get(key)!.name) : {};
}

function hideSecrets(
  options: Options,
  file: ConfigFile | undefined,
  hide: (secret: string) => void,
): void {
  for (const [key, { secret }] of Object.entries(options)) {
    const value = secret ? file?.values[key] : undefined;
    if (typeof value === "string") hide(value);
  }
}

/** A file may serve several commands: what other commands take is checked too, and what none takes is refused. */
async function checkOtherKeys(
  own: Options,
  file: ConfigFile,
  loadCommands: () => Promise<readonly Command[]>,
): Promise<Issue[]> {
  const keys = Object.keys(file.values).filter((key) => !own[key]?.file);
  if (keys.length === 0) return [];
  const commands = await loadCommands();
  const known = [own, ...commands.map(({ options }) => options)].flatMap(Object.entries);
  const allowed = known.filter(([, option]) => option.file);
  return keys.flatMap((key): Issue[] => {
    const option = allowed.find(([name]) => name === key)?.[1];
    if (option === undefined) return [refuseKey(key, file, known, allowed)];
    const { issues } = resolveSettings({ [key]: option }, {
      flags: new Map(),
      env: () => "",
      file,
    });
    return issues;
  });
}

type Entries = readonly (readonly [key: string, option: Option])[];

function refuseKey(key: string, file: ConfigFile, known: Entries, allowed: Entries): Issue {
  const option = known.find(([name]) => name === key)?.[1];
  if (option !== undefined) {
    return {
      message: `${file.name}: "${key}" cannot be set in a file`,
      hint: `Write --${option.name} on the command line`,
    };
  }
  const meant = nearestOption(key, allowed.map(([, option]) => option));
  const near = allowed.find(([, option]) => option === meant)?.[0];
  return {
    message: `${file.name}: unknown key "${key}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  };
}

async function readInputs(readers: Command["inputs"], reading: InputContext) {
  const values: Record<string, unknown> = {};
  const issues: Issue[] = [];
  const warnings: string[] = [];
  for (const [name, read] of Object.entries(readers)) {
    const result: InputResult<unknown> = await read(reading);
    warnings.push(...result.warnings ?? []);
    if ("value" in result) values[name] = result.value;
    else issues.push(...result.issues);
  }
  return { values, issues, warnings };
}
