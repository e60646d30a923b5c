/**
 * Resolving one setting from the command line, the environment and a file.
 *
 * @module
 */
import type { SettingSource } from "../command.ts";
import { findMistake } from "./find_mistake.ts";
import type { Issue } from "./issues.ts";
import type { Option } from "./option.ts";

export interface ConfigFile {
  /** Its path in messages. */
  name: string;
  values: Readonly<Record<string, unknown>>;
  /** Resolves a path in it, which is relative to its folder. */
  resolve(path: string): string;
}

export interface SettingsSources {
  /** The values on the command line, by the keys of options. */
  flags: ReadonlyMap<string, string>;
  /** An empty variable counts as unset. */
  env(name: string): string | undefined;
  file?: ConfigFile | undefined;
}

export interface ResolvedSetting {
  /** Its value or its default. */
  value?: unknown;
  /** Absent for a default. */
  source?: SettingSource;
  issues: Issue[];
}

/**
 * Resolves a setting: flag before environment before file before default. A file is checked even where a flag
 * overrides it. Never throws: each issue names the place of a value, and repeats none that may be secret.
 */
export function resolveSetting(
  key: string,
  option: Option,
  from: SettingsSources,
): ResolvedSetting {
  const { type } = option;
  const preset = type.isFlag ? "false" : option.default;
  const resolved: ResolvedSetting = { issues: [] };
  if (preset !== undefined) resolved.value = type.schema.parse(type.fromText(preset));
  for (const { value, ...source } of findValues(key, option, from)) {
    const checked = checkValue(key, option, source, value);
    if ("issue" in checked) resolved.issues.push(checked.issue);
    if (resolved.source !== undefined) continue;
    resolved.source = source;
    if (!("value" in checked)) continue;
    resolved.value = source.level === "file" && type.isPath && checked.value !== "-"
      ? from.file!.resolve(String(checked.value))
      : checked.value;
  }
  return resolved;
}

interface Found extends SettingSource {
  value: unknown;
}

/** The values that the sources give, the winning one first. */
function findValues(key: string, option: Option, { flags, env, file }: SettingsSources): Found[] {
  const found: Found[] = [];
  const { name, type } = option;
  const flag = flags.get(key);
  if (flag !== undefined) {
    found.push({ level: "flag", name: `--${name}`, value: type.fromText(flag) });
  }
  for (const variable of option.env ?? []) {
    // The first line of an env file that Windows wrote begins with the mark.
    const text = env(variable)?.replace(/^\ufeff/, "");
    if (found.length > 0 || text === undefined || text.trim() === "") continue;
    found.push({ level: "environment", name: variable, value: type.fromText(text) });
  }
  if (option.file && file !== undefined && Object.hasOwn(file.values, key)) {
    found.push({ level: "file", name: `${file.name}: ${key}`, value: file.values[key] });
  }
  return found;
}

function checkValue(
  key: string,
  { type, secret, neverShown }: Option,
  { name }: SettingSource,
  value: unknown,
): { value: unknown } | { issue: Issue } {
  const mistake = typeof value === "string" && !type.mayBeQuoted
    ? findMistake(value, name, type)
    : undefined;
  if (mistake !== undefined) return { issue: mistake };
  const result = type.schema.safeParse(value);
  if (result.success) return { value: result.data };
  const is = secret || neverShown ? "" : `, but is ${formatValue(value)}`;
  const message = `${name} must be ${type.expectation}${is}`;
  // JSON rounds long numbers: between quotation marks an id stays as it is.
  const isText = typeof value === "number" && type.schema.safeParse(String(value)).success;
  return {
    issue: {
      message,
      ...(isText && { hint: `Write it in quotation marks: "${key}": "..."` }),
    },
  };
}

const LONGEST_SHOWN = 60;

function formatValue(value: unknown): string {
  if (value === "") return "empty";
  if (typeof value === "number") return Number.isSafeInteger(value) ? `${value}` : "a number";
  const json = JSON.stringify(value);
  return json.length > LONGEST_SHOWN ? `${json.slice(0, LONGEST_SHOWN)}…` : json;
}
