import { EXIT_CODES } from "../../errors.ts";
import { checkAccess, type CheckResult } from "../../sync/check.ts";
import type { Context } from "../context.ts";
import { snapshotOptions } from "../snapshot_options.ts";
import { writeStdout } from "../stdout.ts";
import { table } from "../table.ts";

/** `check`: tells for each thing that a sync needs whether it is there, and what to do if not. */
export async function check(context: Context): Promise<number> {
  const { io, settings } = context;
  const results = await checkAccess(snapshotOptions(context));
  const code = results.find(({ status }) => status === "failed")?.code;
  await writeStdout(io, [
    settings.json === true
      ? `${JSON.stringify({ ok: code === undefined, checks: results })}\n`
      : checklist(results),
  ]);
  return code === undefined ? 0 : EXIT_CODES[code];
}

const MARKS = { ok: "ok", failed: "FAIL", skipped: "-" } as const;

function checklist(results: readonly CheckResult[]): string {
  return table(results.flatMap(({ id, status, detail, hint = "" }) => [
    [MARKS[status], id, detail],
    ...hint.split("\n").filter((line) => line !== "").map((line) => ["", "", `-> ${line}`]),
  ]));
}
