import { CliError } from "../errors.ts";

/** One thing that is wrong with the command line, the environment or a file. */
export interface Issue {
  /** Where it stands and what is wrong with it. */
  message: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** Something needed was given nowhere. */
  missing?: true;
}

/** All issues as one error, so that nobody has to find them one by one. */
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
