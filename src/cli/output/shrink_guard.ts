import { CliError } from "../errors.ts";
import type { Snapshot } from "../../snapshot/contract.ts";
import type { PreviousSnapshot } from "./write_output.ts";

const GUARDED = ["users", "groups", "grants"] as const;

/** What {@linkcode refuseLoss} compares with. */
export interface LossLimits {
  /** The file that would be replaced, for messages. */
  path: string;
  /** The share of a list that may be gone, 0 to 1. */
  maxShrink: number;
}

/**
 * Refuses to replace a snapshot by one of another organization, or by one that lost too much to be believed.
 *
 * @throws {CliError} `OUTPUT_FAILED`: another organization; `SHRUNK`: more than `maxShrink` of users, groups or
 * grants are gone.
 */
export function refuseLoss(
  previous: PreviousSnapshot,
  snapshot: Pick<Snapshot, "organization" | "counts">,
  { path, maxShrink }: LossLimits,
): void {
  const { organization, counts } = snapshot;
  if (organization.id !== previous.organizationId) {
    throw new CliError(
      "OUTPUT_FAILED",
      `Will not replace ${path}: it is of organization ${previous.organizationId}, ` +
        `and this snapshot is of ${organization.id}`,
      { hint: "Name another file for each organization, or add --force" },
    );
  }
  const shrunk = GUARDED.filter((list) =>
    previous.counts[list] - counts[list] > previous.counts[list] * maxShrink
  );
  if (shrunk.length === 0) return;
  const numbers = shrunk.map((list) => `${previous.counts[list]} ${list} became ${counts[list]}`);
  throw new CliError(
    "SHRUNK",
    `Will not replace ${path}: ${numbers.join(", ")}, and more than ${percent(maxShrink)} less ` +
      "looks like a mistake",
    {
      hint: "If that is right, run it again with --force, or allow more with --max-shrink " +
        "(such as --max-shrink 90%)",
    },
  );
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))}%`;
}
