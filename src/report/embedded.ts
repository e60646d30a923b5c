import type { AllowEntry } from "../snapshot/findings/allow_list.ts";
import type { FindingOptions } from "../snapshot/findings/finding_rules.ts";
import type { ChangeSet } from "../snapshot/diff/diff_events.ts";

export const SNAPSHOT_ELEMENT = "snapshot";

export const EXTRAS_ELEMENT = "more";

/** The data that a report has beside the snapshot. */
export interface ReportExtras {
  findingOptions: FindingOptions;
  allow: readonly AllowEntry[];
  /** The day in UTC on which entries of the allow list must be valid, such as `2026-11-24`. */
  today: string;
  changes?: ChangeSet | undefined;
}
