/**
 * Finding the row that a name on the command line means. Each function throws a `CliError` otherwise: `NOTHING_FOUND` where
 * there is none, `CONFIG_INVALID` where there are several.
 *
 * @module
 */
import { CliError } from "../../errors.ts";
import type { Entitlement, Group, Snapshot, User } from "../../../snapshot/types.ts";
import {
  findEntitlements,
  findGroups,
  findGroupsWithRole,
  findUsers,
} from "../../../snapshot/query/find.ts";
import { foldText } from "../../../snapshot/text/fold.ts";
import type { SnapshotIndex } from "../../../snapshot/query/index_snapshot.ts";
import {
  formatEntitlementName,
  formatGroupName,
  formatUserName,
  listEntitlementNames,
  listGroupNames,
  listUserNames,
} from "../../../snapshot/text/names.ts";
import { nearest } from "../../options/nearest.ts";

/** The candidates that a message names at most. */
const NAMED = 10;

/** Longer names are cut in messages. */
const LONGEST = 60;

export function resolveUser({ users }: Snapshot, text: string): User {
  return resolve("user", text, users, findUsers(users, text), {
    listNames: listUserNames,
    describe: (user) =>
      `${shorten(formatUserName(user))} (${shorten(user.username ?? user.state)})  ${user.id}`,
  });
}

export function resolveGroup({ groups }: Snapshot, text: string): Group {
  return resolve("project", text, groups, findGroups(groups, text), GROUP_NAMING);
}

/** Takes the group that has the role, if several groups have the name. */
export function resolveGroupWithRole(
  index: SnapshotIndex,
  text: string,
  role: string,
): Group {
  const { groups } = index.snapshot;
  return resolve("project", text, groups, findGroupsWithRole(index, text, role), GROUP_NAMING);
}

const GROUP_NAMING: Naming<Group> = {
  listNames: listGroupNames,
  describe: (group) => `${shorten(formatGroupName(group))}  ${group.id}`,
};

export function resolveEntitlement(
  entitlements: readonly Entitlement[],
  text: string,
): Entitlement {
  return resolve("role", text, entitlements, findEntitlements(entitlements, text), {
    listNames: listEntitlementNames,
    describe: (row) => `${shorten(formatEntitlementName(row))}  ${shorten(row.id)}`,
  });
}

interface Naming<T> {
  listNames(row: T): string[];
  describe(row: T): string;
}

function resolve<T extends { id: string }>(
  what: string,
  text: string,
  rows: readonly T[],
  matches: readonly T[],
  { listNames, describe }: Naming<T>,
): T {
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    throw new CliError(
      "CONFIG_INVALID",
      `${JSON.stringify(shorten(text))} names ${matches.length} ${what}s`,
      { hint: `Write the id of the one you mean:\n${formatCandidates(matches.map(describe))}` },
    );
  }
  const near = findSimilar(rows, text, listNames);
  throw new CliError("NOTHING_FOUND", `There is no ${what} ${JSON.stringify(shorten(text))}`, {
    hint: near.length === 0 ? undefined : `Did you mean:\n${formatCandidates(near.map(describe))}`,
  });
}

/** The rows with the most similar name, then those with a name that contains the text. */
function findSimilar<T>(
  rows: readonly T[],
  text: string,
  listNames: (row: T) => string[],
): readonly T[] {
  const wanted = foldText(text);
  const name = nearest(text, rows.flatMap(listNames));
  const near = name === undefined ? [] : rows.filter((row) => listNames(row).includes(name));
  const containing = rows.filter((row) =>
    wanted !== "" && listNames(row).some((name) => foldText(name).includes(wanted))
  );
  return [...new Set([...near, ...containing])];
}

function formatCandidates(lines: readonly string[]): string {
  const some = lines.slice(0, NAMED).map((line) => `  ${line}`);
  return [...some, ...(lines.length > NAMED ? [`  and ${lines.length - NAMED} more`] : [])]
    .join("\n");
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;
}
