import { SyncError } from "../../errors.ts";
import { csvOf } from "../../snapshot/csv.ts";
import { c1Rows } from "../../snapshot/export_c1.ts";
import { longLines, longRows } from "../../snapshot/export_long.ts";
import { matrixOf } from "../../snapshot/export_matrix.ts";
import { lookupOf } from "../../snapshot/lookup.ts";
import type { Context } from "../context.ts";
import { loadSnapshot } from "../load_snapshot.ts";
import { writeTarget } from "../output.ts";
import { counted } from "../wording.ts";
import { resultTarget, writeResult } from "../write_result.ts";

/** `export`: the snapshot in a form that other programs take. */
export async function exportSnapshot(context: Context): Promise<number> {
  const { settings, log, io } = context;
  const format = settings.exportFormat ?? (settings.json === true ? "jsonl" : "csv");
  const target = await resultTarget(context);
  if (format === "xlsx" && target === "stdout") {
    throw new SyncError("CONFIG_INVALID", "A workbook cannot be written to stdout", {
      hint: "Add --out access.xlsx",
    });
  }
  const snapshot = await loadSnapshot(context);
  const lookup = lookupOf(snapshot);
  const csv = { bom: settings.bom === true, exact: settings.exact === true };
  if (format === "csv") await writeResult(context, target, csvOf(longRows(lookup), csv));
  if (format === "matrix") await writeResult(context, target, csvOf(matrixOf(lookup), csv));
  if (format === "jsonl") await writeResult(context, target, longLines(lookup));
  if (format === "c1-csv") {
    // That program takes a byte order mark for a part of the first column's name.
    await writeResult(context, target, csvOf(c1Rows(lookup), { ...csv, bom: false }));
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
    const { workbookOf } = await import("../xlsx.ts");
    const { bytes, lost } = await workbookOf(lookup);
    for (const sentence of lost) log.write("warn", sentence);
    await writeTarget(target, bytes, io.signal);
  }
  return 0;
}
