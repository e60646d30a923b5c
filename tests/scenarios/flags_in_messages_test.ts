import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import ts from "typescript";
import { CliError, describeError, FLAGS, toFlags } from "../../src/cli/errors.ts";
import { loadCommands } from "../../src/cli/commands.ts";
import { SyncError } from "../../src/errors.ts";

const ROOT = new URL("../../", import.meta.url);

/** The rooms whose callers have no command line. */
const CORE = ["src/zitadel", "src/sync", "src/snapshot"];

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sourceFiles(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/** What a file may say to somebody: its string and template literals, as they read when they run. */
async function texts(path: string): Promise<string[]> {
  const source = await Deno.readTextFile(new URL(path, ROOT));
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) found.push(node.text);
    if (ts.isTemplateExpression(node)) {
      found.push(
        node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join(""),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest));
  return found;
}

const said: { path: string; text: string }[] = [];
for (const folder of CORE) {
  for await (const path of sourceFiles(folder)) {
    said.push(...(await texts(path)).map((text) => ({ path, text })));
  }
}

describe("cli: flags", () => {
  it("no text of the core names a flag", () => {
    assertEquals(said.filter(({ text }) => /(?:^|[\s(`"])--?[a-z]/.test(text)), []);
  });

  it("every option that a hint of the core names between backticks has a flag", () => {
    const named = new Set(
      said.flatMap(({ text }) => [...text.matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name!)),
    );
    assertEquals([...named].filter((name) => !Object.hasOwn(FLAGS, name)), []);
  });

  it("every flag that stands for an option of the library is one of the command line", async () => {
    const names = (await loadCommands()).flatMap(({ options }) =>
      Object.values(options).map(({ name }) => `--${name}`)
    );
    assertEquals(Object.values(FLAGS).filter((flag) => !names.includes(flag)), []);
  });

  const HINTS: [hint: string, expected: string][] = [
    ["Check `organizationId`", "Check --org-id"],
    ['For example `organizationId: "123"`', "For example --org-id 123"],
    ["`allowHttp: true` allows it", "--allow-http allows it"],
    ["`timeoutMs`, or `pageSize`", "--timeout, or --page-size"],
    ["Write `toString` or `other: 1`", "Write `toString` or `other: 1`"],
  ];

  for (const [hint, expected] of HINTS) {
    it(`the hint ${JSON.stringify(hint)} becomes ${JSON.stringify(expected)}`, () => {
      assertEquals(toFlags(hint), expected);
    });
  }

  it("an error is told with its code, its hint in flags and its details", () => {
    const details = { status: 403, errorId: "AUTH-Bs7Ds" };
    assertEquals(
      describeError(
        new SyncError("ORG_NOT_FOUND", "No `pageSize`", { hint: "Check `pageSize`", details }),
      ),
      { code: "ORG_NOT_FOUND", message: "No `pageSize`", hint: "Check --page-size", details },
    );
    assertEquals(describeError(new CliError("SHRUNK", "Less", { hint: "Add `pageSize`" })), {
      code: "SHRUNK",
      message: "Less",
      hint: "Add `pageSize`",
    });
    assertEquals(describeError("x").code, "INTERNAL");
  });
});
