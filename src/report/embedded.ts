/**
 * What a report file carries, and where in it.
 *
 * @module
 */
import type { AllowEntry } from "../snapshot/findings/allow_list.ts";
import type { FindingOptions } from "../snapshot/findings/finding_rules.ts";
import type { ChangeSet } from "../snapshot/diff/diff_events.ts";

/** The id of the element that holds the snapshot. */
export const SNAPSHOT_ELEMENT = "snapshot";

/** The id of the element that holds what comes with it. */
export const EXTRAS_ELEMENT = "more";

/** What comes with the snapshot. */
export interface ReportExtras {
  /** Where findings draw the line. */
  findingOptions: FindingOptions;
  /** Which findings are accepted, and until when. */
  allow: readonly AllowEntry[];
  /** The day, in UTC, up to which an entry of the allow list has to be valid, such as `2026-11-24`. */
  today: string;
  /** What changed since the baseline. */
  changes?: ChangeSet | undefined;
}
