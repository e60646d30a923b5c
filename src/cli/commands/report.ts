import { CliError } from "../errors.ts";
import { parseAllowList } from "../../snapshot/audit/parse_allow_list.ts";
import type { Context } from "../context.ts";
import { loadSnapshot, readSnapshot, readText } from "../files/load_snapshot.ts";
import { digits } from "../terminal/format_count.ts";
import { resultTarget, writeResult } from "../files/write_result.ts";

/** `report`: one HTML file for an auditor. */
export async function auditReport(context: Context): Promise<number> {
  const { io, settings, log } = context;
  const { staleDays, broadest } = settings;
  const target = await resultTarget(context);
  if (target === "stdout" && io.stdoutIsTerminal) {
    throw new CliError("CONFIG_INVALID", "A report is for a browser, not for a terminal", {
      hint: "Add --out report.html and open that file",
    });
  }
  const inputs = [settings.snapshot, settings.baseline, settings.allow];
  if (inputs.filter((path) => path === "-").length > 1) {
    throw new CliError("CONFIG_INVALID", "Only one file can come from stdin");
  }
  const entries = settings.allow === undefined
    ? []
    : parseAllowList(await readText(settings.allow, io));
  const today = new Date(io.now()).toISOString().slice(0, 10);
  const baseline = settings.baseline === undefined
    ? undefined
    : await readSnapshot(settings.baseline, io);
  const snapshot = await loadSnapshot(context);
  // Loaded here, so that no other command carries the page along.
  const { renderReport } = await import("../../report/render_report.ts");
  await writeResult(
    context,
    target,
    renderReport({
      snapshot,
      baseline,
      diffOptions: {
        anyOrganization: settings.anyOrganization === true,
        ignore: settings.ignore ?? [],
      },
      findingOptions: { staleDays, broadest },
      allow: entries,
      today,
    }),
  );
  if (target !== "stdout") {
    const { users, entitlements } = snapshot.counts;
    log.write(
      "info",
      `wrote ${target.path}: ${digits(users)} users, ${
        digits(entitlements)
      } entitlements; open it in a browser`,
    );
  }
  return 0;
}
