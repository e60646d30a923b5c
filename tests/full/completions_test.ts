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
    compopt() { [[ $2 == nospace ]] || COMPREPLY=(FILES); }
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
    assertEquals(await inBash("completions", ""), ["bash", "zsh", "fish", "powershell"]);
    assertEquals(await inBash("completions", "bash", ""), [""]);
    assertEquals(await inBash("--quiet", "diff", ""), ["FILES"]);
  });

  it("bash goes on after a comma, without what is there already", async () => {
    for (const words of [["sync", "--include"], ["sync", "--include", "="]]) {
      assertEquals(await inBash(...words, "cr"), ["credentials"]);
      assertEquals(await inBash(...words, "administrators,"), [
        "administrators,credentials",
        "administrators,history",
      ]);
      assertEquals(await inBash(...words, "history,administrators,c"), [
        "history,administrators,credentials",
      ]);
    }
  });

  it("bash offers review apply, then files, whatever options stand between", async () => {
    assertEquals(await inBash("review", ""), ["apply"]);
    assertEquals(await inBash("review", "--snapshot", "apply", ""), ["apply"]);
    assertEquals(await inBash("review", "--out=x", "apply", ""), ["FILES"]);
    assertEquals(await inBash("review", "apply", "one.csv", "--json", "two"), ["FILES"]);
    assertEquals(await inBash("help", "sync", ""), [""]);
  });

  it("bash completes exactly the options that each command takes", async () => {
    for (const { name, options } of await loadCommands()) {
      const names = Object.values(options).map(({ name }) => `--${name}`);
      assertEquals(await inBash(name, "-"), names);
    }
  });

  it("fish completes commands, options, and values", async () => {
    const script = await scriptFor("fish");
    const found = async (line: string) =>
      (await shell("fish", `${script}\ncomplete -C '${line}'`)).trim().split("\n")
        .map((found) => found.split("\t"));
    const complete = async (line: string) => (await found(line)).map(([word]) => word ?? "").sort();
    assertEquals(await complete("zitadel-sync s"), ["schema", "serve", "sync"]);
    assertEquals(await complete("zitadel-sync diff --format "), [
      "json",
      "jsonl",
      "markdown",
      "text",
    ]);
    assertEquals(await complete("zitadel-sync redact --key"), ["--key-file"]);
    const shells = ["bash", "fish", "powershell", "zsh"];
    assertEquals(await complete("zitadel-sync completions "), shells);
    assertEquals(await complete("zitadel-sync review "), ["apply"]);
    assertEquals(await complete("zitadel-sync review --out x "), ["apply"]);
    assertEquals(await complete("zitadel-sync help snyc --ou"), [""]);
    for (const option of ["--include=", "--include "]) {
      const prefix = option.endsWith("=") ? option : "";
      assertEquals(await complete(`zitadel-sync sync ${option}administrators,`), [
        `${prefix}administrators,credentials`,
        `${prefix}administrators,history`,
      ]);
    }
    await using folder = await temporaryFolder();
    await writeFile(folder.at("decisions.csv"), "");
    const files = await shell(
      "fish",
      `cd ${folder.path}; ${script}\ncomplete -C 'zitadel-sync review apply '`,
    );
    assertEquals(files.trim(), "decisions.csv");
    assertEquals(await found("zitadel-sync export --format c"), [
      ["c1-csv", "the file that ConductorOne's baton-file takes"],
      ["csv", "a grant a row"],
    ]);
    assertEquals(await found("zitadel-sync help ser"), [
      ["serve", "Serve the snapshot over HTTP, and keep it fresh"],
    ]);
    assertEquals(await found("zitadel-sync sync --include cred"), [
      ["credentials", "tokens and keys of machines, without the secrets"],
    ]);
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
    const about = "Serve the snapshot over HTTP, and keep it fresh";
    assertStringIncludes(await complete("zitadel-sync s", about), about);
    assertStringIncludes(await complete("zitadel-sync export --format ", "xlsx"), "c1-csv");
    const refresh = "--refresh-interval";
    assertStringIncludes(await complete("zitadel-sync serve --ref", refresh), refresh);
    const csv = "a grant a row";
    assertStringIncludes(await complete("zitadel-sync export --format ", csv), csv);
    const keys = "tokens and keys of machines, without the secrets";
    assertStringIncludes(await complete("zitadel-sync sync --include administrators,", keys), keys);
    assertStringIncludes(await complete("zitadel-sync sync --include=administrators,", keys), keys);
    const apply = "read the returned files";
    assertStringIncludes(await complete("zitadel-sync review ", apply), apply);
    assertStringIncludes(await complete("zitadel-sync review apply fun", "functions"), "functions");
    const serve = "Serve the snapshot over HTTP";
    assertStringIncludes(await complete("zitadel-sync help ser", serve), serve);
  });

  it("zsh's script says what to do where it is sourced before compinit", async () => {
    await using folder = await temporaryFolder();
    await writeFile(folder.at("completions.zsh"), await scriptFor("zsh"));
    const said = await shell("zsh", `source $PWD/completions.zsh 2>&1`, [], folder.path);
    assertEquals(
      said,
      "zitadel-sync: the completions of zsh are not on yet. Write this line before: " +
        "autoload -Uz compinit && compinit\n",
    );
    const after = await shell(
      "zsh",
      `autoload -Uz compinit; compinit -u -d $PWD/cache
      source $PWD/completions.zsh 2>&1; print $_comps[zitadel-sync]`,
      [],
      folder.path,
    );
    assertEquals(after, "_zitadel_sync\n");
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
