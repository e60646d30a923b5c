import type { Snapshot } from "../contract.ts";

/** How many user grants other organizations made on a project: who holds a role by them is not in the snapshot. */
export function countGrantsByOthers({ notes }: Pick<Snapshot, "notes">, groupId: string): number {
  for (const note of notes) {
    if (note.code !== "grants-by-other-organizations") continue;
    return note.groups.find((group) => group.groupId === groupId)?.count ?? 0;
  }
  return 0;
}
