import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { demoZitadel } from "../helpers/fake_io.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { builtBy } from "./launchers.ts";

const started = promisify(execFile);

/** An empty project into which the packed package was installed. */
async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const built = join(await builtBy("the Node package"), "..");
  await mkdir(folder.at("home"));
  const env = { PATH: Deno.env.get("PATH"), HOME: folder.at("home") };
  await writeFile(folder.at("package.json"), '{"type": "module", "private": true}');
  const packed = await started("npm", [
    "pack",
    "--silent",
    "--pack-destination",
    folder.path,
    built,
  ], { env });
  // Offline: it needs no other package.
  await started("npm", [
    ...["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts"],
    folder.at(packed.stdout.trim()),
  ], { cwd: folder.path, env });
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
    const { name, engines, bin, exports, dependencies, license } = JSON.parse(
      await readFile(join(path, "package.json"), "utf8"),
    );
    assertEquals({ name, engines, bin, dependencies, license }, {
      name: "zitadel-sync",
      engines: { node: ">=20" },
      bin: { "zitadel-sync": "cli.js" },
      dependencies: undefined,
      license: "Apache-2.0",
    });
    assertEquals(exports, {
      ".": { types: "./mod.d.ts", default: "./mod.js" },
      "./server": { types: "./server.d.ts", default: "./server.js" },
    });
    const others = (await readdir(path)).filter((file) => !/\.js$/.test(file)).sort();
    assertEquals(others, [
      "LICENSE",
      "README.md",
      "THIRD-PARTY-LICENSES",
      "mod.d.ts",
      "package.json",
      "server.d.ts",
      "zitadel-sync.1",
    ]);
  });
});
