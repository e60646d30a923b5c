import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot } from "../../mod.ts";
import { originalCell, parseCsv, toCsv } from "../../src/snapshot/export/csv.ts";
import { indexSnapshot } from "../../src/snapshot/query/index_snapshot.ts";
import { buildTable, formatCell, TABLE_COLUMNS } from "../../src/snapshot/query/tables.ts";
import { run } from "../helpers/fake_io.ts";
import { hostileSnapshot } from "../helpers/hostile_names.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/temporary_folder.ts";

const snapshot = await hostileSnapshot();
const stdin = [...serializeSnapshot(snapshot)].join("");

async function exportTo(path: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await run(["export", "--snapshot", "-", "--out", path, ...args], {
    stdin,
  });
  assertEquals(code, 0, stderr);
}

/** Opens a file in LibreOffice and saves it in another format; CSV is opened with formulas switched on. */
async function office(
  folder: TemporaryFolder,
  path: string,
  to: string,
  separator = ",",
): Promise<void> {
  const filter = `CSV:${separator.charCodeAt(0)},34,76,1,,0,false,true,false,false,false,0,true`;
  const { success, stderr } = await new Deno.Command("soffice", {
    args: [
      "--headless",
      `-env:UserInstallation=file://${folder.at("profile")}`,
      ...(path.endsWith(".csv") ? [`--infilter=${filter}`] : []),
      "--convert-to",
      to,
      "--outdir",
      folder.at("out"),
      path,
    ],
    stdout: "null",
    stderr: "piped",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** Saved as CSV, with all sheets. */
const AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false,false,false,-1";

/** LibreOffice itself makes line breaks line feeds, drops NUL, and shows the escapes of C1 control characters as such. */
function asOfficeKeeps(text: string): string {
  return text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").replaceAll("\0", "")
    .replaceAll("_x009B_", "\u009b");
}

async function formulasIn(folder: TemporaryFolder, name: string): Promise<string[]> {
  const document = await Deno.readTextFile(folder.at(`out/${name}.fods`));
  return [...document.matchAll(/table:formula="([^"]*)"/g)].map(([, formula]) => formula!);
}

/** The columns of each sheet that hold what people wrote. */
const READ_BACK = {
  users: ["id", "username", "email", "description"],
  groups: ["id", "name"],
  entitlements: ["id", "group", "role", "roleName"],
  grants: ["id", "user", "group", "role"],
} as const;

describe("full: export", () => {
  it("LibreOffice runs no cell of an exported CSV as a formula, whichever separator it is set to", async () => {
    await using folder = await temporaryFolder();
    await exportTo(folder.at("safe.csv"), "--bom");
    await exportTo(folder.at("matrix.csv"), "--format", "matrix");
    await exportTo(folder.at("c1.csv"), "--format", "c1-csv");
    await exportTo(folder.at("exact.csv"), "--exact");
    for (const separator of [",", ";", "\t"]) {
      for (const name of ["safe", "matrix", "c1"]) {
        await office(folder, folder.at(`${name}.csv`), "fods", separator);
        assertEquals(await formulasIn(folder, name), [], `${name} at ${separator}`);
      }
      // The names are dangerous indeed: as they are, LibreOffice runs them.
      await office(folder, folder.at("exact.csv"), "fods", separator);
      if (separator !== "\t") assertNotEquals(await formulasIn(folder, "exact"), []);
    }
  });

  it("LibreOffice gives the cells of an exported CSV back", async () => {
    await using folder = await temporaryFolder();
    await exportTo(folder.at("safe.csv"), "--bom");
    await office(folder, folder.at("safe.csv"), AS_CSV.replace(",-1", ""));
    const written = parseCsv(await Deno.readTextFile(folder.at("safe.csv")));
    const back = parseCsv(await Deno.readTextFile(folder.at("out/safe.csv")));
    assertEquals(back.length, snapshot.grants.length + 1);
    for (const column of ["user", "username", "email", "group", "role", "roleName", "id"]) {
      const at = TABLE_COLUMNS.grants.all.indexOf(column);
      assertEquals(
        back.map((row) => row[at]),
        written.map((row) => asOfficeKeeps(row[at]!)),
        column,
      );
    }
    const at = TABLE_COLUMNS.grants.all.indexOf("role");
    assertEquals(
      back.slice(1).map((row) => originalCell(row[at]!)),
      snapshot.grants.map(({ entitlementId }) =>
        asOfficeKeeps(snapshot.entitlements.find(({ id }) => id === entitlementId)!.roleKey)
      ),
    );
  });

  it("LibreOffice reads the workbook: every cell is the text that it was, none a formula", async () => {
    await using folder = await temporaryFolder();
    await exportTo(folder.at("book.xlsx"), "--format", "xlsx");
    await office(folder, folder.at("book.xlsx"), "fods");
    assertEquals(await formulasIn(folder, "book"), []);
    await office(folder, folder.at("book.xlsx"), AS_CSV);
    const index = indexSnapshot(snapshot);
    for (const list of ["users", "groups", "entitlements", "grants"] as const) {
      const [header, ...rows] = parseCsv(
        await Deno.readTextFile(folder.at(`out/book-${list}.csv`)),
      );
      assertEquals(header, [...TABLE_COLUMNS[list].all]);
      assertEquals(rows.length, snapshot[list].length, list);
      const shown = buildTable(index, list);
      for (const column of READ_BACK[list]) {
        assertEquals(
          rows.map((row) => asOfficeKeeps(row[header!.indexOf(column)]!)),
          shown.map((row) => asOfficeKeeps(formatCell(row[column]))),
          `${list}.${column}`,
        );
      }
    }
  });

  it("packets that LibreOffice saved, as a workbook and as CSV again, are taken back whole", async () => {
    await using folder = await temporaryFolder();
    const made = await run(
      ["review", "--snapshot", "-", "--json", "--out", folder.at("packets")],
      { stdin },
    );
    const packets: { csv: string }[] = JSON.parse(made.stdout).packets;
    const rows = packets.map(({ csv }) => parseCsv(Deno.readTextFileSync(csv)));
    const header = rows[0]![0]!;
    // What LibreOffice drops or changes in an id is refused, and tested for what it is elsewhere.
    const isKept = (row: string[]) => asOfficeKeeps(row.at(-1)!) === row.at(-1)!;
    const marked = rows.flatMap(([, ...body]) => body).filter(isKept).map((row) =>
      row.map((cell, index) => header[index] === "remove" ? "x" : cell)
    );
    assertEquals(marked.length, snapshot.grants.length - 3);
    await Deno.writeTextFile(
      folder.at("packet.csv"),
      [...toCsv([header, ...marked], { exact: true })].join(""),
    );
    await office(folder, folder.at("packet.csv"), "xlsx");
    await office(
      folder,
      folder.at("out/packet.xlsx"),
      AS_CSV.replace(",-1", "").replace("44", "59"),
    );
    const back = await Deno.readTextFile(folder.at("out/packet.csv"));
    assert(back.startsWith(`"user";"username";`), back.slice(0, 80));
    const { code, stdout, stderr } = await run(
      ["review", "apply", folder.at("out/packet.csv"), "--snapshot", "-", "--json"],
      { stdin },
    );
    assertEquals(code, 0, stderr);
    const { removals, gone, undecided, unmentioned } = JSON.parse(stdout);
    assertEquals(
      [removals.length, gone, undecided, unmentioned],
      [marked.length, [], [], 3],
    );
  });

  it("Python reads a row from each line of an export, whatever stands in names", async () => {
    await using folder = await temporaryFolder();
    await exportTo(folder.at("access.jsonl"), "--format", "jsonl");
    const program = "import json, sys\n" +
      "rows = [json.loads(line) for line in open(sys.argv[1], encoding='utf-8').read().splitlines()]\n" +
      "json.dump([row['role'] for row in rows], sys.stdout)";
    const { success, stdout, stderr } = await new Deno.Command("python3", {
      args: ["-c", program, folder.at("access.jsonl")],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    assertEquals(
      JSON.parse(new TextDecoder().decode(stdout)),
      snapshot.grants.map(({ entitlementId }) =>
        snapshot.entitlements.find(({ id }) => id === entitlementId)!.roleKey
      ),
    );
  });
});
