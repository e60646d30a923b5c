import type { Command } from "../command.ts";
import type { Option } from "./option.ts";

/** An option, and who takes it. */
export interface CollectedOption {
  /** Its key in a configuration file. */
  key: string;
  /** The option. */
  option: Option;
  /** The names of the commands that take it. */
  commands: string[];
}

/** The options of all commands, each once: those that stand for the same under the same name belong together. */
export function collectOptions(commands: readonly Command[]): CollectedOption[] {
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
