import { Buffer } from "node:buffer";
import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { TOOL } from "../src/version.ts";
import type { BundledPackage } from "./bundled_packages.ts";

/**
 * The SBOM of a release in CycloneDX 1.6: the runtime in the binaries, what is bundled, with the digests of deno.lock,
 * and what needs what.
 *
 * The runtime has no version where nobody knows it. The SBOM has neither a serial number nor a time, so that the same source gives the same bytes.
 */
export function buildSbom(
  packages: ReadonlyMap<string, BundledPackage>,
  license: string,
  runtimeVersion?: string,
): string {
  const bom = new Models.Bom();
  const program = new Models.Component(Enums.ComponentType.Application, TOOL.name, {
    version: TOOL.version,
    bomRef: TOOL.name,
  });
  program.licenses.add(new Models.SpdxLicense(license));
  bom.metadata.component = program;
  const runtime = new Models.Component(Enums.ComponentType.Platform, "deno", {
    bomRef: "deno",
    ...runtimeVersion === undefined ? {} : {
      version: runtimeVersion,
      purl: `pkg:github/denoland/deno@v${runtimeVersion}`,
    },
  });
  runtime.licenses.add(new Models.SpdxLicense("MIT"));
  bom.components.add(runtime);
  program.dependencies.add(runtime.bomRef);
  const components = new Map(
    [...packages].map(([key, { name, version, license, integrity }]) => {
      const [group, ownName] = name.startsWith("@") ? name.split("/") : [undefined, name];
      const component = new Models.Component(Enums.ComponentType.Library, ownName!, {
        ...group === undefined ? {} : { group },
        version,
        bomRef: key,
        purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
        hashes: new Models.HashDictionary([[
          Enums.HashAlgorithm["SHA-512"],
          Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex"),
        ]]),
      });
      component.licenses.add(new Models.SpdxLicense(license));
      bom.components.add(component);
      return [key, component] as const;
    }),
  );
  const needed = new Set([...packages.values()].flatMap(({ dependencies }) => dependencies));
  for (const [key, component] of components) {
    if (!needed.has(key)) program.dependencies.add(component.bomRef);
    for (const other of packages.get(key)!.dependencies) {
      component.dependencies.add(components.get(other)!.bomRef);
    }
  }
  const normalizer = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  return `${
    new Serialize.JsonSerializer(normalizer).serialize(bom, { sortLists: true, space: 2 })
  }\n`;
}
