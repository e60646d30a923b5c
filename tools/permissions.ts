import { loadCommands } from "../src/cli/commands.ts";
import { PROXY_VARIABLES } from "../src/cli/input/proxy_for.ts";

/** Variables that are no setting: how a terminal wants to be written to. */
const TERMINAL = ["NO_COLOR", "TERM"];

/**
 * The permissions of the binary, as flags of `deno compile`; it never asks for more.
 *
 * Which host it talks to and which files it reads and writes is the user's choice, so these are open; other programs,
 * other variables and facts about the system are not.
 */
export async function permissions(): Promise<string[]> {
  const variables = (await loadCommands())
    .flatMap(({ options }) => Object.values(options)).flatMap(({ env = [] }) => env);
  return [
    "--no-prompt",
    "--allow-net",
    `--allow-env=${[...new Set([...variables, ...TERMINAL, ...PROXY_VARIABLES])].sort().join(",")}`,
    "--allow-read",
    "--allow-write",
  ];
}
