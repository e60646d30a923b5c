import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { stringifySnapshot } from "../../mod.ts";
import { listBlocks, readDocuments, ROOT } from "../helpers/documents.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { demoSnapshot, earlierDemoSnapshot } from "../helpers/report_snapshots.ts";
import { prepareStart } from "../helpers/server_process.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";

/** Blocks that no test can run, by the reasons that the documents give. */
const REASONS = [
  "downloads a release",
  "needs DuckDB",
  "needs Terraform, its provider and an instance",
  "needs cosign and a key",
];

/** The instance of the documents. */
const INSTANCE = "https://acme.zitadel.cloud";

/** A script that serves until it is told to end. */
const SERVES = /^zitadel-sync (serve|demo --serve)/m;

/** A command in a document, and what it shows of the output; a line `...` stands for any lines. */
interface Shown {
  command: string;
  output: string[];
}

function listShown(code: string): Shown[] {
  return code.split(/^\$ /m).slice(1).map((part) => {
    const [command, ...output] = part.trimEnd().split("\n");
    return { command: command!, output };
  });
}

function matches(output: readonly string[], shown: readonly string[]): boolean {
  const lines = shown.map((line) => line === "..." ? "(?:.*\\n)*?" : `${RegExp.escape(line)} *\\n`);
  return new RegExp(`^${lines.join("")}$`).test(output.join("\n").trimEnd() + "\n");
}

/** A shell in a folder of its own, with the program, as somebody has it who follows a document. */
interface Shell extends AsyncDisposable {
  /** Runs a script, and fails where it fails; one that serves goes on in the background. */
  run(script: string): Promise<void>;
  /** Runs a command, and answers what it wrote: to standard output, and to both. */
  show(command: string): Promise<string[]>;
}

async function openShell(folder: TemporaryFolder, instanceUrl: string): Promise<Shell> {
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = free.addr;
  free.close();
  await mkdir(folder.at("bin"));
  const starter = await prepareStart("deno", "tests/helpers/dated_cli.ts");
  const programs = {
    "zitadel-sync": `#!/bin/sh\nexec ${starter.join(" ")} "$@"\n`,
    // A checkout's tasks run in the checkout.
    npx: `#!/bin/sh\nshift 2\ncd ${ROOT} && exec ${Deno.execPath()} "$@"\n`,
  };
  for (const [name, program] of Object.entries(programs)) {
    await writeFile(folder.at(`bin/${name}`), program);
    await chmod(folder.at(`bin/${name}`), 0o755);
  }
  await writeFile(folder.at("january.json"), stringifySnapshot(await earlierDemoSnapshot()));
  await writeFile(folder.at("march.json"), stringifySnapshot(await demoSnapshot()));
  const environment: Record<string, string> = {
    PATH: `${folder.at("bin")}:${Deno.env.get("PATH")}`,
    HOME: folder.path,
    ZITADEL_SYNC_LISTEN: `127.0.0.1:${port}`,
  };
  const start = (script: string) =>
    new Deno.Command("sh", {
      args: [
        "-eu",
        "-c",
        script.replaceAll(INSTANCE, instanceUrl).replaceAll(
          ":8080",
          `:${port}`,
        ),
      ],
      cwd: folder.path,
      env: environment,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  /** Ends it with what is typed: the token, where a document says to paste it. */
  const finish = async (child: Deno.ChildProcess) => {
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode(`${DEMO_TOKEN}\n`)).catch(() => {});
    await input.close().catch(() => {});
    const { success, stdout, stderr } = await child.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { success, out: out!, err: err! };
  };
  const servers: { child: Deno.ChildProcess; drained: Promise<unknown> }[] = [];
  const serve = async (script: string) => {
    const child = start(`exec 2>&1\n${script.replace(SERVES, "exec zitadel-sync $1")}`);
    await child.stdin.close();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let log = "";
    while (!/listening on|answers at/.test(log)) {
      const { done, value } = await lines.read();
      assert(!done, log);
      log += value;
    }
    const drained = (async () => {
      while (!(await lines.read()).done);
      await child.stderr.cancel();
    })();
    servers.push({ child, drained });
  };
  return {
    async run(script) {
      for (const [, name, value] of script.matchAll(/^export (\w+)=(\S+)$/gm)) {
        environment[name!] = value!;
      }
      if (SERVES.test(script)) return await serve(script);
      const { success, err } = await finish(start(script));
      assert(success, `${script}\n${err}`);
    },
    async show(command) {
      const { out, err } = await finish(start(`{ ${command}; } 2>both.txt`));
      const both = await Deno.readTextFile(folder.at("both.txt"));
      return [out, `${both}${out}`, err];
    },
    async [Symbol.asyncDispose]() {
      for (const { child, drained } of servers) {
        child.kill("SIGTERM");
        await drained;
        assertEquals((await child.status).code, 0);
      }
    },
  };
}

const DOCUMENTS = (await readDocuments()).map(({ name, text }) => ({
  name,
  blocks: listBlocks(text).filter(({ language, code }) =>
    language === "sh" || language === "text" && code.startsWith("$ ")
  ),
}));

describe("full: documents", () => {
  it("only blocks that no test can run are not run", () => {
    const reasons = DOCUMENTS.flatMap(({ blocks }) => blocks.flatMap(({ notRun }) => notRun ?? []));
    assertEquals([...new Set(reasons)].sort(), REASONS);
  });

  for (const { name, blocks } of DOCUMENTS) {
    if (blocks.length === 0) continue;
    it(`the commands in ${name} run as they stand, and print what it shows`, async () => {
      await using folder = await temporaryFolder();
      await using zitadel = await listen(demoZitadel());
      await using shell = await openShell(folder, zitadel.url);
      await writeFile(folder.at("pat.txt"), DEMO_TOKEN, { mode: 0o600 });
      for (const { language, code, notRun } of blocks) {
        if (notRun !== undefined) continue;
        if (language === "sh") {
          await shell.run(code);
          continue;
        }
        for (const { command, output } of listShown(code)) {
          const written = await shell.show(command);
          const shown = output.map((line) => line.replaceAll(INSTANCE, zitadel.url));
          const fits = written.some((text) => matches(text.split("\n"), shown));
          assert(fits, `$ ${command}\n${written[1]}\nbut shown is\n${output.join("\n")}`);
        }
      }
    });
  }
});
