/**
 * Findings that somebody looked at and accepted, with the reason and until when.
 *
 * @module
 */
import type { Finding, FindingRuleId } from "./finding_rules.ts";

/** One accepted finding, or all findings of a rule. Exactly one of `id` and `rule` is given. */
export interface AllowEntry {
  /** The id of the finding. */
  id?: string;
  /** The rule, all of whose findings are accepted. */
  rule?: FindingRuleId;
  /** Why it is accepted. */
  reason: string;
  /** The last day, in UTC, on which it is; from the day after the finding counts again. */
  expires: string;
}

/** Findings, sorted by whether they are accepted. */
export interface AllowListResult {
  /** Those that count. */
  open: Finding[];
  /** Those that are accepted, each with the entry that says so. */
  allowed: { finding: Finding; entry: AllowEntry }[];
  /** Entries that would accept a finding, had they not expired. */
  expired: AllowEntry[];
  /** Entries that fit no finding: they can go. */
  unused: AllowEntry[];
}

/**
 * Sorts findings by an allow list; `today` is a day in UTC, such as `2026-11-24`.
 *
 * @example
 * ```ts
 * import {
 *   applyAllowList,
 *   indexSnapshot,
 *   listFindings,
 *   parseAllowList,
 *   type Snapshot,
 * } from "@zitadel-sync/zitadel-sync";
 *
 * function countUrgent(snapshot: Snapshot, allowFile: string, today: string): number {
 *   const findings = listFindings(indexSnapshot(snapshot), { staleDays: 180 });
 *   const { open } = applyAllowList(findings, parseAllowList(allowFile), today);
 *   return open.filter(({ severity }) => severity === "high").length;
 * }
 * ```
 */
export function applyAllowList(
  findings: readonly Finding[],
  entries: readonly AllowEntry[],
  today: string,
): AllowListResult {
  const used = new Set<AllowEntry>();
  const byId = new Map<string, AllowEntry[]>();
  for (const entry of entries) {
    const key = entry.id ?? entry.rule!;
    const same = byId.get(key);
    if (same === undefined) byId.set(key, [entry]);
    else same.push(entry);
  }
  const result: AllowListResult = { open: [], allowed: [], expired: [], unused: [] };
  for (const finding of findings) {
    const fitting = [...byId.get(finding.id) ?? [], ...byId.get(finding.rule) ?? []];
    for (const entry of fitting) used.add(entry);
    const valid = fitting.find(({ expires }) => expires >= today);
    if (valid === undefined) result.open.push(finding);
    else result.allowed.push({ finding, entry: valid });
  }
  result.expired = entries.filter((entry) => used.has(entry) && entry.expires < today);
  result.unused = entries.filter((entry) => !used.has(entry));
  return result;
}
