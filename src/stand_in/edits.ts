/**
 * What can be done to an instance: each edit with the events that ZITADEL writes for it, and what hangs on it.
 *
 * @module
 */
import type { Aggregate } from "./journal.ts";
import type {
  SeedKey,
  SeedMembership,
  SeedOrganization,
  SeedProject,
  SeedProjectGrant,
  SeedRole,
  SeedToken,
  SeedUser,
  SeedUserGrant,
  Written,
} from "./seed.ts";
import { roleLevel } from "./permissions.ts";
import { listRoles } from "./rows.ts";
import { membershipId, roleId } from "./tables.ts";
import type { Deed, Writer } from "./writer.ts";

/** What can be changed of a row; what is left out stays. */
export type Changes<T extends Written, Fixed extends keyof T> = Partial<
  Omit<T, keyof Written | Fixed>
>;

/** The edits of organizations. */
export interface OrganizationEdits {
  addOrganization(organization: SeedOrganization): void;
  updateOrganization(id: string, changes: Changes<SeedOrganization, "id">): void;
  /** Removes it with everything in it, and the grants of its users elsewhere. */
  removeOrganization(id: string): void;
}

/** The edits of users. */
export interface UserEdits {
  addUser(user: SeedUser): void;
  /** A user that stops being active loses its tokens for good. */
  updateUser(id: string, changes: Changes<SeedUser, "id" | "organizationId">): void;
  /** Removes it with its grants, memberships and tokens. */
  removeUser(id: string): void;
}

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

/** The edits of user grants. */
export interface UserGrantEdits {
  addUserGrant(grant: SeedUserGrant): void;
  updateUserGrant(id: string, changes: Pick<Partial<SeedUserGrant>, "roleKeys" | "state">): void;
  removeUserGrant(id: string): void;
}

/** The edits of memberships and tokens. */
export interface AccessEdits {
  addMembership(membership: SeedMembership): void;
  removeMembership(userId: string, role: string, objectId?: string): void;
  /** Adds a token, which works if its user is active. */
  addToken(token: SeedToken): void;
  /** Removes it by its secret. */
  removeToken(token: string): void;
  addKey(key: SeedKey): void;
  removeKey(id: string): void;
}

/** All edits. */
export type Edits =
  & OrganizationEdits
  & UserEdits
  & ProjectEdits
  & ProjectGrantEdits
  & UserGrantEdits
  & AccessEdits;

/** Makes the edits of an instance. */
export function createEdits(writer: Writer, instanceId: string): Edits {
  const userGrants = createUserGrantEdits(writer);
  const projectGrants = createProjectGrantEdits(writer);
  const projects = createProjectEdits(writer, projectGrants);
  const users = createUserEdits(writer);
  return {
    ...createOrganizationEdits(writer, { ...projects, ...projectGrants, ...users }),
    ...users,
    ...projects,
    ...projectGrants,
    ...userGrants,
    ...createAccessEdits(writer, instanceId),
  };
}

function createOrganizationEdits(
  writer: Writer,
  edits: ProjectEdits & ProjectGrantEdits & UserEdits,
): OrganizationEdits {
  const { tables } = writer;
  const aggregateOf = (id: string): Aggregate => ({ type: "org", id, owner: id });
  return {
    addOrganization(organization) {
      const { id, name } = organization;
      writer.insert("organizations", organization, {
        aggregate: aggregateOf(id),
        type: "org.added",
        payload: { name },
      });
    },
    updateOrganization(id, changes) {
      const { state, ...rest } = changes;
      const deeds = listDeeds(aggregateOf(id), "org", rest, state?.endsWith("_ACTIVE"));
      writer.update("organizations", id, changes, deeds);
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
        writer.emit({ aggregate: aggregateOf(id), type: "org.removed" });
        writer.set("organizations", id, undefined);
      }),
  };
}

function createUserEdits(writer: Writer): UserEdits {
  const { tables } = writer;
  const aggregateOf = ({ id, organizationId }: SeedUser): Aggregate => ({
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
        const { human, machine, userName } = user;
        writer.insert("users", user, {
          aggregate: aggregateOf(user),
          type: human === undefined ? "user.machine.added" : "user.human.added",
          // What a client must never ask for is in there.
          payload: human === undefined
            ? { userName, name: machine?.name }
            : { userName, firstName: human.firstName, encodedHash: "$2a$14$a-secret-of-the-user" },
        });
        setLoginNames(user);
      }),
    updateUser: (id, changes) =>
      writer.command(() => {
        const before = tables.users.get(id);
        const aggregate: Aggregate = before === undefined
          ? { type: "user", id, owner: "" }
          : aggregateOf(before);
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
    removeUser: (id) =>
      writer.command(() => {
        const user = tables.users.get(id);
        if (user !== undefined) {
          writer.emit({ aggregate: aggregateOf(user), type: "user.removed" });
        }
        for (const grant of [...tables.userGrants.by("userId", id)]) cascadeRemoved(writer, grant);
        dropMemberships(writer, "userId", id);
        dropTokens(writer, id);
        for (const table of ["personalAccessTokens", "keys"] as const) {
          for (const row of [...tables[table].by("userId", id)]) {
            writer.set(table, row.id, undefined);
          }
        }
        writer.set("loginNames", id, undefined);
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

function createProjectEdits(
  writer: Writer,
  { removeProjectGrant }: ProjectGrantEdits,
): ProjectEdits {
  const { tables } = writer;
  const aggregateOf = (id: string) => projectAggregate(writer, id);

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
      const deeds = listDeeds(
        aggregateOf(id),
        "project",
        projectPayload(rest, { zeros: true }),
        state && state === "PROJECT_STATE_ACTIVE",
      );
      writer.update("projects", id, changes, deeds);
    },
    removeProject: (id) =>
      writer.command(() => {
        writer.emit({ aggregate: aggregateOf(id), type: "project.removed" });
        for (const role of [...tables.roles.by("projectId", id)]) {
          writer.set("roles", roleId(id, role.key), undefined);
        }
        for (const grant of [...tables.projectGrants.by("projectId", id)]) {
          removeProjectGrant(grant.id);
        }
        for (const grant of [...tables.userGrants.by("projectId", id)]) {
          cascadeRemoved(writer, grant);
        }
        dropMemberships(writer, "objectId", id);
        writer.set("projects", id, undefined);
      }),
    addRole(role) {
      writer.insert("roles", role, {
        aggregate: aggregateOf(role.projectId),
        type: "project.role.added",
        payload: rolePayload(role),
      });
    },
    updateRole(projectId, key, changes) {
      const { displayName, group } = changes;
      writer.update("roles", roleId(projectId, key), changes, [{
        aggregate: aggregateOf(projectId),
        type: "project.role.changed",
        payload: withoutAbsent({ key, displayName, group }),
      }]);
    },
    removeRole: (projectId, key) =>
      writer.command(() => {
        writer.emit({
          aggregate: aggregateOf(projectId),
          type: "project.role.removed",
          payload: { key },
        });
        writer.set("roles", roleId(projectId, key), undefined);
        for (const grant of [...tables.projectGrants.by("projectId", projectId)]) {
          if (!grant.roleKeys.includes(key)) continue;
          const roleKeys = grant.roleKeys.filter((held) => held !== key);
          writer.update("projectGrants", grant.id, { roleKeys }, [{
            aggregate: aggregateOf(projectId),
            type: "project.grant.cascade.changed",
            payload: { grantId: grant.id, ...withRoles(roleKeys) },
          }]);
        }
        for (const grant of [...tables.userGrants.by("projectId", projectId)]) {
          if (!grant.roleKeys.includes(key)) continue;
          cascadeChanged(writer, grant, grant.roleKeys.filter((held) => held !== key));
        }
      }),
  };
}

function createProjectGrantEdits(writer: Writer): ProjectGrantEdits {
  const { tables } = writer;
  const aggregateOf = (projectId: string) => projectAggregate(writer, projectId);
  return {
    addProjectGrant(grant) {
      const { id, grantedOrganizationId, roleKeys } = grant;
      const aggregate = aggregateOf(grant.projectId);
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
        const before = tables.projectGrants.get(id);
        const aggregate = aggregateOf(before?.projectId ?? "");
        const deeds: Deed[] = [];
        if (changes.roleKeys !== undefined) {
          deeds.push({
            aggregate,
            type: "project.grant.changed",
            payload: { grantId: id, ...withRoles(changes.roleKeys) },
          });
        }
        if (changes.state !== undefined) {
          const ending = changes.state.endsWith("_INACTIVE") ? "deactivated" : "reactivated";
          deeds.push({
            aggregate,
            type: `project.grant.${ending}`,
            payload: { grantId: id },
          });
        }
        writer.update("projectGrants", id, changes, deeds);
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
            aggregate: aggregateOf(grant.projectId),
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

function createUserGrantEdits(writer: Writer): UserGrantEdits {
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
      const deeds = listDeeds(aggregate, "user.grant", withoutAbsent({ roleKeys }), active);
      writer.update("userGrants", id, changes, deeds);
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

function createAccessEdits(writer: Writer, instanceId: string): AccessEdits {
  const { tables } = writer;

  function memberDeed(membership: SeedMembership, ending: "added" | "removed"): Deed {
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
        const projectId = tables.projectGrants.get(objectId)?.projectId ?? objectId;
        return {
          aggregate: projectAggregate(writer, projectId),
          type: `project.grant.member.${ending}`,
          payload: { ...payload, grantId: objectId },
        };
      }
    }
  }

  return {
    addMembership(membership) {
      writer.insert("memberships", membership, memberDeed(membership, "added"));
    },
    removeMembership(userId, role, objectId) {
      const membership = { userId, role, ...(objectId === undefined ? {} : { objectId }) };
      if (tables.memberships.get(membershipId(membership)) === undefined) return;
      writer.command(() => {
        writer.emit(memberDeed(membership, "removed"));
        writer.set("memberships", membershipId(membership), undefined);
      });
    },
    ...createCredentialEdits(writer),
  };
}

const SCOPES = [
  "openid",
  "profile",
  "urn:zitadel:iam:user:metadata",
  "urn:zitadel:iam:user:resourceowner",
];

function createCredentialEdits(
  writer: Writer,
): Pick<AccessEdits, "addToken" | "removeToken" | "addKey" | "removeKey"> {
  const { tables } = writer;
  const aggregateOf = (userId: string): Aggregate => ({
    type: "user",
    id: userId,
    owner: tables.users.get(userId)?.organizationId ?? "",
  });

  function remove(table: "personalAccessTokens" | "keys", id: string): void {
    const row = tables[table].get(id);
    if (row === undefined) return;
    const type = table === "keys" ? "user.machine.key.removed" : "user.pat.removed";
    writer.emit({ aggregate: aggregateOf(row.userId), type });
    writer.set(table, id, undefined);
  }

  function makeTokenId(userId: string): string {
    let number = 1;
    while (tables.personalAccessTokens.get(`${userId}${number}`) !== undefined) number++;
    return `${userId}${number}`;
  }

  return {
    addToken: (token) =>
      writer.command(() => {
        const { token: secret, expired: _expired, ...rest } = token;
        const id = token.id ?? makeTokenId(token.userId);
        writer.insert("personalAccessTokens", { scopes: SCOPES, ...rest, id }, {
          aggregate: aggregateOf(token.userId),
          type: "user.pat.added",
          payload: { tokenId: id, expiration: token.expiresAt, scopes: token.scopes ?? SCOPES },
        });
        if (isActive(tables.users.get(token.userId))) {
          writer.set("tokens", secret, { ...token, id });
        }
      }),
    removeToken: (secret) =>
      writer.command(() => {
        const token = tables.tokens.get(secret);
        if (token?.id !== undefined) remove("personalAccessTokens", token.id);
        writer.set("tokens", secret, undefined);
      }),
    addKey(key) {
      writer.insert("keys", key, {
        aggregate: aggregateOf(key.userId),
        type: "user.machine.key.added",
        payload: {
          keyId: key.id,
          type: 1,
          expirationDate: key.expiresAt,
          publicKey: "LS0tLS1CRUdJTi",
        },
      });
    },
    removeKey: (id) => writer.command(() => remove("keys", id)),
  };
}

/** Whether a user's tokens work. */
function isActive(user: SeedUser | undefined): boolean {
  return user !== undefined && (user.state ?? "USER_STATE_ACTIVE") === "USER_STATE_ACTIVE";
}

function projectAggregate({ tables }: Writer, id: string): Aggregate {
  return { type: "project", id, owner: tables.projects.get(id)?.organizationId ?? "" };
}

function userGrantAggregate({ id, organizationId }: SeedUserGrant): Aggregate {
  return { type: "usergrant", id, owner: organizationId };
}

/** Inserts a row that may be inactive from the beginning: by two events, then. */
function insertWithState<Name extends "projects" | "userGrants">(
  writer: Writer,
  table: Name,
  row: Name extends "projects" ? SeedProject : SeedUserGrant,
  deed: Omit<Deed, "type">,
): void {
  const prefix = table === "projects" ? "project" : "user.grant";
  const inactive = row.state?.endsWith("_INACTIVE") === true;
  writer.command(() => {
    const key = row.id;
    // deno-lint-ignore no-explicit-any -- the table and its row were typed together above
    writer.insert(table as any, row as any, { ...deed, type: `${prefix}.added` });
    const stored = writer.tables[table].get(key)!;
    if (!inactive && stored.updatedAt === stored.createdAt) return;
    const { payload: _, ...rest } = deed;
    const type = inactive ? `${prefix}.deactivated` : `${prefix}.changed`;
    const payload = inactive ? {} : { payload: changedPayload(row) };
    const { sequence } = writer.emit({ ...rest, type, ...payload }, stored.updatedAt);
    if (row.sequence === undefined) {
      // deno-lint-ignore no-explicit-any -- the table and its row were typed together above
      writer.set(table, key, { ...stored, sequence } as any);
    }
  });
}

function changedPayload(row: SeedProject | SeedUserGrant): { [key: string]: unknown } {
  return "roleKeys" in row ? { roleKeys: row.roleKeys } : { name: row.name };
}

/** The events of a change: one for what it changes, one for its new state. */
function listDeeds(
  aggregate: Aggregate,
  prefix: string,
  payload: { [key: string]: unknown },
  active: boolean | undefined | "",
): Deed[] {
  const deeds: Deed[] = [];
  if (Object.keys(payload).length > 0) {
    deeds.push({ aggregate, type: `${prefix}.changed`, payload });
  }
  if (typeof active === "boolean") {
    deeds.push({ aggregate, type: `${prefix}.${active ? "reactivated" : "deactivated"}` });
  }
  return deeds;
}

function cascadeChanged(writer: Writer, grant: SeedUserGrant, roleKeys: string[]): void {
  writer.update("userGrants", grant.id, { roleKeys }, [{
    aggregate: userGrantAggregate(grant),
    type: "user.grant.cascade.changed",
    payload: withRoles(roleKeys),
  }]);
}

function cascadeRemoved(writer: Writer, grant: SeedUserGrant): void {
  writer.emit({ aggregate: userGrantAggregate(grant), type: "user.grant.cascade.removed" });
  writer.set("userGrants", grant.id, undefined);
}

function dropMemberships(writer: Writer, column: "userId" | "objectId", value: string): void {
  for (const membership of [...writer.tables.memberships.by(column, value)]) {
    writer.set("memberships", membershipId(membership), undefined);
  }
}

function dropTokens(writer: Writer, userId: string): void {
  for (const { token } of [...writer.tables.tokens.by("userId", userId)]) {
    writer.set("tokens", token, undefined);
  }
}

const LABELINGS = {
  PRIVATE_LABELING_SETTING_ENFORCE_PROJECT_RESOURCE_OWNER_POLICY: 1,
  PRIVATE_LABELING_SETTING_ALLOW_LOGIN_USER_RESOURCE_OWNER_POLICY: 2,
};

/** What an event says of a project: of a new one without zeros, of a change only what is given. */
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

function withRoles(roleKeys: string[]): { roleKeys?: string[] } {
  return roleKeys.length === 0 ? {} : { roleKeys };
}

function withoutAbsent(fields: { [key: string]: unknown }): { [key: string]: unknown } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
