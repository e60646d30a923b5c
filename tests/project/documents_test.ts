import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, normalize } from "node:path";
import { EXIT_CODES } from "../../src/cli/exit_codes.ts";
import { COMMAND_NAMES } from "../../src/cli/command_names.ts";
import { compatFlags } from "../../compat/deno.ts";
import {
  computeDigest,
  FINDING_RULES,
  parseAllowList,
  parseSnapshot,
  snapshotSchema,
  SyncError,
  type SyncErrorCode,
  toSarif,
} from "../../mod.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import {
  anchorsOf,
  listBlocks,
  proseOf,
  readDocument,
  readDocuments,
  ROOT,
} from "../helpers/documents.ts";

const DOCUMENTS = await readDocuments();
const README = await readDocument("README.md");

function example(text: string, language: string): string {
  return listBlocks(text).find((block) => block.language === language)!.code;
}

/** A program as an example imports the package, for this checkout. */
function here(code: string): string {
  return code
    .replaceAll('"zitadel-sync"', JSON.stringify(new URL("../../mod.ts", import.meta.url).href))
    .replaceAll(
      '"zitadel-sync/server"',
      JSON.stringify(new URL("../../server.ts", import.meta.url).href),
    );
}

describe("project: documents", () => {
  it("README and ARCHITECTURE are as short as they promise to be", async () => {
    const lines = (text: string) => text.trimEnd().split("\n").length;
    assert(lines(README) <= 250, `README has ${lines(README)} lines`);
    const architecture = lines(await readDocument("ARCHITECTURE.md"));
    assert(architecture <= 110, `ARCHITECTURE has ${architecture} lines`);
    const { size } = await Deno.stat(join(ROOT, "docs/report.png"));
    assert(size < 150_000, `the picture has ${size} bytes`);
  });

  it("each link leads to a file, and each anchor to a heading", () => {
    const texts = new Map(DOCUMENTS.map(({ name, text }) => [name, text]));
    const broken = DOCUMENTS.flatMap(({ name, text }) =>
      [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => {
        if (/^https:/.test(target!)) return [];
        const [path, anchor] = target!.split("#");
        const file = path === "" ? name : normalize(join(name, "..", path!));
        if (!existsSync(join(ROOT, file))) return [`${name}: ${target}`];
        if (anchor === undefined) return [];
        return anchorsOf(texts.get(file) ?? "").has(anchor) ? [] : [`${name}: ${target}`];
      })
    );
    assertEquals(broken, []);
  });

  it("each file and folder that ARCHITECTURE and CONTRIBUTING name is there", async () => {
    const files = (await Promise.all(
      ["src", "tests", "tools", "compat"].map(async (folder) =>
        (await readdir(join(ROOT, folder), { recursive: true })).map((file) => `/${folder}/${file}`)
      ),
    )).flat();
    const texts = [await readDocument("ARCHITECTURE.md"), await readDocument("CONTRIBUTING.md")];
    const named = texts.flatMap((text) =>
      [...text.matchAll(/`((?:src|tests|tools|compat)\/[\w./-]*|[\w/-]+\.ts)`/g)]
        .map(([, name]) => name!.replace(/\/$/, ""))
    ).filter((name) => !existsSync(join(ROOT, name)) && !/^tests\/[xy]\b|^src\/x/.test(name));
    assertEquals(named.filter((name) => !files.some((file) => file.endsWith(`/${name}`))), []);
  });

  it("README's table leads to each document", () => {
    const linked = new Set([...README.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target));
    const documents = DOCUMENTS.map(({ name }) => name)
      .filter((name) => name !== "README.md" && !name.startsWith("examples/"));
    assertEquals(documents.filter((name) => !linked.has(name)), []);
  });

  it("no sentence stands in two documents", () => {
    const seen = new Map<string, string>();
    const twice: string[] = [];
    for (const { name, text } of DOCUMENTS) {
      if (name === "CHANGELOG.md") continue;
      const prose = proseOf(text).replaceAll(/\s+/g, " ");
      for (const sentence of new Set(prose.split(/(?<=[.:;|]) |[|]|- /))) {
        const words = sentence.trim().toLowerCase();
        if (words.length < 60 || !/[a-z]/.test(words)) continue;
        const other = seen.get(words);
        if (other !== undefined) twice.push(`${other} and ${name}: ${sentence}`);
        seen.set(words, name);
      }
    }
    assertEquals(twice, []);
  });

  it("no sentence begins with a relative clause", () => {
    const begun = DOCUMENTS.flatMap(({ name, text }) => {
      // The texts of rules are those of the program.
      const prose = proseOf(text.replace(/<!-- made from[^]*<!-- end -->/, "")).replaceAll(
        "\n",
        " ",
      );
      return [...prose.matchAll(/(?:^|[.:;] +|- )((?:What|Who|Whoever|Whatever|Of) [^.?:]*[.?:])/g)]
        .flatMap(([, sentence]) => sentence!.endsWith("?") ? [] : [`${name}: ${sentence}`]);
    });
    assertEquals(begun, []);
  });

  it("each command is explained in the documents", () => {
    const all = DOCUMENTS.map(({ text }) => text).join("\n");
    const named = (name: string) =>
      new RegExp(`(zitadel-sync|\`|, )${name}\\b`).test(all.replaceAll("\n", " "));
    assertEquals(COMMAND_NAMES.filter((name) => !named(name)), []);
  });

  it("the table of exit codes is the program's", async () => {
    const errors = await readDocument("docs/errors.md");
    const rows = [...errors.matchAll(/^\| (\d+)(?:, \d+)? *\| `([A-Z_]+)` *\|/gm)]
      .map(([, exit, code]) => [code, Number(exit)] as const);
    assertEquals(Object.fromEntries(rows), { ...EXIT_CODES });
  });

  it("each rule of findings has its section, where SARIF looks for it", async () => {
    const anchors = anchorsOf(await readDocument("docs/findings.md"));
    assertEquals(Object.keys(FINDING_RULES).filter((rule) => !anchors.has(rule)), []);
    const { runs } = toSarif({
      tool: { name: "zitadel-sync", version: "0.0.0" },
      snapshotUri: "access.json",
      open: [],
      allowed: [],
    }) as { runs: { tool: { driver: { rules: { id: string; helpUri: string }[] } } }[] };
    assertEquals(
      runs[0]!.tool.driver.rules.map(({ helpUri }) => helpUri),
      Object.keys(FINDING_RULES).map((rule) =>
        `https://github.com/zitadel-sync/zitadel-sync/blob/main/docs/findings.md#${rule}`
      ),
    );
  });

  it("the table of notes has each code of the schema", async () => {
    const codes = JSON.stringify(snapshotSchema()).matchAll(/"code":\{[^}]*"const":"([a-z-]+)"/g);
    const known = [...codes].map(([, code]) => code!);
    const text = await readDocument("docs/snapshot.md");
    assert(known.length > 10, known.join());
    assertEquals(known.filter((code) => !text.includes(`\`${code}\``)), []);
  });

  it("the table of problems has each code that the server answers by itself", async () => {
    const folder = join(ROOT, "src/server");
    const sources = await Promise.all(
      (await readdir(folder)).map((file) => Deno.readTextFile(join(folder, file))),
    );
    const codes = sources.join("\n").matchAll(/problem\(\s*(\d+),\s*"([A-Z_]+)"/g);
    const answered = Array.from(codes, ([, status, code]) => `${status} ${code}`).sort();
    const table = (await readDocument("docs/server.md")).matchAll(/^\| (\d+) +\| `([A-Z_]+)` /gm);
    assert(answered.length > 8);
    assertEquals(
      Array.from(table, ([, status, code]) => `${status} ${code}`).sort(),
      [...new Set(answered)],
    );
  });

  it("the snapshot that is shown is one, and its digest fits", async () => {
    const snapshot = parseSnapshot(example(await readDocument("docs/snapshot.md"), "json"));
    assertEquals(await computeDigest(snapshot), snapshot.digest);
  });

  it("the file of accepted findings that is shown is one", async () => {
    const text = example(await readDocument("docs/findings.md"), "json");
    assertEquals(parseAllowList(text).map(({ reason }) => reason), [
      "Auditor of 2026",
      "Roles for the spring release",
    ]);
  });

  it("all examples type-check, and README's fails as it says without a token", async () => {
    await using folder = await temporaryFolder();
    const programs = DOCUMENTS.flatMap(({ name, text }) =>
      listBlocks(text).filter(({ language }) => language === "ts")
        .map(({ code }, index) => ({
          name: `${name.replaceAll(/\W/g, "_")}_${index}.ts`,
          code: here(code),
        }))
    );
    for (const { name, code } of programs) await Deno.writeTextFile(folder.at(name), code);
    assert(programs.length > 4);
    const flags = await compatFlags("runtime");
    const deno = async (...args: string[]) => {
      const { stderr, code } = await new Deno.Command(Deno.execPath(), {
        args,
        env: { ZITADEL_PAT: " ", NO_COLOR: "1" },
        stdout: "piped",
        stderr: "piped",
      }).output();
      return { text: new TextDecoder().decode(stderr), exit: code };
    };
    const checked = await deno(
      "check",
      "--quiet",
      ...flags,
      ...programs.map(({ name }) => folder.at(name)),
    );
    assertEquals(checked, { text: "", exit: 0 });
    const { text, exit } = await deno(
      "run",
      "--quiet",
      ...flags,
      "--allow-env",
      folder.at("README_md_0.ts"),
    );
    assertEquals(exit, 0, text);
    const expected: SyncErrorCode = new SyncError("CONFIG_INVALID", "").code;
    assert(text.startsWith(expected), text);
  });
});
