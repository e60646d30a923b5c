/**
 * The commands, each in a module that is loaded when it is needed: so the program starts quickly.
 *
 * @module
 */
import { COMMAND_NAMES, type CommandName } from "./command_names.ts";
import type { Command } from "./command.ts";

/** Each module must define the command that it is listed as. */
const LOADERS: { readonly [N in CommandName]: () => Promise<Command<N>> } = {
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

export function loadCommand(name: CommandName): Promise<Command> {
  return LOADERS[name]();
}

export async function loadCommands(): Promise<readonly Command[]> {
  return await Promise.all(COMMAND_NAMES.map(loadCommand));
}
