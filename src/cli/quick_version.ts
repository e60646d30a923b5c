import { BUILD, TOOL } from "../version.ts";
import type { Io } from "./io.ts";

/** The version, with the commit that it was built from, if that is known. */
export function versionLine(): string {
  const build = BUILD === undefined ? "" : ` (commit ${BUILD.commit}, ${BUILD.date})`;
  return `${TOOL.name} ${TOOL.version}${build}\n`;
}

/**
 * Handles a plain `--version` without loading the options and their checks, which take longer than the runtime to
 * start. Returns false, and does nothing, if the arguments need more.
 */
export async function quickVersion(io: Io): Promise<boolean> {
  if (io.args.length !== 1 || io.args[0] !== "--version") return false;
  if (io.env("ZITADEL_JSON") !== undefined) return false;
  try {
    await io.stdout(versionLine());
    return true;
  } catch {
    return false;
  }
}
