import { CliError } from "../errors.ts";
import type { Snapshot } from "../../snapshot/types.ts";
import {
  hasAdministrations,
  isAdministration,
  withoutAdministrations,
} from "../../snapshot/query/administrations.ts";
import { formatCount } from "../../snapshot/text/format_count.ts";

/** In the order of messages. */
const GUARDED = ["user", "project", "role", "grant", "administrator", "credential"] as const;

/** The rows of each kind; a kind that nobody asked for is absent. */
type GuardedCounts = Readonly<Partial<Record<typeof GUARDED[number], number>>>;

/** The facts of an old snapshot that decide whether a new one may replace it. */
export interface PreviousSnapshot {
  organizationId: string;
  counts: GuardedCounts;
}

/** The facts of a snapshot that a later one is compared with. */
export function summarizeForGuard(snapshot: Snapshot): PreviousSnapshot {
  const asked = snapshot.evidence.some(({ list }) => list === "administrators") ||
    hasAdministrations(snapshot);
  const administrations = new Set(
    snapshot.groups.filter(isAdministration).map(({ id }) => id),
  );
  const lists = withoutAdministrations(snapshot);
  return {
    organizationId: snapshot.organization.id,
    counts: {
      user: lists.users.length,
      project: lists.groups.length,
      role: lists.entitlements.length,
      grant: lists.grants.length,
      ...(asked && {
        administrator: snapshot.grants.filter(({ groupId }) => administrations.has(groupId)).length,
      }),
      ...(snapshot.credentials && { credential: snapshot.credentials.length }),
    },
  };
}

export interface LossLimits {
  /** The file that would be replaced. */
  path: string;
  /** The share of the rows of a kind that may be gone, 0 to 1. */
  maxShrink: number;
}

/**
 * Refuses to replace a snapshot by one of another organization, or by one that lost too much to be believed. Only kinds
 * that both snapshots were asked for are compared.
 *
 * @throws {CliError} `OUTPUT_FAILED`: another organization; `SHRUNK`: more than `maxShrink` of a kind is gone.
 */
export function refuseLoss(
  previous: PreviousSnapshot,
  snapshot: Snapshot,
  { path, maxShrink }: LossLimits,
): void {
  const { organizationId, counts } = summarizeForGuard(snapshot);
  if (organizationId !== previous.organizationId) {
    throw new CliError(
      "OUTPUT_FAILED",
      `Will not replace ${path}: it is of organization ${previous.organizationId}, ` +
        `and this snapshot is of ${organizationId}`,
      { hint: "Name another file for each organization, or add --force" },
    );
  }
  const losses = GUARDED.flatMap((kind) => {
    const before = previous.counts[kind];
    const now = counts[kind];
    if (before === undefined || now === undefined || before - now <= before * maxShrink) return [];
    return [`${formatCount(before, kind)} became ${now}`];
  });
  if (losses.length === 0) return;
  throw new CliError(
    "SHRUNK",
    `Will not replace ${path}: ${losses.join(", ")}, and more than ${percent(maxShrink)} less ` +
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
