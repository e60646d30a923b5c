/**
 * Findings as SARIF 2.1.0, the format in which code scanners report.
 *
 * @module
 */
import type { Log, ReportingDescriptor, Result } from "sarif";
import type { AllowEntry } from "../findings/allow_list.ts";
import { DOCUMENTS_URL } from "../../version.ts";
import type { Tool } from "../types.ts";
import {
  type Finding,
  FINDING_RULES,
  type FindingRule,
  type Severity,
} from "../findings/finding_rules.ts";

/** Options of {@linkcode toSarif}. */
export interface SarifOptions {
  /** The program that made the findings. */
  tool: Tool;
  /** A URI reference to the snapshot. */
  snapshotUri: string;
  /** The findings that count. */
  open: readonly Finding[];
  /** The accepted findings, which become suppressed results. */
  allowed: readonly { finding: Finding; entry: AllowEntry }[];
}

/** The most results that GitHub's code scanning takes of one run; the least urgent are left out. */
export const MAX_SARIF_RESULTS = 25_000;

const LEVELS: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  high: "error",
  medium: "warning",
  low: "note",
  info: "note",
};

/** Severities as GitHub reads them: above 7.0 is high, above 4.0 medium. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = {
  high: "8.0",
  medium: "5.0",
  low: "3.0",
  info: "0.0",
};

/**
 * Makes a SARIF log of findings, to be written as JSON: the first {@linkcode MAX_SARIF_RESULTS} of them, accepted ones
 * last.
 */
export function toSarif(options: SarifOptions): Record<string, unknown> {
  const { tool, open, allowed } = options;
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{
      tool: {
        driver: {
          name: tool.name,
          version: tool.version,
          informationUri: `${DOCUMENTS_URL}/findings.md`,
          rules: Object.entries<FindingRule>(FINDING_RULES).map(toRule),
        },
      },
      results: [
        ...open.map((finding) => toResult(finding, options)),
        ...allowed.map(({ finding, entry }): Result => ({
          ...toResult(finding, options),
          suppressions: [{ kind: "external", status: "accepted", justification: entry.reason }],
        })),
      ].slice(0, MAX_SARIF_RESULTS),
    }],
  };
  return { ...log };
}

function toRule(
  [id, { title, why, action, severity }]: [string, FindingRule],
): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: action },
    helpUri: `${DOCUMENTS_URL}/findings.md#${id}`,
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ["security"], "security-severity": SECURITY_SEVERITY[severity] },
  };
}

/** Escapes names, so that they are no links or placeholders (SARIF 3.11). */
function escapeMessage(text: string): string {
  return text.replace(/[\\[\]]/g, "\\$&").replace(/[{}]/g, "$&$&");
}

function toResult(finding: Finding, { snapshotUri }: SarifOptions): Result {
  const { id, rule, severity, what, action } = finding;
  const about = [
    ...finding.userIds.map((userId) => ({ kind: "user", fullyQualifiedName: `user:${userId}` })),
    ...finding.groupIds.map((groupId) => ({
      kind: "project",
      fullyQualifiedName: `project:${groupId}`,
    })),
    ...finding.entitlementIds.map((fullyQualifiedName) => ({ kind: "role", fullyQualifiedName })),
    ...finding.grantIds.map((fullyQualifiedName) => ({ kind: "grant", fullyQualifiedName })),
  ];
  return {
    ruleId: rule,
    ruleIndex: Object.keys(FINDING_RULES).indexOf(rule),
    level: LEVELS[severity],
    message: { text: `${escapeMessage(what)}. ${action}` },
    locations: [{
      physicalLocation: { artifactLocation: { uri: snapshotUri } },
      logicalLocations: about,
    }],
    partialFingerprints: { "findingId/v1": id },
    properties: { severity },
  };
}
