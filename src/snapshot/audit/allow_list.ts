/**
 * Findings that somebody looked at and accepted, with the reason and until when.
 *
 * ```json
 * { "allow": [
 *   { "id": "external-user:user:318000000000030000", "reason": "Auditor of 2026", "expires": "2026-12-31" },
 *   { "rule": "unused-role", "reason": "Roles for the spring release", "expires": "2027-03-31" }
 * ] }
 * ```
 *
 * @module
 */
import { z } from "zod";
import { SyncError } from "../../errors.ts";
import { type Finding, FINDING_RULES, type FindingRuleId } from "./findings.ts";

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

const entry = z.strictObject({
  id: z.string().min(1).exactOptional(),
  rule: z.enum(Object.keys(FINDING_RULES) as FindingRuleId[]).exactOptional(),
  reason: z.string().refine((text) => text.trim() !== "", "must say why"),
  expires: z.iso.date(),
}).refine(({ id, rule }) => (id === undefined) !== (rule === undefined), {
  message: 'needs either "id" or "rule"',
});

const allowList: z.ZodType<{ allow: AllowEntry[] }> = z.strictObject({ allow: z.array(entry) });

/**
 * Reads the text of an allow file.
 *
 * @throws {SyncError} `CONFIG_INVALID`: not JSON, or an entry without a reason or an expiry date.
 */
export function parseAllowList(text: string): AllowEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyncError("CONFIG_INVALID", "The allow file is not JSON", { cause, hint: HINT });
  }
  const result = allowList.safeParse(json);
  if (result.success) return result.data.allow;
  throw new SyncError(
    "CONFIG_INVALID",
    `The allow file does not fit: ${z.prettifyError(result.error)}`,
    { cause: result.error, hint: HINT },
  );
}

const HINT =
  'It looks like {"allow": [{"id": "unused-role:…", "reason": "…", "expires": "2027-01-31"}]}';

/** Sorts findings by an allow list; `today` is a day in UTC, such as `2026-11-24`. */
export function applyAllowList(
  findings: readonly Finding[],
  entries: readonly AllowEntry[],
  today: string,
): AllowListResult {
  const used = new Set<AllowEntry>();
  const byId = new Map<string, AllowEntry[]>();
  for (const entry of entries) {
    const key = entry.id ?? entry.rule!;
    byId.set(key, [...byId.get(key) ?? [], entry]);
  }
  const judged: AllowListResult = { open: [], allowed: [], expired: [], unused: [] };
  for (const finding of findings) {
    const fitting = [...byId.get(finding.id) ?? [], ...byId.get(finding.rule) ?? []];
    for (const entry of fitting) used.add(entry);
    const valid = fitting.find(({ expires }) => expires >= today);
    if (valid === undefined) judged.open.push(finding);
    else judged.allowed.push({ finding, entry: valid });
  }
  judged.expired = entries.filter((entry) => used.has(entry) && entry.expires < today);
  judged.unused = entries.filter((entry) => !used.has(entry));
  return judged;
}
