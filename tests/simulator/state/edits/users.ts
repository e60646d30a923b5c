/**
 * The edits of users.
 *
 * @module
 */
import type { SeedUser } from "../../seed.ts";
import type { Aggregate } from "../journal.ts";
import type { EventDraft, Writer } from "../writer.ts";
import {
  cascadeRemoved,
  type Changes,
  dropMemberships,
  dropTokens,
  isActive,
} from "./event_drafts.ts";

/** The edits of users. */
export interface UserEdits {
  addUser(user: SeedUser): void;
  /** A user that stops being active loses its tokens for good. */
  updateUser(id: string, changes: Changes<SeedUser, "id" | "organizationId">): void;
  /**
   * Removes it with its grants, memberships and tokens. With `staysMember` the lists of members go on showing it: its login
   * names stay in their view, and what it is a member of stays.
   */
  removeUser(id: string, options?: { staysMember?: boolean }): void;
}

/** Makes them. */
export function createUserEdits(writer: Writer): UserEdits {
  const { tables } = writer;
  const toAggregate = ({ id, organizationId }: SeedUser): Aggregate => ({
    type: "user",
    id,
    owner: organizationId,
  });

  function setLoginNames({ id, userName, loginNames = [userName] }: SeedUser): void {
    writer.set("loginNames", id, { userId: id, names: loginNames.toSorted() });
  }

  return {
    addUser: (user) =>
      writer.command(() => {
        writer.insert("users", user, { aggregate: toAggregate(user), ...describeNewUser(user) });
        setLoginNames(user);
      }),
    updateUser: (id, changes) =>
      writer.command(() => {
        const before = tables.users.get(id);
        const aggregate: Aggregate = before === undefined
          ? { type: "user", id, owner: "" }
          : toAggregate(before);
        const type = changes.state === undefined
          ? "user.username.changed"
          : USER_STATE_EVENTS[changes.state];
        writer.update("users", id, changes, [{ aggregate, type }]);
        const after = tables.users.get(id)!;
        if (after.userName !== before?.userName || after.loginNames !== before.loginNames) {
          setLoginNames(after);
        }
        if (!isActive(after)) dropTokens(writer, id);
      }),
    removeUser: (id, { staysMember = false } = {}) =>
      writer.command(() => {
        const user = tables.users.get(id);
        if (user !== undefined) {
          writer.emit({ aggregate: toAggregate(user), type: "user.removed" });
        }
        for (const grant of [...tables.userGrants.by("userId", id)]) cascadeRemoved(writer, grant);
        if (!staysMember) dropMemberships(writer, "userId", id);
        dropTokens(writer, id);
        for (const table of ["personalAccessTokens", "keys"] as const) {
          for (const row of [...tables[table].by("userId", id)]) {
            writer.set(table, row.id, undefined);
          }
        }
        if (!staysMember) writer.set("loginNames", id, undefined);
        writer.set("users", id, undefined);
      }),
  };
}

const USER_STATE_EVENTS = {
  USER_STATE_ACTIVE: "user.reactivated",
  USER_STATE_INACTIVE: "user.deactivated",
  USER_STATE_LOCKED: "user.locked",
  USER_STATE_INITIAL: "user.human.initialization.code.added",
} as const;

function describeNewUser({ userName, human, machine }: SeedUser): Omit<EventDraft, "aggregate"> {
  if (human === undefined) {
    return { type: "user.machine.added", payload: { userName, name: machine?.name } };
  }
  const { firstName, lastName, email } = human;
  // A secret: no client may ever ask for this event.
  const encodedHash = "$2a$14$the-hash-of-a-password";
  return {
    type: "user.human.added",
    payload: { userName, firstName, lastName, email, encodedHash },
  };
}
