/**
 * The names in a snapshot: of its format, its lists and the kinds of its groups.
 *
 * @module
 */

/** The value of `Snapshot.format`. */
export const SNAPSHOT_FORMAT = "zitadel-access-snapshot";

/** The value of `Snapshot.version` that this release writes and reads. */
export const SNAPSHOT_VERSION = 1;

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
export function listNames(snapshot: { readonly [List in ListName]?: unknown }): ListName[] {
  return LIST_NAMES.filter((name) => snapshot[name] !== undefined);
}
