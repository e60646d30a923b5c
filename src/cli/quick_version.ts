import { BUILD, TOOL } from "../version.ts";
import type { Io } from "./io.ts";

/** The version for people, with what it was built from where that is known. */
export function versionLine(): string {
  const build = BUILD === undefined ? "" : ` (commit ${BUILD.commit}, ${BUILD.date})`;
  return `${TOOL.name} ${TOOL.version}${build}\n`;
}

/**
 * Answers a plain `--version` without the table of options and everything that checks their values, which take longer
 * to load than the runtime to start. False if it takes more than that; then nothing has been done.
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
