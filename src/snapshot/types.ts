/**
 * The model: a snapshot's interfaces.
 *
 * @module
 */
import type {
  GroupKind,
  ListName,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  SourceName,
} from "./lists.ts";

/** The type of the rows of each list. */
export type RowOf<List extends ListName> = NonNullable<Snapshot[List]>[number];

/**
 * The access of one organization, complete at the time of reading: its users, projects and roles, and the holder of each role.
 *
 * Every list is sorted by `id` in code-unit order and every reference resolves. A key that is absent means that
 * ZITADEL did not say; there are no empty strings in place of missing values. Times are RFC 3339 in UTC.
 */
export interface Snapshot {
  /** The kind of this document: `zitadel-access-snapshot`. */
  format: typeof SNAPSHOT_FORMAT;
  /** The version of the format. A new optional field keeps it, any other change raises it. */
  version: typeof SNAPSHOT_VERSION;
  /** The program that wrote it. */
  tool: Tool;
  /** The ZITADEL instance that was read. */
  instance: Instance;
  /** The organization that was read. */
  organization: Organization;
  /** When reading began. */
  startedAt: string;
  /** When reading ended. */
  completedAt: string;
  /**
   * `sha256:` and 64 hexadecimal digits over the organization's id and the lists: the same access gives the same digest,
   * whenever and however it was read.
   */
  digest: string;
  /** The number of rows in each list. */
  counts: Counts;
  /** One entry for each list that was read: the evidence that it is complete. */
  evidence: Evidence[];
  /** The comparison of the lists with ZITADEL's events; absent unless that was asked for (`verify`). */
  verification?: Verification;
  /** The principals: people and machines. */
  users: User[];
  /** The projects. */
  groups: Group[];
  /** The roles of the projects. */
  entitlements: Entitlement[];
  /** The edges: each says that one user holds one entitlement. */
  grants: Grant[];
  /** The tokens, keys and secrets of machines; absent unless they were asked for (`include`). */
  credentials?: Credential[];
  /** Facts that make no row, each with its code. */
  notes: Note[];
}

/** The program that wrote a snapshot. */
export interface Tool {
  /** The program's name. */
  name: string;
  /** Its version, as in semantic versioning. */
  version: string;
}

/** The ZITADEL instance that was read. */
export interface Instance {
  /** Its origin, such as `https://acme.zitadel.cloud`. */
  url: string;
}

/** The organization that was read. */
export interface Organization {
  /** ZITADEL's `id` of it. */
  id: string;
  /** Its `name`. */
  name?: string;
  /** `primaryDomain`: the ending of login names. */
  primaryDomain?: string;
  /** From `state`, `ORG_STATE_…`: whether it is in use. ZITADEL calls a removed one `unknown`. */
  state: "active" | "inactive" | "unknown";
}

/** The numbers of rows of a snapshot's lists. */
export interface Counts {
  /** People and machines. */
  users: number;
  /** Projects. */
  groups: number;
  /** Project roles. */
  entitlements: number;
  /** Edges between a user and an entitlement. */
  grants: number;
  /** Tokens, keys and secrets; absent where there is no such list. */
  credentials?: number;
}

/** The evidence that one list is complete. */
export interface Evidence {
  /**
   * The list that was read. `administrators` becomes groups, entitlements and grants; `project-grants` are projects granted to
   * organizations, which have administrators of their own.
   */
  list: SourceName;
  /** The group of these entitlements or grants, where they were read group by group. */
  groupId?: string;
  /** Number of rows that ZITADEL announced, at the moment that the proof is about. */
  reported: number;
  /** Number of rows that ZITADEL sent, repeats and overlaps included. */
  received: number;
  /** Number of different rows. */
  distinct: number;
  /** Number of requests. */
  requests: number;
  /**
   * Why the list is complete: `statement`: one answer held all of it, and one answer is one SQL statement; `anchored`:
   * pages in the order of ids, each sharing a row with the one before, so that nothing lies between them; `reconciled`:
   * pages without an order, merged until as many rows were known to have been there at one moment as ZITADEL announced at
   * that moment.
   */
  method: "statement" | "anchored" | "reconciled";
  /** Number of passes over the list. */
  passes: number;
  /** Number of gaps between two pages that were closed, and of rows missing from the pages that were found by id. */
  repaired: number;
  /** When reading this list began. Every row that existed from then until `completedAt` is in it. */
  startedAt: string;
  /** When reading this list ended. */
  completedAt: string;
  /** When ZITADEL last updated the view that it answered from. */
  viewTimestamp?: string;
}

/**
 * The result of comparing the lists with ZITADEL's events. The four lists stay as ZITADEL's lists have them; a note tells
 * each row that the events contradict.
 */
export interface Verification {
  /** The source that the lists were compared with: replayed events of the organization's user grants, projects and roles. */
  method: "events";
  /** Number of events that were replayed. */
  events: number;
  /** Number of requests for events. */
  requests: number;
  /** Time of the latest event, in RFC 3339; absent if there was none. */
  upTo?: string;
  /** Rows that are the same in both. */
  agreed: VerifiedCounts;
  /**
   * Rows that could not be compared: their first event is missing, an event of an unknown type touched them, or they changed
   * again meanwhile.
   */
  notCompared: VerifiedCounts;
  /** When reading events began. */
  startedAt: string;
  /** When the comparison ended. */
  completedAt: string;
}

/** Numbers of rows of ZITADEL's lists. */
export interface VerifiedCounts {
  /** Projects. */
  groups: number;
  /** Roles that projects define. */
  entitlements: number;
  /** User grants on the organization's projects, of any number of roles each. */
  grants: number;
}

/** The author of a change in ZITADEL. */
export interface Actor {
  /** ZITADEL's id of the user, who may be of another organization or gone. */
  id: string;
  /** `displayName`, as ZITADEL tells it. */
  name?: string;
}

/** A person or a machine. */
export interface User {
  /** ZITADEL's `id` of the user. */
  id: string;
  /** Whether ZITADEL sends `human` or `machine`; absent if neither. */
  type?: "human" | "machine";
  /** From `state`, `USER_STATE_…`: whether the user can sign in; a state that this release does not know is `unknown`. */
  state: "active" | "inactive" | "locked" | "initial" | "deleted" | "suspended" | "unknown";
  /** `userName`: unique in the organization. */
  username?: string;
  /** `human.profile.displayName`, or `machine.name`: the name to show. */
  displayName?: string;
  /** `human.profile.firstName`: a person's given name. */
  firstName?: string;
  /** `human.profile.lastName`: a person's family name. */
  lastName?: string;
  /** `human.email.email`: a person's address. */
  email?: string;
  /** `human.email.isEmailVerified`: whether the address was verified; present where there is an address. */
  emailVerified?: boolean;
  /** `preferredLoginName`: the login name that ZITADEL shows first. */
  preferredLoginName?: string;
  /** `loginNames`: all of them, in code-unit order. */
  loginNames?: string[];
  /** `machine.description`: the purpose of a machine. */
  description?: string;
  /** The user's organization: `details.resourceOwner`, or the grant's `grantedOrgId` for a user that only a grant names. */
  organizationId?: string;
  /** `true`: a grant names this user, but the user belongs to another organization. */
  external: boolean;
  /** `details.creationDate`: when the user was created. */
  createdAt?: string;
  /** `details.changeDate`: when the user was last changed. */
  updatedAt?: string;
}

/** A project, or the administration of something in ZITADEL: its administrators hold entitlements of it. */
export interface Group {
  /** ZITADEL's `id` of the project; of an administration `administration:<scope>:<of>`. */
  id: string;
  /** The kind of group: a project, or the administration of something, which is read only if it was asked for. */
  kind: GroupKind;
  /** `name`: unique in the organization, whatever its case; for an administration, the name of the thing administered. */
  name?: string;
  /**
   * For an administration, the thing administered: ZITADEL's id of the organization, project or project grant, or the host
   * of the instance.
   */
  of?: string;
  /** For the administration of a project grant, the granted project, which may belong to another organization. */
  projectId?: string;
  /** From `state`, `PROJECT_STATE_…`: whether the project is in use. An administration always is. */
  state: "active" | "inactive" | "unknown";
  /** `projectRoleAssertion`: whether tokens assert the roles; for a project. */
  roleAssertion?: boolean;
  /** `projectRoleCheck`: whether a user without a role is refused; for a project. */
  roleCheck?: boolean;
  /** `hasProjectCheck`: whether a user of an organization without the project is refused; for a project. */
  projectCheck?: boolean;
  /** `details.creationDate`: when the project was created. */
  createdAt?: string;
  /** `details.changeDate`: when the project was last changed. */
  updatedAt?: string;
}

/** A role of a project, or one of ZITADEL's manager roles on the thing administered. */
export interface Entitlement {
  /**
   * `project:<groupId>:<roleKey>`, or the group's id, `:` and the manager role. A role key may hold any character: build such
   * ids, never split them.
   */
  id: string;
  /** The group's id. */
  groupId: string;
  /** `key`: the text that tokens carry, unique in its project; or a manager role such as `ORG_OWNER`. */
  roleKey: string;
  /** `displayName`: the role's name for people. */
  displayName?: string;
  /** `group`: ZITADEL's free grouping of roles; not one of {@linkcode Snapshot.groups}. */
  roleGroup?: string;
  /** `false`: grants hold this key, but the project does not define it. */
  defined: boolean;
  /** `details.creationDate`: when the role was created. */
  createdAt?: string;
  /** `details.changeDate`: when the role was last changed. */
  updatedAt?: string;
}

/** One user holds one entitlement. */
export interface Grant {
  /** The entitlement's id, `:user:` and the user's. */
  id: string;
  /** The entitlement that is held. */
  entitlementId: string;
  /** `projectId`: the project of the entitlement, or the administration that it belongs to. */
  groupId: string;
  /** `userId`: the holder. */
  userId: string;
  /** From `state`, `USER_GRANT_STATE_…`: whether one of the authorizations is in force. */
  state: "active" | "inactive" | "unknown";
  /** ZITADEL's ids of the authorizations (user grants) that give it; none for a manager role. */
  authorizations: string[];
  /** The user who gave it last, if that was asked for (`include`); absent if ZITADEL did, or its event is missing. */
  grantedBy?: Actor;
  /** When it was given last: when a user grant that gives it was made, or the role was added to one. */
  grantedAt?: string;
  /** The first `details.creationDate` of them; or when the user became an administrator. */
  createdAt?: string;
  /** The last `details.changeDate` of them; or when the user's manager roles were last changed. */
  updatedAt?: string;
}

/** A token, key or secret that a machine signs in with, without the secret itself. */
export interface Credential {
  /** ZITADEL's id of it; `client-secret:<userId>` of a client secret, which has none. */
  id: string;
  /** A Personal Access Token, a key (`application/json` or a PEM), or a secret for the client credentials flow. */
  kind: "personal-access-token" | "key" | "client-secret";
  /** Its user. A token of a user who was ever locked or deactivated never works again, but ZITADEL still lists it. */
  userId: string;
  /** `creationDate`: when it was made. */
  createdAt?: string;
  /** `changeDate`: when it was last changed. */
  updatedAt?: string;
  /** `expirationDate`: when it ends. Absent: never, or ZITADEL does not say (of a client secret). */
  expiresAt?: string;
}

/** A fact that makes no row; `code` says what the other keys mean. */
export type Note =
  | OtherOrganizationsNote
  | ReportedCountNote
  | AuthorizationsWithoutRolesNote
  | ForeignGroupsNote
  | PartnerGrantsNote
  | UsersWithoutLoginNameNote
  | UnlistedUsersNote
  | UnlistedGroupsNote
  | HiddenInstanceNote
  | LostRowNote
  | PhantomGrantNote
  | PhantomGroupNote
  | PhantomEntitlementNote
  | DifferingRowNote
  | CutEventsNote
  | UnknownEventsNote;

/** The token may not list the organizations of the instance: there may be others than the one that was read. */
export interface OtherOrganizationsNote {
  /** Names the note. */
  code: "other-organizations-unknown";
}

/** ZITADEL announced more rows than there are, again and again (a known fault of some 4.x builds). */
export interface ReportedCountNote {
  /** Names the note. */
  code: "reported-count-differs";
  /** The list. */
  list: ListName;
  /** The group of these rows, where they were read group by group. */
  groupId?: string;
  /** Number of rows that ZITADEL announced. */
  reported: number;
  /** Number of different rows. */
  distinct: number;
}

/** Authorizations (user grants) that hold no role: they give nothing. */
export interface AuthorizationsWithoutRolesNote {
  /** Names the note. */
  code: "authorizations-without-roles";
  /** ZITADEL's ids of them, in code-unit order. */
  authorizations: string[];
}

/** Authorizations (user grants) on projects of other organizations: they are not part of this snapshot. */
export interface ForeignGroupsNote {
  /** Names the note. */
  code: "grants-on-foreign-groups";
  /** Number of authorizations. */
  count: number;
}

/**
 * Authorizations (user grants) that other organizations made on projects of this one, through a project grant. They are
 * not part of this snapshot: users who hold a role only by them are not among its grants.
 */
export interface PartnerGrantsNote {
  /** Names the note. */
  code: "grants-by-other-organizations";
  /** Number of authorizations. */
  count: number;
  /** Number of them on each project, in the order of the projects' ids. */
  groups: { groupId: string; count: number }[];
}

/** Users that ZITADEL lists without any login name: they cannot sign in, and ZITADEL hides their grants. */
export interface UsersWithoutLoginNameNote {
  /** Names the note. */
  code: "users-without-login-name";
  /** ZITADEL's ids of them, in code-unit order. */
  userIds: string[];
}

/** Users that grants or credentials name although ZITADEL does not know them: they were removed, or its list has lost them. */
export interface UnlistedUsersNote {
  /** Names the note. */
  code: "users-not-listed";
  /** ZITADEL's ids of them, in code-unit order. */
  userIds: string[];
}

/** Projects that grants name although ZITADEL says that they do not exist: its list has lost them. */
export interface UnlistedGroupsNote {
  /** Names the note. */
  code: "groups-not-listed";
  /** ZITADEL's ids of the projects, in code-unit order. */
  groupIds: string[];
  /** ZITADEL's ids of the authorizations (user grants) on them, in code-unit order. */
  authorizations: string[];
}

/** The token may not see the administrators of the instance, who can do everything: they are not in the snapshot. */
export interface HiddenInstanceNote {
  /** Names the note. */
  code: "instance-administrators-unknown";
}

/** A project, role or user grant on which ZITADEL's lists and its events disagree. */
export interface EventDifference {
  /** The list of the row; `grants`: a user grant with all its roles. */
  list: "groups" | "entitlements" | "grants";
  /** The project that it is, or is of. */
  groupId: string;
  /** The project's name by the events, where its list lacks it. */
  groupName?: string;
  /** The key of the role, for `entitlements`. */
  roleKey?: string;
  /** ZITADEL's id of the user grant, for `grants`. */
  authorization?: string;
  /** The holder of the user grant. */
  userId?: string;
  /** The roles of the user grant by the events. */
  roleKeys?: string[];
  /** Its roles by the list. */
  listedRoleKeys?: string[];
  /** Whether it is in force by the events. */
  state?: "active" | "inactive";
  /** Whether it is in force by the list. */
  listedState?: "active" | "inactive" | "unknown";
  /** The type of the last event of it, such as `user.grant.removed`. */
  event: string;
  /** The time of that event. */
  at: string;
  /** The user who did it; absent if ZITADEL did. */
  by?: Actor;
}

/** The events made it and nothing took it away, but ZITADEL's list lacks it. */
export interface LostRowNote extends EventDifference {
  /** Names the note. */
  code: "lost-by-zitadel";
}

/** The events took a user grant away, but ZITADEL's list still holds it. */
export interface PhantomGrantNote extends EventDifference {
  /** Names the note. */
  code: "phantom-grant";
}

/** The events took a project away, but ZITADEL's list still holds it. */
export interface PhantomGroupNote extends EventDifference {
  /** Names the note. */
  code: "phantom-group";
}

/** The events took a role away, but ZITADEL's list still holds it. */
export interface PhantomEntitlementNote extends EventDifference {
  /** Names the note. */
  code: "phantom-entitlement";
}

/** ZITADEL's list holds it with other roles, or in another state, than the events made of it. */
export interface DifferingRowNote extends EventDifference {
  /** Names the note. */
  code: "differs-from-events";
}

/** Projects and user grants whose first event ZITADEL's event store no longer has: they are not compared. */
export interface CutEventsNote {
  /** Names the note. */
  code: "events-cut";
  /** ZITADEL's ids of the projects, in code-unit order. */
  groupIds: string[];
  /** ZITADEL's ids of the user grants, in code-unit order. */
  authorizations: string[];
}

/** Events of types that this release does not know: the rows that they touch are not compared. */
export interface UnknownEventsNote {
  /** Names the note. */
  code: "unknown-events";
  /** The types, in code-unit order; none where an event is missing in between, whose type was not asked for. */
  types: string[];
  /** ZITADEL's ids of the projects, in code-unit order. */
  groupIds: string[];
  /** ZITADEL's ids of the user grants, in code-unit order. */
  authorizations: string[];
}

/** The rows of one of a snapshot's lists; none of a list that it does not have. */
export function listRows<List extends ListName>(
  snapshot: Pick<Snapshot, ListName>,
  list: List,
): readonly RowOf<List>[] {
  return snapshot[list] as readonly RowOf<List>[] | undefined ?? [];
}
