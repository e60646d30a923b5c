import type { z } from "zod";
import type { Flag, ValueType } from "./value_types.ts";

/** One setting of a command. Its key in {@linkcode Options} is its name in a configuration file. */
export interface Option {
  /** Its name without dashes. */
  name: string;
  type: ValueType<unknown> & Partial<Pick<Flag, "isFlag">>;
  /** Variables of the environment; the first that is set wins. */
  env?: readonly string[];
  /** A configuration file may set it. */
  file?: true;
  /** Its default, written as on the command line. */
  default?: string;
  /** Text for help in place of a default. */
  unset?: string;
  help: string;
  /** A description of each of its words; help lists them after `help`. */
  about?: Readonly<Record<string, string>>;
  /** Words that people try in place of its name. */
  alias?: readonly string[];
  /** Its value is never shown, and hidden wherever it turns up. */
  secret?: true;
  /** Messages do not repeat its value. */
  neverShown?: true;
  /** It names the configuration file. */
  holdsSettings?: true;
}

/** The options of a command by their keys, in the order of help. */
export type Options = Readonly<Record<string, Option>>;

type ValueOf<T extends Option> = z.output<T["type"]["schema"]>;

type AlwaysSet<O extends Options> = {
  [K in keyof O]: O[K] extends { default: string } | { type: Flag } ? K : never;
}[keyof O];

/** The values of options. Flags and options with a default are always set. */
export type Settings<O extends Options> =
  & { readonly [K in AlwaysSet<O>]: ValueOf<O[K]> }
  & { readonly [K in Exclude<keyof O, AlwaysSet<O>>]?: ValueOf<O[K]> | undefined };

/** The help of an option and of each of its words. */
export function formatOptionHelp({ help, about = {} }: Option): string {
  const words = Object.entries(about).map(([word, does]) => `${word}: ${does}`);
  return words.length === 0 ? help : `${help} ${words.join("; ")}.`;
}

/** An option in help texts, such as `--out FILE`. */
export function formatOption({ name, type }: Option): string {
  return type.placeholder === undefined ? `--${name}` : `--${name} ${type.placeholder}`;
}

export interface CollectedOption {
  key: string;
  option: Option;
  commands: string[];
}

/** The options of all commands, each once. */
export function collectOptions(
  commands: readonly { name: string; options: Options }[],
): CollectedOption[] {
  const collected = new Map<Option, CollectedOption>();
  for (const command of commands) {
    for (const [key, option] of Object.entries(command.options)) {
      const entry = collected.get(option) ?? { key, option, commands: [] };
      entry.commands.push(command.name);
      collected.set(option, entry);
    }
  }
  return [...collected.values()];
}
