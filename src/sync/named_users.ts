/**
 * Users that are named as administrators, or as owners of credentials, and that no list of users holds.
 *
 * @module
 */
import type { User } from "../snapshot/types.ts";
import { askUser } from "../zitadel/api/by_id.ts";
import type { ListsContext } from "../zitadel/api/lists.ts";
import { inParallel } from "../zitadel/in_parallel.ts";
import type { AdministratorUser } from "../zitadel/privileged/administrators.ts";
import { omitEmpty, toUser } from "./rows.ts";

/**
 * Finds the users of rows. ZITADEL answers for those of this organization; those of another one are as the rows name them.
 * A row of a user whom it does not know is gone, too, unless it is still listed: then the user was removed, or lost from
 * the list of users.
 *
 * @returns The users that were not known, and the rows whose users there are.
 */
export async function findUsers<T>(
  rows: readonly T[],
  { known, readUser, isListed, context }: {
    /** Users that are known already. */
    known: readonly User[];
    readUser: (row: T) => AdministratorUser;
    /** Whether a row is still listed. */
    isListed: (row: T, signal: AbortSignal) => Promise<boolean>;
    context: ListsContext & { organizationId: string };
  },
): Promise<{ users: User[]; rows: T[] }> {
  const { client, organizationId } = context;
  const ids = new Set(known.map(({ id }) => id));
  const unknown = new Map(rows.map((row) => [readUser(row).id, row]));
  for (const id of ids) unknown.delete(id);
  const found = await inParallel([...unknown.values()], context, async (row, signal) => {
    const user = readUser(row);
    const answer = await askUser(client, user.id, { organizationId, signal });
    if (answer.kind === "ours") return toUser(answer.row);
    if (answer.kind === "foreign") return toUnlistedUser(user, true);
    return await isListed(row, signal) ? toUnlistedUser(user, false) : undefined;
  });
  const users = found.filter((user) => user !== undefined);
  for (const { id } of users) ids.add(id);
  return { users, rows: rows.filter((row) => ids.has(readUser(row).id)) };
}

/** A user of another organization (`external`), or one whom ZITADEL does not know: that one names no organization. */
function toUnlistedUser(
  { id, displayName, preferredLoginName, organizationId }: AdministratorUser,
  external: boolean,
): User {
  return omitEmpty<User>({
    id,
    state: "unknown",
    displayName,
    preferredLoginName,
    organizationId: external ? organizationId : undefined,
    external,
  });
}
