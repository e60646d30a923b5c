/**
 * The roles of one person or machine.
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
