/**
 * The edits of memberships.
 *
 * @module
 */
import { roleLevel } from "../../permissions.ts";
import { listRoles } from "../../rows.ts";
import type { SeedMembership } from "../../seed.ts";
import { membershipId } from "../tables.ts";
import type { EventDraft, Writer } from "../writer.ts";
import { projectAggregate } from "./event_drafts.ts";

/** The edits of memberships. */
export interface MembershipEdits {
  addMembership(membership: SeedMembership): void;
  removeMembership(userId: string, role: string, objectId?: string): void;
}

/** Makes them. */
export function createMembershipEdits(writer: Writer, instanceId: string): MembershipEdits {
  const { tables } = writer;

  const describe = (membership: SeedMembership, ending: "added" | "removed") =>
    draftMemberEvent(writer, { instanceId, membership, ending });

  return {
    addMembership(membership) {
      writer.insert("memberships", membership, describe(membership, "added"));
    },
    removeMembership(userId, role, objectId) {
      const membership = { userId, role, ...(objectId === undefined ? {} : { objectId }) };
      if (tables.memberships.get(membershipId(membership)) === undefined) return;
      writer.command(() => {
        writer.emit(describe(membership, "removed"));
        writer.set("memberships", membershipId(membership), undefined);
      });
    },
  };
}

function draftMemberEvent(
  writer: Writer,
  { instanceId, membership, ending }: {
    instanceId: string;
    membership: SeedMembership;
    ending: "added" | "removed";
  },
): EventDraft {
  const { userId, role, objectId = instanceId } = membership;
  const payload = ending === "added" ? { userId, roles: listRoles(membership) } : { userId };
  switch (roleLevel(role)) {
    case "instance":
      return {
        aggregate: { type: "instance", id: instanceId, owner: instanceId },
        type: `instance.member.${ending}`,
        payload,
      };
    case "organization":
      return {
        aggregate: { type: "org", id: objectId, owner: objectId },
        type: `org.member.${ending}`,
        payload,
      };
    case "project":
      return {
        aggregate: projectAggregate(writer, objectId),
        type: `project.member.${ending}`,
        payload,
      };
    case "projectGrant": {
      const projectId = writer.tables.projectGrants.get(objectId)?.projectId ?? objectId;
      return {
        aggregate: projectAggregate(writer, projectId),
        type: `project.grant.member.${ending}`,
        payload: { ...payload, grantId: objectId },
      };
    }
  }
}
