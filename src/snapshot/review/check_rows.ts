/**
 * Checks that the rows of a table that came back still belong to their grants.
 *
 * Spreadsheets sort and fill one column alone, count ids up and cut long numbers, so an id by itself proves nothing.
 *
 * @module
 */
import type { Entitlement, Group, User } from "../types.ts";
import { hasAdministrations } from "../query/administrations.ts";
import { createUserFinder } from "../query/find.ts";
import type { SnapshotIndex } from "../query/index_snapshot.ts";
import { foldName } from "../text/fold.ts";
import { readVisible } from "../text/invisible.ts";
import {
  formatEntitlementName,
  formatGroupName,
  formatUserName,
  listGroupNames,
  listUserNames,
} from "../text/names.ts";
import type { ReviewRow } from "./decisions.ts";

/** The rows that an id joins, as far as the snapshot has them. */
interface Parts {
  user?: User | undefined;
  group?: Group | undefined;
  entitlement?: Entitlement | undefined;
}

/** Prepares a check of rows: it answers with what is wrong with a row, or `undefined` if the row fits its grant. */
export function createRowCheck(index: SnapshotIndex): (row: ReviewRow) => string | undefined {
  const { snapshot, users, groups, entitlements } = index;
  const grants = new Map(snapshot.grants.map((grant) => [grant.id, grant]));
  const withAdministrators = hasAdministrations(snapshot);
  const findUser = createUserFinder(snapshot.users);
  const toParts = ({ userId, groupId, entitlementId }: typeof snapshot.grants[number]): Parts => ({
    user: users.get(userId),
    group: groups.get(groupId),
    entitlement: entitlements.get(entitlementId),
  });

  /** The grants of the snapshot that fit the names of a row, whatever its id. */
  const findByNames = (row: ReviewRow) => {
    if (row.user === undefined || row.project === undefined || row.role === undefined) return [];
    const held = [...new Set(row.user.flatMap(findUser))]
      .flatMap(({ id }) => index.grantsOfUser.get(id) ?? []);
    return held.filter((grant) => listMisfits(row, toParts(grant)).length === 0);
  };

  return (row) => {
    const grant = grants.get(row.grantId);
    if (grant !== undefined) return describeMisfit(row, toParts(grant));
    if (row.grantId.startsWith("administration:") && !withAdministrators) {
      return "it is about an administrator, and the snapshot was made without administrators";
    }
    const parts = findParts(row.grantId, index);
    const misfit = describeMisfit(row, parts);
    if (misfit !== undefined) return misfit;
    const [other] = findByNames(row);
    if (other !== undefined) {
      return `it names ${formatRow(row)}, whose id is ${other.id}, ` +
        `but its column grant holds ${row.grantId}, which is no grant of the snapshot`;
    }
    const unnamed = row.user === undefined && parts.user === undefined ||
      (row.project === undefined || row.role === undefined) && parts.entitlement === undefined;
    if (unnamed || looksCut(row.grantId, snapshot.users)) {
      return `its column grant holds ${row.grantId}, which fits no user and role of the snapshot: ` +
        "spreadsheets count ids up and cut long numbers";
    }
    return undefined;
  };
}

/** The rows that the id of a grant would join: an id is never split, only compared. */
function findParts(grantId: string, { users, groups, entitlements }: SnapshotIndex): Parts {
  const between = ":user:";
  let user: User | undefined;
  for (let at = grantId.indexOf(between); at !== -1; at = grantId.indexOf(between, at + 1)) {
    const entitlement = entitlements.get(grantId.slice(0, at));
    user = users.get(grantId.slice(at + between.length)) ?? user;
    if (entitlement !== undefined) {
      return { user, entitlement, group: groups.get(entitlement.groupId) };
    }
  }
  return { user };
}

function describeMisfit(row: ReviewRow, parts: Parts): string | undefined {
  if (listMisfits(row, parts).length === 0) return undefined;
  return `it names ${formatRow(row)}, but the id in its column grant is that of ${
    formatParts(parts)
  }`;
}

/** A grant as messages name it: its user, role and project as far as the snapshot has them. */
export function formatGrant(index: SnapshotIndex, grantId: string): string {
  return formatParts(findParts(grantId, index)) || grantId;
}

function formatParts({ user, group, entitlement }: Parts): string {
  return [
    user && formatUserName(user),
    entitlement && formatEntitlementName(entitlement),
    group && formatGroupName(group),
  ].filter((name) => name !== undefined).join(", ");
}

function listMisfits(row: ReviewRow, { user, group, entitlement }: Parts): string[] {
  const misfits: string[] = [];
  if (row.user !== undefined && user !== undefined) {
    const names = [formatUserName(user), ...listUserNames(user)];
    if (!row.user.some((cell) => names.some((name) => isSameName(cell, name)))) {
      misfits.push("user");
    }
  }
  if (row.project !== undefined && group !== undefined) {
    const names = [formatGroupName(group), ...listGroupNames(group)];
    if (!names.some((name) => isSameName(row.project!, name))) misfits.push("project");
  }
  if (row.role !== undefined && entitlement !== undefined) {
    if (!isSameRole(row.role, entitlement.roleKey)) misfits.push("role");
  }
  return misfits;
}

function formatRow({ user = [], project, role }: ReviewRow): string {
  const names = [user[0] ?? "nobody", role, project].filter((name) => name !== undefined);
  return names.map((name) => name === "" ? "nothing" : name).join(", ");
}

function isSameName(cell: string, name: string): boolean {
  return cell === name || foldName(cell) === foldName(name) || isSameNumber(cell, name);
}

/** Case tells roles apart: `admin` and `Admin` may be two roles of one project. */
function isSameRole(cell: string, role: string): boolean {
  const visible = (text: string) => readVisible(text.normalize("NFC"));
  return visible(cell) === visible(role) || isSameNumber(cell, role);
}

/** Spreadsheets drop the zeros before a number, and write it in their own way. */
function isSameNumber(cell: string, name: string): boolean {
  const isNumber = /^[+-]?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?$/i;
  const read = (text: string) => Number(text.trim().replace(",", "."));
  return isNumber.test(cell.trim()) && isNumber.test(name.trim()) && read(cell) === read(name);
}

/** So many digits of a number spreadsheets keep. */
const KEPT_DIGITS = 15;

/** Whether an id ends in a number that a spreadsheet has rounded. */
function looksCut(grantId: string, users: readonly User[]): boolean {
  if (/\d[.,]?\d*e\+\d+$/i.test(grantId)) return true;
  const number = /\d+$/.exec(grantId)?.[0] ?? "";
  const kept = number.slice(0, KEPT_DIGITS);
  return /^0+$/.test(number.slice(KEPT_DIGITS)) &&
    users.some(({ id }) => id.length === number.length && id.startsWith(kept));
}
