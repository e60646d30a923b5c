/**
 * The edits of user grants.
 *
 * @module
 */
import type { SeedUserGrant } from "../../seed.ts";
import type { Aggregate } from "../journal.ts";
import type { Writer } from "../writer.ts";
import {
  draftEvents,
  insertWithState,
  userGrantAggregate,
  withoutAbsent,
  withRoles,
} from "./event_drafts.ts";

/** The edits of user grants. */
export interface UserGrantEdits {
  addUserGrant(grant: SeedUserGrant): void;
  /** `roleKeys: null` takes all roles away, and is told so by the event: ZITADEL writes either `null` or `[]`. */
  updateUserGrant(id: string, changes: UserGrantChanges): void;
  removeUserGrant(id: string): void;
}

/** Changes of a user grant; what is left out stays. */
export interface UserGrantChanges extends Pick<Partial<SeedUserGrant>, "state"> {
  roleKeys?: string[] | null;
}

/** Makes them. */
export function createUserGrantEdits(writer: Writer): UserGrantEdits {
  const { tables } = writer;
  return {
    addUserGrant(grant) {
      insertWithState(writer, "userGrants", grant, {
        ...(grant.editor === undefined ? {} : { editor: grant.editor }),
        aggregate: userGrantAggregate(grant),
        payload: withoutAbsent({
          userId: grant.userId,
          projectId: grant.projectId,
          grantId: grant.projectGrantId,
          ...withRoles(grant.roleKeys),
        }),
      });
    },
    updateUserGrant(id, changes) {
      const grant = tables.userGrants.get(id);
      const aggregate: Aggregate = grant === undefined
        ? { type: "usergrant", id, owner: "" }
        : userGrantAggregate(grant);
      const { roleKeys, state } = changes;
      const active = state && state === "USER_GRANT_STATE_ACTIVE";
      const drafts = draftEvents(aggregate, "user.grant", withoutAbsent({ roleKeys }), active);
      const row = {
        ...(state && { state }),
        ...("roleKeys" in changes && { roleKeys: roleKeys ?? [] }),
      };
      writer.update("userGrants", id, row, drafts);
    },
    removeUserGrant: (id) =>
      writer.command(() => {
        const grant = tables.userGrants.get(id);
        if (grant !== undefined) {
          writer.emit({ aggregate: userGrantAggregate(grant), type: "user.grant.removed" });
        }
        writer.set("userGrants", id, undefined);
      }),
  };
}
