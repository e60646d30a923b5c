/**
 * The three ways to run the command line, built from this checkout as a release is.
 *
 * @module
 */
import { compatFlags } from "../../compat/deno.ts";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { buildNpm } from "../../tools/build_npm.ts";
import { bundleProgram, compile } from "../../tools/compile.ts";
import { run } from "../../tools/run.ts";

/** What the command line is run by. */
export const LAUNCHERS = ["deno run", "the binary", "the Node package"] as const;

/** One of them. */
export type Launcher = typeof LAUNCHERS[number];

const root = new URL("../..", import.meta.url).pathname;
const made = new Map<Launcher, Promise<string>>();

/** The binary, or the program of the Node package; made once for each file of tests. */
export function builtBy(launcher: Launcher): Promise<string> {
  const known = made.get(launcher);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), "zitadel-sync-launcher-"));
  globalThis.addEventListener("unload", () => rmSync(folder, { recursive: true, force: true }));
  const path = launcher === "the binary" ? binaryIn(folder) : packageIn(folder);
  made.set(launcher, path);
  return path;
}

async function binaryIn(folder: string): Promise<string> {
  const binary = join(folder, "zitadel-sync");
  await compile(await bundleProgram(join(folder, "bundle")), binary);
  return binary;
}

/** Packed, and installed into an empty folder, as users have it. */
async function packageIn(folder: string): Promise<string> {
  await buildNpm(join(folder, "npm"));
  const npm = (...args: string[]) => run("npm", args, { cwd: folder });
  const archive = await npm("pack", "--silent", "./npm");
  await mkdir(join(folder, "project"));
  // Offline: it needs no other package.
  await npm("install", "--silent", "--offline", "--prefix=project", `./${archive.trim()}`);
  return join(folder, "project/node_modules/zitadel-sync/bin.cjs");
}

/** What a run of the command line left behind. */
export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** The command line with an environment that holds nothing but what is given, ready to be started. */
export async function command(
  launcher: Launcher,
  args: readonly string[],
  options: Deno.CommandOptions = {},
  script = 'exec "$0" "$@"',
): Promise<Deno.Command> {
  const words = await commandWords(launcher);
  return new Deno.Command("/bin/sh", {
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
    clearEnv: true,
    env: { ...buildEnvironment(launcher), ...options.env },
    args: ["-c", script, ...words, ...args],
  });
}

/** What to type. */
async function commandWords(launcher: Launcher): Promise<string[]> {
  switch (launcher) {
    case "the binary":
      return [await builtBy(launcher)];
    case "the Node package":
      return [(await promisify(execFile)("sh", ["-c", "command -v node"])).stdout.trim()].concat(
        await builtBy(launcher),
      );
    case "deno run":
      return [Deno.execPath(), "run", ...await compatFlags("runtime"), "-A", "--quiet"].concat(
        join(root, "cli.ts"),
      );
  }
}

/** Deno finds its cache by these; the others need nothing. */
function buildEnvironment(launcher: Launcher): Record<string, string> {
  if (launcher !== "deno run") return {};
  const names = ["HOME", "DENO_DIR", "XDG_CACHE_HOME"];
  const found = names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  // Deno asks for its newest version now and then, through the same proxy.
  return { DENO_NO_UPDATE_CHECK: "1", ...Object.fromEntries(found) };
}

/** Runs the command line to its end; a `script` of the shell may say how it is started. */
export async function finished(
  launcher: Launcher,
  args: readonly string[],
  options: Deno.CommandOptions = {},
  script?: string,
): Promise<Finished> {
  const { code, stdout, stderr } = await (await command(launcher, args, options, script)).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
