import { CliError } from "../errors.ts";

/** A fault of the command line, the environment or a file. */
export interface Issue {
  /** Names the place and the fault. */
  message: string;
  hint?: string | undefined;
  /** Something is needed and not given. */
  missing?: true;
}

/** One error for all issues, so that nobody has to find them one by one. */
export function configInvalid(issues: readonly Issue[]): CliError {
  const [only] = issues;
  const message = issues.length === 1
    ? only!.message
    : `${issues.length} settings are wrong:${
      issues.map((issue) => `\n  ${issue.message}`).join("")
    }`;
  const hints = new Set(issues.map((issue) => issue.hint).filter((hint) => hint !== undefined));
  return new CliError("CONFIG_INVALID", message, {
    hint: hints.size === 0 ? undefined : [...hints].join("\n"),
  });
}
