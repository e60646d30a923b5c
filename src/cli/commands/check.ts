import type { CheckResult } from "../../sync/check_access.ts";
import { syncOptions } from "../options/shared_options.ts";
import { defineCommand } from "../command.ts";
import { readConnection } from "../input/connection.ts";
import { toFlags } from "../errors.ts";
import { EXIT_CODES } from "../exit_codes.ts";
import { toJsonLine } from "../../snapshot/text/json_line.ts";
import { writeStdout } from "../output/stdout.ts";
import { table } from "../output/table.ts";

export const check = defineCommand({
  name: "check",
  summary: "Check everything that a sync needs",
  details: "Tries the host, the token, the organization, each permission and one row of each " +
    "list, and says what to do about each failure. The exit code is that of the first failure. " +
    'With --json: one object with "ok" and "checks", each with "id", "status" (ok, failed or ' +
    'skipped), "detail", and on a failure "hint" and "code".',
  options: syncOptions,
  inputs: { connection: readConnection },
  examples: [
    "zitadel-sync check --instance-url https://acme.zitadel.cloud --pat-file pat.txt",
    "zitadel-sync check --config zitadel.json --verify events",
  ],
  async run(context) {
    const { io, settings, inputs } = context;
    // Loaded here, so that help goes without the client.
    const { checkAccess } = await import("../../sync/check_access.ts");
    const results = (await checkAccess(inputs.connection)).map((result) =>
      result.status === "failed" && result.hint !== undefined
        ? { ...result, hint: toFlags(result.hint) }
        : result
    );
    const failed = results.find((result) => result.status === "failed");
    await writeStdout(io, [
      settings.json
        ? `${toJsonLine({ ok: failed === undefined, checks: results })}\n`
        : checklist(results),
    ]);
    return failed === undefined ? 0 : EXIT_CODES[failed.code];
  },
});

const MARKS = { ok: "ok", failed: "FAIL", skipped: "-" } as const;

function checklist(results: readonly CheckResult[]): string {
  return table(results.flatMap((result) => {
    const { id, status, detail } = result;
    const hint = result.status === "failed" ? result.hint ?? "" : "";
    const [first = "", ...more] = toLines(detail);
    return [
      [MARKS[status], id, first],
      ...more.map((line) => ["", "", line]),
      ...toLines(hint).map((line) => ["", "", `-> ${line}`]),
    ];
  }));
}

function toLines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}
