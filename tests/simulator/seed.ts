/**
 * The initial content of a simulator: plain JSON data.
 *
 * Times are RFC 3339 in UTC. Where a seed leaves out `createdAt`, `updatedAt` or `sequence`, a row looks as if it was
 * written once, at {@linkcode Seed.createdAt}.
 *
 * @module
 */

/** When a row was written, and as which event of its aggregate. */
export interface Written {
  /** By default the seed's `createdAt`. */
  createdAt?: string;
  /** By default `createdAt`. */
  updatedAt?: string;
  /** The number of the event that wrote the row last. By default 1, or the next one of the project for its parts. */
  sequence?: number;
}

/** An organization. */
export interface SeedOrganization extends Written {
  id: string;
  name: string;
  primaryDomain: string;
  /** @default {"ORG_STATE_ACTIVE"} */
  state?: "ORG_STATE_ACTIVE" | "ORG_STATE_INACTIVE";
}

/** The part of a user that only people have. */
export interface SeedHuman {
  firstName: string;
  lastName: string;
  nickName?: string;
  /** By default both names. */
  displayName?: string;
  /** @default {"und"} */
  preferredLanguage?: string;
  gender?: "GENDER_FEMALE" | "GENDER_MALE" | "GENDER_DIVERSE";
  email: string;
  /** @default {true} */
  emailVerified?: boolean;
  /** Counts as verified. */
  phone?: string;
  passwordChanged?: string;
}

/** The part of a user that only machines have. */
export interface SeedMachine {
  name: string;
  description?: string;
  hasSecret?: boolean;
  /** Access tokens are JWTs instead of opaque. */
  jwt?: boolean;
}

/** A user; exactly one of `human` and `machine`. */
export interface SeedUser extends Written {
  id: string;
  organizationId: string;
  userName: string;
  /** @default {"USER_STATE_ACTIVE"} */
  state?: UserState;
  /** `[]` for a user that the login-name projection does not know, whose grants are hidden. By default `[userName]`. */
  loginNames?: string[];
  human?: SeedHuman;
  machine?: SeedMachine;
  /** The number of metadata entries; they inflate the total in `inflateUserTotal` mode. @default {0} */
  metadata?: number;
}

/** The states that a listed user can have. */
export type UserState =
  | "USER_STATE_ACTIVE"
  | "USER_STATE_INACTIVE"
  | "USER_STATE_LOCKED"
  | "USER_STATE_INITIAL";

/** A project. */
export interface SeedProject extends Written {
  id: string;
  organizationId: string;
  name: string;
  /** @default {"PROJECT_STATE_ACTIVE"} */
  state?: "PROJECT_STATE_ACTIVE" | "PROJECT_STATE_INACTIVE";
  roleAssertion?: boolean;
  roleCheck?: boolean;
  projectCheck?: boolean;
  privateLabeling?:
    | "PRIVATE_LABELING_SETTING_ENFORCE_PROJECT_RESOURCE_OWNER_POLICY"
    | "PRIVATE_LABELING_SETTING_ALLOW_LOGIN_USER_RESOURCE_OWNER_POLICY";
}

/** A role of a project. */
export interface SeedRole extends Written {
  projectId: string;
  key: string;
  displayName?: string;
  group?: string;
}

/** A project, delegated to another organization. */
export interface SeedProjectGrant extends Written {
  id: string;
  projectId: string;
  /** May be the one that owns the project. */
  grantedOrganizationId: string;
  roleKeys: string[];
  /** @default {"PROJECT_GRANT_STATE_ACTIVE"} */
  state?: "PROJECT_GRANT_STATE_ACTIVE" | "PROJECT_GRANT_STATE_INACTIVE";
}

/** Roles of one user in one project. */
export interface SeedUserGrant extends Written {
  id: string;
  /** The organization that made the grant. */
  organizationId: string;
  userId: string;
  projectId: string;
  /** For a grant on a project that another organization delegates. */
  projectGrantId?: string;
  /** May hold keys that the project does not define. */
  roleKeys: string[];
  /** @default {"USER_GRANT_STATE_ACTIVE"} */
  state?: "USER_GRANT_STATE_ACTIVE" | "USER_GRANT_STATE_INACTIVE";
  /** The id of the user who made it; by default the seed's `editor`. */
  editor?: string;
}

/** A role of ZITADEL itself that a user has, on one object. */
export interface SeedMembership extends Written {
  userId: string;
  /** Such as `ORG_OWNER_VIEWER`; the level follows from its beginning. One that is unknown carries no permissions. */
  role: string;
  /** More roles of the same level on the same object, which ZITADEL keeps in one membership. */
  otherRoles?: string[];
  /** The organization, project or project grant. Left out for roles on the instance. */
  objectId?: string;
}

/** The common part of Personal Access Tokens and keys. */
export interface SeedCredential extends Written {
  userId: string;
  /** Left out for one that never expires. */
  expiresAt?: string;
}

/** A Personal Access Token. It stays listed when its user is locked, though it never works again. */
export interface SeedToken extends SeedCredential {
  /** The secret. */
  token: string;
  /** By default made of the user's. */
  id?: string;
  /** Does not work any more, whatever `expiresAt` says. */
  expired?: boolean;
  /** @default {["openid", "profile", "urn:zitadel:iam:user:metadata", "urn:zitadel:iam:user:resourceowner"]} */
  scopes?: string[];
}

/** A key of a machine. */
export interface SeedKey extends SeedCredential {
  id: string;
}

/** A whole instance. */
export interface Seed {
  instance: { id: string; name?: string };
  /** @default {"2026-01-05T08:00:00Z"} */
  createdAt?: string;
  organizations: SeedOrganization[];
  users: SeedUser[];
  projects: SeedProject[];
  roles: SeedRole[];
  projectGrants?: SeedProjectGrant[];
  userGrants: SeedUserGrant[];
  memberships: SeedMembership[];
  tokens: SeedToken[];
  keys?: SeedKey[];
  /** The id of the user who wrote all this; by default ZITADEL itself. */
  editor?: string;
  /** The events before this time are gone from the event store; what they made stays. */
  eventsSince?: string;
  /** Rows that exist, and that the views of ZITADEL lost: users, projects and user grants by id, login names by user id. */
  lost?: Partial<Record<"users" | "loginNames" | "projects" | "userGrants", string[]>>;
  /** User grants that are listed although they were removed. */
  phantoms?: { userGrantId: string; removedAt?: string; editor?: string }[];
}
