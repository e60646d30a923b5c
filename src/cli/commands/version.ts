import { TOOL } from "../../version.ts";
import type { Context } from "../context.ts";
import { writeStdout } from "../stdout.ts";

/** `version`: which release this is. */
export async function version({ io, settings }: Context): Promise<number> {
  await writeStdout(io, [
    settings.json === true ? `${JSON.stringify(TOOL)}\n` : `${TOOL.name} ${TOOL.version}\n`,
  ]);
  return 0;
}
