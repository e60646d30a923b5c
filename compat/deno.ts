/**
 * Runs `deno <command> …`, also where JSR cannot be reached.
 *
 * deno.json names the real `jsr:@std/*` packages. This launcher asks Deno whether it can load them (cached, or over
 * the network within a short time). If not, it adds an import map that lays the files of this folder under the same
 * specifiers; everything else in the map is deno.json's own, so each version stays written once.
 *
 * Usage: `deno run -A compat/deno.ts <command> [arguments]`
 *
 * @module
 */

/** How long Deno may take to find out whether JSR can be reached, in milliseconds. */
const PROBE_TIMEOUT_MS = 10_000;

/** What stands in for which part of `@std`. */
const STAND_INS: Record<string, string> = {
  "@std/assert": "./assert.ts",
  "@std/cli/parse-args": "./parse_args.ts",
  "@std/testing/bdd": "./bdd.ts",
};

async function canLoadStd(specifiers: string[]): Promise<boolean> {
  const probe = new Deno.Command(Deno.execPath(), {
    args: ["cache", "--quiet", "--no-config", "--no-lock", ...specifiers],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(PROBE_TIMEOUT_MS),
  }).spawn();
  return (await probe.status).success;
}

function importMap(imports: Record<string, string>): string {
  const local = Object.entries(STAND_INS).map(([name, file]) => [
    name,
    new URL(file, import.meta.url).href,
  ]);
  // deno.json's imports serve subpaths by themselves; an import map must be told.
  const subpaths = Object.entries(imports)
    .filter(([, target]) => target.startsWith("npm:"))
    .map(([name, target]) => [`${name}/`, `${target.replace("npm:", "npm:/")}/`]);
  const map = { imports: { ...imports, ...Object.fromEntries([...subpaths, ...local]) } };
  return `data:application/json,${encodeURIComponent(JSON.stringify(map))}`;
}

/** The variable by which the programs that a task starts know the flags already. */
const FLAGS_VARIABLE = "COMPAT_FLAGS";

/** What `deno run`, `bundle` or `info` of a file of this project needs in front of it on this machine. */
export async function compatFlags(): Promise<string[]> {
  const known = Deno.env.get(FLAGS_VARIABLE);
  if (known !== undefined) return JSON.parse(known);
  const { imports }: { imports: Record<string, string> } = JSON.parse(
    await Deno.readTextFile(new URL("../deno.json", import.meta.url)),
  );
  const std = Object.values(imports).filter((target) => target.startsWith("jsr:"));
  const flags = await canLoadStd(std) ? [] : ["--import-map", importMap(imports)];
  Deno.env.set(FLAGS_VARIABLE, JSON.stringify(flags));
  return flags;
}

if (import.meta.main) {
  const [command, ...rest] = Deno.args;
  if (command === undefined) {
    throw new Error("Usage: deno run -A compat/deno.ts <command> [arguments]");
  }
  const isNew = Deno.env.get(FLAGS_VARIABLE) === undefined;
  const flags = await compatFlags();
  if (isNew && flags.length > 0) {
    await Deno.stderr.write(
      new TextEncoder().encode("compat: JSR cannot be reached; compat/ stands in for @std\n"),
    );
  }
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
