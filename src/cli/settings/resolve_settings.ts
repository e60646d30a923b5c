/**
 * All settings: what the command line, the environment and a file say, checked and merged.
 *
 * @module
 */
import type { z } from "zod";
import type { Fault } from "../args/issues.ts";
import {
  type CommandName,
  type Option,
  OPTION_ENTRIES,
  type OptionKey,
  optionNamed,
  OPTIONS,
  takes,
} from "../args/options.ts";
import { SyncError } from "../../errors.ts";
import { describeError } from "../errors.ts";
import { parseInstanceUrl } from "../../zitadel/http/instance_url.ts";

type ValueOf<K extends OptionKey> = z.output<(typeof OPTIONS)[K]["kind"]["schema"]>;
type Defaulted = {
  [K in OptionKey]: (typeof OPTIONS)[K] extends { default: string } ? K : never;
}[OptionKey];

/** The settings, by their names in a configuration file. Those with a default are always there. */
export type Settings =
  & { -readonly [K in Defaulted]: ValueOf<K> }
  & { -readonly [K in Exclude<OptionKey, Defaulted>]?: ValueOf<K> };

/** A configuration file that was read. */
export interface ConfigFile {
  /** Its path as the user wrote it, for messages. */
  name: string;
  /** What it holds. */
  values: Readonly<Record<string, unknown>>;
  /** The path that a relative path in it means. */
  resolve(path: string): string;
}

/** Where settings come from. */
export interface ConfigSources {
  /** The command that they are for: what it does not take is not looked at. */
  command: CommandName;
  /** The command line. */
  flags: ReadonlyMap<OptionKey, string>;
  /** What stands on the command line beside the options. */
  operands?: readonly string[];
  /** The environment; an empty variable counts as unset. */
  env(name: string): string | undefined;
  /** The configuration file, if there is one. */
  file?: ConfigFile | undefined;
}

/** The settings, and everything that is wrong with them. */
export interface ResolvedConfig {
  /** What is right, and the defaults for the rest. */
  settings: Settings;
  /** Where each setting comes from, such as `--page-size`; not for defaults. */
  sources: ReadonlyMap<OptionKey, string>;
  /** All faults, none if the settings can be used. */
  faults: Fault[];
  /** Whether the command will ask ZITADEL. */
  readsZitadel: boolean;
}

/** Which source counts: the first that says something. */
const LEVELS = ["flag", "environment", "file"] as const;

interface Found {
  level: typeof LEVELS[number];
  source: string;
  value: unknown;
}

/**
 * The settings for a command: flag before environment before file before default.
 *
 * Never throws: all faults are told together, each naming where its value comes from. The values of secrets, and
 * addresses, which may hold a password, are never repeated.
 */
export function resolveConfig(from: ConfigSources): ResolvedConfig {
  const faults: Fault[] = from.file === undefined ? [] : unknownKeys(from.file);
  const values: Partial<Record<OptionKey, unknown>> = {};
  const sources = new Map<OptionKey, string>();
  const levels = new Map<OptionKey, Found["level"]>();

  for (const [key, option] of OPTION_ENTRIES) {
    if (option.default !== undefined) {
      values[key] = option.kind.schema.parse(option.kind.fromText(option.default));
    }
    for (const found of candidates(key, option, from)) {
      const { value, fault } = checked(option, found);
      if (fault !== undefined) faults.push(fault);
      if (sources.has(key)) continue;
      sources.set(key, found.source);
      levels.set(key, found.level);
      if (fault === undefined) {
        values[key] = found.level === "file" && option.kind.isPath && value !== "-"
          ? from.file!.resolve(String(value))
          : value;
      }
    }
  }

  const settings = values as Settings;
  faults.push(...settleToken(settings, sources, levels));
  faults.push(...settleInstanceUrl(settings, sources));
  const readsZitadel = takes(from.command, OPTIONS.instanceUrl) &&
    // Whoever names a snapshot, or both sides of a comparison, needs no ZITADEL.
    !sources.has("snapshot") && !(from.command === "diff" && (from.operands ?? []).length > 1);
  if (readsZitadel) {
    if (!sources.has("instanceUrl")) faults.push(missing("instance URL", "instanceUrl"));
    if (!sources.has("pat") && !sources.has("patFile")) {
      faults.push(missing("Personal Access Token", "patFile", "pat"));
    }
  }
  return { settings, sources, faults, readsZitadel };
}

/** What the sources say of a setting, the one that counts first. The file is checked as a whole, whatever counts. */
function candidates(key: OptionKey, option: Option, from: ConfigSources): Found[] {
  const found: Found[] = [];
  const flag = from.flags.get(key);
  if (takes(from.command, option)) {
    if (flag !== undefined) {
      found.push({ level: "flag", source: `--${option.name}`, value: option.kind.fromText(flag) });
    }
    for (const name of option.env) {
      // The first line of an env file that Windows wrote begins with the mark.
      const text = from.env(name)?.replace(/^\ufeff/, "");
      if (found.length > 0 || text === undefined || text.trim() === "") continue;
      found.push({ level: "environment", source: name, value: option.kind.fromText(text) });
    }
  }
  if (option.file && from.file !== undefined && Object.hasOwn(from.file.values, key)) {
    found.push({
      level: "file",
      source: `${from.file.name}: ${key}`,
      value: from.file.values[key],
    });
  }
  return found;
}

function checked(option: Option, found: Found): { value?: unknown; fault?: Fault } {
  const result = option.kind.schema.safeParse(found.value);
  if (result.success) return { value: result.data };
  const hidden = option.secret || option.name === "instance-url";
  const is = hidden ? "" : `, but is ${shown(found.value)}`;
  return { fault: { message: `${found.source} must be ${option.kind.expectation}${is}` } };
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (value === "") return "empty";
  const json = JSON.stringify(value);
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}…` : json;
}

function unknownKeys(file: ConfigFile): Fault[] {
  return Object.keys(file.values).flatMap((key): Fault[] => {
    const option = OPTION_ENTRIES.find(([known]) => known === key)?.[1];
    if (option?.file) return [];
    if (option !== undefined) {
      return [{
        message: `${file.name}: "${key}" cannot be set in a file`,
        hint: `Write --${option.name} on the command line`,
      }];
    }
    const near = optionNamed(key)?.key;
    return [{
      message: `${file.name}: unknown key "${key}"`,
      ...(near === undefined || !OPTIONS[near].file ? {} : { hint: `Did you mean "${near}"?` }),
    }];
  });
}

/** The token and the file that holds it are two ways to say one thing: the higher level counts, one level has one. */
function settleToken(
  settings: Settings,
  sources: Map<OptionKey, string>,
  levels: ReadonlyMap<OptionKey, Found["level"]>,
): Fault[] {
  const pat = levels.get("pat");
  const file = levels.get("patFile");
  if (pat === undefined || file === undefined) return [];
  if (pat === file) {
    return [{
      message: `${sources.get("pat")} and ${sources.get("patFile")} both give a token`,
      hint: `Keep one of them; ${sources.get("patFile")} is the safer one`,
    }];
  }
  const loser = LEVELS.indexOf(pat) < LEVELS.indexOf(file) ? "patFile" : "pat";
  delete settings[loser];
  sources.delete(loser);
  return [];
}

function settleInstanceUrl(settings: Settings, sources: ReadonlyMap<OptionKey, string>): Fault[] {
  if (settings.instanceUrl === undefined) return [];
  try {
    const allowHttp = settings.allowHttp === true;
    settings.instanceUrl = parseInstanceUrl(settings.instanceUrl, { allowHttp }).origin;
    return [];
  } catch (error) {
    if (!(error instanceof SyncError)) throw error;
    delete settings.instanceUrl;
    const { message, hint } = describeError(error);
    return [{ message: `${sources.get("instanceUrl")}: ${message}`, hint }];
  }
}

function missing(what: string, ...keys: OptionKey[]): Fault {
  const flags = keys.map((key) => `--${OPTIONS[key].name}`);
  const variables = keys.map((key) => OPTIONS[key].env[0]);
  return {
    missing: true,
    message: `There is no ${what}`,
    hint: `Set ${[...flags, ...variables].join(" or ")}, or ${
      keys.map((key) => `"${key}"`).join(" or ")
    } in a file named by --config`,
  };
}
