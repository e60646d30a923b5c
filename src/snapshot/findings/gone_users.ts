/**
 * Users whom ZITADEL does not know, though something of theirs is left.
 *
 * @module
 */
import type { Snapshot, User } from "../types.ts";

/** Makes a format that says why a user is gone, such as `removed`; `undefined` of users who are there. */
export function createGoneFormat(
  { notes }: Pick<Snapshot, "notes">,
): (user: User) => string | undefined {
  const unlisted = new Set(
    notes.flatMap((note) => note.code === "users-not-listed" ? note.userIds : []),
  );
  return ({ id, state }) => {
    if (unlisted.has(id)) return "not in ZITADEL's list of users";
    return state === "deleted" ? "removed" : undefined;
  };
}
