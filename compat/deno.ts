/**
 * Runs `deno <command> …` with the import map and the lock file that it needs.
 *
 * `deno task` downloads every npm package that deno.json names, before it runs anything. So deno.json names only what the
 * program itself imports; tests/deno.json and tools/deno.json name the rest. This launcher merges the three, and takes
 * tests/deno.lock, which covers them all. With `--runtime` it stays with deno.json and deno.lock.
 *
 * deno.json names the real `jsr:@std/*` packages. Where Deno cannot load them, neither from its cache nor from JSR, the
 * import map lays the files of this folder under the same specifiers.
 *
 * Usage: `deno run -A compat/deno.ts [--runtime] <command> [arguments]`
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** How long JSR may take to answer, in milliseconds. The stand-ins serve as well, so a slow network need not wait. */
const PROBE_TIMEOUT_MS = 1_500;

/** The file that stands in for each part of `@std`. */
const STAND_INS: Record<string, string> = {
  "@std/assert": "./assert.ts",
  "@std/cli/parse-args": "./parse_args.ts",
  "@std/testing/bdd": "./bdd.ts",
};

/** The imports of the program alone, or those of tests and tools too. */
export type Scope = "runtime" | "all";

/** The variable that tells the programs that a task starts how `@std` is loaded: `real` or `stand-ins`. */
const STD_VARIABLE = "COMPAT_STD";

/** The flags that `deno run`, `bundle` or `info` of a file of this project needs on this machine. */
export async function compatFlags(scope: Scope): Promise<string[]> {
  const files = scope === "all"
    ? ["deno.json", "tests/deno.json", "tools/deno.json"]
    : ["deno.json"];
  const imports: Record<string, string> = Object.assign(
    {},
    ...await Promise.all(
      files.map(async (file) => JSON.parse(await Deno.readTextFile(fromRoot(file))).imports),
    ),
  );
  const real = await hasStd(imports);
  const lock = scope === "all" ? "tests/deno.lock" : "deno.lock";
  return [
    // A program in tests/ or tools/ would find the deno.json there.
    `--config=${fromRoot("deno.json")}`,
    `--lock=${fromRoot(lock)}`,
    ...scope === "runtime" && real ? [] : [`--import-map=${importMap(imports, real)}`],
  ];
}

async function hasStd(imports: Record<string, string>): Promise<boolean> {
  const known = Deno.env.get(STD_VARIABLE);
  if (known !== undefined) return known === "real";
  const specifiers = Object.keys(STAND_INS).flatMap((specifier) => {
    const name = /^@[^/]+\/[^/]+/.exec(specifier)![0];
    return imports[name] === undefined ? [] : [specifier.replace(name, imports[name])];
  });
  const real = await load(specifiers, "--cached-only") ||
    await reachJsr() && await load(specifiers);
  if (!real) {
    const text = "compat: JSR cannot be reached; compat/ stands in for @std\n";
    await Deno.stderr.write(new TextEncoder().encode(text));
  }
  Deno.env.set(STD_VARIABLE, real ? "real" : "stand-ins");
  return real;
}

async function load(specifiers: string[], ...flags: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "--no-config", "--no-lock", ...flags, ...specifiers],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

/** Whether JSR answers. Deno asks at the same address, through the same proxy. */
async function reachJsr(): Promise<boolean> {
  try {
    const url = new URL("/@std/cli/meta.json", Deno.env.get("JSR_URL") ?? "https://jsr.io");
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function importMap(imports: Record<string, string>, real: boolean): string {
  const local = Object.entries(STAND_INS).map(([name, file]) => [
    name,
    new URL(file, import.meta.url).href,
  ]);
  // deno.json's imports serve subpaths by themselves; an import map must be told.
  const subpaths = Object.entries(imports)
    .map(([name, target]) => [`${name}/`, `${target.replace(":", ":/")}/`]);
  const map = {
    imports: { ...imports, ...Object.fromEntries([...subpaths, ...real ? [] : local]) },
  };
  return `data:application/json,${encodeURIComponent(JSON.stringify(map))}`;
}

function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../${path}`, import.meta.url));
}

if (import.meta.main) {
  const runtime = Deno.args[0] === "--runtime";
  const [command, ...rest] = runtime ? Deno.args.slice(1) : Deno.args;
  if (command === undefined) {
    throw new Error("Usage: deno run -A compat/deno.ts [--runtime] <command> [arguments]");
  }
  const flags = await compatFlags(runtime ? "runtime" : "all");
  const child = new Deno.Command(Deno.execPath(), { args: [command, ...flags, ...rest] }).spawn();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    if (Deno.build.os === "windows" && signal === "SIGTERM") continue;
    // The terminal sends Ctrl-C to the whole group; anything else is passed on.
    Deno.addSignalListener(signal, () => {
      try {
        if (signal === "SIGTERM") child.kill(signal);
      } catch { /* it has ended already */ }
    });
  }
  Deno.exit((await child.status).code);
}
