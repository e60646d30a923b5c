/**
 * Bundles programs into JavaScript that Node 20 and every Deno run, with no import but of `node:` modules.
 *
 * Both the binary and the Node package are made of it: Node knows neither TypeScript nor `npm:` nor `await using`, and a
 * binary that carried npm packages whole would be half as large again.
 *
 * Usage: `deno run -A tools/bundle.ts <program> <file to write>`: everything in one file.
 *
 * @module
 */
import { basename, join } from "node:path";
import { readdir, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { stop, transform } from "esbuild";
import { compatFlags } from "../compat/deno.ts";
import { describeBuild } from "./build_of.ts";
import { run } from "./run.ts";

/** The settings of {@linkcode bundle}. */
export interface BundleOptions {
  /** The programs, as files of the checkout. */
  programs: readonly string[];
  /** The folder that is emptied and filled. */
  folder: string;
  /** Whether modules that are imported lazily go into files of their own, so that they are loaded lazily too. */
  split: boolean;
}

/** Writes `<folder>/<name of the program>.js`, and files that these load. */
export async function bundle({ programs, folder, split }: BundleOptions): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await run(Deno.execPath(), [
    "bundle",
    ...await compatFlags("runtime"),
    "--quiet",
    "--platform=deno",
    `--outdir=${folder}`,
    ...split ? ["--code-splitting"] : [],
    ...programs,
  ]);
  const build = await describeBuild();
  const define = { ZITADEL_SYNC_BUILD: JSON.stringify(build) ?? "undefined" };
  const time = new Date(build?.date ?? 0);
  try {
    for (const name of await readdir(folder)) {
      const file = join(folder, name);
      const { code } = await transform(withoutRequire(withoutPaths(await readFile(file, "utf8"))), {
        format: "esm",
        target: "node20",
        define,
      });
      await writeFile(file, code);
      // Archives and compiled programs hold these times, and should be the same for the same source.
      await utimes(file, time, time);
    }
  } finally {
    await stop();
  }
}

/** The comments that say which file comes next say where the files lie on the machine that builds. */
function withoutPaths(code: string): string {
  return code.replace(/^\/\/ (?:\.\.\/)+.*\/npm\/[^/]+\//gm, "// npm:");
}

const REQUIRE_HELPER =
  /^import \{ createRequire as (\w+) \} from "node:module";\nvar __require = \1\(import\.meta\.url\);$/m;

/**
 * Imports the modules of Node that CommonJS packages require.
 *
 * A `require` made of `import.meta.url` ends a program that bundles this one to CommonJS, where there is no such URL.
 */
function withoutRequire(code: string): string {
  const names = new Map<string, string>();
  const rest = code.replace(REQUIRE_HELPER, "var __require;").replace(
    /__require\("(node:[^"]+)"\)/g,
    (_, module: string) => {
      const name = `__${module.replaceAll(/\W/g, "_")}`;
      names.set(name, module);
      return name;
    },
  );
  const left = /__require\([^)]*\)|\bimport\.meta\b/.exec(rest);
  if (left !== null) throw new Error(`${left[0]} is in a bundle, and works in no other`);
  const imports = Array.from(names, ([name, module]) => `import ${name} from "${module}";\n`);
  return `${imports.join("")}${rest}`;
}

if (import.meta.main) {
  const [program, target] = Deno.args;
  if (program === undefined || target === undefined) throw new Error("Usage: <program> <target>");
  const folder = `${target}.parts`;
  await bundle({ programs: [program], folder, split: false });
  await rename(join(folder, basename(program).replace(/\.ts$/, ".js")), target);
  await rm(folder, { recursive: true });
}
