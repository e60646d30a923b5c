import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot } from "../../../mod.ts";
import { createLog } from "../../../src/cli/output/log.ts";
import { toJsonLine } from "../../../src/snapshot/text/json_line.ts";
import { run } from "../../helpers/fake_io.ts";
import { grant, makeSnapshot, person, project, role } from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

/** The characters at which some reader of lines cuts: those of Python's `splitlines`, of Node's `readline`, and of Unicode. */
const LINE_ENDS = ["\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"];
const NAME = `a${LINE_ENDS.join("b")}c`;

const snapshot = await makeSnapshot({
  users: [person("ada", { displayName: NAME })],
  groups: [project("1", { name: NAME })],
  entitlements: [role("1", "admin"), role("1", NAME)],
  grants: [grant("ada", "1", "admin"), grant("ada", "1", NAME)],
});
const stdin = [...serializeSnapshot(snapshot)].join("");

/** The lines of a text for a reader that cuts wherever any reader does. */
function splitEverywhere(text: string): string[] {
  // deno-lint-ignore no-control-regex -- these are what it is for
  const lines = text.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/);
  assertEquals(lines.pop(), "");
  return lines;
}

describe("snapshot: JSON lines", () => {
  it("a value is one line wherever a reader cuts, and the same value again", () => {
    for (const end of LINE_ENDS) {
      const line = toJsonLine({ [end]: [`a${end}b`] });
      assertEquals(splitEverywhere(`${line}\n`).length, 1, JSON.stringify(end));
      assertEquals(JSON.parse(line), { [end]: [`a${end}b`] });
    }
  });

  it("export writes as many lines as there are grants", async () => {
    const { stdout } = await run(["export", "--format", "jsonl", "--snapshot", "-"], { stdin });
    const rows = splitEverywhere(stdout).map((line) => JSON.parse(line));
    assertEquals(rows.map(({ user, role }) => [user, role]), [[NAME, NAME], [NAME, "admin"]]);
  });

  it("diff writes as many lines as there are events", async () => {
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(
      folder.at("old.json"),
      [...serializeSnapshot(await makeSnapshot({ ...snapshot, grants: [] }))].join(""),
    );
    const args = ["diff", folder.at("old.json"), "--snapshot", "-", "--format", "jsonl"];
    const { stdout } = await run(args, { stdin });
    assertEquals(splitEverywhere(stdout).map((line) => JSON.parse(line).user), [NAME, NAME]);
  });

  it("lists in JSON have a row on each line", async () => {
    const { stdout } = await run(["grants", "--json", "--snapshot", "-"], { stdin });
    assertEquals(splitEverywhere(stdout), stdout.trimEnd().split("\n"));
    assertEquals(JSON.parse(stdout).grants.length, 2);
  });

  it("the JSON log has a line for each message", () => {
    let written = "";
    const log = createLog({
      write: (text) => written += text,
      level: "info",
      format: "json",
      colour: false,
      now: () => 0,
    });
    log.write("info", NAME, { path: NAME });
    assertEquals(splitEverywhere(written).map((line) => JSON.parse(line)), [
      { time: "1970-01-01T00:00:00.000Z", level: "info", message: NAME, path: NAME },
    ]);
  });

  it("an error in JSON is one line", async () => {
    const { stderr } = await run(["access", NAME, "--json", "--snapshot", "-"], { stdin: "{" });
    assertEquals(splitEverywhere(stderr).length, 1);
  });
});
