import { type AllowEntry, judge, type Judged, parseAllowList } from "../../snapshot/allow_list.ts";
import {
  type Finding,
  FINDING_RULES,
  type FindingRuleId,
  findingsOf,
  SEVERITIES,
  type Severity,
} from "../../snapshot/findings.ts";
import { lookupOf } from "../../snapshot/lookup.ts";
import { sarifOf } from "../../snapshot/sarif.ts";
import { TOOL } from "../../version.ts";
import { columnsOf, headOf, writeJson } from "../answer.ts";
import type { Context } from "../context.ts";
import { cutToWidth } from "../display_width.ts";
import { FINDINGS } from "../exit_codes.ts";
import { harmless } from "../harmless.ts";
import { loadSnapshot, readText } from "../load_snapshot.ts";
import { writeStdout } from "../stdout.ts";
import { counted, digits } from "../wording.ts";
import { wrapped } from "../wrapped.ts";

/** So many findings of a rule are told to people; programs get all. */
const TOLD = 20;

/**
 * `findings`: what deserves a second look.
 *
 * With `--format json` it writes one object: `organization`, `completedAt`, `digest`, `counts` (open findings by
 * severity), `findings` (those that count, each a `Finding`), `allowed` (each with `finding` and `entry`), `expired` and
 * `unused` (entries of the allow file). With `--format sarif` it writes a SARIF 2.1.0 log.
 */
export async function findings(context: Context): Promise<number> {
  const { io, settings } = context;
  const format = settings.findingsFormat ?? (settings.json === true ? "json" : "text");
  const entries = settings.allow === undefined
    ? []
    : parseAllowList(await readText(settings.allow, io));
  const snapshot = await loadSnapshot(context);
  const found = findingsOf(lookupOf(snapshot), {
    staleDays: settings.staleDays,
    broadest: settings.broadest,
  });
  const judged = judge(found, entries, new Date(io.now()).toISOString().slice(0, 10));
  const counts = countsOf(judged.open);
  if (format === "json") {
    const { open, ...rest } = judged;
    await writeJson(context, { ...headOf(snapshot), counts, findings: open, ...rest });
  } else if (format === "sarif") {
    const log = sarifOf({ tool: TOOL, snapshotUri: uriOf(settings.snapshot), ...judged });
    await writeStdout(io, [`${JSON.stringify(log, null, 2)}\n`]);
  } else {
    await writeStdout(io, page(judged, counts, columnsOf(io)).map((line) => `${line}\n`));
  }
  const worst = settings.failOn;
  const fails = worst !== undefined &&
    SEVERITIES.slice(0, SEVERITIES.indexOf(worst) + 1).some((severity) => counts[severity] > 0);
  return fails ? FINDINGS : 0;
}

function countsOf(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { high: 0, medium: 0, low: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** A SARIF log names a file; a new snapshot has none, so it gets the name that `sync` is told to use in the README. */
function uriOf(path: string | undefined): string {
  const file = path === undefined || path === "-" ? "access.json" : path;
  return encodeURI(file).replace(/[?#]/g, encodeURIComponent);
}

/** The lines for people; names are cut to the width of a terminal, what is always the same is wrapped. */
function page(
  judged: Judged,
  counts: Record<Severity, number>,
  columns: number | undefined,
): string[] {
  const cut = (text: string) =>
    columns === undefined ? harmless(text) : cutToWidth(harmless(text), columns);
  const advice = (label: string, text: string) =>
    (columns === undefined ? [text] : wrapped(text, columns - label.length))
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
    lines.push(`${severity.toUpperCase()}  ${title} (${digits(found.length)})`);
    for (const { what, id } of found.slice(0, TOLD)) {
      lines.push(cut(`  - ${what}`), cut(`    ${id}`));
    }
    if (found.length > TOLD) {
      lines.push(`  and ${digits(found.length - TOLD)} more, which --json shows`);
    }
    lines.push(...advice("  why: ", why), ...advice("  do:  ", action), "");
  }
  const totals = SEVERITIES.map((severity) => `${digits(counts[severity])} ${severity}`);
  lines.push(`${counted(judged.open.length, "finding")}: ${totals.join(", ")}`);
  if (judged.allowed.length > 0) lines.push(`${digits(judged.allowed.length)} allowed`);
  for (const entry of judged.expired) {
    lines.push(
      cut(`expired on ${entry.expires}, counts again: ${nameOf(entry)} (${entry.reason})`),
    );
  }
  for (const entry of judged.unused) lines.push(cut(`fits nothing any more: ${nameOf(entry)}`));
  return lines;
}

function nameOf({ id, rule }: AllowEntry): string {
  return id ?? `all of ${rule}`;
}
