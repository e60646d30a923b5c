/**
 * The snapshot with its indexes, and its rows in the order of names.
 *
 * @module
 */
import type { Entitlement, Group, Snapshot, User } from "../../snapshot/types.ts";
import { withoutAdministrations } from "../../snapshot/query/administrations.ts";
import { indexSnapshot, type SnapshotIndex } from "../../snapshot/query/index_snapshot.ts";
import { sortEntitlements, sortGroups, sortUsers } from "../../snapshot/query/sort.ts";

/** A snapshot with its indexes. Each is made on first use. */
export interface ReportData {
  readonly snapshot: Snapshot;
  readonly index: SnapshotIndex;
  /** The snapshot as if nobody had asked for administrators: its groups are projects. */
  readonly projects: Snapshot;
  readonly usersByName: readonly User[];
  readonly groupsByName: readonly Group[];
  readonly entitlementsByName: readonly Entitlement[];
  countOfUser(userId: string): number;
  countOfEntitlement(entitlementId: string): number;
}

export function createReportData(snapshot: Snapshot): ReportData {
  const index = indexSnapshot(snapshot);
  const projects = withoutAdministrations(snapshot);
  let users: readonly User[] | undefined;
  let groups: readonly Group[] | undefined;
  let entitlements: readonly Entitlement[] | undefined;
  return {
    snapshot,
    index,
    get usersByName() {
      return users ??= sortUsers(snapshot.users);
    },
    projects,
    get groupsByName() {
      return groups ??= sortGroups(projects.groups);
    },
    get entitlementsByName() {
      return entitlements ??= sortEntitlements(
        projects === snapshot ? index : indexSnapshot(projects),
      );
    },
    countOfUser: (id) => index.grantsOfUser.get(id)?.length ?? 0,
    countOfEntitlement: (id) => index.grantsOfEntitlement.get(id)?.length ?? 0,
  };
}
