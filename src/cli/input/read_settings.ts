import type { Command, InputContext, SettingSource } from "../command.ts";
import { nearestOption } from "../options/parse_command_line.ts";
import type { Issue } from "../options/issues.ts";
import type { Option, Options, Settings } from "../options/option.ts";
import {
  type ConfigFile,
  resolveSetting,
  type SettingsSources,
} from "../options/resolve_setting.ts";
import type { commonOptions } from "../options/shared_options.ts";
import { readConfigFile } from "./read_config_file.ts";

export interface SettingsReading {
  /** The valid settings, and defaults. */
  settings: Settings<typeof commonOptions>;
  /** The place of each setting that is no default, by its key. */
  sources: ReadonlyMap<string, SettingSource>;
  issues: readonly Issue[];
  warnings: readonly string[];
  /** The configuration file cannot be read; it may hold settings that seem to be missing. */
  isFileUnread: boolean;
}

export interface ReadSettingsOptions extends Omit<SettingsSources, "file"> {
  /** Hides a secret in everything that is written from now on. */
  hide(secret: string): void;
  loadCommands(): Promise<readonly Command[]>;
}

/** Reads the settings of a command: each of its options is resolved once. Never rejects. */
export async function readSettings(
  options: Options,
  { flags, env, hide, loadCommands }: ReadSettingsOptions,
): Promise<SettingsReading> {
  const [configKey, config] =
    Object.entries(options).find(([, { holdsSettings }]) => holdsSettings) ?? [];
  const named = configKey === undefined || config === undefined
    ? undefined
    : resolveSetting(configKey, config, { flags, env });
  const { file, issue, warning } = typeof named?.value === "string"
    ? await readConfigFile(named.value, named.source!.name)
    : {};
  const issues = issue === undefined ? [] : [issue];
  if (file !== undefined) {
    hideSecrets(options, file, hide);
    issues.push(...await checkOtherKeys(options, file, loadCommands));
  }
  const settings: Record<string, unknown> = {};
  const sources = new Map<string, SettingSource>();
  for (const [key, option] of Object.entries(options)) {
    const resolved = key === configKey && named !== undefined
      ? named
      : resolveSetting(key, option, { flags, env, file });
    if ("value" in resolved) settings[key] = resolved.value;
    if (resolved.source !== undefined) sources.set(key, resolved.source);
    issues.push(...resolved.issues);
  }
  return {
    // Every command takes the options that all commands take, and each has what its own schema gave.
    settings: settings as Settings<typeof commonOptions>,
    sources,
    issues,
    warnings: warning === undefined ? [] : [warning],
    isFileUnread: issue !== undefined,
  };
}

function hideSecrets(options: Options, file: ConfigFile, hide: (secret: string) => void): void {
  for (const [key, { secret }] of Object.entries(options)) {
    const value = secret ? file.values[key] : undefined;
    if (typeof value === "string") hide(value);
  }
}

/** A file may serve several commands: keys of other commands are checked too, and unknown keys are refused. */
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
    return option === undefined
      ? [refuseKey(key, file, known, allowed)]
      : resolveSetting(key, option, { flags: new Map(), env: () => undefined, file }).issues;
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

export interface InputsReading {
  /** Some are absent if there are issues. */
  values: Readonly<Record<string, unknown>>;
  issues: readonly Issue[];
  warnings: readonly string[];
}

/** Reads the inputs of a command, one after the other. Rejects only with the reason of the signal. */
export async function readInputs(
  readers: Command["inputs"],
  context: InputContext,
): Promise<InputsReading> {
  const values: Record<string, unknown> = {};
  const issues: Issue[] = [];
  const warnings: string[] = [];
  for (const [name, read] of Object.entries(readers)) {
    const result = await read(context);
    warnings.push(...result.warnings ?? []);
    if ("value" in result) values[name] = result.value;
    else issues.push(...result.issues);
  }
  return { values, issues, warnings };
}
