/** The names of all commands, in the order in which help lists them. */
export const COMMAND_NAMES = [
  "sync",
  "check",
  "serve",
  "token",
  "health",
  "access",
  "who",
  "users",
  "groups",
  "entitlements",
  "grants",
  "credentials",
  "findings",
  "diff",
  "report",
  "review",
  "export",
  "redact",
  "schema",
  "demo",
  "completions",
  "version",
  "help",
] as const;

export type CommandName = typeof COMMAND_NAMES[number];

export function isCommandName(word: string): word is CommandName {
  return (COMMAND_NAMES as readonly string[]).includes(word);
}
