import { CliError } from "../errors.ts";
import { COMPLETION_SCRIPTS, isShell } from "../args/completion_scripts.ts";
import type { Context } from "../context.ts";
import { writeStdout } from "../terminal/stdout.ts";

/** `completions`: what completes commands and options in a shell. */
export async function completions({ unmasked, operands }: Context): Promise<number> {
  const [shell = ""] = operands;
  if (!isShell(shell)) {
    throw new CliError("CONFIG_INVALID", `There are no completions for ${JSON.stringify(shell)}`, {
      hint: `The shells are: ${Object.keys(COMPLETION_SCRIPTS).join(", ")}`,
    });
  }
  await writeStdout(unmasked, [COMPLETION_SCRIPTS[shell]()]);
  return 0;
}
