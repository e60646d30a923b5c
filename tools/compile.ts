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
import { run, say } from "./run.ts";

/** Bundles the command line, and answers the program to compile. */
export async function bundleProgram(folder: string): Promise<string> {
  await bundle({ programs: ["cli.ts"], folder, split: true });
  return join(folder, "cli.js");
}

/**
 * Compiles a bundled program for a target of Deno; without one for this machine.
 *
 * Rejects if the compiler fails, which it also does where it cannot get the target's runtime.
 */
export async function compile(program: string, output: string, target?: string): Promise<void> {
  await run(compiler(), [
    "compile",
    "--quiet",
    // Nothing but the bundle: the project's settings would bring its npm packages along.
    "--no-config",
    "--no-lock",
    "--no-npm",
    "--no-remote",
    // The bundle has been checked, and comments of packages name types that are not here.
    "--no-check",
    // The cache would lie in a folder that everybody can write to, and is code.
    "--no-code-cache",
    ...await permissions(),
    ...target === undefined ? [] : [`--target=${target}`],
    `--output=${output}`,
    program,
  ], { clearEnv: true, env: environmentFor(target) });
}

/** The version of Deno that binaries carry; undefined if `DENORT_BIN` names a runtime that nothing is known of. */
export async function runtimeVersion(): Promise<string | undefined> {
  if (Deno.env.has("DENORT_BIN")) return undefined;
  return /^deno (\S+)/.exec(await run(compiler(), ["--version"]))?.[1];
}

function compiler(): string {
  return Deno.env.get("DENO_COMPILE") ?? Deno.execPath();
}

/** `DENORT_BIN` names a runtime for this machine, which the compiler would put under any program. */
function environmentFor(target: string | undefined): Record<string, string> {
  const { DENORT_BIN, ...env } = Deno.env.toObject();
  return DENORT_BIN === undefined || (target ?? Deno.build.target) !== Deno.build.target
    ? env
    : { ...env, DENORT_BIN };
}

if (import.meta.main) {
  const binary = `dist/zitadel-sync${Deno.build.os === "windows" ? ".exe" : ""}`;
  await compile(await bundleProgram("dist/bundle"), binary);
  say(`The binary is ${binary}`);
}
