import { CliError } from "../errors.ts";
import { toCsv } from "../../snapshot/export/csv.ts";
import { toC1Rows } from "../../snapshot/export/c1.ts";
import { toLongLines, toLongRows } from "../../snapshot/export/long.ts";
import { buildMatrix } from "../../snapshot/export/matrix.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { csvOptions, resultOptions, sourceOptions } from "../options/shared_options.ts";
import { choice, flag, SEPARATORS } from "../options/value_types.ts";
import { defineCommand } from "../command.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { writeTarget } from "../output/write_output.ts";
import { formatCount } from "../../snapshot/text/format_count.ts";
import { resultTarget, writeResult } from "../output/write_result.ts";

export const exportSnapshot = defineCommand({
  name: "export",
  summary: "Export who holds which role for other programs",
  details:
    "In CSV, a cell that a spreadsheet would run as a formula gets an apostrophe in front. " +
    "Spreadsheets round long ids in CSV: use xlsx for them, where all cells are text.",
  options: {
    format: {
      name: "format",
      type: choice("csv", "matrix", "jsonl", "xlsx", "c1-csv"),
      unset: "csv, jsonl with --json",
      help: "The form of the result.",
      about: {
        csv: "a grant a row",
        matrix: "CSV, a user a row, a role a column",
        jsonl: "JSON, a grant a line",
        xlsx: "a workbook for spreadsheets",
        "c1-csv": "the file that ConductorOne's baton-file takes",
      },
    },
    bom: {
      name: "bom",
      type: flag(),
      help: "Begin CSV with a byte order mark, so that Excel reads it as UTF-8.",
    },
    exact: {
      name: "exact",
      type: flag(),
      help:
        "Leave CSV cells unchanged, also those that a spreadsheet would run: for programs only.",
    },
    ...csvOptions,
    ...resultOptions,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: [
    "zitadel-sync export --format xlsx --out access.xlsx --snapshot access.json",
    "zitadel-sync export --format matrix --snapshot access.json > matrix.csv",
  ],
  async run(context) {
    const { settings, log, io } = context;
    const format = settings.format ?? (settings.json ? "jsonl" : "csv");
    const target = await resultTarget(context);
    if (format === "xlsx" && target === "stdout") {
      throw new CliError("CONFIG_INVALID", "A workbook cannot be written to stdout", {
        hint: "Add --out access.xlsx",
      });
    }
    const snapshot = await loadSnapshot(context);
    const index = indexSnapshot(snapshot);
    const csv = {
      bom: settings.bom,
      exact: settings.exact,
      separator: SEPARATORS[settings.separator],
    };
    if (format === "csv") await writeResult(context, target, toCsv(toLongRows(index), csv));
    if (format === "matrix") await writeResult(context, target, toCsv(buildMatrix(index), csv));
    if (format === "jsonl") await writeResult(context, target, toLongLines(index));
    if (format === "c1-csv") {
      // That program takes commas alone, and a byte order mark for a part of the first column's name.
      const plain = { exact: settings.exact };
      await writeResult(context, target, toCsv(toC1Rows(index), plain));
      const inactive = snapshot.grants.filter(({ state }) => state === "inactive").length;
      if (inactive > 0) {
        log.write(
          "warn",
          `${
            formatCount(inactive, "grant")
          } left out: they are inactive, which this format cannot express`,
        );
      }
    }
    if (format === "xlsx" && target !== "stdout") {
      // Loaded here, so that no other command carries the library along.
      const { buildWorkbook } = await import("../output/xlsx.ts");
      const { bytes, lost } = await buildWorkbook(index);
      for (const sentence of lost) log.write("warn", sentence);
      await writeTarget(target, bytes, io.signal);
    }
    return 0;
  },
});
