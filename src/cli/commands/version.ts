import { BUILD, TOOL } from "../../version.ts";
import type { Context } from "../context.ts";
import { versionLine } from "../quick_version.ts";
import { writeStdout } from "../terminal/stdout.ts";

/** `version`: which release this is, and what it was built from. */
export async function version({ io, settings }: Context): Promise<number> {
  await writeStdout(io, [
    settings.json === true ? `${JSON.stringify({ ...TOOL, ...BUILD })}\n` : versionLine(),
  ]);
  return 0;
}
