/**
 * Makes a release in `dist/release`: an archive for each target, checksums, an SBOM, the man page, the installer.
 *
 * Usage: `deno run -A tools/release.ts [target ...]`. Targets that cannot be built are named at the end, each with its
 * reason, and the exit code is 1; what could be built is there all the same.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TOOL } from "../src/version.ts";
import { type PackedFile, tarGz, zip } from "./archive.ts";
import { describeBuild } from "./build_of.ts";
import { bundledPackages, collectLicenses } from "./bundled_packages.ts";
import { bundleProgram, compile, runtimeVersion } from "./compile.ts";
import { detectTarget } from "./machine_of.ts";
import { manPage } from "./man.ts";
import { buildSbom } from "./sbom.ts";

/** The machines that a release is built for. */
export const TARGETS = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
] as const;

/** One of them. */
export type Target = typeof TARGETS[number];

/** The settings of {@linkcode release}. */
export interface ReleaseOptions {
  targets: readonly Target[];
  /** The folder that is emptied and filled. */
  folder: string;
}

/** Makes a release, and answers why which targets are missing in it. */
export async function release(
  { targets, folder }: ReleaseOptions,
): Promise<Map<Target, string>> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const build = await describeBuild();
  const time = new Date(build?.date ?? 0);
  const packages = await bundledPackages("cli.ts");
  const work = join(folder, "work");
  const program = await bundleProgram(join(work, "bundle"));
  const denoLicense = await readFile("tools/deno_license.txt", "utf8");
  const licenses = collectLicenses([
    ["deno", { license: "MIT", licenseText: denoLicense }],
    ...packages,
  ]);
  const texts: PackedFile[] = [
    { name: "LICENSE", data: await readFile("LICENSE") },
    { name: "README.md", data: await readFile("README.md") },
    { name: "THIRD-PARTY-LICENSES", data: new TextEncoder().encode(licenses) },
  ];

  const missing = new Map<Target, string>();
  for (const target of targets) {
    const windows = target.endsWith("-windows-msvc");
    const name = windows ? `${TOOL.name}.exe` : TOOL.name;
    const output = join(work, target, name);
    try {
      await compile(program, output, target);
    } catch (error) {
      missing.set(target, error instanceof Error ? error.message : String(error));
      continue;
    }
    const data = await readFile(output);
    if (detectTarget(data) !== target) {
      missing.set(target, "the runtime that the compiler took is one for another machine");
      continue;
    }
    const files = [{ name, data, executable: true }, ...texts];
    const base = join(folder, `${TOOL.name}-${TOOL.version}-${target}`);
    await (windows
      ? writeFile(`${base}.zip`, zip(files, time))
      : writeFile(`${base}.tar.gz`, tarGz(files, time)));
  }
  await rm(work, { recursive: true });

  const { license } = JSON.parse(await readFile("deno.json", "utf8"));
  const sbom = join(folder, `${TOOL.name}-${TOOL.version}.cdx.json`);
  await writeFile(sbom, buildSbom(packages, license, await runtimeVersion()));
  await writeFile(join(folder, `${TOOL.name}.1`), await manPage(time.toISOString().slice(0, 10)));
  await writeFile(join(folder, "install.sh"), await readFile("install.sh"), { mode: 0o755 });
  await writeFile(join(folder, "SHA256SUMS"), await checksums(folder));
  return missing;
}

async function checksums(folder: string): Promise<string> {
  const lines = (await readdir(folder)).sort().map(async (name) => {
    const digest = createHash("sha256").update(await readFile(join(folder, name))).digest("hex");
    return `${digest}  ${name}\n`;
  });
  return (await Promise.all(lines)).join("");
}

function isTarget(name: string): name is Target {
  return TARGETS.some((target) => target === name);
}

/** Makes a release for the named targets, by default for all, tells how it went, and answers the exit code. */
export async function runRelease(
  args: readonly string[],
  folder: string,
  say: (text: string) => void,
): Promise<number> {
  const unknown = args.filter((name) => !isTarget(name));
  if (unknown.length > 0) {
    say(`error: there is no target ${unknown.join(", ")}; there are: ${TARGETS.join(", ")}\n`);
    return 2;
  }
  const named = args.filter(isTarget);
  const missing = await release({ targets: named.length > 0 ? named : TARGETS, folder });
  for (const [target, reason] of missing) say(`error: ${target} is missing: ${reason}\n\n`);
  say(`${folder}:\n${await readFile(join(folder, "SHA256SUMS"), "utf8")}`);
  return missing.size > 0 ? 1 : 0;
}

if (import.meta.main) {
  Deno.exitCode = await runRelease(
    Deno.args,
    "dist/release",
    (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
  );
}
