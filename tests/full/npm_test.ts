import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build, stop } from "esbuild";
import ts from "typescript";
import { demoZitadel } from "../helpers/fake_io.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { builtBy } from "./launchers.ts";

const started = promisify(execFile);

/** A project into which the packed package was installed. */
async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const installed = join(await builtBy("the Node package"), "../..");
  await cp(installed, folder.at("node_modules"), { recursive: true, verbatimSymlinks: true });
  await mkdir(folder.at("home"));
  await writeFile(folder.at("package.json"), '{"type": "module", "private": true}');
  return folder;
}

const PROGRAM = `
import { type Snapshot, SyncError, takeSnapshot } from "zitadel-sync";

try {
  const snapshot: Snapshot = await takeSnapshot({
    instanceUrl: process.env["ZITADEL_INSTANCE_URL"]!,
    token: process.env["ZITADEL_PAT"]!,
  });
  const count: number = snapshot.counts.grants;
  console.log(snapshot.organization.name, count);
} catch (error) {
  if (!(error instanceof SyncError)) throw error;
  console.log(error.code);
}
`;

const SERVER_PROGRAM = `
import { takeSnapshot } from "zitadel-sync";
import { createApp, createStore, createTokenCheck } from "zitadel-sync/server";

const store = createStore({
  sync: (run) =>
    takeSnapshot({
      instanceUrl: process.env["ZITADEL_INSTANCE_URL"]!,
      token: process.env["ZITADEL_PAT"]!,
      ...run,
    }),
});
await store.refresh().outcome;
const app = createApp({ store, verifyToken: createTokenCheck(["client"]) });
const ask = (path: string, token: string): Promise<Response> =>
  app.fetch(
    new Request(\`http://localhost\${path}\`, { headers: { authorization: \`Bearer \${token}\` } }),
  );
console.log((await ask("/v1/users", "other")).status);
const { users }: { users: unknown[] } = await (await ask("/v1/users?userName=ADA%20okafor", "client")).json();
console.log(users.length);
`;

/** A program whose `await`s stand in a function: CommonJS has none at the top. */
function inFunction(program: string): string {
  const imports = program.match(/^import .*$/gm)!.join("\n");
  return `${imports}\nvoid (async () => {${program.replaceAll(/^import .*$/gm, "")}})();\n`;
}

describe("full: npm", () => {
  it("the packed package installs into an empty folder and runs by npx", async () => {
    await using folder = await project();
    const run = (...args: string[]) =>
      started("npx", ["--no-install", "zitadel-sync", ...args], {
        cwd: folder.path,
        env: { PATH: Deno.env.get("PATH"), HOME: folder.at("home") },
      });
    assertMatch((await run("--version")).stdout, /^zitadel-sync \d+\.\d+\.\d+ \(commit /);
    assertStringIncludes((await run("demo", "--quiet")).stdout, "Who holds what");
  });

  it("the library of the package takes a snapshot on Node", async () => {
    await using folder = await project();
    await using zitadel = await listen(demoZitadel());
    const { outputText } = ts.transpileModule(PROGRAM, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    await writeFile(folder.at("program.js"), outputText);
    const run = async (ZITADEL_PAT: string) =>
      (await started("node", ["program.js"], {
        cwd: folder.path,
        env: { PATH: Deno.env.get("PATH"), ZITADEL_INSTANCE_URL: zitadel.url, ZITADEL_PAT },
      })).stdout;
    assertEquals(await run(DEMO_TOKEN), "Acme 54\n");
    assertEquals(await run("pat-that-nobody-knows"), "AUTH_REJECTED\n");
  });

  it("the endpoint of the package answers on Node as a part of another program", async () => {
    await using folder = await project();
    await using zitadel = await listen(demoZitadel());
    const { outputText } = ts.transpileModule(SERVER_PROGRAM, {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    await writeFile(folder.at("server.js"), outputText);
    const { stdout } = await started("node", ["server.js"], {
      cwd: folder.path,
      env: {
        PATH: Deno.env.get("PATH"),
        ZITADEL_INSTANCE_URL: zitadel.url,
        ZITADEL_PAT: DEMO_TOKEN,
      },
    });
    assertEquals(stdout, "401\n1\n");
  });

  const CONSUMERS: readonly (readonly [what: string, program: string])[] = [
    ["the library", PROGRAM],
    ["the library and its endpoint", SERVER_PROGRAM],
  ];
  for (const [what, program] of CONSUMERS) {
    it(`a program with ${what}, bundled to CommonJS by esbuild, runs on Node`, async () => {
      await using folder = await project();
      await using zitadel = await listen(demoZitadel());
      const bundled = folder.at("bundled.cjs");
      await writeFile(folder.at("program.ts"), inFunction(program));
      await build({
        entryPoints: [folder.at("program.ts")],
        bundle: true,
        platform: "node",
        format: "cjs",
        outfile: bundled,
        logLevel: "silent",
        tsconfigRaw: {},
      });
      await stop();
      const { stdout } = await started("node", [bundled], {
        env: {
          PATH: Deno.env.get("PATH"),
          ZITADEL_INSTANCE_URL: zitadel.url,
          ZITADEL_PAT: DEMO_TOKEN,
        },
      });
      assertEquals(stdout, program === PROGRAM ? "Acme 54\n" : "401\n1\n");
    });
  }

  it("the library needs no module of Node: a bundle for browsers has everything", async () => {
    await using folder = await project();
    await writeFile(folder.at("program.js"), 'export * from "zitadel-sync";\n');
    const { errors, outputFiles } = await build({
      entryPoints: [folder.at("program.js")],
      bundle: true,
      platform: "browser",
      format: "esm",
      write: false,
      logLevel: "silent",
    });
    await stop();
    assertEquals(errors, []);
    assert(!/\bfrom ?"node:|\brequire\(/.test(outputFiles[0]!.text));
  });

  it("an old Node is told that it is old, and the oldest that serves runs the demo", async () => {
    await using folder = await project();
    const run = (version: string, ...args: string[]) =>
      new Deno.Command("npx", {
        args: ["-y", "-p", `node@${version}`, "node", "node_modules/.bin/zitadel-sync", ...args],
        cwd: folder.path,
        stdin: "null",
      }).output();
    const decoder = new TextDecoder();
    const old = ["12.22.12", "18.20.8", "20.8.1"];
    const refused = await Promise.all(old.map((version) => run(version, "demo")));
    assertEquals(
      refused.map((
        { code, stdout, stderr },
      ) => [code, decoder.decode(stdout), decoder.decode(stderr)]),
      old.map((version) => [
        2,
        "",
        `error: zitadel-sync needs Node 20.9 or newer, and this is Node ${version}\n`,
      ]),
    );
    const { code, stdout } = await run("20.9.0", "demo", "--quiet");
    assertEquals(code, 0);
    assertStringIncludes(decoder.decode(stdout), "Who holds what");
  });

  it("the example in the package's README runs on Node", async () => {
    await using folder = await project();
    let asked = 0;
    const answering = demoZitadel();
    await using zitadel = await listen({
      fetch: (request) => {
        asked++;
        return answering.fetch(request);
      },
    });
    const text = await readFile(folder.at("node_modules/zitadel-sync/README.md"), "utf8");
    const examples = [...text.matchAll(/^```ts\n([^]*?)^```$/gm)]
      .flatMap(([, code]) => /from "zitadel-sync"/.test(code!) ? [code!] : []);
    assert(examples.length > 0);
    for (const example of examples) {
      const { outputText } = ts.transpileModule(
        example.replaceAll(/https:\/\/[\w.-]+\.zitadel\.cloud/g, zitadel.url),
        { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } },
      );
      await writeFile(folder.at("example.js"), outputText);
      asked = 0;
      const { stdout, stderr } = await started("node", ["example.js"], {
        cwd: folder.path,
        env: {
          PATH: Deno.env.get("PATH"),
          ZITADEL_INSTANCE_URL: zitadel.url,
          ZITADEL_PAT: DEMO_TOKEN,
        },
      });
      assertEquals([stderr, stdout !== "", asked > 0], ["", true, true], example);
    }
  });

  for (
    const [version, resolution] of [["5.0", "nodenext"], ["5.0", "node10"], ["5.7", "nodenext"]]
  ) {
    it(`the package's types check with TypeScript ${version} and ${resolution}, and bytes have the type that it knows`, async () => {
      await using folder = await project();
      const bytes = version === "5.0" ? "Uint8Array" : "Uint8Array<ArrayBuffer>";
      await writeFile(
        folder.at("program.ts"),
        `declare const process: { env: Record<string, string | undefined> };
import { type Snapshot as Given, streamSnapshot } from "zitadel-sync";
${PROGRAM}
export const stream = (given: Given): ReadableStream<${bytes}> => streamSnapshot(given);
${
          SERVER_PROGRAM.replace("takeSnapshot", "takeSnapshot as take").replace(
            "takeSnapshot(",
            "take(",
          )
        }`,
      );
      await writeFile(
        folder.at("tsconfig.json"),
        JSON.stringify({
          compilerOptions: {
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            noEmit: true,
            target: "es2022",
            module: resolution === "nodenext" ? resolution : "es2022",
            moduleResolution: resolution,
            types: [],
          },
          files: ["program.ts"],
        }),
      );
      const { code, stdout } = await new Deno.Command("npx", {
        args: ["-y", "-p", `typescript@${version}`, "tsc", "-p", "."],
        cwd: folder.path,
      }).output();
      assertEquals([code, new TextDecoder().decode(stdout)], [0, ""]);
    });
  }

  it("the package's types check in a fresh and strict TypeScript project", async () => {
    await using folder = await project();
    const diagnose = async (program: string) => {
      await writeFile(folder.at("program.ts"), program);
      const { types, ...options } = {
        types: [],
        strict: true,
        noEmit: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
      };
      const checked = ts.createProgram([folder.at("program.ts")], { ...options, types });
      return ts.getPreEmitDiagnostics(checked).map(({ messageText }) =>
        ts.flattenDiagnosticMessageText(messageText, "\n")
      );
    };
    // What a project without Node's own types has to say of itself.
    const process = "declare const process: { env: Record<string, string | undefined> };";
    const declared = `${process}\n${PROGRAM}`;
    assertEquals(await diagnose(declared), []);
    assertEquals(await diagnose(`${process}\n${SERVER_PROGRAM}`), []);
    const [wrong, ...others] = await diagnose(declared.replace("counts.grants", "counts.gants"));
    assertStringIncludes(wrong!, "'gants' does not exist on type 'Counts'");
    assertEquals(others, []);
  });

  it("the package says what it is, and holds only what it needs", async () => {
    await using folder = await project();
    const path = folder.at("node_modules/zitadel-sync");
    const { name, engines, bin, exports, dependencies, license, repository, bugs, homepage } = JSON
      .parse(
        await readFile(join(path, "package.json"), "utf8"),
      );
    assertEquals({ name, engines, bin, dependencies, license }, {
      name: "zitadel-sync",
      engines: { node: ">=20.9" },
      bin: { "zitadel-sync": "bin.cjs" },
      dependencies: undefined,
      license: "Apache-2.0",
    });
    assertEquals(exports, {
      ".": { types: "./mod.d.ts", default: "./mod.js" },
      "./server": { types: "./server.d.ts", default: "./server.js" },
      "./package.json": "./package.json",
    });
    assertEquals([repository.url, bugs, homepage], [
      "git+https://github.com/zitadel-sync/zitadel-sync.git",
      "https://github.com/zitadel-sync/zitadel-sync/issues",
      "https://github.com/zitadel-sync/zitadel-sync#readme",
    ]);
    const others = (await readdir(path)).filter((file) => !/\.js$/.test(file)).sort();
    assertEquals(others, [
      "LICENSE",
      "README.md",
      "THIRD-PARTY-LICENSES",
      "bin.cjs",
      "mod.d.ts",
      "package.json",
      "server.d.ts",
      "start.cjs",
      "zitadel-sync.1",
    ]);
  });
});
