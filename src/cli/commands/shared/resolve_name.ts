/**
 * Finding the row that a name on the command line means.
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

/** The row that a name means, or the message that there is none. */
export type Resolution<T> = { found: T } | { message: string; hint: string | undefined };

/** The row that a name means. @throws {CliError} `NOTHING_FOUND`: there is none. */
export function requireFound<T>(resolution: Resolution<T>): T {
  if ("found" in resolution) return resolution.found;
  throw new CliError("NOTHING_FOUND", resolution.message, { hint: resolution.hint });
}

/**
 * Finds the user that a text names.
 *
 * @throws {CliError} `CONFIG_INVALID`: it names several.
 */
export function resolveUser({ users }: Snapshot, text: string): Resolution<User> {
  return resolve("user", text, users, findUsers(users, text), {
    listNames: listUserNames,
    describe: (user) =>
      `${shorten(formatUserName(user))} (${shorten(user.username ?? user.state)})  ${user.id}`,
  });
}

/**
 * Finds the group that a text names.
 *
 * @throws {CliError} `CONFIG_INVALID`: it names several.
 */
export function resolveGroup({ groups }: Snapshot, text: string): Resolution<Group> {
  return resolve("project", text, groups, findGroups(groups, text), GROUP_NAMING);
}

/**
 * Finds the group that a text names; of several, one that has the named role.
 *
 * @throws {CliError} `CONFIG_INVALID`: several fit.
 */
export function resolveGroupWithRole(
  index: SnapshotIndex,
  text: string,
  role: string,
): Resolution<Group> {
  const { groups } = index.snapshot;
  return resolve("project", text, groups, findGroupsWithRole(index, text, role), GROUP_NAMING);
}

const GROUP_NAMING: Naming<Group> = {
  listNames: listGroupNames,
  describe: (group) => `${shorten(formatGroupName(group))}  ${group.id}`,
};

/**
 * Finds the entitlement of a group that a text names.
 *
 * @throws {CliError} `CONFIG_INVALID`: it names several.
 */
export function resolveEntitlement(
  entitlements: readonly Entitlement[],
  text: string,
): Resolution<Entitlement> {
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
): Resolution<T> {
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) return { found: only };
  if (only !== undefined) {
    throw new CliError(
      "CONFIG_INVALID",
      `${JSON.stringify(shorten(text))} names ${matches.length} ${what}s`,
      { hint: `Write the id of the one you mean:\n${formatCandidates(matches.map(describe))}` },
    );
  }
  const near = findSimilar(rows, text, listNames);
  return {
    message: `There is no ${what} ${JSON.stringify(shorten(text))}`,
    hint: near.length === 0 ? undefined : `Did you mean:\n${formatCandidates(near.map(describe))}`,
  };
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
