/**
 * The lists of a snapshot by their names, for those who go over all of them. Apart from the contract, since the page needs
 * them and goes without its schema.
 *
 * @module
 */
import type { RowOf, Snapshot } from "./contract.ts";

/** The lists of a snapshot, in the order in which they stand there; `credentials` only where they were asked for. */
export const LIST_NAMES = ["users", "groups", "entitlements", "grants", "credentials"] as const;

/** The name of one of a snapshot's lists. */
export type ListName = typeof LIST_NAMES[number];

/** What is read of ZITADEL, in the order in which it stands in the evidence. */
export const SOURCE_NAMES = [
  "users",
  "groups",
  "entitlements",
  "grants",
  "project-grants",
  "administrators",
  "credentials",
] as const;

/** The name of something that is read of ZITADEL. */
export type SourceName = typeof SOURCE_NAMES[number];

/** What kinds of groups there are. */
export const GROUP_KINDS = [
  "project",
  "organization-administration",
  "project-administration",
  "project-grant-administration",
  "instance-administration",
] as const;

/** What kind of group something is. */
export type GroupKind = typeof GROUP_KINDS[number];

/** The names of the lists that a snapshot has. */
export function listNames(snapshot: Pick<Snapshot, ListName>): ListName[] {
  return LIST_NAMES.filter((name) => snapshot[name] !== undefined);
}

/** The rows of one of a snapshot's lists; none of a list that it does not have. */
export function listRows<List extends ListName>(
  snapshot: Pick<Snapshot, ListName>,
  list: List,
): readonly RowOf<List>[] {
  return snapshot[list] as readonly RowOf<List>[] | undefined ?? [];
}
