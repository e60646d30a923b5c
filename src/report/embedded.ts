/**
 * The data in a report file.
 *
 * @module
 */
import type { AllowEntry } from "../snapshot/findings/allow_list.ts";
import type { FindingOptions } from "../snapshot/findings/finding_rules.ts";
import type { ChangeSet } from "../snapshot/diff/diff_events.ts";

/** The id of the element that holds the snapshot. */
export const SNAPSHOT_ELEMENT = "snapshot";

/** The id of the element that holds the extras. */
export const EXTRAS_ELEMENT = "more";

/** The data that a report has beside the snapshot. */
export interface ReportExtras {
  /** Thresholds of findings. */
  findingOptions: FindingOptions;
  /** The accepted findings. */
  allow: readonly AllowEntry[];
  /** The day in UTC on which entries of the allow list must be valid, such as `2026-11-24`. */
  today: string;
  /** The changes since the baseline. */
  changes?: ChangeSet | undefined;
}
