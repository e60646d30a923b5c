/**
 * The edits of project grants.
 *
 * @module
 */
import type { SeedProjectGrant } from "../../seed.ts";
import type { Aggregate } from "../journal.ts";
import type { EventDraft, Writer } from "../writer.ts";
import {
  cascadeChanged,
  cascadeRemoved,
  dropMemberships,
  projectAggregate,
  withRoles,
} from "./event_drafts.ts";

/** The edits of project grants. */
export interface ProjectGrantEdits {
  addProjectGrant(grant: SeedProjectGrant): void;
  /** User grants made through it lose the roles that it loses. */
  updateProjectGrant(
    id: string,
    changes: Pick<Partial<SeedProjectGrant>, "roleKeys" | "state">,
  ): void;
  /** Removes it with the user grants made through it. */
  removeProjectGrant(id: string): void;
}

/** Makes them. */
export function createProjectGrantEdits(writer: Writer): ProjectGrantEdits {
  const { tables } = writer;
  const toAggregate = (projectId: string) => projectAggregate(writer, projectId);
  return {
    addProjectGrant(grant) {
      const { id, grantedOrganizationId, roleKeys } = grant;
      const aggregate = toAggregate(grant.projectId);
      writer.command(() => {
        writer.insert("projectGrants", grant, {
          aggregate,
          type: "project.grant.added",
          payload: { grantId: id, grantedOrgId: grantedOrganizationId, ...withRoles(roleKeys) },
        });
        if (grant.state !== "PROJECT_GRANT_STATE_INACTIVE") return;
        const { createdAt, updatedAt = createdAt } = grant;
        writer.emit({
          aggregate,
          type: "project.grant.deactivated",
          payload: { grantId: id },
        }, updatedAt);
      });
    },
    updateProjectGrant: (id, changes) =>
      writer.command(() => {
        const projectId = tables.projectGrants.get(id)?.projectId ?? "";
        writer.update(
          "projectGrants",
          id,
          changes,
          draftProjectGrantEvents(toAggregate(projectId), id, changes),
        );
        const { roleKeys: left } = changes;
        if (left === undefined) return;
        for (const grant of [...tables.userGrants.by("projectGrantId", id)]) {
          const roleKeys = grant.roleKeys.filter((key) => left.includes(key));
          if (roleKeys.length < grant.roleKeys.length) cascadeChanged(writer, grant, roleKeys);
        }
      }),
    removeProjectGrant: (id) =>
      writer.command(() => {
        const grant = tables.projectGrants.get(id);
        if (grant !== undefined) {
          writer.emit({
            aggregate: toAggregate(grant.projectId),
            type: "project.grant.removed",
            payload: { grantId: id },
          });
        }
        for (const held of [...tables.userGrants.by("projectGrantId", id)]) {
          cascadeRemoved(writer, held);
        }
        dropMemberships(writer, "objectId", id);
        writer.set("projectGrants", id, undefined);
      }),
  };
}

function draftProjectGrantEvents(
  aggregate: Aggregate,
  grantId: string,
  { roleKeys, state }: Pick<Partial<SeedProjectGrant>, "roleKeys" | "state">,
): EventDraft[] {
  const drafts: EventDraft[] = [];
  if (roleKeys !== undefined) {
    const payload = { grantId, ...withRoles(roleKeys) };
    drafts.push({ aggregate, type: "project.grant.changed", payload });
  }
  if (state !== undefined) {
    const ending = state.endsWith("_INACTIVE") ? "deactivated" : "reactivated";
    drafts.push({ aggregate, type: `project.grant.${ending}`, payload: { grantId } });
  }
  return drafts;
}
