import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compatFlags } from "../compat/deno.ts";
import { run } from "./run.ts";

/** A package of npm that is in the bundle. */
export interface BundledPackage {
  name: string;
  version: string;
  /** Its license, as an SPDX expression. */
  license: string;
  /** The text of its license. */
  licenseText: string;
  /** The digest of its archive, from deno.lock: `sha512-` and base64. */
  integrity: string;
  /** The keys of the packages that it needs. */
  dependencies: string[];
}

interface Info {
  modules: { specifier: string }[];
  npmPackages: Record<
    string,
    { name: string; version: string; dependencies: string[]; localPath: string }
  >;
}

/** Packages that ship no license file, and the one of the same makers, under the same license, whose file says it. */
const LICENSE_FROM: Readonly<Record<string, string>> = {
  "@hono/zod-openapi": "hono",
  "@hono/zod-validator": "hono",
};

/** The npm packages in a program's bundle, by name and version such as `hono@4.13.19`, in order. */
export async function bundledPackages(program: string): Promise<Map<string, BundledPackage>> {
  const info: Info = JSON.parse(
    await run(Deno.execPath(), ["info", ...await compatFlags("runtime"), "--json", program]),
  );
  const lock: Record<string, { integrity: string }> = JSON.parse(
    await readFile("deno.lock", "utf8"),
  ).npm;
  const keys = new Set(
    info.modules.flatMap(({ specifier }) =>
      /^npm:\/((?:@[^/]+\/)?[^/@]+@[^/]+)/.exec(specifier)?.slice(1).map((key) =>
        toKey(info, key)
      ) ?? []
    ),
  );
  for (const key of keys) {
    for (const needed of findPackage(info, key).dependencies) keys.add(needed);
  }
  const packages = [...keys].sort().map(async (key): Promise<[string, BundledPackage]> => {
    const { name, version, dependencies, localPath } = findPackage(info, key);
    const { license } = await readManifest(localPath);
    const integrity = lock[key]?.integrity;
    const licenseText = await readLicense(info, name, localPath);
    if (licenseText === undefined || integrity === undefined) {
      throw new Error(`${key} has no license file, or is not in deno.lock`);
    }
    return [key, { name, version, license, licenseText, integrity, dependencies }];
  });
  return new Map(await Promise.all(packages));
}

async function readManifest(folder: string): Promise<{ license: string }> {
  return JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
}

async function readLicense(info: Info, name: string, folder: string): Promise<string | undefined> {
  const file = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  if (file !== undefined) return await readFile(join(folder, file), "utf8");
  const maker = Object.values(info.npmPackages).find((other) => other.name === LICENSE_FROM[name]);
  if (maker === undefined) return undefined;
  const [own, makers] = await Promise.all([folder, maker.localPath].map(readManifest));
  return own!.license === makers!.license
    ? await readLicense(info, maker.name, maker.localPath)
    : undefined;
}

/** Where a package has peers, its full key names them too: `a@1.0.0_b@2.0.0`. */
function toKey({ npmPackages }: Info, key: string): string {
  return Object.keys(npmPackages).find((full) => full === key || full.startsWith(`${key}_`)) ?? key;
}

function findPackage({ npmPackages }: Info, key: string): Info["npmPackages"][string] {
  const found = npmPackages[key];
  if (found === undefined) throw new Error(`deno info does not know ${key}`);
  return found;
}

/** The licenses of all that is given along, as one text. */
export function collectLicenses(
  packages: Iterable<readonly [string, Pick<BundledPackage, "license" | "licenseText">]>,
): string {
  return Array.from(
    packages,
    ([key, { license, licenseText }]) =>
      `${key} (${license})\n\n${licenseText.replaceAll("\r\n", "\n").trim()}\n`,
  ).join(`\n${"-".repeat(80)}\n\n`);
}
