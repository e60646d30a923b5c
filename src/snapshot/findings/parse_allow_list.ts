/**
 * Reads allow files.
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
import type { AllowEntry } from "./allow_list.ts";
import { FINDING_RULES, type FindingRuleId } from "./finding_rules.ts";

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
