import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import ts from "typescript";

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  allowImportingTsExtensions: true,
  isolatedDeclarations: true,
};

/**
 * The type declarations of a module and all that it needs, as one text without imports.
 *
 * Each file is looked at by itself, so that no package has to be resolved; what nothing public refers to falls away.
 */
export async function emitDeclarations(module: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "zitadel-sync-types-"));
  try {
    const files = new Set([module]);
    for (const file of files) {
      const { outputText } = ts.transpileDeclaration(await readFile(file, "utf8"), {
        fileName: file,
        compilerOptions: OPTIONS,
      });
      for (const [, imported] of outputText.matchAll(/ from "(\.[^"]+)"/g)) {
        files.add(join(dirname(file), imported!));
      }
      const target = join(folder, file.replace(/\.ts$/, ".d.ts"));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, outputText.replace(/( from "\.[^"]+)\.ts"/g, '$1.js"'));
    }
    const bundled = await rollup({
      input: join(folder, module.replace(/\.ts$/, ".d.ts")),
      external: (specifier) => !/^[./]/.test(specifier),
      plugins: [dts()],
    });
    const { output: [{ code, imports }] } = await bundled.generate({ format: "es" });
    if (imports.length > 0) throw new Error(`Types of ${imports.join()} are in the public ones`);
    return code;
  } finally {
    await rm(folder, { recursive: true });
  }
}
