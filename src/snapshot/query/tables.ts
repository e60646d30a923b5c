/**
 * The lists of a snapshot as flat rows, to be filtered, sorted and shown.
 *
 * @module
 */
import type { Entitlement, Grant, Group, ListName, User } from "../contract.ts";
import { toHolding } from "./holding.ts";
import type { Lookup } from "./index_snapshot.ts";
import { groupName, userName } from "./names.ts";
import { byText } from "../order.ts";

/** What a cell of a table holds; `undefined` is what ZITADEL did not say. */
export type Cell = string | number | boolean | readonly string[] | undefined;

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, Cell>>;

/** The columns of a list. */
export interface TableColumns {
  /** All columns, in order. */
  all: readonly string[];
  /** Those that are shown to people who ask for none. */
  shown: readonly string[];
}

/** The columns of each list. */
export const TABLE_COLUMNS: Readonly<Record<ListName, TableColumns>> = {
  users: {
    all: [
      "id",
      "name",
      "username",
      "email",
      "emailVerified",
      "firstName",
      "lastName",
      "preferredLoginName",
      "loginNames",
      "type",
      "state",
      "external",
      "organizationId",
      "description",
      "groups",
      "grants",
      "createdAt",
      "updatedAt",
    ],
    shown: ["name", "username", "email", "type", "state", "groups", "grants", "id"],
  },
  groups: {
    all: [
      "id",
      "name",
      "state",
      "roleAssertion",
      "roleCheck",
      "projectCheck",
      "entitlements",
      "users",
      "grants",
      "createdAt",
      "updatedAt",
    ],
    shown: ["name", "state", "entitlements", "users", "grants", "id"],
  },
  entitlements: {
    all: [
      "id",
      "groupId",
      "group",
      "role",
      "roleName",
      "roleGroup",
      "defined",
      "users",
      "createdAt",
      "updatedAt",
    ],
    shown: ["group", "role", "roleName", "roleGroup", "defined", "users"],
  },
  grants: {
    all: [
      "id",
      "userId",
      "user",
      "username",
      "email",
      "userType",
      "userState",
      "external",
      "groupId",
      "group",
      "groupState",
      "entitlementId",
      "role",
      "roleName",
      "defined",
      "state",
      "obstacles",
      "since",
      "changedAt",
      "authorizations",
    ],
    shown: ["user", "username", "group", "role", "state", "obstacles", "since", "authorizations"],
  },
};

/** Which rows of a list are asked for; all that is given must hold. */
export interface TableFilter {
  /** One of these states: of users, groups or grants. */
  states?: readonly string[] | undefined;
  /** Users of this type, or what they hold. */
  type?: "human" | "machine" | undefined;
  /** What belongs to this group; of users those who hold something in it. */
  groupId?: string | undefined;
  /** These entitlements; of users those who hold one of them, of groups those that have one. */
  entitlementIds?: ReadonlySet<string> | undefined;
  /** What this user holds, and where. */
  userId?: string | undefined;
  /** Rows that hold this text in any cell, in any case. */
  text?: string | undefined;
}

/** The rows of a list, in the order of the snapshot. */
export function buildTable(lookup: Lookup, list: ListName, filter: TableFilter = {}): Row[] {
  const rows = selectRows(lookup, list, filter);
  if (filter.text === undefined) return rows;
  const wanted = filter.text.toLowerCase();
  return rows.filter((row) =>
    Object.values(row).some((cell) =>
      cell !== undefined && cellText(cell).toLowerCase().includes(wanted)
    )
  );
}

/** A cell as text: of a list its parts with spaces between, of nothing the empty text. */
export function cellText(cell: Cell): string {
  return cell === undefined ? "" : typeof cell === "object" ? cell.join(" ") : String(cell);
}

/** By which column to sort, and how. */
export interface SortKey {
  /** The column. */
  column: string;
  /** The greatest first. */
  descending: boolean;
}

/** Rows in the order of a column; equal ones stay in the order in which they are. Empty cells come last. */
export function sortRows(rows: readonly Row[], { column, descending }: SortKey): Row[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [a[column], b[column]];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
    if (typeof x === "number" && typeof y === "number") return sign * (x - y);
    return sign * byText(cellText(x), cellText(y));
  });
}

function selectRows(lookup: Lookup, list: ListName, filter: TableFilter): Row[] {
  const { snapshot } = lookup;
  const { states, type, groupId, entitlementIds, userId } = filter;
  const inState = (state: string) => states === undefined || states.includes(state);
  const ofType = (user: User) => type === undefined || user.type === type;
  const byGrants = groupId !== undefined || entitlementIds !== undefined ||
    userId !== undefined;
  const held = (grant: Grant) =>
    (groupId === undefined || grant.groupId === groupId) &&
    (userId === undefined || grant.userId === userId) &&
    (entitlementIds === undefined || entitlementIds.has(grant.entitlementId));
  switch (list) {
    case "users": {
      const holders = new Set(
        byGrants ? snapshot.grants.filter(held).map((row) => row.userId) : [],
      );
      return snapshot.users
        .filter((user) => inState(user.state) && ofType(user))
        .filter(({ id }) => !byGrants || holders.has(id))
        .map((user) => userRow(lookup, user));
    }
    case "groups": {
      const places = new Set(
        userId === undefined
          ? snapshot.entitlements.filter(({ id }) => entitlementIds?.has(id)).map((row) =>
            row.groupId
          )
          : snapshot.grants.filter(held).map((row) => row.groupId),
      );
      return snapshot.groups
        .filter((group) => inState(group.state))
        .filter(({ id }) => !byGrants || places.has(id))
        .map((group) => groupRow(lookup, group));
    }
    case "entitlements": {
      const holding = new Set(
        userId === undefined ? [] : snapshot.grants.filter(held).map((row) => row.entitlementId),
      );
      return snapshot.entitlements
        .filter((row) => groupId === undefined || row.groupId === groupId)
        .filter(({ id }) => entitlementIds === undefined || entitlementIds.has(id))
        .filter(({ id }) => userId === undefined || holding.has(id))
        .map((entitlement) => entitlementRow(lookup, entitlement));
    }
    case "grants":
      return snapshot.grants
        .filter((grant) => inState(grant.state) && held(grant))
        .filter((grant) => type === undefined || ofType(lookup.users.get(grant.userId)!))
        .map((grant) => ordered("grants", { ...toHolding(lookup, grant) }));
  }
}

function userRow(lookup: Lookup, user: User): Row {
  const grants = lookup.grantsOfUser.get(user.id) ?? [];
  return ordered("users", {
    ...user,
    name: userName(user),
    groups: new Set(grants.map(({ groupId }) => groupId)).size,
    grants: grants.length,
  });
}

function groupRow(lookup: Lookup, group: Group): Row {
  const grants = lookup.grantsOfGroup.get(group.id) ?? [];
  return ordered("groups", {
    ...group,
    name: groupName(group),
    entitlements: (lookup.entitlementsOfGroup.get(group.id) ?? []).length,
    users: new Set(grants.map(({ userId }) => userId)).size,
    grants: grants.length,
  });
}

function entitlementRow(lookup: Lookup, entitlement: Entitlement): Row {
  const { roleKey: role, displayName: roleName, ...row } = entitlement;
  return ordered("entitlements", {
    ...row,
    group: groupName(lookup.groups.get(entitlement.groupId)!),
    role,
    roleName,
    users: (lookup.grantsOfEntitlement.get(entitlement.id) ?? []).length,
  });
}

/** A row with the columns of its list, in their order, and nothing else. */
function ordered(list: ListName, row: Row): Row {
  const result: Record<string, Cell> = {};
  for (const column of TABLE_COLUMNS[list].all) {
    if (row[column] !== undefined) result[column] = row[column];
  }
  return result;
}
