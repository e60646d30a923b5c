/**
 * Acme: a small company to try a sync on, with a bit of everything that real organizations hold.
 *
 * @module
 */
import type {
  Seed,
  SeedKey,
  SeedMachine,
  SeedMembership,
  SeedRole,
  SeedToken,
  SeedUser,
  SeedUserGrant,
} from "../seed.ts";

/** The Personal Access Token of Acme's service user, who has the role ORG_OWNER_VIEWER. */
export const DEMO_TOKEN = "demo-token-of-the-sync-service-user";
/** The token of a service user of the other organization, who may read the instance (IAM_OWNER_VIEWER), events too. */
export const DEMO_INSTANCE_TOKEN = "demo-token-of-the-auditor-of-the-instance";
/** The id of Acme. */
export const DEMO_ORGANIZATION_ID = "318000000000000001";

const ACME = DEMO_ORGANIZATION_ID;
const PARTNER = "318000000000000002";

const [ZITADEL, SHOP, WAREHOUSE, PAYROLL, LEGACY, INTRANET, SUPPLY] = [
  "318000000000000100",
  "318000000000000101",
  "318000000000000102",
  "318000000000000103",
  "318000000000000104",
  "318000000000000105",
  "318000000000000199",
];
const SUPPLY_TO_ACME = "318000000000000190";
const SHOP_TO_PARTNER = "318000000000000191";

function makeId(block: number, index: number): string {
  return `3180000000000${block}${String(index).padStart(4, "0")}`;
}

// deno-fmt-ignore
const people: [userName: string, firstName: string, lastName: string, more?: Partial<SeedUser>][] = [
  ["ada", "Ada", "Okafor"],
  ["ben", "Ben", "Larsen"],
  ["carla", "Carla", "Rossi"],
  ["dmitri", "Dmitri", "Volkov"],
  ["elena", "Elena", "Papadopoulou"],
  ["farid", "Farid", "Haddad"],
  ["grace", "Grace", "Kim"],
  ["hugo", "Hugo", "Meyer", { state: "USER_STATE_INACTIVE" }],
  ["ines", "Inês", "Carvalho"],
  ["jonas", "Jonas", "Weiß"],
  ["keiko", "恵子", "田中"],
  ["liam", "Liam", "O’Neill"],
  ["mona", "Mona", "Brandt", { state: "USER_STATE_LOCKED" }],
  ["nils", "Nils", "Åkesson"],
  ["olga", "Olga", "Nowak", { state: "USER_STATE_INITIAL" }],
  ["priya", "Priya", "Raman"],
  ["quentin", "Quentin", "Dubois"],
  // Names that spreadsheets, terminals and CSV readers trip over.
  ["=2+5", '=HYPERLINK("http://x","y")', "@SUM(A1)"],
  ["comma", "Smith, John", 'the "second"'],
  ["rtl", "مريم", "\u202eلولا"],
];

// deno-fmt-ignore
const machines: [userName: string, name: string, description?: string, more?: Partial<SeedMachine>][] = [
  ["sync", "Access sync", "Reads who may do what (ORG_OWNER_VIEWER)"],
  ["ci", "CI pipeline", "Deploys the shop", { hasSecret: true }],
  // It holds a role, and has nothing to sign in with.
  ["backup", "Nightly backup"],
  ["till-01", "Till 1", "Shop floor, ground level"],
];

const users: SeedUser[] = [
  ...people.map(([userName, firstName, lastName, more], index): SeedUser => ({
    id: makeId(1, index),
    organizationId: ACME,
    userName,
    human: { firstName, lastName, email: `person${index + 1}@acme.example` },
    ...more,
  })),
  ...machines.map(([userName, name, description, more], index): SeedUser => ({
    id: makeId(2, index),
    organizationId: ACME,
    userName,
    machine: { name, ...(description === undefined ? {} : { description }), ...more },
  })),
  {
    id: makeId(3, 0),
    organizationId: PARTNER,
    userName: "zoe",
    human: { firstName: "Zoë", lastName: "Partner", email: "zoe@partner.example" },
  },
  {
    id: makeId(3, 1),
    organizationId: PARTNER,
    userName: "auditor",
    machine: { name: "Auditor", description: "Reads the whole instance (IAM_OWNER_VIEWER)" },
  },
];

// deno-fmt-ignore
const roles: [projectId: string, key: string, displayName: string, group?: string][] = [
  [SHOP, "admin", "Administrator", "ops"],
  [SHOP, "editor", "Editor", "content"],
  [SHOP, "viewer", "Viewer", "content"],
  // One that looks like another, and that nobody holds.
  [SHOP, "Admin", "Administrator of the old shop"],
  [WAREHOUSE, "stock:read", "See the stock"],
  [WAREHOUSE, "stock:write", "Change the stock"],
  [WAREHOUSE, "forklift/driver", "Forklift driver", "floor"],
  [PAYROLL, "clerk", "Payroll clerk"],
  [PAYROLL, "approver", "Approves payments"],
  [LEGACY, "user", "User"],
  [INTRANET, "reader", "Reader"],
  [SUPPLY, "buyer", "Buyer"],
];

/** A grant that ZITADEL's view lost: nobody sees it in a list, and a token carries it no more. */
const LOST: [string, string, string[], Partial<SeedUserGrant>] = [
  "liam",
  PAYROLL,
  ["approver"],
  { createdAt: "2026-03-18T10:42:07.204511Z" },
];
/** A grant that somebody took away, and that ZITADEL lists all the same. */
const PHANTOM = { userName: "jonas", projectId: WAREHOUSE };

// deno-fmt-ignore
const granted: [userName: string, projectId: string, roleKeys: string[], more?: Partial<SeedUserGrant>][] = [
  ["ada", SHOP, ["admin", "editor", "viewer"]],
  ["ben", SHOP, ["editor", "viewer"]],
  ["carla", SHOP, ["editor"]],
  ["dmitri", SHOP, ["viewer"]],
  ["elena", SHOP, ["viewer"]],
  ["keiko", SHOP, ["editor", "viewer"]],
  ["=2+5", SHOP, ["viewer"]],
  ["comma", SHOP, ["viewer"]],
  ["rtl", SHOP, ["editor"]],
  ["ci", SHOP, ["admin"]],
  ["till-01", SHOP, ["viewer"]],
  ["ada", WAREHOUSE, ["stock:read", "stock:write"]],
  ["farid", WAREHOUSE, ["stock:read", "stock:write", "forklift/driver"]],
  ["grace", WAREHOUSE, ["stock:read"]],
  ["hugo", WAREHOUSE, ["stock:write"]],
  ["jonas", WAREHOUSE, ["forklift/driver"]],
  ["liam", WAREHOUSE, ["stock:read", "forklift/driver"]],
  // Two that nobody has looked at for long.
  ["nils", WAREHOUSE, ["stock:read"], { createdAt: "2023-04-12T09:30:00Z" }],
  ["backup", WAREHOUSE, ["stock:read"]],
  ["ines", PAYROLL, ["clerk", "approver"]],
  ["priya", PAYROLL, ["approver"]],
  ["quentin", PAYROLL, ["clerk"], { createdAt: "2024-02-01T08:15:00Z" }],
  ["mona", PAYROLL, ["clerk"]],
  // A grant that was switched off, one without roles, and a role that the project does not define any more.
  ["ben", PAYROLL, ["clerk"], { state: "USER_GRANT_STATE_INACTIVE" }],
  ["grace", PAYROLL, []],
  ["dmitri", LEGACY, ["user", "root"]],
  ["elena", LEGACY, ["user"]],
  ...["ada", "ben", "carla", "dmitri", "elena", "farid", "grace", "hugo", "ines", "jonas", "keiko", "liam", "mona",
    "nils", "olga", "priya", "quentin"].map((name): [string, string, string[]] => [name, INTRANET, ["reader"]]),
  // Somebody of another organization, and a project that another organization lends.
  ["zoe", SHOP, ["viewer"]],
  ["carla", SUPPLY, ["buyer"], { projectGrantId: SUPPLY_TO_ACME }],
  LOST,
];

function findUserId(userName: string): string {
  const user = users.find((candidate) => candidate.userName === userName);
  if (user === undefined) throw new Error(`There is no user ${userName}`);
  return user.id;
}

const userGrants = granted.map(([userName, projectId, roleKeys, more], index): SeedUserGrant => ({
  id: makeId(4, index),
  organizationId: ACME,
  userId: findUserId(userName),
  projectId,
  roleKeys,
  ...more,
}));

function findUserGrantId(userName: string, projectId: string): string {
  const userId = findUserId(userName);
  const found = userGrants.find((grant) =>
    grant.userId === userId && grant.projectId === projectId
  );
  if (found === undefined) throw new Error(`There is no grant of ${userName}`);
  return found.id;
}

// deno-fmt-ignore
const memberships: SeedMembership[] = [
  { userId: findUserId("sync"), role: "ORG_OWNER_VIEWER", objectId: ACME },
  { userId: findUserId("auditor"), role: "IAM_OWNER_VIEWER" },
  { userId: findUserId("ada"), role: "ORG_OWNER", objectId: ACME, createdAt: "2025-01-14T07:55:00Z" },
  { userId: findUserId("ines"), role: "ORG_USER_MANAGER", objectId: ACME, otherRoles: ["ORG_SETTINGS_MANAGER"] },
  // Somebody who was deactivated, a machine, and somebody of another organization.
  { userId: findUserId("hugo"), role: "ORG_OWNER", objectId: ACME, createdAt: "2023-09-01T09:00:00Z" },
  { userId: findUserId("ci"), role: "PROJECT_OWNER", objectId: SHOP },
  { userId: findUserId("zoe"), role: "PROJECT_OWNER_VIEWER", objectId: SHOP },
  { userId: findUserId("zoe"), role: "PROJECT_GRANT_OWNER", objectId: SHOP_TO_PARTNER },
  { userId: findUserId("farid"), role: "PROJECT_OWNER", objectId: WAREHOUSE },
  // One who may give away what another organization lends.
  { userId: findUserId("carla"), role: "PROJECT_GRANT_OWNER", objectId: SUPPLY_TO_ACME },
];

// deno-fmt-ignore
const tokens: SeedToken[] = [
  { token: DEMO_TOKEN, userId: findUserId("sync"), id: makeId(5, 0), createdAt: "2026-01-05T08:00:00Z", expiresAt: "2099-01-01T00:00:00Z" },
  { token: DEMO_INSTANCE_TOKEN, userId: findUserId("auditor"), id: makeId(5, 1), expiresAt: "2099-01-01T00:00:00Z" },
  // One that never expires, in the hands of a machine that administers; one that expires soon, one that has.
  { token: "demo-ci-1", userId: findUserId("ci"), id: makeId(5, 2), createdAt: "2024-05-06T10:20:30Z" },
  { token: "demo-ci-2", userId: findUserId("ci"), id: makeId(5, 3), createdAt: "2025-12-10T06:00:00Z", expiresAt: "2026-12-10T06:00:00Z" },
  { token: "demo-till-01", userId: findUserId("till-01"), id: makeId(5, 4), createdAt: "2025-02-01T06:00:00Z", expiresAt: "2026-02-01T06:00:00Z" },
];

// deno-fmt-ignore
const keys: SeedKey[] = [
  { id: makeId(6, 0), userId: findUserId("ci"), createdAt: "2025-11-03T11:12:13Z", expiresAt: "2027-11-03T11:12:13Z" },
  { id: makeId(6, 1), userId: findUserId("till-01"), createdAt: "2023-03-03T03:03:03Z" },
];

/** The instance. */
export const demoSeed: Seed = {
  instance: { id: "318000000000000000" },
  organizations: [
    { id: ACME, name: "Acme", primaryDomain: "acme.localhost" },
    { id: PARTNER, name: "Partner Ltd", primaryDomain: "partner.localhost" },
  ],
  users,
  projects: [
    { id: ZITADEL, organizationId: ACME, name: "ZITADEL" },
    { id: SHOP, organizationId: ACME, name: "Web shop", roleAssertion: true, roleCheck: true },
    { id: WAREHOUSE, organizationId: ACME, name: "Warehouse", projectCheck: true },
    { id: PAYROLL, organizationId: ACME, name: "Payroll", roleCheck: true },
    { id: LEGACY, organizationId: ACME, name: "Legacy CRM", state: "PROJECT_STATE_INACTIVE" },
    { id: INTRANET, organizationId: ACME, name: "Intranet" },
    { id: SUPPLY, organizationId: PARTNER, name: "Supply portal" },
  ],
  roles: roles.map(([projectId, key, displayName, group]): SeedRole => ({
    projectId,
    key,
    displayName,
    ...(group === undefined ? {} : { group }),
  })),
  projectGrants: [
    {
      id: SUPPLY_TO_ACME,
      projectId: SUPPLY,
      grantedOrganizationId: ACME,
      roleKeys: ["buyer"],
    },
    {
      id: SHOP_TO_PARTNER,
      projectId: SHOP,
      grantedOrganizationId: PARTNER,
      roleKeys: ["viewer"],
    },
  ],
  userGrants,
  memberships,
  tokens,
  keys,
  editor: findUserId("ada"),
  lost: { userGrants: [findUserGrantId(LOST[0], LOST[1])] },
  phantoms: [{
    userGrantId: findUserGrantId(PHANTOM.userName, PHANTOM.projectId),
    removedAt: "2026-06-30T16:05:31.870233Z",
    editor: findUserId("ines"),
  }],
};
