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
import { say } from "./run.ts";

const REPOSITORY = "https://github.com/zitadel-sync/zitadel-sync";

/** The oldest Node that the package runs on: the first with long-term support of version 20. */
const LEAST_NODE = "20.9";

/** The program that npm links. Any Node can parse it, so that an old one is told instead of a syntax error. */
const BIN = `#!/usr/bin/env node
var own = process.versions.node.split(".");
var least = "${LEAST_NODE}".split(".");
if (own[0] - least[0] > 0 || (own[0] === least[0] && own[1] - least[1] >= 0)) require("./start.cjs");
else {
  console.error("error: ${TOOL.name} needs Node ${LEAST_NODE} or newer, and this is Node " + own.join("."));
  process.exitCode = 2;
}
`;

/** Writes the package into a folder that is emptied first. */
export async function buildNpm(folder: string): Promise<void> {
  const { name: jsrName, license, description } = JSON.parse(await readFile("deno.json", "utf8"));
  await bundle({ programs: ["cli.ts", "mod.ts", "server.ts"], folder, split: true });
  await writeFile(join(folder, "bin.cjs"), BIN);
  await chmod(join(folder, "bin.cjs"), 0o755);
  await writeFile(join(folder, "start.cjs"), 'import("./cli.js");\n');
  // Examples import the package by its name on JSR; here it has another.
  const rename = (text: string) => text.replaceAll(jsrName, TOOL.name);
  for (const name of ["mod", "server"]) {
    const declarations = rename(await emitDeclarations(`${name}.ts`));
    await writeFile(join(folder, `${name}.d.ts`), forOldTypeScript(declarations));
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
          repository: { type: "git", url: `git+${REPOSITORY}.git` },
          homepage: `${REPOSITORY}#readme`,
          bugs: `${REPOSITORY}/issues`,
          engines: { node: `>=${LEAST_NODE}` },
          bin: { [TOOL.name]: "bin.cjs" },
          man: [`./${TOOL.name}.1`],
          // For TypeScript with moduleResolution node10, which knows no exports.
          main: "./mod.js",
          types: "./mod.d.ts",
          exports: {
            ".": { types: "./mod.d.ts", default: "./mod.js" },
            "./server": { types: "./server.d.ts", default: "./server.js" },
            "./package.json": "./package.json",
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
  await copyFile("LICENSE", join(folder, "LICENSE"));
  await writeFile(join(folder, "README.md"), rename(await readFile("README.md", "utf8")));
}

/** TypeScript before 5.7 knows `Uint8Array` without a parameter; this is the right type in both. */
function forOldTypeScript(declarations: string): string {
  return declarations.replaceAll("Uint8Array<ArrayBuffer>", 'ReturnType<Uint8Array["slice"]>');
}

if (import.meta.main) {
  const folder = "dist/npm";
  await buildNpm(folder);
  say(`The Node package is in ${folder}: npm install ./${folder}`);
}
