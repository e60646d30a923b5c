/**
 * The three ways to run the command line, built from this checkout as a release is.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildNpm } from "../../tools/build_npm.ts";
import { bundleProgram, compile } from "../../tools/compile.ts";

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

async function packageIn(folder: string): Promise<string> {
  await buildNpm(join(folder, "npm"));
  return join(folder, "npm", "cli.js");
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
): Promise<Deno.Command> {
  const { env = {} } = options;
  const all = {
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...options,
    clearEnv: true,
  } as const;
  if (launcher === "the binary") {
    return new Deno.Command(await builtBy(launcher), { ...all, env, args: [...args] });
  }
  if (launcher === "the Node package") {
    const path = Deno.env.get("PATH")!;
    return new Deno.Command("node", {
      ...all,
      env: { PATH: path, ...env },
      args: [await builtBy(launcher), ...args],
    });
  }
  // Deno finds its cache by HOME.
  const kept = ["HOME", "DENO_DIR", "XDG_CACHE_HOME"].flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return new Deno.Command(Deno.execPath(), {
    ...all,
    env: { ...Object.fromEntries(kept), ...env },
    args: [
      "run",
      "-A",
      "--quiet",
      "--config",
      join(root, "deno.json"),
      join(root, "cli.ts"),
      ...args,
    ],
  });
}

/** Runs the command line to its end. */
export async function finished(
  launcher: Launcher,
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<Finished> {
  const { code, stdout, stderr } = await (await command(launcher, args, options)).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
