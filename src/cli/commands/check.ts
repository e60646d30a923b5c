import { checkAccess, type CheckResult } from "../../sync/check_access.ts";
import type { Context } from "../context.ts";
import { toFlags } from "../errors.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { snapshotOptions } from "../args/snapshot_options.ts";
import { writeStdout } from "../terminal/stdout.ts";
import { table } from "../terminal/table.ts";

/** `check`: tells for each thing that a sync needs whether it is there, and what to do if not. */
export async function check(context: Context): Promise<number> {
  const { io, settings } = context;
  const results = (await checkAccess(snapshotOptions(context))).map((result) =>
    result.status === "failed" && result.hint !== undefined
      ? { ...result, hint: toFlags(result.hint) }
      : result
  );
  const failed = results.find((result) => result.status === "failed");
  await writeStdout(io, [
    settings.json === true
      ? `${JSON.stringify({ ok: failed === undefined, checks: results })}\n`
      : checklist(results),
  ]);
  return failed === undefined ? 0 : EXIT_CODES[failed.code];
}

const MARKS = { ok: "ok", failed: "FAIL", skipped: "-" } as const;

function checklist(results: readonly CheckResult[]): string {
  return table(results.flatMap((result) => {
    const { id, status, detail } = result;
    const hint = result.status === "failed" ? result.hint ?? "" : "";
    return [
      [MARKS[status], id, detail],
      ...hint.split("\n").filter((line) => line !== "").map((line) => ["", "", `-> ${line}`]),
    ];
  }));
}
