import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { loadCommands } from "../../src/cli/commands.ts";
import { run } from "../helpers/fake_io.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

/** No shell takes longer over one completion, in milliseconds. */
const TIMEOUT = 60_000;

async function shell(program: string, script: string, args: string[] = [], cwd = "/") {
  const options = { timeout: TIMEOUT, cwd };
  return (await promisify(execFile)(program, ["-c", script, program, ...args], options)).stdout;
}

async function scriptFor(name: string): Promise<string> {
  const { code, stdout } = await run(["completions", name]);
  assertEquals(code, 0);
  return stdout;
}

async function inBash(...words: string[]): Promise<string[]> {
  const stdout = await shell(
    "bash",
    `${await scriptFor("bash")}
    compopt() { COMPREPLY=(FILES); }
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _zitadel_sync
    printf '%s\\n' "\${COMPREPLY[@]}"`,
    ["zitadel-sync", ...words],
  );
  return stdout.trim().split("\n");
}

describe("full: completions", () => {
  it("bash completes commands, options, and values", async () => {
    assertEquals(await inBash("s"), ["sync", "serve", "schema"]);
    assertEquals(await inBash("sync", "--log-level", ""), ["debug", "info", "warn", "error"]);
    assertEquals(await inBash("diff", "--format", "=", "j"), ["json", "jsonl"]);
    assertEquals(await inBash("export", "--format", "c"), ["csv", "c1-csv"]);
    assertEquals(await inBash("sync", "--out", ""), ["FILES"]);
    assertEquals(await inBash("sync", "--org-id", ""), [""]);
    assertEquals(await inBash("completions", ""), ["bash", "zsh", "fish"]);
    assertEquals(await inBash("--quiet", "diff", ""), ["FILES"]);
  });

  it("bash completes exactly the options that each command takes", async () => {
    for (const { name, options } of await loadCommands()) {
      const names = Object.values(options).map(({ name }) => `--${name}`);
      assertEquals(await inBash(name, "-"), names);
    }
  });

  it("fish completes commands, options, and values", async () => {
    const script = await scriptFor("fish");
    const complete = async (line: string) =>
      (await shell("fish", `${script}\ncomplete -C '${line}'`)).trim().split("\n")
        .map((found) => found.split("\t")[0]).sort();
    assertEquals(await complete("zitadel-sync s"), ["schema", "serve", "sync"]);
    assertEquals(await complete("zitadel-sync diff --format "), [
      "json",
      "jsonl",
      "markdown",
      "text",
    ]);
    assertEquals(await complete("zitadel-sync redact --key"), ["--key-file"]);
    assertEquals(await complete("zitadel-sync completions "), ["bash", "fish", "zsh"]);
  });

  it("zsh completes commands with what they do, and values", async () => {
    await using folder = await temporaryFolder();
    await mkdir(folder.at("functions"));
    await writeFile(folder.at("functions/_zitadel-sync"), await scriptFor("zsh"));
    // A terminal, since zsh completes nowhere else; it is read until what should come has come.
    const complete = (line: string, expected: string) =>
      shell(
        "zsh",
        `zmodload zsh/zpty
      zpty shell zsh -f -i
      zpty -w shell "PS1=; fpath=($PWD/functions \\$fpath); autoload -Uz compinit;" \\
        "compinit -u -d $PWD/cache; bindkey '^I' list-choices; echo REA''DY"
      zpty -r shell text '*READY*'
      zpty -w -n shell "$1"$'\\t'
      zpty -r shell text "*$2*"
      print -r -- "$text"
      zpty -d shell`,
        [line, expected],
        folder.path,
      );
    const about = "Answer the snapshot over HTTP, and keep it fresh";
    assertStringIncludes(await complete("zitadel-sync s", about), about);
    assertStringIncludes(await complete("zitadel-sync export --format ", "xlsx"), "c1-csv");
    const refresh = "--refresh-interval";
    assertStringIncludes(await complete("zitadel-sync serve --ref", refresh), refresh);
  });

  it("another shell is refused by name", async () => {
    const { code, stdout, stderr } = await run(["completions", "tcsh"]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(
      stderr,
      'There are no completions for "tcsh"\nhint: The shells are: bash, ',
    );
  });
});
