import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";

/** The rooms of `src`, and which others each may look into. What stands in `src` itself is for all. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  snapshot: [],
  zitadel: [],
  sync: ["zitadel", "snapshot"],
  report: ["snapshot"],
  server: ["report", "sync", "zitadel", "snapshot"],
  demo: [],
  cli: ["demo", "server", "report", "sync", "zitadel", "snapshot"],
};

/** The rooms that any runtime of the web can run, and the packages that they may use. */
const CORE = ["snapshot", "zitadel", "sync"];
/** What the core imports; packages of types alone are gone once it runs. */
const CORE_PACKAGES = ["zod", "@types/sarif"];

/** What a runtime of the web need not have, and what only a program may use. */
const NOT_OF_THE_WEB =
  /(?<![\w.])(?:Deno|process|console|Buffer|require|setImmediate|__dirname)(?=[.([])/;

const ROOT = new URL("../../", import.meta.url).href;

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier?: string }; type?: { specifier?: string } }[];
}

/** All modules that can be reached from the entry points, with what each imports. */
async function readModules(): Promise<Map<string, string[]>> {
  const modules = new Map<string, string[]>();
  for (
    const entry of [
      "mod.ts",
      "server.ts",
      "cli.ts",
      "src/report/client/main.ts",
    ]
  ) {
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "compat/deno.ts", "info", "--json", entry],
      cwd: new URL(ROOT),
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const info: { modules: Module[] } = JSON.parse(new TextDecoder().decode(stdout));
    for (const { specifier, dependencies = [] } of info.modules) {
      if (!specifier.startsWith(ROOT)) continue;
      const imported = dependencies.flatMap(({ code, type }) => [code?.specifier, type?.specifier])
        .filter((target) => target !== undefined);
      modules.set(specifier.slice(ROOT.length), imported);
    }
  }
  return modules;
}

function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

const modules = await readModules();

async function listFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}${name}`;
    if (isDirectory) files.push(...await listFiles(`${path}/`));
    else if (path.endsWith(".ts")) files.push(path);
  }
  return files;
}

describe("project: layers", () => {
  it("every room of src is known, and every file of it is reached from an entry point", async () => {
    const files = await listFiles("src/");
    const rooms = new Set(files.map(roomOf).filter((room) => room !== undefined));
    assertEquals([...rooms].sort(), Object.keys(ROOMS).sort());
    assertEquals(files.filter((path) => !modules.has(path)), []);
  });

  it("no import runs up: each room looks only into those below it", () => {
    const wrong: string[] = [];
    for (const [path, imported] of modules) {
      if (!path.startsWith("src/")) continue;
      const room = roomOf(path);
      for (const target of imported) {
        if (!target.startsWith(ROOT)) continue;
        const other = roomOf(target.slice(ROOT.length));
        const allowed = room === other || other === undefined ||
          (room !== undefined && ROOMS[room]!.includes(other));
        if (!allowed || !/^(?:src|compat)\//.test(target.slice(ROOT.length))) {
          wrong.push(`${path} -> ${target}`);
        }
      }
    }
    assertEquals(wrong, []);
  });

  it("the core imports zod and nothing else, and uses what every runtime of the web has", async () => {
    const wrong: string[] = [];
    let files = 0;
    for (const [path, imported] of modules) {
      const room = roomOf(path);
      if (!path.startsWith("src/") || (room !== undefined && !CORE.includes(room))) continue;
      files++;
      for (const target of imported) {
        if (target.startsWith(ROOT)) continue;
        const name = /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(target)?.[1];
        if (name === undefined || !CORE_PACKAGES.includes(name)) wrong.push(`${path} -> ${target}`);
      }
      const source = await Deno.readTextFile(new URL(path, ROOT));
      const found = NOT_OF_THE_WEB.exec(withoutComments(source));
      if (found !== null) wrong.push(`${path}: ${found[0]}`);
    }
    assertEquals(wrong, []);
    assert(files > 40, `${files}`);
  });

  it("the core knows no command line: no text of it names a flag, a file of ours or an exit code", async () => {
    const wrong: string[] = [];
    for (const path of modules.keys()) {
      if (!CORE.includes(roomOf(path) ?? "") && path !== "src/errors.ts") continue;
      const source = await Deno.readTextFile(new URL(path, ROOT));
      const found = /(?<![\w-])--[a-z][a-z-]+|\bexit code|\bcommand line\b/.exec(
        withoutComments(source),
      );
      if (found !== null) wrong.push(`${path}: ${found[0]}`);
    }
    assertEquals(wrong, []);
  });

  it("no source cites a file that a reader does not have", async () => {
    const wrong: string[] = [];
    for (const path of modules.keys()) {
      const source = await Deno.readTextFile(new URL(path, ROOT));
      const found = /\b(?:zitadel-wire|design|style)\.md\b|\.\.\/shared\b/.exec(source);
      if (found !== null) wrong.push(`${path}: ${found[0]}`);
    }
    assertEquals(wrong, []);
  });

  function withoutComments(source: string): string {
    return source.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
  }
});
