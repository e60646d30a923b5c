/**
 * Everything that one person or machine holds.
 *
 * @module
 */
import { type Holding, toHolding } from "./holding.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { sortHoldings } from "./sort.ts";

/** What a user holds, by the names of projects, then by roles. Empty if nothing, or if there is no such user. */
export function listAccess(index: SnapshotIndex, userId: string): Holding[] {
  const holdings = index.grantsHeldBy(userId).map((grant) => toHolding(index, grant));
  return sortHoldings(holdings, ["group", "role"]);
}
