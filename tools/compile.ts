/**
 * Makes the standalone binary.
 *
 * Usage: `deno run -A tools/compile.ts`: for this machine, as `dist/zitadel-sync`.
 *
 * The compiler is the Deno that runs this, or the one that the variable `DENO_COMPILE` names.
 *
 * @module
 */
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { permissions } from "./permissions.ts";
import { run } from "./run.ts";

/** Bundles the command line, and answers the program to compile. */
export async function bundleProgram(folder: string): Promise<string> {
  await bundle({ programs: ["cli.ts"], folder, split: true });
  return join(folder, "cli.js");
}

/** Compiles a bundled program for a target of Deno; without one for this machine. */
export async function compile(program: string, output: string, target?: string): Promise<void> {
  await run(Deno.env.get("DENO_COMPILE") ?? Deno.execPath(), [
    "compile",
    "--quiet",
    // Nothing but the bundle: the project's settings would bring its npm packages along.
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    // What is bundled has been checked, and comments of packages name types that are not here.
    "--no-check",
    // The cache would lie in a folder that everybody can write to, and is code.
    "--no-code-cache",
    ...permissions(),
    ...target === undefined ? [] : [`--target=${target}`],
    `--output=${output}`,
    program,
  ]);
}

if (import.meta.main) {
  await compile(await bundleProgram("dist/bundle"), "dist/zitadel-sync");
}
