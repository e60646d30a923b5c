/**
 * The lists of a snapshot as flat rows, to be filtered, sorted and shown.
 *
 * @module
 */
import type { Credential, Entitlement, Group, User } from "../types.ts";
import type { ListName } from "../lists.ts";
import { describeExpiry } from "./expiry.ts";
import { toHolding } from "./holding.ts";
import type { SnapshotIndex } from "./index_snapshot.ts";
import { formatGroupName, formatUserName } from "../text/names.ts";
import { type Selection, selectRows } from "./select.ts";
import { sortRowsBy } from "./sort.ts";

/** The value of a cell; `undefined` if ZITADEL did not say. */
export type Cell = string | number | boolean | readonly string[] | undefined;

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, Cell>>;

/** The columns of a list. */
export interface TableColumns {
  /** All columns, in order. */
  all: readonly string[];
  /** The columns that people see by default. */
  shown: readonly string[];
}

/** The columns of each list. */
export const TABLE_COLUMNS: Readonly<Record<ListName, TableColumns>> = {
  users: {
    all: listWords(
      "id name username email emailVerified firstName lastName preferredLoginName " +
        "loginNames type state external organizationId description groups grants createdAt " +
        "updatedAt",
    ),
    shown: listWords("name username email type state groups grants id"),
  },
  groups: {
    all: listWords(
      "id name state roleAssertion roleCheck projectCheck entitlements users grants " +
        "createdAt updatedAt",
    ),
    shown: listWords("name state entitlements users grants id"),
  },
  entitlements: {
    all: listWords("id groupId group role roleName roleGroup defined users createdAt updatedAt"),
    shown: listWords("group role roleName roleGroup defined users"),
  },
  grants: {
    all: listWords(
      "id userId user username email userType userState external groupId group groupState " +
        "entitlementId role roleName defined state obstacles since changedAt grantedBy " +
        "grantedById grantedAt authorizations",
    ),
    shown: listWords("user username group role state obstacles since authorizations"),
  },
  credentials: {
    all: listWords(
      "id kind userId user username userState grants expiry expiresAt createdAt updatedAt",
    ),
    shown: listWords("user kind userState grants expiry expiresAt createdAt id"),
  },
};

function listWords(text: string): string[] {
  return text.split(" ");
}

/** The states that rows of each list can have. */
export const LIST_STATES: Readonly<Record<ListName, readonly string[]>> = {
  users: ["active", "inactive", "locked", "initial", "deleted", "suspended", "unknown"],
  groups: ["active", "inactive", "unknown"],
  entitlements: [],
  grants: ["active", "inactive", "unknown"],
  credentials: [],
};

/** The columns by which rows are sorted by default, the first before the others. */
const USUAL_ORDER: Readonly<Record<ListName, readonly string[]>> = {
  users: ["name"],
  groups: ["name"],
  entitlements: ["group", "role"],
  grants: ["user", "group", "role"],
  credentials: ["user", "expiresAt", "kind"],
};

/** A selection of rows, and their order. */
export interface TableOptions extends Selection {
  /** The column to sort by before the usual order. */
  sort?: SortKey | undefined;
}

/** A column to sort by, and the direction. */
export interface SortKey {
  /** The column. */
  column: string;
  /** Whether the greatest come first. */
  descending: boolean;
}

/** Builds the rows of a selection; in the order of names unless a column to sort by is given. */
export function buildTable(
  index: SnapshotIndex,
  list: ListName,
  { sort, ...selection }: TableOptions = {},
): Row[] {
  const rows = toRows(index, list, selection);
  return [...USUAL_ORDER[list].map((column) => ({ column, descending: false })).toReversed(), sort]
    .reduce((sorted, key) => key === undefined ? sorted : sortByColumn(sorted, key), rows);
}

/** A cell as text: a list with spaces between its parts, `undefined` as an empty text. */
export function formatCell(cell: Cell): string {
  return cell === undefined ? "" : typeof cell === "object" ? cell.join(" ") : String(cell);
}

/** Tells whether the cells of a column are times. */
export function isTimeColumn(column: string): boolean {
  return column === "since" || column.endsWith("At");
}

function sortByColumn(rows: readonly Row[], { column, descending }: SortKey): Row[] {
  return sortRowsBy(rows, (row) => {
    const cell = row[column];
    return typeof cell === "number" || cell === undefined ? cell : formatCell(cell);
  }, { descending, isTime: isTimeColumn(column) });
}

function toRows(index: SnapshotIndex, list: ListName, selection: Selection): Row[] {
  switch (list) {
    case "users":
      return selectRows(index, list, selection).map((user) => toUserRow(index, user));
    case "groups":
      return selectRows(index, list, selection).map((group) => toGroupRow(index, group));
    case "entitlements":
      return selectRows(index, list, selection).map((row) => toEntitlementRow(index, row));
    case "grants":
      return selectRows(index, list, selection)
        .map((grant) => orderColumns("grants", { ...toHolding(index, grant) }));
    case "credentials":
      return selectRows(index, list, selection).map((row) => toCredentialRow(index, row));
  }
}

function toCredentialRow(index: SnapshotIndex, credential: Credential): Row {
  const user = index.users.get(credential.userId)!;
  return orderColumns("credentials", {
    ...credential,
    user: formatUserName(user),
    username: user.username,
    userState: user.state,
    grants: (index.grantsOfUser.get(user.id) ?? []).length,
    expiry: describeExpiry(credential, index.snapshot.completedAt),
  });
}

function toUserRow(index: SnapshotIndex, user: User): Row {
  const grants = index.grantsOfUser.get(user.id) ?? [];
  return orderColumns("users", {
    ...user,
    name: formatUserName(user),
    groups: new Set(grants.map(({ groupId }) => groupId)).size,
    grants: grants.length,
  });
}

function toGroupRow(index: SnapshotIndex, group: Group): Row {
  const grants = index.grantsOfGroup.get(group.id) ?? [];
  return orderColumns("groups", {
    ...group,
    name: formatGroupName(group),
    entitlements: (index.entitlementsOfGroup.get(group.id) ?? []).length,
    users: new Set(grants.map(({ userId }) => userId)).size,
    grants: grants.length,
  });
}

function toEntitlementRow(index: SnapshotIndex, entitlement: Entitlement): Row {
  const { roleKey: role, displayName: roleName, ...row } = entitlement;
  return orderColumns("entitlements", {
    ...row,
    group: formatGroupName(index.groups.get(entitlement.groupId)!),
    role,
    roleName,
    users: (index.grantsOfEntitlement.get(entitlement.id) ?? []).length,
  });
}

/** Puts the columns of a list into their order, and drops other keys. */
function orderColumns(list: ListName, row: Row): Row {
  const result: Record<string, Cell> = {};
  for (const column of TABLE_COLUMNS[list].all) {
    if (row[column] !== undefined) result[column] = row[column];
  }
  return result;
}
