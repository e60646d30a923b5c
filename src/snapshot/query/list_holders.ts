/**
 * Everybody who holds something in a project.
 *
 * @module
 */
import { type Holding, toHolding } from "./holding.ts";
import type { Lookup } from "./index_snapshot.ts";
import { byText } from "../order.ts";

/** Of what the holders are asked for. */
export interface WhoOptions {
  /** The project. */
  groupId: string;
  /** One of its roles; without it, all of them. */
  entitlementId?: string | undefined;
}

/** Who holds it, by the names of users, then by roles. Empty if nobody does. */
export function listHolders(lookup: Lookup, { groupId, entitlementId }: WhoOptions): Holding[] {
  const grants = entitlementId === undefined
    ? lookup.grantsOfGroup.get(groupId)
    : lookup.grantsOfEntitlement.get(entitlementId);
  return (grants ?? [])
    .map((grant) => toHolding(lookup, grant))
    .sort((a, b) => byText(a.user, b.user) || byText(a.userId, b.userId) || byText(a.role, b.role));
}
