import type { Snapshot } from "../../../snapshot/types.ts";
import type { Log } from "../../output/log.ts";

/** Warns where the old snapshot is newer than the current one; `advice` says what to do. */
export function warnOfReversal(
  log: Log,
  { old, current, advice }: { old: Snapshot; current: Snapshot; advice: string },
): void {
  if (Date.parse(old.completedAt) <= Date.parse(current.completedAt)) return;
  log.write(
    "warn",
    `The snapshot to compare with is of ${old.completedAt}, and newer than the other one of ` +
      `${current.completedAt}, so additions are shown as removals: ${advice}`,
  );
}
