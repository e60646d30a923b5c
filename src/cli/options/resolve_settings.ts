/**
 * What the command line, the environment and a file say of settings, checked and merged.
 *
 * @module
 */
import type { Issue } from "./issues.ts";
import type { Option, Options, Settings } from "./option.ts";
import { findMistake } from "./find_mistake.ts";
import type { SettingSource } from "../command.ts";

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
export interface SettingsSources {
  /** The command line: texts by the keys of options. */
  flags: ReadonlyMap<string, string>;
  /** The environment; an empty variable counts as unset. */
  env(name: string): string | undefined;
  /** The configuration file, if there is one. */
  file?: ConfigFile | undefined;
}

/** The settings, and everything that is wrong with them. */
export interface ResolvedSettings<O extends Options> {
  /** What is right, and the defaults for the rest. */
  settings: Settings<O>;
  /** Where each setting comes from, by its key; not for defaults. */
  sources: ReadonlyMap<string, SettingSource>;
  /** All issues, none if the settings can be used. */
  issues: Issue[];
}

interface Found extends SettingSource {
  value: unknown;
}

/**
 * The settings of some options: flag before environment before file before default.
 *
 * Never throws: all issues are there together, each naming where its value comes from. Values that may be secret are
 * never repeated.
 */
export function resolveSettings<O extends Options>(
  options: O,
  from: SettingsSources,
): ResolvedSettings<O> {
  const issues: Issue[] = [];
  const values: Record<string, unknown> = {};
  const sources = new Map<string, SettingSource>();
  for (const [key, option] of Object.entries(options)) {
    const preset = option.type.isFlag ? "false" : option.default;
    if (preset !== undefined) {
      values[key] = option.type.schema.parse(option.type.fromText(preset));
    }
    // A file is checked as a whole, whatever counts.
    for (const { value, ...source } of findValues(key, option, from)) {
      const checked = checkValue(option, { ...source, key }, value);
      if ("issue" in checked) issues.push(checked.issue);
      if (sources.has(key)) continue;
      sources.set(key, source);
      if ("value" in checked) {
        values[key] = source.level === "file" && option.type.isPath && checked.value !== "-"
          ? from.file!.resolve(String(checked.value))
          : checked.value;
      }
    }
  }
  // Each key of the options has what its own schema gave.
  return { settings: values as Settings<O>, sources, issues };
}

/** What the sources say of a setting, the one that counts first. */
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
  option: Option,
  source: SettingSource & { key: string },
  value: unknown,
): { value: unknown } | { issue: Issue } {
  const { type } = option;
  const mistake = typeof value === "string" && !type.mayBeQuoted
    ? findMistake(value, source.name, type)
    : undefined;
  if (mistake !== undefined) return { issue: mistake };
  const result = type.schema.safeParse(value);
  if (result.success) return { value: result.data };
  const is = option.secret || option.neverShown ? "" : `, but is ${formatValue(value)}`;
  const message = `${source.name} must be ${type.expectation}${is}`;
  // JSON rounds long numbers: between quotation marks an id stays as it is.
  const asText = typeof value === "number" && type.schema.safeParse(String(value)).success;
  return {
    issue: {
      message,
      ...(asText && { hint: `Write it in quotation marks: "${source.key}": "..."` }),
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
