import {
  type AllowEntry,
  type AllowListResult,
  applyAllowList,
} from "../../snapshot/findings/allow_list.ts";
import { parseAllowList } from "../../snapshot/findings/parse_allow_list.ts";
import {
  type Finding,
  FINDING_RULES,
  type FindingRuleId,
  SEVERITIES,
  type Severity,
} from "../../snapshot/findings/finding_rules.ts";
import { listFindings } from "../../snapshot/findings/findings.ts";
import { indexSnapshot } from "../../snapshot/query/index_snapshot.ts";
import { MAX_SARIF_RESULTS, toSarif } from "../../snapshot/export/sarif.ts";
import { TOOL } from "../../version.ts";
import { terminalColumns, toResultHeader, writeJson } from "../output/result.ts";
import { findingOptions, sourceOptions } from "../options/shared_options.ts";
import { choice, flag } from "../options/value_types.ts";
import { defineCommand } from "../command.ts";
import { fitLine } from "../output/display_width.ts";
import { FINDINGS } from "../exit_codes.ts";
import { readText } from "../input/read_text.ts";
import { loadSnapshot, readSource } from "../input/source.ts";
import { writeStdout } from "../output/stdout.ts";
import { formatCount, formatNumber } from "../../snapshot/text/format_count.ts";
import { wrapText } from "../output/wrap.ts";

/** The findings of a rule that text shows at most; JSON has all. */
const TOLD = 20;

/**
 * With `--format json` it writes one object: `organization`, `completedAt`, `digest`, `counts` (open findings by
 * severity), `findings` (the open ones, each a `Finding`), `allowed` (each with `finding` and `entry`), `expired` and
 * `unused` (entries of the allow file). With `--format sarif` it writes a SARIF 2.1.0 log.
 */
export const findings = defineCommand({
  name: "findings",
  summary: "List grants, users and roles that deserve a second look",
  details: "Finds ghost roles, grants of people who left, users of other organizations, stale " +
    "grants, roles that look the same, and more; each with an id, the reason and advice. " +
    'With --json: one object with "counts", "findings", "allowed", "expired" and "unused".',
  options: {
    format: {
      name: "format",
      type: choice("text", "json", "sarif"),
      unset: "text, json with --json",
      help: "The form of the result.",
      about: {
        text: "lines to read",
        json: "one object",
        sarif: "SARIF 2.1.0, for code scanning tools",
      },
    },
    failOn: {
      name: "fail-on",
      type: choice("high", "medium", "low", "info"),
      help: "Exit with 12 if there is an open finding of this severity or above.",
      about: {
        high: "high ones alone",
        medium: "medium and high",
        low: "all but info",
        info: "any finding",
      },
      alias: ["severity", "threshold"],
    },
    openOnly: {
      name: "open-only",
      type: flag(),
      help:
        "Leave accepted findings out: GitHub's code scanning shows suppressed results as open ones.",
    },
    ...findingOptions,
    ...sourceOptions,
  },
  inputs: { source: readSource },
  examples: [
    "zitadel-sync findings --fail-on high --allow accepted.json --snapshot access.json",
  ],
  async run(context) {
    const { io, settings } = context;
    const format = settings.format ?? (settings.json ? "json" : "text");
    const entries = settings.allow === undefined
      ? []
      : parseAllowList(await readText(settings.allow, io));
    const snapshot = await loadSnapshot(context);
    const found = listFindings(indexSnapshot(snapshot), {
      staleDays: settings.staleDays,
      broadest: settings.broadest,
      expiringDays: settings.expiringDays,
    });
    const sorted = applyAllowList(found, entries, new Date(io.now()).toISOString().slice(0, 10));
    const judged = settings.openOnly ? { ...sorted, allowed: [] } : sorted;
    const counts = countBySeverity(judged.open);
    if (format === "json") {
      const { open, ...rest } = judged;
      await writeJson(context, { ...toResultHeader(snapshot), counts, findings: open, ...rest });
    } else if (format === "sarif") {
      const sarif = toSarif({
        tool: TOOL,
        snapshotUri: toSnapshotUri(settings.snapshot),
        ...judged,
      });
      const left = judged.open.length + judged.allowed.length - MAX_SARIF_RESULTS;
      if (left > 0) {
        context.log.write(
          "warn",
          `${formatCount(left, "finding")} left out, the least urgent: code scanning takes ${
            formatNumber(MAX_SARIF_RESULTS)
          } results`,
        );
      }
      await writeStdout(io, [`${JSON.stringify(sarif, null, 2)}\n`]);
    } else {
      await writeStdout(io, page(judged, counts, terminalColumns(io)).map((line) => `${line}\n`));
    }
    const worst = settings.failOn;
    const fails = worst !== undefined &&
      SEVERITIES.slice(0, SEVERITIES.indexOf(worst) + 1).some((severity) => counts[severity] > 0);
    return fails ? FINDINGS : 0;
  },
});

function countBySeverity(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** The URI of the file that a SARIF log names. A new snapshot has none, and gets the name that the README uses. */
export function toSnapshotUri(path: string | undefined): string {
  const file = path === undefined || path === "-" ? "access.json" : path;
  // `C:\\reports\\access.json` and `\\\\server\\share`: there only are backslashes separators.
  const isWindows = /^(?:[a-z]:[\\/]|\\\\)/i.test(file);
  const uri = encodeURI(isWindows ? file.replaceAll("\\", "/") : file)
    .replace(/[?#]/g, encodeURIComponent);
  if (isWindows) return uri.startsWith("//") ? `file:${uri}` : `file:///${uri}`;
  if (uri.startsWith("/")) return `file://${uri.replace(/^\/+/, "/")}`;
  // Without ./ the text before the first colon would be a scheme.
  return /^[^/]*:/.test(uri) ? `./${uri}` : uri;
}

/** The lines to read: on a terminal names are cut to its width, and advice is wrapped. */
function page(
  judged: AllowListResult,
  counts: Record<Severity, number>,
  columns: number | undefined,
): string[] {
  const cut = (text: string) => fitLine(text, columns);
  const advice = (label: string, text: string) =>
    (columns === undefined ? [text] : wrapText(text, columns - label.length))
      .map((line, index) => (index === 0 ? label : " ".repeat(label.length)) + line);
  const lines: string[] = [];
  const groups = new Map<string, { severity: Severity; rule: FindingRuleId; found: Finding[] }>();
  for (const finding of judged.open) {
    const { severity, rule } = finding;
    const key = `${severity} ${rule}`;
    const group = groups.get(key) ?? { severity, rule, found: [] };
    group.found.push(finding);
    groups.set(key, group);
  }
  for (const { severity, rule, found } of groups.values()) {
    const { title, why, action } = FINDING_RULES[rule];
    lines.push(`${severity.toUpperCase()}  ${title} (${formatNumber(found.length)})`);
    for (const { what, id } of found.slice(0, TOLD)) {
      lines.push(cut(`  - ${what}`), cut(`    ${id}`));
    }
    if (found.length > TOLD) {
      lines.push(`  and ${formatNumber(found.length - TOLD)} more, which --json shows`);
    }
    lines.push(...advice("  why: ", why), ...advice("  do:  ", action), "");
  }
  const totals = SEVERITIES.map((severity) => `${formatNumber(counts[severity])} ${severity}`);
  lines.push(`${formatCount(judged.open.length, "finding")}: ${totals.join(", ")}`);
  if (judged.allowed.length > 0) lines.push(`${formatNumber(judged.allowed.length)} allowed`);
  for (const entry of judged.expired) {
    lines.push(
      cut(
        `expired on ${entry.expires}, counts again: ${formatAllowEntry(entry)} (${entry.reason})`,
      ),
    );
  }
  for (const entry of judged.unused) {
    lines.push(cut(`no longer matches any finding: ${formatAllowEntry(entry)}`));
  }
  return lines;
}

function formatAllowEntry({ id, rule }: AllowEntry): string {
  return id ?? `all of ${rule}`;
}
