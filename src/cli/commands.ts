/**
 * All commands, in the order in which help lists them.
 *
 * @module
 */
import type { Option } from "./options/option.ts";
import type { Command } from "./command.ts";

/** Each command's module, loaded when it is needed: a program that starts quickly. */
const LOADERS = {
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
  credentials: async () => (await import("./commands/credentials.ts")).credentials,
  findings: async () => (await import("./commands/findings.ts")).findings,
  diff: async () => (await import("./commands/diff.ts")).diff,
  report: async () => (await import("./commands/report.ts")).report,
  review: async () => (await import("./commands/review.ts")).review,
  export: async () => (await import("./commands/export.ts")).exportSnapshot,
  redact: async () => (await import("./commands/redact.ts")).redact,
  schema: async () => (await import("./commands/schema.ts")).schema,
  demo: async () => (await import("./commands/demo.ts")).demo,
  completions: async () => (await import("./commands/completions.ts")).completions,
  version: async () => (await import("./commands/version.ts")).version,
  help: async () => (await import("./commands/help.ts")).help,
};

/** The name of a command. */
export type CommandName = keyof typeof LOADERS;

/** A module defines the command that it is listed as. */
const CHECKED: { readonly [N in CommandName]: () => Promise<Command<N>> } = LOADERS;

/** The names of all commands. */
export const COMMAND_NAMES = Object.keys(CHECKED) as readonly CommandName[];

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(CHECKED, word);
}

/** Loads a command. */
export function loadCommand(name: CommandName): Promise<Command> {
  return CHECKED[name]();
}

/** Loads all commands. */
export async function loadCommands(): Promise<readonly Command[]> {
  return await Promise.all(COMMAND_NAMES.map(loadCommand));
}

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
