import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { serializeSnapshot, takeSnapshot } from "../../mod.ts";
import { listBlocks, readDocument, sectionOf } from "../helpers/documents.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { RANDOM_TOKEN, randomSeed } from "../simulator/seeds/random_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

/** The lines that check a digest without this program, as the documents have them. */
async function commands(): Promise<string> {
  const text = sectionOf(await readDocument("docs/completeness.md"), "The digest by hand");
  return listBlocks(text)[0]!.code;
}

const CASES = [
  ["names of all kinds", demoSeed, DEMO_TOKEN],
  [
    "lists of several blocks",
    randomSeed({ users: 2_300, projects: 4, userGrants: 3_500 }),
    RANDOM_TOKEN,
  ],
] as const;

describe("full: digest", () => {
  for (const [name, seed, token] of CASES) {
    it(`the digest can be checked with jq and sha256sum: ${name}`, async () => {
      await using folder = await temporaryFolder();
      const snapshot = await takeSnapshot({
        instanceUrl: "http://127.0.0.1:1",
        token,
        runtime: { fetch: createSimulator({ seed }).fetch },
      });
      await writeFile(folder.at("access.json"), [...serializeSnapshot(snapshot)].join(""));
      const { stdout } = await promisify(execFile)("bash", ["-c", await commands()], {
        cwd: folder.path,
      });
      assertEquals(`sha256:${stdout.split(" ")[0]}`, snapshot.digest);
    });
  }
});
