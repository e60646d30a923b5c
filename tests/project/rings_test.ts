import { assert, assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { dirname, join } from "node:path/posix";
import ts from "typescript";

const ROOT = new URL("../../", import.meta.url);

/** A file, and the files that it imports values of, then or later: types alone leave nothing to run. */
type Imports = ReadonlyMap<string, readonly string[]>;

async function* sourceFiles(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sourceFiles(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/** The specifiers of the modules whose values a source imports, exports or loads. */
function importedValues(path: string, source: string): string[] {
  const found: string[] = [];
  const add = (node: ts.Expression | undefined) => {
    if (node !== undefined && ts.isStringLiteral(node)) found.push(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const { isTypeOnly, name, namedBindings } = node.importClause ??
        { isTypeOnly: false, name: undefined, namedBindings: undefined };
      const types = namedBindings !== undefined && ts.isNamedImports(namedBindings) &&
        namedBindings.elements.every((element) => element.isTypeOnly);
      if (!isTypeOnly && (name !== undefined || !types)) add(node.moduleSpecifier);
    }
    if (ts.isExportDeclaration(node) && !node.isTypeOnly) add(node.moduleSpecifier);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, source, ts.ScriptTarget.Latest));
  return found;
}

async function readImports(): Promise<Imports> {
  const imports = new Map<string, string[]>();
  for await (const path of sourceFiles("src")) {
    const values = importedValues(path, await Deno.readTextFile(new URL(path, ROOT)));
    const own = values.filter((specifier) => specifier.startsWith("."))
      .map((specifier) => join(dirname(path), specifier));
    imports.set(path, own.filter((target) => target.startsWith("src/")));
  }
  return imports;
}

/** The rings of a graph, each as the names along it; of rings that share a node one. */
function findRings(graph: Imports): string[] {
  const rings: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const walk = (node: string): void => {
    const at = path.indexOf(node);
    if (at !== -1) rings.push([...path.slice(at), node].join(" -> "));
    if (at !== -1 || done.has(node)) return;
    path.push(node);
    for (const next of graph.get(node) ?? []) walk(next);
    path.pop();
    done.add(node);
  };
  for (const node of graph.keys()) walk(node);
  return rings;
}

/** The folders of `src/cli`, and the files beside them, as one node each. */
function toFolders(imports: Imports): Imports {
  const folderOf = (path: string) => /^src\/cli\/[^/]+/.exec(path)?.[0];
  const folders = new Map<string, string[]>();
  for (const [path, targets] of imports) {
    const from = folderOf(path);
    if (from === undefined) continue;
    const known = folders.get(from) ?? [];
    known.push(
      ...targets.map(folderOf).filter((to) => to !== undefined && to !== from) as string[],
    );
    folders.set(from, known);
  }
  return folders;
}

const imports = await readImports();

describe("project: rings", () => {
  it("no two files of src import values of each other, by whatever way round", () => {
    assert(imports.size > 150, `${imports.size}`);
    assertEquals(findRings(imports), []);
  });

  it("the folders of src/cli build on each other in one direction", () => {
    const folders = toFolders(imports);
    for (const name of ["commands", "input", "options", "output", "main.ts"]) {
      assert(folders.has(`src/cli/${name}`), name);
    }
    assertEquals(findRings(folders), []);
  });

  it("a ring would be found, and imports of types alone make none", () => {
    const graph = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]], ["d", ["a"]]]);
    assertEquals(findRings(graph), ["b -> c -> b"]);
    const source = `import type { A } from "./a.ts"; import { type B, type C } from "./b.ts";
      import { type D, e } from "./d.ts"; import "./f.ts"; export { g } from "./g.ts";
      export type { H } from "./h.ts"; const i = () => import("./i.ts"); import * as j from "./j.ts";`;
    assertEquals(importedValues("x.ts", source), [
      "./d.ts",
      "./f.ts",
      "./g.ts",
      "./i.ts",
      "./j.ts",
    ]);
  });
});
