import { CliError } from "../errors.ts";
import { toCsv } from "../../snapshot/export/csv.ts";
import { c1Rows } from "../../snapshot/export/c1.ts";
import { longLines, longRows } from "../../snapshot/export/long.ts";
import { buildMatrix } from "../../snapshot/export/matrix.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import type { Context } from "../context.ts";
import { loadSnapshot } from "../files/load_snapshot.ts";
import { writeTarget } from "../files/write_output.ts";
import { counted } from "../terminal/format_count.ts";
import { resultTarget, writeResult } from "../files/write_result.ts";

/** `export`: the snapshot in a form that other programs take. */
export async function exportSnapshot(context: Context): Promise<number> {
  const { settings, log, io } = context;
  const format = settings.exportFormat ?? (settings.json === true ? "jsonl" : "csv");
  const target = await resultTarget(context);
  if (format === "xlsx" && target === "stdout") {
    throw new CliError("CONFIG_INVALID", "A workbook cannot be written to stdout", {
      hint: "Add --out access.xlsx",
    });
  }
  const snapshot = await loadSnapshot(context);
  const lookup = indexSnapshot(snapshot);
  const csv = { bom: settings.bom === true, exact: settings.exact === true };
  if (format === "csv") await writeResult(context, target, toCsv(longRows(lookup), csv));
  if (format === "matrix") await writeResult(context, target, toCsv(buildMatrix(lookup), csv));
  if (format === "jsonl") await writeResult(context, target, longLines(lookup));
  if (format === "c1-csv") {
    // That program takes a byte order mark for a part of the first column's name.
    await writeResult(context, target, toCsv(c1Rows(lookup), { ...csv, bom: false }));
    const inactive = snapshot.grants.filter(({ state }) => state === "inactive").length;
    if (inactive > 0) {
      log.write(
        "warn",
        `${counted(inactive, "grant")} left out: not in force, which that file cannot say`,
      );
    }
  }
  if (format === "xlsx" && target !== "stdout") {
    // Loaded here, so that no other command carries the library along.
    const { buildWorkbook } = await import("../files/xlsx.ts");
    const { bytes, lost } = await buildWorkbook(lookup);
    for (const sentence of lost) log.write("warn", sentence);
    await writeTarget(target, bytes, io.signal);
  }
  return 0;
}
