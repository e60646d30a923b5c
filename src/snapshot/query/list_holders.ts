/**
 * Everybody who holds something in a project.
 *
 * @module
 */
import { type Holding, toHolding } from "./holding.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { sortHoldings } from "./sort.ts";

/** Of what the holders are asked for. */
export interface HolderOptions {
  /** The project. */
  groupId: string;
  /** One of its roles; without it, all of them. */
  entitlementId?: string | undefined;
}

/** Who holds it, by the names of users, then by roles. Empty if nobody does. */
export function listHolders(
  index: SnapshotIndex,
  { groupId, entitlementId }: HolderOptions,
): Holding[] {
  const grants = entitlementId === undefined
    ? index.grantsOfGroup.get(groupId)
    : index.grantsOfEntitlement.get(entitlementId);
  const holdings = (grants ?? []).map((grant) => toHolding(index, grant));
  return sortHoldings(holdings, ["user", "role"]);
}
