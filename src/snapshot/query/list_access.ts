/**
 * Everything that one person or machine holds.
 *
 * @module
 */
import { type Holding, toHolding } from "./holding.ts";
import type { Lookup } from "./index_snapshot.ts";
import { byText } from "../order.ts";

/** What a user holds, by the names of projects, then by roles. Empty if nothing, or if there is no such user. */
export function listAccess(lookup: Lookup, userId: string): Holding[] {
  return lookup.grantsHeldBy(userId)
    .map((grant) => toHolding(lookup, grant))
    .sort((a, b) =>
      byText(a.group, b.group) || byText(a.groupId, b.groupId) || byText(a.role, b.role)
    );
}
