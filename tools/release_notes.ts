/**
 * Prints what CHANGELOG.md says of a release, and refuses a tag that is not the version of the program.
 *
 * Usage: `deno run -A tools/release_notes.ts <tag>`
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { TOOL } from "../src/version.ts";

/** The section of a change log for a version; throws if there is none, or nothing in it. */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const found = sections.find((section) => section.split(/\s/, 1)[0] === version);
  const notes = found?.slice(found.indexOf("\n")).trim() ?? "";
  if (notes === "") throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return `${notes}\n`;
}

/** Throws unless the tag and every file that names the version name the same. */
export function sameVersion(tag: string, versions: Readonly<Record<string, string>>): void {
  for (const [place, version] of Object.entries(versions)) {
    if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, but ${place} says ${version}`);
  }
}

if (import.meta.main) {
  const [tag] = Deno.args;
  if (tag === undefined) throw new Error("Usage: deno run -A tools/release_notes.ts <tag>");
  const { version } = JSON.parse(await readFile("deno.json", "utf8"));
  sameVersion(tag, { "deno.json": version, "src/version.ts": TOOL.version });
  const notes = releaseNotes(await readFile("CHANGELOG.md", "utf8"), TOOL.version);
  await Deno.stdout.write(new TextEncoder().encode(notes));
}
