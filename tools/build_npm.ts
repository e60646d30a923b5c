/**
 * Makes the Node package in `dist/npm`: the command line and the library, bundled, with type declarations.
 *
 * Usage: `deno run -A tools/build_npm.ts`
 *
 * @module
 */
import { chmod, copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TOOL } from "../src/version.ts";
import { describeBuild } from "./build_of.ts";
import { bundledPackages, collectLicenses } from "./bundled_packages.ts";
import { bundle } from "./bundle.ts";
import { emitDeclarations } from "./declarations.ts";
import { manPage } from "./man.ts";

/** Writes the package into a folder that is emptied first. */
export async function buildNpm(folder: string): Promise<void> {
  const { name: jsrName, license, description } = JSON.parse(await readFile("deno.json", "utf8"));
  await bundle({ programs: ["cli.ts", "mod.ts", "server.ts"], folder, split: true });
  const cli = join(folder, "cli.js");
  await writeFile(cli, `#!/usr/bin/env node\n${await readFile(cli, "utf8")}`);
  await chmod(cli, 0o755);
  // What examples import is the package's name on JSR; here it has another.
  for (const name of ["mod", "server"]) {
    const declarations = await emitDeclarations(`${name}.ts`);
    await writeFile(join(folder, `${name}.d.ts`), declarations.replaceAll(jsrName, TOOL.name));
  }
  await writeFile(
    join(folder, "package.json"),
    `${
      JSON.stringify(
        {
          name: TOOL.name,
          version: TOOL.version,
          description,
          license,
          type: "module",
          engines: { node: ">=20" },
          bin: { [TOOL.name]: "cli.js" },
          man: [`./${TOOL.name}.1`],
          exports: {
            ".": { types: "./mod.d.ts", default: "./mod.js" },
            "./server": { types: "./server.d.ts", default: "./server.js" },
          },
          keywords: ["zitadel", "access-review", "audit", "rbac", "snapshot"],
        },
        null,
        2,
      )
    }\n`,
  );
  const date = (await describeBuild())?.date.slice(0, 10) ?? "";
  await writeFile(join(folder, `${TOOL.name}.1`), await manPage(date));
  const licenses = collectLicenses(await bundledPackages("cli.ts"));
  await writeFile(join(folder, "THIRD-PARTY-LICENSES"), licenses);
  for (const file of ["LICENSE", "README.md"]) await copyFile(file, join(folder, file));
}

if (import.meta.main) await buildNpm("dist/npm");
