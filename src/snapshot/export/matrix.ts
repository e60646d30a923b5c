/**
 * Grants as a matrix of users and entitlements.
 *
 * @module
 */
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { formatEntitlementName, formatGroupName, formatUserName } from "../text/names.ts";
import { sortEntitlements, sortUsers } from "../query/sort.ts";

/** The marks in cells of the matrix, by the state of the grant. */
export const MATRIX_MARKS = { active: "x", inactive: "inactive", unknown: "unknown" } as const;

/** The columns before the entitlements. */
const USER_COLUMNS = ["user", "username", "email", "type", "state", "userId"];

/**
 * Builds the matrix as rows of text: a row for each user, a column for each entitlement. The first row names the columns,
 * `Project / role`, with the id behind if two have the same name.
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
