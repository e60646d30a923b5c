import { CliError } from "../errors.ts";

/** One thing that is wrong with the command line, the environment or a file. */
export interface Fault {
  /** Where it stands and what is wrong with it. */
  message: string;
  /** What to do about it. */
  hint?: string | undefined;
  /** Something needed was given nowhere. */
  missing?: true;
}

/** All faults as one error, so that nobody has to find them one by one. */
export function configInvalid(faults: readonly Fault[]): CliError {
  const [only] = faults;
  const message = faults.length === 1
    ? only!.message
    : `${faults.length} settings are wrong:${
      faults.map((fault) => `\n  ${fault.message}`).join("")
    }`;
  const hints = new Set(faults.map((fault) => fault.hint).filter((hint) => hint !== undefined));
  return new CliError("CONFIG_INVALID", message, {
    hint: hints.size === 0 ? undefined : [...hints].join("\n"),
  });
}
