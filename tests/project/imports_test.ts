import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { compatFlags } from "../../compat/deno.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const ROOT = new URL("../../", import.meta.url);

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(new URL(path, ROOT)));
}

async function run(args: string[], env: Record<string, string> = {}) {
  const { COMPAT_STD: _, ...inherited } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    clearEnv: true,
    env: { ...inherited, NO_COLOR: "1", ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A server in the place of JSR, and the number of requests that it got. */
function serveJsr(answer: (signal: AbortSignal) => Promise<Response>) {
  let asked = 0;
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    asked++;
    return answer(request.signal);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}/`,
    asked: () => asked,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const silent = (signal: AbortSignal) =>
  new Promise<Response>((resolve) =>
    signal.addEventListener("abort", () => resolve(new Response(null, { status: 503 })))
  );

describe("project: imports", () => {
  it("deno.json names what the program imports, and nothing else", async () => {
    const used = new Set<string>();
    for (const entry of ["cli.ts", "mod.ts", "server.ts"]) {
      const { code, stdout, stderr } = await run(
        ["info", ...await compatFlags("runtime"), "--json", entry],
      );
      assertEquals(code, 0, stderr);
      const { modules }: { modules: { specifier: string }[] } = JSON.parse(stdout);
      for (const { specifier } of modules) {
        const npm = /^npm:\/?((?:@[^/]+\/)?[^@/]+)/.exec(specifier)?.[1];
        if (npm !== undefined) used.add(npm);
        if (/\/compat\/parse_args\.ts$|@std\/cli/.test(specifier)) used.add("@std/cli");
      }
    }
    const { imports }: { imports: Record<string, string> } = await readJson("deno.json");
    const named = Object.values(imports).map((target) =>
      /^(?:npm|jsr):((?:@[^/]+\/)?[^@]+)/.exec(target)![1]!
    );
    assertEquals([...used].sort(), named.sort());
  });

  it("the lock of tests and tools has the facts of deno.lock, so that what is tested is what runs", async () => {
    const [own, all] = await Promise.all(["deno.lock", "tests/deno.lock"].map(readJson));
    for (const part of ["specifiers", "jsr", "npm"]) {
      for (const [key, facts] of Object.entries(own[part])) {
        assertEquals(all[part][key], facts, key);
      }
    }
    assertEquals(all.workspace, own.workspace);
  });

  it("files of tests and tools are formatted, linted and checked by the settings of deno.json", async () => {
    const root = await readJson("deno.json");
    for (const folder of ["tests", "tools"]) {
      const { compilerOptions, lint, fmt } = await readJson(`${folder}/deno.json`);
      assertEquals({ compilerOptions, lint, lineWidth: fmt.lineWidth }, {
        compilerOptions: root.compilerOptions,
        lint: root.lint,
        lineWidth: root.fmt.lineWidth,
      });
    }
  });

  const BROKEN: readonly (readonly [what: string, answer: typeof silent])[] = [
    ["never answers", silent],
    ["answers, but has no packages", () => Promise.resolve(new Response("{}"))],
    ["is a page to log in on", () => Promise.resolve(new Response("<html>", { status: 200 }))],
    ["fails", () => Promise.resolve(new Response(null, { status: 502 }))],
  ];
  for (const [what, answer] of BROKEN) {
    it(`where JSR ${what}, the stand-ins serve, and the launcher says so`, async () => {
      await using jsr = serveJsr(answer);
      await using folder = await temporaryFolder();
      await Deno.writeTextFile(
        folder.at("program.ts"),
        `import { parseArgs } from "@std/cli/parse-args";\n` +
          `console.log(parseArgs(["--out=a"], { string: ["out"] }).out);\n`,
      );
      const { code, stdout, stderr } = await run(
        ["run", "-A", "compat/deno.ts", "--runtime", "run", folder.at("program.ts")],
        { JSR_URL: jsr.url },
      );
      assertEquals([code, stdout], [0, "a\n"], stderr);
      assertStringIncludes(stderr, "compat: JSR cannot be reached; compat/ stands in for @std\n");
      assertEquals(jsr.asked() > 0, true);
    });
  }
});
