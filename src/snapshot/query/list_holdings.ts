/**
 * The roles of a user, and the holders of roles in a project.
 *
 * @module
 */
import { type Holding, toHolding } from "./holding.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { sortHoldings } from "./sort.ts";

/** Lists the roles of a user, by the names of projects, then by roles. Empty if there are none or no such user. */
export function listAccess(index: SnapshotIndex, userId: string): Holding[] {
  const holdings = index.grantsHeldBy(userId).map((grant) => toHolding(index, grant));
  return sortHoldings(holdings, ["group", "role"]);
}

/** Options of {@linkcode listHolders}. */
export interface HolderOptions {
  /** The project. */
  groupId: string;
  /** One of its roles. @default all of them */
  entitlementId?: string | undefined;
}

/** Lists the holders of roles in a project, by the names of users, then by roles. */
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
