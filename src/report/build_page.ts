/**
 * Builds the page's script and style into `page_text.ts`, a module that every way of running this program can load.
 *
 * Usage: `deno run -A src/report/build_page.ts`, after each change of what is in `page/`, or the modules of
 * `src/snapshot` that the page uses.
 *
 * @module
 */
import { build, stop } from "esbuild";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { sourceDigest } from "./source_digest.ts";

const ROOT = new URL("../../", import.meta.url);
const STYLE = "src/report/client/page.css";
const TARGET = "src/report/page_text.ts";

/** The text of `page_text.ts` as the sources are now. */
export async function buildPage(): Promise<string> {
  const style = await readFile(new URL(STYLE, ROOT), "utf8");
  const { script, sources } = await bundle("src/report/client/main.ts");
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) {
    throw new Error("The page's script or style would end its own element");
  }
  return `// deno-lint-ignore-file
// deno-fmt-ignore-file
/**
 * The script and the style of the page: made by build_page.ts, not written by hand.
 *
 * @module
 */

/** What it was made from. */
export const PAGE_SOURCES: readonly string[] = ${JSON.stringify([...sources, STYLE], null, 2)};

/** The digest of these files when it was made. */
export const PAGE_SOURCE_DIGEST = "${await sourceDigest(ROOT, [...sources, STYLE])}";

/** The SHA-256 of the script, as a Content-Security-Policy names it. */
export const PAGE_SCRIPT_HASH = "${await policyHash(script)}";

/** The SHA-256 of the style, as a Content-Security-Policy names it. */
export const PAGE_STYLE_HASH = "${await policyHash(style)}";

/** The style. */
export const PAGE_STYLE = ${literal(style)};

/** The script, a module. */
export const PAGE_SCRIPT = ${literal(script)};
`;
}

async function bundle(entry: string): Promise<{ script: string; sources: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    absWorkingDir: fileURLToPath(ROOT),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  await stop();
  return { script: `\n${outputFiles[0]!.text}`, sources: Object.keys(metafile.inputs).sort() };
}

async function policyHash(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(hash)))}`;
}

function literal(text: string): string {
  return `\`${text.replaceAll(/\\|`|\$\{/g, (found) => `\\${found}`)}\``;
}

if (import.meta.main) await writeFile(new URL(TARGET, ROOT), await buildPage());
