/**
 * The names in a snapshot: of its format, its lists and the kinds of its groups.
 *
 * @module
 */

/** The value of `Snapshot.format`. */
export const SNAPSHOT_FORMAT = "zitadel-access-snapshot";

/** The value of `Snapshot.version` that this release writes and reads. */
export const SNAPSHOT_VERSION = 1;

/** The lists of a snapshot, in their order there; `credentials` only if they were asked for. */
export const LIST_NAMES = ["users", "groups", "entitlements", "grants", "credentials"] as const;

/** The name of one of a snapshot's lists. */
export type ListName = typeof LIST_NAMES[number];

/** The lists that are read from ZITADEL, in the order of the evidence. */
export const SOURCE_NAMES = [
  "users",
  "groups",
  "entitlements",
  "grants",
  "project-grants",
  "administrators",
  "credentials",
] as const;

/** The name of a list that is read from ZITADEL. */
export type SourceName = typeof SOURCE_NAMES[number];

/** The kinds of groups. */
export const GROUP_KINDS = [
  "project",
  "organization-administration",
  "project-administration",
  "project-grant-administration",
  "instance-administration",
] as const;

/** The kind of a group. */
export type GroupKind = typeof GROUP_KINDS[number];

/** Names the lists that a snapshot has. */
export function listNames(snapshot: { readonly [List in ListName]?: unknown }): ListName[] {
  return LIST_NAMES.filter((name) => snapshot[name] !== undefined);
}
