import type { z } from "zod";
import type { Flag, ValueType } from "./value_types.ts";

/** One setting of a command. Its key in {@linkcode Options} is its name in a configuration file. */
export interface Option {
  /** Its name on the command line, without the dashes. */
  name: string;
  /** What values it takes. */
  type: ValueType<unknown> & Partial<Pick<Flag, "isFlag">>;
  /** The variables of the environment that set it; of two that are set the first counts. */
  env?: readonly string[];
  /** A configuration file may set it. */
  file?: true;
  /** The value if nothing sets it, written as on the command line. */
  default?: string;
  /** In help, in place of the default: what happens if nothing sets it. */
  unset?: string;
  /** What it does. */
  help: string;
  /** What each of the words does that it may be; help lists them after `help`. */
  about?: Readonly<Record<string, string>>;
  /** Words by which people look for it. */
  alias?: readonly string[];
  /** Its value is a secret: it is never shown, and hidden wherever it turns up. */
  secret?: true;
  /** Messages do not repeat its value, which may hold a secret. */
  neverShown?: true;
  /** It names the file that holds settings. */
  holdsSettings?: true;
}

/** The settings that a command takes, in the order in which help lists them. */
export type Options = Readonly<Record<string, Option>>;

type ValueOf<T extends Option> = z.output<T["type"]["schema"]>;

type AlwaysSet<O extends Options> = {
  [K in keyof O]: O[K] extends { default: string } | { type: Flag } ? K : never;
}[keyof O];

/** The values of settings. Flags and those with a default are always there. */
export type Settings<O extends Options> =
  & { readonly [K in AlwaysSet<O>]: ValueOf<O[K]> }
  & { readonly [K in Exclude<keyof O, AlwaysSet<O>>]?: ValueOf<O[K]> | undefined };

/** What an option does, with what each of its words does. */
export function formatOptionHelp({ help, about = {} }: Option): string {
  const words = Object.entries(about).map(([word, does]) => `${word}: ${does}`);
  return words.length === 0 ? help : `${help} ${words.join("; ")}.`;
}

/** What stands for an option in help texts, such as `--out FILE`. */
export function formatOption({ name, type }: Option): string {
  return type.placeholder === undefined ? `--${name}` : `--${name} ${type.placeholder}`;
}

/** An option, and the commands that take it. */
export interface CollectedOption {
  /** Its key in a configuration file. */
  key: string;
  /** The option. */
  option: Option;
  /** The names of the commands that take it. */
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
