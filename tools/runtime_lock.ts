/**
 * The part of deno.lock that the command line needs, as a lock file of its own: Deno fetches all that a lock file names, and
 * whoever tries the demo needs no browser driver, bundler or compiler.
 *
 * `deno task lock` writes it after deno.lock has changed; with `--check` it only tells whether it has to.
 *
 * @module
 */

/** The part of a lock file that is looked at. */
export interface LockFile {
  /** What a specifier with a range stands for. */
  specifiers: Record<string, string>;
  /** Packages by name and version, with those that each needs. */
  npm: Record<string, { dependencies?: string[]; optionalDependencies?: string[] }>;
}

const FULL = new URL("../deno.lock", import.meta.url);
const RUNTIME = new URL("./runtime.lock", import.meta.url);

/** A lock file with these npm packages of another one, all that they need, and everything that is not of npm. */
export function cutLock<Lock extends LockFile>(lock: Lock, packages: readonly string[]): Lock {
  const isKept = (specifier: string) =>
    !specifier.startsWith("npm:") ||
    packages.some((name) => specifier.startsWith(`npm:${name}@`));
  const specifiers = Object.fromEntries(
    Object.entries(lock.specifiers).filter(([specifier]) => isKept(specifier)),
  );
  const kept = new Set<string>();
  const keep = (key: string): void => {
    if (kept.has(key)) return;
    kept.add(key);
    const { dependencies = [], optionalDependencies = [] } = lock.npm[key]!;
    for (const name of [...dependencies, ...optionalDependencies]) keep(findKey(lock, name));
  };
  for (const [specifier, version] of Object.entries(specifiers)) {
    const name = /^npm:((?:@[^/]+\/)?[^@]+)@/.exec(specifier)?.[1];
    if (name !== undefined) keep(`${name}@${version}`);
  }
  const npm = Object.fromEntries(Object.entries(lock.npm).filter(([key]) => kept.has(key)));
  return { ...lock, specifiers, npm };
}

/** A dependency is named by its name, or with its version where there are several. */
function findKey({ npm }: LockFile, name: string): string {
  const found = Object.keys(npm).find((key) => key === name || key.startsWith(`${name}@`));
  if (found === undefined) throw new Error(`deno.lock holds no ${name}`);
  return found;
}

/** The npm packages that a program imports, of all that it may ever load. */
export async function listPackages(program: string): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "compat/deno.ts", "info", "--json", program],
    cwd: new URL("..", import.meta.url),
    stderr: "null",
  }).output();
  const { modules }: { modules: { specifier: string }[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const names = modules.flatMap(({ specifier }) =>
    /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(specifier)?.[1] ?? []
  );
  return [...new Set(names)].sort();
}

/** The text of the lock file that the command line needs. */
export async function makeRuntimeLock(): Promise<string> {
  const lock = JSON.parse(await Deno.readTextFile(FULL));
  return `${JSON.stringify(cutLock(lock, await listPackages("cli.ts")), null, 2)}\n`;
}

if (import.meta.main) {
  const text = await makeRuntimeLock();
  if (Deno.args.includes("--check")) {
    if (await Deno.readTextFile(RUNTIME) !== text) {
      throw new Error("tools/runtime.lock is not a part of deno.lock any more: run deno task lock");
    }
  } else await Deno.writeTextFile(RUNTIME, text);
}
