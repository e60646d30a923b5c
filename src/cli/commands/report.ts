import { CliError } from "../errors.ts";
import { parseAllowList } from "../../snapshot/findings/parse_allow_list.ts";
import {
  compareOptions,
  findingOptions,
  resultOptions,
  sourceOptions,
} from "../options/shared_options.ts";
import { path } from "../options/value_types.ts";
import { defineCommand } from "../command.ts";
import { readSnapshot } from "../input/read_snapshot.ts";
import { readText } from "../input/read_text.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { warnOfReversal } from "./shared/warn_of_reversal.ts";
import { formatNumber } from "../../snapshot/text/format_count.ts";
import { resultTarget, writeResult } from "../output/write_result.ts";

export const report = defineCommand({
  name: "report",
  summary: "Write a report for an auditor: one HTML file that needs nothing else",
  details:
    "Shows counts, the evidence that the snapshot is complete, findings, an access matrix to " +
    "search and filter, a page for each user and project, and with --baseline the changes. It " +
    "opens in any browser and sends no request. It contains the snapshot: treat it " +
    "like one.",
  options: {
    baseline: {
      name: "baseline",
      type: path(),
      unset: "no changes are shown",
      help: "An earlier snapshot, to show the changes since; - is stdin.",
      alias: ["since", "old", "compare"],
    },
    ...compareOptions,
    ...findingOptions,
    ...resultOptions,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: [
    "zitadel-sync report --snapshot access.json --out report.html",
    "zitadel-sync report --snapshot april.json --baseline march.json --out report.html",
  ],
  async run(context) {
    const { io, settings, log } = context;
    const { staleDays, broadest, expiringDays } = settings;
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
      : await readSnapshot(settings.baseline, { io, log, ignoreDigest: settings.ignoreDigest });
    const snapshot = await loadSnapshot(context);
    if (baseline !== undefined) {
      const advice = "--baseline is for the older one";
      warnOfReversal(log, { old: baseline, current: snapshot, advice });
    }
    // Loaded here, so that no other command carries the page along.
    const { renderReport } = await import("../../report/render_report.ts");
    await writeResult(
      context,
      target,
      renderReport({
        snapshot,
        baseline,
        diffOptions: {
          anyOrganization: settings.anyOrganization,
          ignore: settings.ignore ?? [],
        },
        findingOptions: { staleDays, broadest, expiringDays },
        allow: entries,
        today,
      }),
    );
    if (target !== "stdout") {
      const { users, entitlements } = snapshot.counts;
      log.write(
        "info",
        `wrote ${target.path}: ${formatNumber(users)} users, ${
          formatNumber(entitlements)
        } entitlements; open it in a browser`,
      );
    }
    return 0;
  },
});
