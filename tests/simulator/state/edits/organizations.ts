/**
 * The edits of organizations.
 *
 * @module
 */
import type { SeedOrganization } from "../../seed.ts";
import type { Aggregate } from "../journal.ts";
import type { Writer } from "../writer.ts";
import { type Changes, draftEvents, dropMemberships } from "./event_drafts.ts";
import type { ProjectGrantEdits } from "./project_grants.ts";
import type { ProjectEdits } from "./projects.ts";
import type { UserEdits } from "./users.ts";

/** The edits of organizations. */
export interface OrganizationEdits {
  addOrganization(organization: SeedOrganization): void;
  updateOrganization(id: string, changes: Changes<SeedOrganization, "id">): void;
  /** Removes it with everything in it, and the grants of its users elsewhere. */
  removeOrganization(id: string): void;
}

/** Makes them. */
export function createOrganizationEdits(
  writer: Writer,
  edits: ProjectEdits & ProjectGrantEdits & UserEdits,
): OrganizationEdits {
  const { tables } = writer;
  const toAggregate = (id: string): Aggregate => ({ type: "org", id, owner: id });
  return {
    addOrganization(organization) {
      const { id, name } = organization;
      writer.insert("organizations", organization, {
        aggregate: toAggregate(id),
        type: "org.added",
        payload: { name },
      });
    },
    updateOrganization(id, changes) {
      const { state, ...rest } = changes;
      const drafts = draftEvents(toAggregate(id), "org", rest, state?.endsWith("_ACTIVE"));
      writer.update("organizations", id, changes, drafts);
    },
    removeOrganization: (id) =>
      writer.command(() => {
        for (const project of [...tables.projects.by("organizationId", id)]) {
          edits.removeProject(project.id);
        }
        for (const grant of [...tables.projectGrants.by("grantedOrganizationId", id)]) {
          edits.removeProjectGrant(grant.id);
        }
        for (const grant of [...tables.userGrants.by("organizationId", id)]) {
          writer.set("userGrants", grant.id, undefined);
        }
        for (const user of [...tables.users.by("organizationId", id)]) edits.removeUser(user.id);
        dropMemberships(writer, "objectId", id);
        writer.emit({ aggregate: toAggregate(id), type: "org.removed" });
        writer.set("organizations", id, undefined);
      }),
  };
}
