/**
 * Who holds what, as a matrix of users and entitlements.
 *
 * @module
 */
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { formatEntitlementName, formatGroupName, formatUserName } from "../text/names.ts";
import { sortEntitlements, sortUsers } from "../query/sort.ts";

/** What stands in a cell of the matrix for each state of a grant. */
export const MATRIX_MARKS = { active: "x", inactive: "inactive", unknown: "unknown" } as const;

/** The columns before those of the entitlements. */
const USER_COLUMNS = ["user", "username", "email", "type", "state", "userId"];

/**
 * The matrix as rows of text, the first of which names the columns: one row for each user, one column for each
 * entitlement, `Project / role`; with its id behind where two would have the same name.
 */
export function* buildMatrix(index: SnapshotIndex): Generator<string[], void, undefined> {
  const columns = sortEntitlements(index).map((entitlement) => ({
    id: entitlement.id,
    name: `${formatGroupName(index.groups.get(entitlement.groupId)!)} / ${
      formatEntitlementName(entitlement)
    }`,
  }));
  const times = new Map<string, number>();
  for (const { name } of columns) times.set(name, (times.get(name) ?? 0) + 1);
  yield [
    ...USER_COLUMNS,
    ...columns.map(({ id, name }) => times.get(name) === 1 ? name : `${name} (${id})`),
  ];

  const positions = new Map(columns.map(({ id }, position) => [id, position]));
  for (const user of sortUsers(index.snapshot.users)) {
    const marks = new Array<string>(columns.length).fill("");
    for (const { entitlementId, state } of index.grantsOfUser.get(user.id) ?? []) {
      marks[positions.get(entitlementId)!] = MATRIX_MARKS[state];
    }
    const { username = "", email = "", type = "", state, id } = user;
    yield [formatUserName(user), username, email, type, state, id, ...marks];
  }
}
