/**
 * The administrations among the groups of a snapshot: what is in it beside projects, where it was asked for.
 *
 * @module
 */
import type { Group, Snapshot } from "../types.ts";

/** Whether a group is the administration of something, and not a project. */
export function isAdministration({ kind }: Pick<Group, "kind">): boolean {
  return kind !== "project";
}

/** Whether a snapshot was asked for administrators. Where nobody administers anything, only its evidence tells. */
export function hasAdministrations(
  { groups, evidence }: Pick<Snapshot, "groups" | "evidence">,
): boolean {
  return groups.some(isAdministration) || evidence.some(({ list }) => list === "administrators");
}

/** The same without administrations, and without users who are known by them alone: as if nobody had asked for them. */
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

/** What an administration is of, in words, such as `organization`; of a project nothing. */
export function formatAdministration({ kind }: Pick<Group, "kind">): string | undefined {
  return kind === "project" ? undefined : kind.replace(/-administration$/, "").replace("-", " ");
}
