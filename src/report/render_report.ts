/**
 * The report for an auditor: one HTML file that needs nothing else.
 *
 * @module
 */
import type { AllowEntry } from "../snapshot/findings/allow_list.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { type DiffOptions, diffSnapshots } from "../snapshot/diff/diff.ts";
import type { FindingOptions } from "../snapshot/findings/finding_rules.ts";
import { formatOrganizationName } from "../snapshot/text/names.ts";
import { serializeSnapshot } from "../snapshot/serialize.ts";
import { documentHead, documentTail } from "./document.ts";
import { EXTRAS_ELEMENT, type ReportExtras, SNAPSHOT_ELEMENT } from "./embedded.ts";
import { toReportChanges } from "./report_changes.ts";

/** Options of {@linkcode renderReport}. */
export interface ReportOptions {
  snapshot: Snapshot;
  /** An earlier snapshot, to show the changes since. */
  baseline?: Snapshot | undefined;
  /** Options of the comparison with the baseline. */
  diffOptions?: DiffOptions;
  findingOptions?: FindingOptions;
  allow?: readonly AllowEntry[];
  /** The day in UTC on which entries of the allow list must be valid. @default the day of the snapshot */
  today?: string;
}

/**
 * Renders the HTML text of a report, in pieces.
 *
 * It holds the snapshot as JSON and a script that shows it; its Content-Security-Policy lets no other script run and no
 * request leave. The same input gives the same bytes.
 *
 * @throws {SyncError} `CONFIG_INVALID`: the baseline belongs to another organization.
 */
export function renderReport(
  {
    snapshot,
    baseline,
    diffOptions = {},
    findingOptions = {},
    allow = [],
    today = snapshot.completedAt.slice(0, 10),
  }: ReportOptions,
): Iterable<string> {
  const extras: ReportExtras = {
    findingOptions,
    allow,
    today,
    ...(baseline === undefined
      ? {}
      : { changes: toReportChanges(diffSnapshots(baseline, snapshot, diffOptions)) }),
  };
  return pieces(
    snapshot,
    extras,
    `Access report · ${formatOrganizationName(snapshot.organization)}`,
  );
}

function* pieces(snapshot: Snapshot, extras: ReportExtras, title: string): Generator<string> {
  yield documentHead({ title });
  yield dataStart(SNAPSHOT_ELEMENT);
  for (const piece of serializeSnapshot(snapshot)) yield escapeData(piece);
  yield `</script>\n${dataStart(EXTRAS_ELEMENT)}${escapeData(JSON.stringify(extras))}</script>\n`;
  yield documentTail();
}

function dataStart(id: string): string {
  return `<script type="application/json" id="${id}">`;
}

/** Escapes JSON so that it cannot end its element: `<` only occurs in strings. */
function escapeData(json: string): string {
  return json.replaceAll("<", "\\u003c");
}
