import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { TOOL } from "../../src/version.ts";
import { releaseNotes, sameVersion } from "../../tools/release_notes.ts";

const LOG =
  "# Changes\n\n## 1.10.0 (2026-11-24)\n\n- New.\n\n### More\n\n## 1.1.0\n\n- Old.\n\n## 1.0.0\n";

describe("project: release notes", () => {
  it("the notes of a release are its section of the change log", () => {
    assertEquals(releaseNotes(LOG, "1.10.0"), "- New.\n\n### More\n");
    assertEquals(releaseNotes(LOG, "1.1.0"), "- Old.\n");
  });

  it("a release of which the change log says nothing is refused", () => {
    for (const version of ["1.0.0", "1.1", "2.0.0"]) {
      assertThrows(
        () => releaseNotes(LOG, version),
        Error,
        `CHANGELOG.md says nothing of ${version}`,
      );
    }
  });

  it("a tag that is not the version of the program is refused", () => {
    sameVersion("v1.1.0", { "deno.json": "1.1.0" });
    assertThrows(
      () => sameVersion("v1.1.0", { "deno.json": "1.1.0", "src/version.ts": "1.0.0" }),
      Error,
      "The tag is v1.1.0, but src/version.ts says 1.0.0",
    );
  });

  it("this version is the same everywhere, and the change log has notes for it", async () => {
    const read = (path: string) => Deno.readTextFile(new URL(`../../${path}`, import.meta.url));
    assertEquals(JSON.parse(await read("deno.json")).version, TOOL.version);
    assertStringIncludes(releaseNotes(await read("CHANGELOG.md"), TOOL.version), "- ");
  });
});
