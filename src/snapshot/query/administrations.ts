/**
 * The administrations among the groups of a snapshot, which it holds if it was asked for administrators.
 *
 * @module
 */
import type { Group, Snapshot } from "../types.ts";

/** Tells whether a group is the administration of something, and not a project. */
export function isAdministration({ kind }: Pick<Group, "kind">): boolean {
  return kind !== "project";
}

/** Tells whether a snapshot was asked for administrators. If nobody administers anything, only its evidence tells. */
export function hasAdministrations(
  { groups, evidence }: Pick<Snapshot, "groups" | "evidence">,
): boolean {
  return groups.some(isAdministration) || evidence.some(({ list }) => list === "administrators");
}

/** A snapshot as if nobody had asked for administrators: without administrations, and users known by them alone. */
export function withoutAdministrations(snapshot: Snapshot): Snapshot {
  if (!hasAdministrations(snapshot)) return snapshot;
  const groups = snapshot.groups.filter((group) => !isAdministration(group));
  const projects = new Set(groups.map(({ id }) => id));
  const isOfProject = ({ groupId }: { groupId: string }) => projects.has(groupId);
  const grants = snapshot.grants.filter(isOfProject);
  const holders = new Set(grants.map(({ userId }) => userId));
  return {
    ...snapshot,
    users: snapshot.users.filter(({ id, external }) => !external || holders.has(id)),
    groups,
    entitlements: snapshot.entitlements.filter(isOfProject),
    grants,
  };
}

/** The scope of an administration in words, such as `organization`; `undefined` for a project. */
export function formatAdministration({ kind }: Pick<Group, "kind">): string | undefined {
  return kind === "project" ? undefined : kind.replace(/-administration$/, "").replace("-", " ");
}
