/**
 * The documents of this project, taken apart: what their tests ask of them.
 *
 * @module
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of the checkout. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** One document. */
export interface Document {
  /** Its path in the checkout. */
  name: string;
  /** What it says. */
  text: string;
}

/** A block of code in a document. */
export interface Block {
  /** The word after the fence. */
  language: string;
  /** What is between the fences. */
  code: string;
  /** Why it is not run, where a comment above it says so. */
  notRun?: string;
}

/** All documents, by their paths. */
export async function readDocuments(): Promise<Document[]> {
  const names = (await Promise.all(
    ["", "docs", "examples"].map(async (folder) =>
      (await readdir(join(ROOT, folder))).map((file) => join(folder, file))
    ),
  )).flat().filter((name) => name.endsWith(".md")).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, text: await readFile(join(ROOT, name), "utf8") })),
  );
}

/** One document by its path. */
export async function readDocument(name: string): Promise<string> {
  return await readFile(join(ROOT, name), "utf8");
}

/** The blocks of code, in order; indentation of lists is taken off. */
export function listBlocks(text: string): Block[] {
  const fence = /(?:^ *<!-- not run: (.*) -->\n\n)?^( *)```(\w+)\n([^]*?)^ *```$/gm;
  return Array.from(text.matchAll(fence), ([, notRun, indent, language, code]) => ({
    language: language!,
    code: code!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    ...(notRun !== undefined && { notRun }),
  }));
}

/** A document without its code. */
export function proseOf(text: string): string {
  return text.replaceAll(/^ *```\w*\n[^]*?^ *```$/gm, "").replaceAll(/<!--[^]*?-->/g, "");
}

/** The part of a document below a heading of the second level. */
export function sectionOf(text: string, heading: string): string {
  return text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`))!;
}

/** The anchors that GitHub gives the headings of a document. */
export function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of proseOf(text).matchAll(/^#+ (.+)$/gm)) {
    const slug = heading!.toLowerCase().replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
      .replaceAll(" ", "-");
    const taken = [slug, ...Array.from({ length: 99 }, (_, n) => `${slug}-${n + 1}`)];
    anchors.add(taken.find((anchor) => !anchors.has(anchor))!);
  }
  return anchors;
}
