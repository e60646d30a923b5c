import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { Ajv } from "ajv";
import { unzipSync } from "fflate";
import { parseTarGzip } from "nanotar";
import { compatFlags } from "../../compat/deno.ts";
import { zip } from "../../tools/archive.ts";
import { bundledPackages, collectLicenses } from "../../tools/bundled_packages.ts";
import { detectTarget } from "../../tools/machine_of.ts";
import { release, runRelease, TARGETS } from "../../tools/release.ts";
import { run } from "../../tools/run.ts";
import { buildSbom } from "../../tools/sbom.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { TOOL } from "../../src/version.ts";
import { serveReleases } from "./release_files.ts";

const HERE = TARGETS.find((target) => target === Deno.build.target)!;
const ARCHIVE = `zitadel-sync-${TOOL.version}-${HERE}.tar.gz`;

describe("full: release", () => {
  it("two releases of the same source have the same checksums, which are those of the files", async () => {
    await using folder = await temporaryFolder();
    const sums: string[] = [];
    for (const name of ["first", "second"]) {
      assertEquals(await release({ targets: [HERE], folder: folder.at(name) }), new Map());
      sums.push(await readFile(folder.at(`${name}/SHA256SUMS`), "utf8"));
    }
    assertEquals(sums[1], sums[0]);
    const files = (await readdir(folder.at("first"))).sort();
    assertEquals(files, [
      "SHA256SUMS",
      "install.sh",
      ARCHIVE,
      `zitadel-sync-${TOOL.version}.cdx.json`,
      "zitadel-sync.1",
    ]);
    const told = sums[0]!.trim().split("\n").map((line) => line.split("  "));
    assertEquals(told.map(([, name]) => name), files.slice(1));
    for (const [digest, name] of told) {
      const bytes = await readFile(folder.at(`first/${name}`));
      assertEquals(createHash("sha256").update(bytes).digest("hex"), digest);
    }
  });

  it("the archive holds the binary and what to read, and the installer puts it in place", async () => {
    await using folder = await temporaryFolder();
    await release({ targets: [HERE], folder: folder.at("release") });
    const items = await parseTarGzip(await readFile(folder.at(`release/${ARCHIVE}`)));
    assertEquals(items.map(({ name, attrs }) => [name, attrs?.mode?.replace(/^0+/, "").trim()]), [
      ["zitadel-sync", "755"],
      ["LICENSE", "644"],
      ["README.md", "644"],
      ["THIRD-PARTY-LICENSES", "644"],
    ]);
    const licenses = new TextDecoder().decode(items.at(-1)!.data);
    for (const name of ["deno (MIT)\n", "\nhono@", "\nundici@", "\nzod@"]) {
      assertStringIncludes(licenses, name);
    }
    await mkdir(folder.at("home"));
    const asked: string[] = [];
    await using site = await serveReleases(folder.at("release"), TOOL.version, asked);
    const env = { HOME: folder.at("home"), PATH: Deno.env.get("PATH") };
    const { stdout } = await promisify(execFile)("sh", [folder.at("release/install.sh")], {
      env: { ...env, ZITADEL_SYNC_RELEASES: site.url },
    });
    assertMatch(stdout, /^zitadel-sync \d+\.\d+\.\d+ \(commit .+\) is in /);
    const installed = folder.at("home/.local/bin/zitadel-sync");
    const demo = await promisify(execFile)(installed, ["demo", "--quiet"], { env: {} });
    assertStringIncludes(demo.stdout, "Who holds what");
  });

  /** Makes a release with another compiler in place of Deno's. */
  async function releaseWith(script: string, args: readonly string[]) {
    await using folder = await temporaryFolder();
    const compiler = Deno.env.get("DENO_COMPILE");
    let said = "";
    try {
      await writeFile(folder.at("compiler"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      Deno.env.set("DENO_COMPILE", folder.at("compiler"));
      const code = await runRelease(args, folder.at("release"), (text) => said += text);
      const files = (await readdir(folder.at("release"))).sort();
      const zip = files.find((name) => name.endsWith(".zip"));
      return {
        code,
        said,
        files,
        ...zip === undefined ? {} : { zip: await readFile(folder.at(`release/${zip}`)) },
      };
    } finally {
      if (compiler === undefined) Deno.env.delete("DENO_COMPILE");
      else Deno.env.set("DENO_COMPILE", compiler);
    }
  }

  const WITHOUT_ARCHIVES = [
    "SHA256SUMS",
    "install.sh",
    `zitadel-sync-${TOOL.version}.cdx.json`,
    "zitadel-sync.1",
  ];

  it("targets whose runtime cannot be had are named with the reason, and leave no archive", async () => {
    const { code, said, files } = await releaseWith("echo no network >&2; exit 1", []);
    assertEquals([code, files], [1, WITHOUT_ARCHIVES]);
    const errors = said.split("\n").filter((line) => line.startsWith("error: "));
    assertEquals(errors.map((line) => line.split(" ")[1]), [...TARGETS]);
    assertEquals(said.match(/compile failed:\nno network\n/g)?.length, TARGETS.length);
  });

  /** A compiler that writes what a command of the shell prints. */
  const compilerThatWrites = (program: string) =>
    `for word; do case "$word" in --output=*) output="\${word#--output=}";; esac; done
  mkdir -p "\${output%/*}"
  ${program} > "$output"`;

  it("a runtime that is one for another machine is refused", async () => {
    const script = compilerThatWrites("head -c 512 /dev/zero");
    const { code, said, files } = await releaseWith(script, ["x86_64-pc-windows-msvc"]);
    assertEquals([code, files], [1, WITHOUT_ARCHIVES]);
    assertStringIncludes(said, "x86_64-pc-windows-msvc is missing: the runtime that the compiler");
  });

  it("an archive for Windows is a zip with an .exe", async () => {
    // As little as it takes to look like a program for Windows: MZ, and where PE and the machine stand.
    const program = String.raw`{
    printf 'MZ'; head -c 58 /dev/zero; printf '\100\0\0\0PE\0\0\144\206'
  }`;
    const targets = ["x86_64-pc-windows-msvc"];
    const { code, files, zip } = await releaseWith(compilerThatWrites(program), targets);
    const archive = `zitadel-sync-${TOOL.version}-x86_64-pc-windows-msvc.zip`;
    assertEquals([code, files], [0, [...WITHOUT_ARCHIVES, archive].sort()]);
    assertEquals(Object.keys(unzipSync(zip!)), [
      "zitadel-sync.exe",
      "LICENSE",
      "README.md",
      "THIRD-PARTY-LICENSES",
    ]);
  });

  it("an unknown target is refused by name, and nothing is touched", async () => {
    await using folder = await temporaryFolder();
    let said = "";
    const code = await runRelease(["sparc-sun-solaris"], folder.at("x"), (text) => said += text);
    assertEquals([code, await readdir(folder.path)], [2, []]);
    assertStringIncludes(
      said,
      "no target sparc-sun-solaris; there are: x86_64-unknown-linux-gnu, ",
    );
  });

  it("the machine that a program is for is known by its first bytes", () => {
    const program = (...parts: [offset: number, bytes: number[]][]) => {
      const bytes = new Uint8Array(256);
      for (const [offset, part] of parts) bytes.set(part, offset);
      return detectTarget(bytes);
    };
    const elf: [number, number[]] = [0, [0x7f, 0x45, 0x4c, 0x46]];
    const mach = [0xcf, 0xfa, 0xed, 0xfe];
    assertEquals(
      [
        program(elf, [18, [0x3e, 0]]),
        program(elf, [18, [0xb7, 0]]),
        program([0, [...mach, 0x07, 0, 0, 0x01]]),
        program([0, [...mach, 0x0c, 0, 0, 0x01]]),
        program([0, [0x4d, 0x5a]], [0x3c, [0x80]], [0x80, [0x50, 0x45, 0, 0, 0x64, 0x86]]),
      ],
      [...TARGETS],
    );
    assertEquals(program(elf, [18, [0x08, 0]]), undefined);
    assertEquals(program([0, [0x23, 0x21]]), undefined);
  });

  it("a zip is the same wherever it is made", async () => {
    const flags = await compatFlags("all");
    const code = (zone: string) =>
      promisify(execFile)(Deno.execPath(), [
        "eval",
        ...flags,
        `import { zip } from "${new URL("../../tools/archive.ts", import.meta.url)}";
      const files = [{ name: "a", data: new Uint8Array([1]), executable: true }];
      console.log(zip(files, new Date("2026-11-24T10:00:00Z")).toHex());`,
      ], { env: { ...Deno.env.toObject(), TZ: zone } });
    const [here, there] = await Promise.all([code("UTC"), code("Asia/Kathmandu")]);
    assertEquals(there!.stdout, here!.stdout);
    const files = [{ name: "a", data: new Uint8Array([1, 2, 3]) }];
    assertEquals(unzipSync(zip(files, new Date("2026-11-24T10:00:00Z")))["a"], files[0]!.data);
  });

  it("the SBOM lists what is bundled with the digests of deno.lock, and no tool of the tests", async () => {
    const packages = await bundledPackages("cli.ts");
    const sbom = JSON.parse(buildSbom(packages, "Apache-2.0", "2.9.6"));
    assertEquals([sbom.bomFormat, sbom.specVersion], ["CycloneDX", "1.6"]);
    const { npm } = JSON.parse(await readFile("deno.lock", "utf8"));
    const names: string[] = sbom.components.map(({ purl }: { purl: string }) =>
      purl.replace(/@[^@]*$/, "")
    );
    for (const name of ["hono", "%40hono/node-server", "zod", "undici", "write-excel-file"]) {
      assert(names.includes(`pkg:npm/${name}`), name);
    }
    for (const name of ["esbuild", "typescript", "playwright-core", "fast-check"]) {
      assert(!names.includes(`pkg:npm/${name}`), name);
    }
    const [deno, ...others] = sbom.components.toSorted((a: { type: string }, b: { type: string }) =>
      a.type < b.type ? 1 : -1
    );
    assertEquals([deno.type, deno.name, deno.version], ["platform", "deno", "2.9.6"]);
    for (const component of others) {
      const [{ alg, content }] = component.hashes;
      const digest = Uint8Array.fromHex(content).toBase64();
      assertEquals([alg, `sha512-${digest}`], ["SHA-512", npm[component["bom-ref"]].integrity]);
      assertEquals(component.licenses.length, 1);
    }
    const refs = new Set(sbom.dependencies.map(({ ref }: { ref: string }) => ref));
    assertEquals(refs.size, sbom.components.length + 1);
  });

  it("the SBOM is what the schema of CycloneDX 1.6 wants", async () => {
    const { npmPackages } = JSON.parse(
      await run(Deno.execPath(), ["info", ...await compatFlags("all"), "--json", "tools/sbom.ts"]),
    );
    const { localPath } = Object.values<{ name: string; localPath: string }>(npmPackages)
      .find(({ name }) => name === "@cyclonedx/cyclonedx-library")!;
    const schema = async (name: string) =>
      JSON.parse(await readFile(`${localPath}/res/schema/${name}.SNAPSHOT.schema.json`, "utf8"));
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ["spdx", "jsf-0.82", "cryptography-defs"]) {
      const url = `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`;
      ajv.addSchema(await schema(name), url);
    }
    const validate = ajv.compile(await schema("bom-1.6"));
    const sbom: { components: { licenses: unknown }[] } = JSON.parse(
      buildSbom(await bundledPackages("cli.ts"), "Apache-2.0"),
    );
    assert(validate(sbom), ajv.errorsText(validate.errors));
    sbom.components[0]!.licenses = [{ license: { id: "No-Such-License" } }];
    assert(!validate(sbom));
  });

  it("the license of everything that is bundled is given along", async () => {
    const packages = await bundledPackages("cli.ts");
    const text = collectLicenses(packages);
    for (const [key, { license, licenseText }] of packages) {
      assertStringIncludes(text, `${key} (${license})\n`);
      assert(licenseText.length > 300);
    }
  });
});
