/**
 * Allow lists: findings that somebody accepted, each with a reason and a last day.
 *
 * @module
 */
import type { Finding, FindingRuleId } from "./finding_rules.ts";

/** An accepted finding, or all findings of a rule: it has either `id` or `rule`. */
export interface AllowEntry {
  /** The id of the finding. */
  id?: string;
  /** The rule whose findings are all accepted. */
  rule?: FindingRuleId;
  /** The reason. */
  reason: string;
  /** The last day in UTC, such as `2026-12-31`; from the day after, the finding counts again. */
  expires: string;
}

/** Findings, divided by an allow list. */
export interface AllowListResult {
  /** The findings that count. */
  open: Finding[];
  /** The accepted findings, each with its entry. */
  allowed: { finding: Finding; entry: AllowEntry }[];
  /** Expired entries that match a finding. */
  expired: AllowEntry[];
  /** Entries that match no finding. */
  unused: AllowEntry[];
}

/**
 * Divides findings by an allow list; `today` is a day in UTC, such as `2026-11-24`.
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
