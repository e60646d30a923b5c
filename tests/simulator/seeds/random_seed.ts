/**
 * Organizations of any size: the same numbers give the same organization.
 *
 * @module
 */
import { createRandom, integer, pick } from "../../helpers/random.ts";
import type { Seed, SeedRole, SeedUser, SeedUserGrant } from "../seed.ts";

/** The token of the service user, who has the role ORG_OWNER_VIEWER. It is one user more than asked for. */
export const RANDOM_TOKEN = "token-of-the-random-viewer";
/** The id of the organization. */
export const RANDOM_ORGANIZATION_ID = "330000000000000001";

/** The size of an organization. */
export interface RandomSeedOptions {
  /** @default {1} */
  seed?: number;
  users: number;
  projects: number;
  /** At most one a user and project: asking for more than there are pairs throws. */
  userGrants: number;
  /** Role keys in each project. @default {4} */
  rolesPerProject?: number;
}

const FIRST_NAMES = ["Ann", "Bob", "Chloé", "Dan", "Eve", "Faÿ", "Güs", "Hal", "伊娜", "Jón"];
const LAST_NAMES = ["Lee", "Meier", "D’Arc", "O'Neill", "Nuñez", "Sørensen", "王", "van Dam"];
const STATES = [
  ...new Array(17).fill("USER_STATE_ACTIVE"),
  "USER_STATE_INACTIVE",
  "USER_STATE_LOCKED",
  "USER_STATE_INITIAL",
] as const;

/** Makes an organization. */
export function randomSeed(options: RandomSeedOptions): Seed {
  const { rolesPerProject = 4 } = options;
  if (options.userGrants > options.users * options.projects) {
    throw new RangeError(`Cannot make ${options.userGrants} grants: there are fewer pairs`);
  }
  const random = createRandom(options.seed ?? 1);
  const organizationId = RANDOM_ORGANIZATION_ID;
  const id = (block: number, index: number) => `${block}${String(index).padStart(15, "0")}`;
  const time = () => new Date(1_700_000_000_000 + integer(random, 80_000_000_000)).toISOString();

  const users = Array.from({ length: options.users }, (_, index): SeedUser => {
    const userName = `user-${index}`;
    const common = {
      id: id(331, index),
      organizationId,
      userName,
      createdAt: time(),
      sequence: 1 + integer(random, 9),
      metadata: integer(random, 4),
    };
    if (integer(random, 10) === 0) return { ...common, machine: { name: `Machine ${index}` } };
    return {
      ...common,
      state: pick(random, STATES),
      human: {
        firstName: pick(random, FIRST_NAMES),
        lastName: pick(random, LAST_NAMES),
        email: `${userName}@random.example`,
        emailVerified: integer(random, 5) > 0,
      },
    };
  });
  const projects = Array.from({ length: options.projects }, (_, index) => ({
    id: id(332, index),
    organizationId,
    name: `Project ${index}`,
    createdAt: time(),
    roleCheck: integer(random, 2) === 0,
  }));
  const keys = Array.from({ length: rolesPerProject }, (_, index) => `role:${index}`);
  const roles = projects.flatMap((project): SeedRole[] =>
    keys.map((key) => ({ projectId: project.id, key, displayName: `Role ${key}` }))
  );

  const pairs = new Set<number>();
  const userGrants: SeedUserGrant[] = [];
  while (userGrants.length < options.userGrants) {
    const pair = integer(random, options.users * options.projects);
    if (pairs.has(pair)) continue;
    pairs.add(pair);
    const first = integer(random, keys.length + 1);
    userGrants.push({
      id: id(333, userGrants.length),
      organizationId,
      userId: users[pair % options.users]!.id,
      projectId: projects[Math.floor(pair / options.users)]!.id,
      roleKeys: keys.slice(first, first + 1 + integer(random, 2)),
      createdAt: time(),
      ...(integer(random, 20) === 0 ? { state: "USER_GRANT_STATE_INACTIVE" as const } : {}),
    });
  }

  const viewer = id(331, options.users);
  return {
    instance: { id: "330000000000000000" },
    organizations: [{ id: organizationId, name: "Random", primaryDomain: "random.localhost" }],
    users: [...users, {
      id: viewer,
      organizationId,
      userName: "viewer",
      machine: { name: "Viewer" },
    }],
    projects,
    roles,
    userGrants,
    memberships: [{ userId: viewer, role: "ORG_OWNER_VIEWER", objectId: organizationId }],
    tokens: [{ token: RANDOM_TOKEN, userId: viewer }],
  };
}
