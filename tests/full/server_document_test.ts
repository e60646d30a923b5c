import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { listBlocks, readDocument, sectionOf } from "../helpers/documents.ts";
import { demoZitadel } from "../helpers/fake_io.ts";
import { prepareStart, RUNTIMES } from "../helpers/server_process.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { listen } from "../simulator/listen.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { parseSnapshot } from "../../src/snapshot/parse.ts";

/** The shell blocks that start the server and ask it. */
async function blocksOfDocument(): Promise<string[]> {
  const section = sectionOf(await readDocument("docs/server.md"), "Start and ask");
  return listBlocks(section).map(({ code }) => code);
}

describe("full: server readme", () => {
  for (const runtime of RUNTIMES) {
    it(`the server's commands in its document run as they stand, on ${runtime}`, async () => {
      await using folder = await temporaryFolder();
      await using zitadel = await listen(demoZitadel());
      const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const { port } = free.addr;
      free.close();
      // An instance and a port that others do not use; everything else as it is written.
      const [start, ask] = (await blocksOfDocument()).map((block) =>
        block.replaceAll("https://acme.zitadel.cloud", zitadel.url).replaceAll(":8080", `:${port}`)
          .replace("--state", `--listen 127.0.0.1:${port} --state`)
          .replace(/^zitadel-sync serve/m, "exec zitadel-sync serve")
      );
      await writeFile(folder.at("pat.txt"), DEMO_TOKEN, { mode: 0o600 });
      await mkdir(folder.at("bin"));
      const starter = await prepareStart(runtime);
      await writeFile(folder.at("bin/zitadel-sync"), `#!/bin/sh\nexec ${starter.join(" ")} "$@"\n`);
      await chmod(folder.at("bin/zitadel-sync"), 0o755);
      const shell = (script: string) =>
        new Deno.Command("sh", {
          args: ["-eu", "-c", script],
          cwd: folder.path,
          env: { PATH: `${folder.at("bin")}:${Deno.env.get("PATH")}` },
          stdin: "null",
          stdout: "piped",
          stderr: "piped",
        });
      const server = shell(start!).spawn();
      const log = server.stderr.pipeThrough(new TextDecoderStream()).getReader();
      let logged = "";
      while (!logged.includes("listening on")) {
        const { done, value } = await log.read();
        assert(!done, logged);
        logged += value;
      }
      const { success, stdout, stderr } = await shell(ask!).output();
      server.kill("SIGTERM");
      for (let rest = await log.read(); !rest.done; rest = await log.read()) logged += rest.value;
      await server.stdout.cancel();
      const text = new TextDecoder().decode(stdout);
      assert(success, new TextDecoder().decode(stderr) + logged);
      assertEquals((await server.status).code, 0);
      const snapshot = parseSnapshot(await readFile(folder.at("access.json"), "utf8"));
      assertEquals(snapshot.counts.grants, 54);
      assertMatch(text, /^\{"status":"ready"\}\n(?:"[^"]+"\n)*"Ada Okafor"\n/);
      assertMatch(text, /\nproject:\d+:stock:write\n/);
      assertMatch(text, /\{"status":"succeeded",/);
      assertMatch(text, /\nzitadel_sync_snapshot_rows\{list="grants"\} 54\n/);
    });
  }
});
