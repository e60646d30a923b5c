/**
 * The edits of projects and their roles.
 *
 * @module
 */
import type { SeedProject, SeedRole } from "../../seed.ts";
import type { Aggregate } from "../journal.ts";
import { roleId } from "../tables.ts";
import type { Writer } from "../writer.ts";
import {
  cascadeChanged,
  cascadeRemoved,
  type Changes,
  draftEvents,
  dropMemberships,
  insertWithState,
  projectAggregate,
  withoutAbsent,
  withRoles,
} from "./event_drafts.ts";

/** The edits of projects and their roles. */
export interface ProjectEdits {
  addProject(project: SeedProject): void;
  updateProject(id: string, changes: Changes<SeedProject, "id" | "organizationId">): void;
  /** Removes it with its roles, project grants, user grants and memberships. */
  removeProject(id: string): void;
  addRole(role: SeedRole): void;
  updateRole(projectId: string, key: string, changes: Changes<SeedRole, "projectId" | "key">): void;
  /** Removes it, and its key from the grants that hold it: those stay, even without roles. */
  removeRole(projectId: string, key: string): void;
}

/** Makes them. */
export function createProjectEdits(writer: Writer): ProjectEdits {
  const { tables } = writer;
  const toAggregate = (id: string) => projectAggregate(writer, id);

  return {
    addProject(project) {
      const aggregate: Aggregate = {
        type: "project",
        id: project.id,
        owner: project.organizationId,
      };
      insertWithState(writer, "projects", project, {
        aggregate,
        payload: projectPayload(project, { zeros: false }),
      });
    },
    updateProject(id, changes) {
      const { state, ...rest } = changes;
      const drafts = draftEvents(
        toAggregate(id),
        "project",
        projectPayload(rest, { zeros: true }),
        state && state === "PROJECT_STATE_ACTIVE",
      );
      writer.update("projects", id, changes, drafts);
    },
    removeProject: (id) =>
      writer.command(() => {
        writer.emit({ aggregate: toAggregate(id), type: "project.removed" });
        for (const role of [...tables.roles.by("projectId", id)]) {
          writer.set("roles", roleId(id, role.key), undefined);
        }
        // Its project grants go without a word of their own.
        for (const grant of [...tables.projectGrants.by("projectId", id)]) {
          dropMemberships(writer, "objectId", grant.id);
          writer.set("projectGrants", grant.id, undefined);
        }
        for (const grant of [...tables.userGrants.by("projectId", id)]) {
          cascadeRemoved(writer, grant);
        }
        dropMemberships(writer, "objectId", id);
        writer.set("projects", id, undefined);
      }),
    ...createRoleEdits(writer),
  };
}

type RoleEdits = Pick<ProjectEdits, "addRole" | "updateRole" | "removeRole">;

function createRoleEdits(writer: Writer): RoleEdits {
  const toAggregate = (projectId: string) => projectAggregate(writer, projectId);
  return {
    addRole(role) {
      writer.insert("roles", role, {
        aggregate: toAggregate(role.projectId),
        type: "project.role.added",
        payload: rolePayload(role),
      });
    },
    updateRole(projectId, key, changes) {
      const { displayName, group } = changes;
      writer.update("roles", roleId(projectId, key), changes, [{
        aggregate: toAggregate(projectId),
        type: "project.role.changed",
        payload: withoutAbsent({ key, displayName, group }),
      }]);
    },
    removeRole: (projectId, key) =>
      writer.command(() => {
        const aggregate = toAggregate(projectId);
        writer.emit({ aggregate, type: "project.role.removed", payload: { key } });
        writer.set("roles", roleId(projectId, key), undefined);
        takeRoleFromGrants(writer, projectId, key);
      }),
  };
}

function takeRoleFromGrants(writer: Writer, projectId: string, key: string): void {
  const { tables } = writer;
  for (const grant of [...tables.projectGrants.by("projectId", projectId)]) {
    if (!grant.roleKeys.includes(key)) continue;
    const roleKeys = grant.roleKeys.filter((held) => held !== key);
    writer.update("projectGrants", grant.id, { roleKeys }, [{
      aggregate: projectAggregate(writer, projectId),
      type: "project.grant.cascade.changed",
      payload: { grantId: grant.id, ...withRoles(roleKeys) },
    }]);
  }
  for (const grant of [...tables.userGrants.by("projectId", projectId)]) {
    if (!grant.roleKeys.includes(key)) continue;
    cascadeChanged(writer, grant, grant.roleKeys.filter((held) => held !== key));
  }
}

const LABELINGS = {
  PRIVATE_LABELING_SETTING_ENFORCE_PROJECT_RESOURCE_OWNER_POLICY: 1,
  PRIVATE_LABELING_SETTING_ALLOW_LOGIN_USER_RESOURCE_OWNER_POLICY: 2,
};

/** The payload of a project's event: a new project without zero values, a change with the given fields alone. */
function projectPayload(
  project: Partial<SeedProject>,
  { zeros }: { zeros: boolean },
): { [key: string]: unknown } {
  const { name, roleAssertion, roleCheck, projectCheck, privateLabeling } = project;
  const payload = withoutAbsent({
    name,
    projectRoleAssertion: roleAssertion,
    projectRoleCheck: roleCheck,
    hasProjectCheck: projectCheck,
    privateLabelingSetting: privateLabeling && LABELINGS[privateLabeling],
  });
  if (zeros) return payload;
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== false));
}

function rolePayload({ key, displayName, group }: SeedRole): { [key: string]: unknown } {
  return withoutAbsent({ key, displayName: displayName || undefined, group: group || undefined });
}
