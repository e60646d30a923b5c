/**
 * Everything that one person or machine holds.
 *
 * @module
 */
import { type Holding, toHolding } from "./holding.ts";
import type { Lookup } from "./index_snapshot.ts";
import { sortHoldings } from "./sort.ts";

/** What a user holds, by the names of projects, then by roles. Empty if nothing, or if there is no such user. */
export function listAccess(lookup: Lookup, userId: string): Holding[] {
  const holdings = lookup.grantsHeldBy(userId).map((grant) => toHolding(lookup, grant));
  return sortHoldings(holdings, ["group", "role"]);
}
