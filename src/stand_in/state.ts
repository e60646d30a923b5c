/**
 * What an instance holds, and how it changes: as ZITADEL's projections do after each event.
 *
 * @module
 */
import { createHeap, type Heap } from "./heap.ts";
import type {
  Seed,
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
import { shorten, timestamp } from "./time.ts";
import { type OrganizationRows, organizationRows } from "./organization_rows.ts";

/** A row of a projection: a seed's row whose three facts about its writing are known. */
export type Stored<T extends Written> = T & Required<Written>;

/** What can be changed of a row; what is left out stays. */
export type Changes<T extends Written, Fixed extends keyof T> = Partial<
  Omit<T, keyof Written | Fixed>
>;

/** The content of an instance. Rows are never changed in place, so one that was read stays as it was. */
export interface State {
  readonly instance: { readonly id: string; readonly name: string };
  /** Grows with each write. */
  readonly version: number;
  readonly organizations: Heap<Stored<SeedOrganization>, never>;
  readonly users: Heap<Stored<SeedUser>, "organizationId">;
  readonly projects: Heap<Stored<SeedProject>, "organizationId">;
  /** By {@linkcode roleId}. */
  readonly roles: Heap<Stored<SeedRole>, "projectId">;
  readonly projectGrants: Heap<Stored<SeedProjectGrant>, "projectId" | "grantedOrganizationId">;
  readonly userGrants: Heap<
    Stored<SeedUserGrant>,
    "organizationId" | "projectId" | "projectGrantId"
  >;
  readonly memberships: Heap<Stored<SeedMembership>, "userId" | "objectId">;
  readonly tokens: Heap<SeedToken, "userId">;

  /** The last event of an aggregate (an organization, user, project or grant). */
  lastEvent(aggregateId: string): { sequence: number; at: string } | undefined;
  /** Whether an organization of this id was ever there. */
  organizationExisted(id: string): boolean;
  /** What the lists of an organization would answer now, whole and in heap order. */
  toSnapshot(organizationId: string): OrganizationRows;

  addOrganization(organization: SeedOrganization): void;
  updateOrganization(id: string, changes: Changes<SeedOrganization, "id">): void;
  /** Removes it with everything in it, and the grants of its users elsewhere. */
  removeOrganization(id: string): void;
  addUser(user: SeedUser): void;
  /** A user that stops being active loses its tokens for good. */
  updateUser(id: string, changes: Changes<SeedUser, "id" | "organizationId">): void;
  /** Removes it with its grants, memberships and tokens. */
  removeUser(id: string): void;
  addProject(project: SeedProject): void;
  updateProject(id: string, changes: Changes<SeedProject, "id" | "organizationId">): void;
  /** Removes it with its roles, project grants, user grants and memberships. */
  removeProject(id: string): void;
  addRole(role: SeedRole): void;
  updateRole(projectId: string, key: string, changes: Changes<SeedRole, "projectId" | "key">): void;
  /** Removes it, and its key from the grants that hold it: those stay, even without roles. */
  removeRole(projectId: string, key: string): void;
  addProjectGrant(grant: SeedProjectGrant): void;
  updateProjectGrant(id: string, changes: { roleKeys: string[] }): void;
  /** Removes it with the user grants made through it. */
  removeProjectGrant(id: string): void;
  addUserGrant(grant: SeedUserGrant): void;
  updateUserGrant(
    id: string,
    changes: Pick<Partial<SeedUserGrant>, "roleKeys" | "state">,
  ): void;
  removeUserGrant(id: string): void;
  addMembership(membership: SeedMembership): void;
  removeMembership(userId: string, role: string, objectId?: string): void;
  addToken(token: SeedToken): void;
  removeToken(token: string): void;
}

/** The key of a role's row. */
export function roleId(projectId: string, key: string): string {
  return `${projectId}\0${key}`;
}

function membershipId({ userId, role, objectId }: SeedMembership): string {
  return `${userId}\0${role}\0${objectId ?? ""}`;
}

/** Fills an instance. `now` dates what is written after that. */
export function createState(seed: Seed, now: () => number): State {
  const organizations = createHeap<Stored<SeedOrganization>>((row) => row.id, {});
  const users = createHeap<Stored<SeedUser>, "organizationId">((row) => row.id, {
    organizationId: (row) => row.organizationId,
  });
  const projects = createHeap<Stored<SeedProject>, "organizationId">((row) => row.id, {
    organizationId: (row) => row.organizationId,
  });
  const roles = createHeap<Stored<SeedRole>, "projectId">(
    (row) => roleId(row.projectId, row.key),
    { projectId: (row) => row.projectId },
  );
  const projectGrants: State["projectGrants"] = createHeap((row) => row.id, {
    projectId: (row) => row.projectId,
    grantedOrganizationId: (row) => row.grantedOrganizationId,
  });
  const userGrants: State["userGrants"] = createHeap((row) => row.id, {
    organizationId: (row) => row.organizationId,
    projectId: (row) => row.projectId,
    projectGrantId: (row) => row.projectGrantId,
  });
  const memberships = createHeap<Stored<SeedMembership>, "userId" | "objectId">(membershipId, {
    userId: (row) => row.userId,
    objectId: (row) => row.objectId ?? seed.instance.id,
  });
  const tokens = createHeap<SeedToken, "userId">((row) => row.token, {
    userId: (row) => row.userId,
  });

  const events = new Map<string, { sequence: number; at: string }>();
  const everOrganizations = new Set<string>();
  let version = 0;
  let clock = () => seed.createdAt ?? "2026-01-05T08:00:00Z";

  function born<T extends Written>(row: T, aggregateId: string): Stored<T> {
    version++;
    const createdAt = shorten(row.createdAt ?? clock());
    const updatedAt = shorten(row.updatedAt ?? createdAt);
    const sequence = row.sequence ?? (events.get(aggregateId)?.sequence ?? 0) + 1;
    push(aggregateId, sequence, updatedAt);
    return { ...row, createdAt, updatedAt, sequence };
  }

  function push(aggregateId: string, sequence: number, at: string): void {
    if (sequence >= (events.get(aggregateId)?.sequence ?? 0)) {
      events.set(aggregateId, { sequence, at });
    }
  }

  function changed<Row extends Required<Written>>(
    heap: Heap<Row, never>,
    key: string,
    changes: Partial<Omit<Row, keyof Written>>,
    aggregateId: string,
  ): void {
    const row = heap.get(key);
    if (row === undefined) {
      throw new Error(`Cannot change ${JSON.stringify(key)}: there is none`);
    }
    version++;
    const updatedAt = shorten(clock());
    const sequence = (events.get(aggregateId)?.sequence ?? 0) + 1;
    push(aggregateId, sequence, updatedAt);
    heap.update({ ...row, ...changes, updatedAt, sequence });
  }

  function gone(heap: Heap<object, never>, key: string): void {
    version++;
    heap.remove(key);
  }

  /** A copy, so that rows can be removed while it is walked. */
  const list = <T>(rows: Iterable<T>): T[] => [...rows];

  function dropTokens(userId: string): void {
    for (const { token } of list(tokens.by("userId", userId))) gone(tokens, token);
  }

  function findAggregate(membership: SeedMembership): string {
    return membership.objectId ?? seed.instance.id;
  }

  const state: State = {
    instance: { id: seed.instance.id, name: seed.instance.name ?? "ZITADEL" },
    get version() {
      return version;
    },
    organizations,
    users,
    projects,
    roles,
    projectGrants,
    userGrants,
    memberships,
    tokens,
    lastEvent: (id) => events.get(id),
    organizationExisted: (id) => everOrganizations.has(id),
    toSnapshot: (id) => organizationRows(state, id),

    addOrganization(organization) {
      organizations.insert(born(organization, organization.id));
      everOrganizations.add(organization.id);
    },
    updateOrganization: (id, changes) => changed(organizations, id, changes, id),
    removeOrganization(id) {
      for (const project of list(projects.by("organizationId", id))) {
        state.removeProject(project.id);
      }
      for (const grant of list(projectGrants.by("grantedOrganizationId", id))) {
        state.removeProjectGrant(grant.id);
      }
      for (const grant of list(userGrants.by("organizationId", id))) gone(userGrants, grant.id);
      for (const user of list(users.by("organizationId", id))) state.removeUser(user.id);
      for (const membership of list(memberships.by("objectId", id))) {
        gone(memberships, membershipId(membership));
      }
      gone(organizations, id);
    },

    addUser: (user) => users.insert(born(user, user.id)),
    updateUser(id, changes) {
      changed(users, id, changes, id);
      if (!isActive(users.get(id))) dropTokens(id);
    },
    removeUser(id) {
      for (const grant of list(userGrants.all())) {
        if (grant.userId === id) gone(userGrants, grant.id);
      }
      for (const membership of list(memberships.by("userId", id))) {
        gone(memberships, membershipId(membership));
      }
      dropTokens(id);
      gone(users, id);
    },

    addProject: (project) => projects.insert(born(project, project.id)),
    updateProject: (id, changes) => changed(projects, id, changes, id),
    removeProject(id) {
      for (const role of list(roles.by("projectId", id))) gone(roles, roleId(id, role.key));
      for (const grant of list(projectGrants.by("projectId", id))) {
        state.removeProjectGrant(grant.id);
      }
      for (const grant of list(userGrants.by("projectId", id))) gone(userGrants, grant.id);
      for (const membership of list(memberships.by("objectId", id))) {
        gone(memberships, membershipId(membership));
      }
      gone(projects, id);
    },

    addRole: (role) => roles.insert(born(role, role.projectId)),
    updateRole: (projectId, key, changes) =>
      changed(roles, roleId(projectId, key), changes, projectId),
    removeRole(projectId, key) {
      gone(roles, roleId(projectId, key));
      push(projectId, (events.get(projectId)?.sequence ?? 0) + 1, clock());
      for (const grant of list(projectGrants.by("projectId", projectId))) {
        if (!grant.roleKeys.includes(key)) continue;
        const roleKeys = grant.roleKeys.filter((held) => held !== key);
        changed(projectGrants, grant.id, { roleKeys }, projectId);
      }
      for (const grant of list(userGrants.by("projectId", projectId))) {
        if (!grant.roleKeys.includes(key)) continue;
        const roleKeys = grant.roleKeys.filter((held) => held !== key);
        changed(userGrants, grant.id, { roleKeys }, grant.id);
      }
    },

    addProjectGrant: (grant) => projectGrants.insert(born(grant, grant.projectId)),
    updateProjectGrant(id, changes) {
      const projectId = projectGrants.get(id)?.projectId ?? id;
      changed(projectGrants, id, changes, projectId);
      for (const grant of list(userGrants.by("projectGrantId", id))) {
        const roleKeys = grant.roleKeys.filter((key) => changes.roleKeys.includes(key));
        if (roleKeys.length < grant.roleKeys.length) {
          changed(userGrants, grant.id, { roleKeys }, grant.id);
        }
      }
    },
    removeProjectGrant(id) {
      for (const grant of list(userGrants.by("projectGrantId", id))) gone(userGrants, grant.id);
      for (const membership of list(memberships.by("objectId", id))) {
        gone(memberships, membershipId(membership));
      }
      gone(projectGrants, id);
    },

    addUserGrant: (grant) => userGrants.insert(born(grant, grant.id)),
    updateUserGrant: (id, changes) => changed(userGrants, id, changes, id),
    removeUserGrant: (id) => gone(userGrants, id),

    addMembership: (membership) => memberships.insert(born(membership, findAggregate(membership))),
    removeMembership(userId, role, objectId) {
      gone(
        memberships,
        membershipId({ userId, role, ...(objectId === undefined ? {} : { objectId }) }),
      );
    },
    addToken(token) {
      version++;
      tokens.insert(token);
    },
    removeToken: (token) => gone(tokens, token),
  };

  for (const organization of seed.organizations) state.addOrganization(organization);
  for (const user of seed.users) state.addUser(user);
  for (const project of seed.projects) state.addProject(project);
  for (const role of seed.roles) state.addRole(role);
  for (const grant of seed.projectGrants ?? []) state.addProjectGrant(grant);
  for (const grant of seed.userGrants) state.addUserGrant(grant);
  for (const membership of seed.memberships) state.addMembership(membership);
  for (const token of seed.tokens) {
    if (isActive(users.get(token.userId))) state.addToken(token);
  }
  clock = () => timestamp(now());
  return state;
}

function isActive(user: SeedUser | undefined): boolean {
  return user !== undefined && (user.state ?? "USER_STATE_ACTIVE") === "USER_STATE_ACTIVE";
}
