/**
 * Users that are named as administrators, or as owners of credentials, and that no list of users holds.
 *
 * @module
 */
import type { User } from "../snapshot/types.ts";
import type { AdministratorUser } from "../zitadel/privileged/administrators.ts";
import { inParallel } from "../zitadel/in_parallel.ts";
import { askUser } from "../zitadel/api/by_id.ts";
import type { ListsContext } from "../zitadel/api/lists.ts";
import { present, toUser } from "./rows.ts";

/** A user that something names. */
export interface NamedUser {
  /** What is known of the user. */
  user: Pick<AdministratorUser, "id"> & Partial<AdministratorUser>;
  /** Whether what names the user is still listed: then the list of users has lost the user. */
  isStillNamed(signal: AbortSignal): Promise<boolean>;
}

/**
 * Asks ZITADEL for these users. It answers for those of this organization; those of another one are as they are named.
 * An unknown user is gone, together with what names it; where that is still listed, the user is removed, or lost from the
 * list of users.
 */
export async function askNamedUsers(
  named: readonly NamedUser[],
  context: ListsContext & { organizationId: string },
): Promise<User[]> {
  const { client, organizationId } = context;
  const byId = new Map(named.map((one) => [one.user.id, one]));
  const found = await inParallel(
    [...byId.values()],
    context,
    async ({ user, isStillNamed }, signal) => {
      const answer = await askUser(client, user.id, { organizationId, signal });
      if (answer.kind === "ours") return toUser(answer.row);
      if (answer.kind === "foreign") return toOutsider(user, true);
      return await isStillNamed(signal) ? toOutsider(user, false) : undefined;
    },
  );
  return found.filter((user) => user !== undefined);
}

/** A user of another organization (`external`), or one that the list of users lost: that one names no organization. */
function toOutsider(
  { id, displayName, preferredLoginName, organizationId }: NamedUser["user"],
  external: boolean,
): User {
  return present<User>({
    id,
    state: "unknown",
    displayName,
    preferredLoginName,
    organizationId: external ? organizationId : undefined,
    external,
  });
}
