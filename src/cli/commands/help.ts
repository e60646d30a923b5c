import type { Context } from "../context.ts";
import { helpText } from "../args/help_text.ts";
import { writeStdout } from "../terminal/stdout.ts";

/** `help`: what there is, or what one command does. */
export async function help({ io, topic }: Context): Promise<number> {
  await writeStdout(io, [helpText(topic)]);
  return 0;
}
