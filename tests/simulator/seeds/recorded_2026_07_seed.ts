/**
 * The instance that the answers in tests/fixtures/recorded/2026-07 were recorded from: written edit by edit, so that its
 * events come out as they were.
 *
 * @module
 */
import type { Seed, SeedHuman, SeedMembership, SeedUser } from "../seed.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator.ts";
import type { State } from "../state/state.ts";
import ids from "../../fixtures/recorded/2026-07/ids.json" with { type: "json" };

/** The id of each thing that the recordings name. */
export const recordedIds = ids;

const { acme: ACME, globex: GLOBEX, users: USERS, projects: PROJECTS, grants: GRANTS } = ids;
const { projectGrants: PROJECT_GRANTS, v2: V2 } = ids;
const INSTANCE = "401109989164321830";
const INITECH = "401110175810849830";
/** Two organizations whose view of user grants lost one. */
const SMALL = "401111424656477222";
const MEDIUM = "401111466649848870";
const ADMIN = "401109989164911654";
const INITECH_VIEWER = "401110503973194790";
const ROOT = "401109989165042726";
const FIRST_MOMENT = at("09:45.301498");

/** The time of a recorded moment, given in minutes and seconds. */
function at(minutesAndSeconds: string): string {
  return `2026-11-25T03:${minutesAndSeconds}Z`;
}

/** The token of each user whom the recordings name. */
export const recordedTokens2026 = {
  viewer: "pat-sync-viewer",
  iamviewer: "pat-iam-viewer",
  nobody: "pat-nobody",
  userman: "pat-user-manager",
  projviewer: "pat-project-viewer",
  gviewer: "pat-globex-viewer",
} as const;

const seed: Seed = {
  instance: { id: INSTANCE, name: "ZITADEL" },
  createdAt: FIRST_MOMENT,
  organizations: [{ id: ACME, name: "Acme", primaryDomain: "acme.localhost", sequence: 4 }],
  users: [
    machine(ADMIN, "admin-sa", "09:45.301498", "Admin service"),
    human(ROOT, "zitadel-admin@acme.localhost", "09:45.301498", ["ZITADEL", "Admin"], {
      preferredLanguage: "en",
      email: "zitadel-admin@acme.localhost",
    }),
  ],
  projects: [{ id: "401109989164452902", organizationId: ACME, name: "ZITADEL" }],
  roles: [],
  userGrants: [],
  memberships: [
    { userId: ADMIN, role: "ORG_OWNER", objectId: ACME },
    { userId: ROOT, role: "ORG_OWNER", objectId: ACME },
    { userId: ADMIN, role: "IAM_OWNER", sequence: 27 },
    { userId: ROOT, role: "IAM_OWNER", sequence: 28 },
  ].map((row) => ({ ...row, createdAt: FIRST_MOMENT })),
  tokens: [],
};

function human(
  id: string,
  userName: string,
  createdAt: string,
  [firstName, lastName]: [string, string],
  more: Partial<SeedHuman> = {},
  user: Partial<SeedUser> = {},
): SeedUser {
  return {
    id,
    organizationId: ACME,
    userName,
    createdAt: at(createdAt),
    sequence: 2,
    human: {
      firstName,
      lastName,
      email: `${userName}@acme.test`,
      passwordChanged: at(createdAt),
      ...more,
    },
    ...user,
  };
}

function machine(
  id: string,
  userName: string,
  createdAt: string,
  name: string,
  description?: string,
  organizationId = ACME,
): SeedUser {
  return {
    id,
    organizationId,
    userName,
    createdAt: at(createdAt),
    machine: { name, ...(description === undefined ? {} : { description }) },
  };
}

/** The recorded instance. Runs as one of 2026 unless told otherwise: no limit of rows, and 10 MiB an answer. */
export function createRecordedSimulator2026(
  options: Omit<SimulatorOptions, "seed"> = {},
): Simulator {
  let time: string | undefined = FIRST_MOMENT;
  const now = () => {
    if (time === undefined) return (options.now ?? Date.now)();
    return Date.parse(`${time.slice(0, 19)}Z`) + Number(time.slice(20, -1).padEnd(6, "0")) / 1000;
  };
  const simulator = createSimulator({
    mode: "legacy",
    messageLimit: { by: "sender" },
    ...options,
    seed,
    now,
  });
  const { state, views } = simulator;
  state.actAs(ADMIN);
  const edit = (moment: string, run: () => void) => {
    time = at(moment);
    run();
  };
  addUsers(state);
  addProjects(state, edit);
  addGrants(state, edit);
  editAll(state, edit);
  addAdministrators(state, edit);
  addCredentials(state);
  addLostGrants(state);
  time = undefined;
  views.lose("userGrants", "401111448094313510");
  views.lose("userGrants", "401111600834022438");
  return simulator;
}

/** The tokens that the recorder used, in the order in which it made them, and those of ci-bot. */
function addCredentials(state: State): void {
  const expiresAt = "2031-01-01T00:00:00Z";
  const token = (id: string, userId: string, createdAt: string, secret: string) =>
    state.addToken({ id, userId, token: secret, createdAt: at(createdAt), expiresAt });
  const { viewer, iamviewer, nobody, userman, projviewer, gviewer } = recordedTokens2026;
  token("401109989164977190", ADMIN, "09:45.301498", "pat-admin");
  token("401110129354738726", USERS.viewer, "11:07.762945", viewer);
  token("401110129371515942", USERS.iamviewer, "11:07.774952", iamviewer);
  token("401110129388293158", USERS.nobody, "11:07.787583", nobody);
  token("401110129405070374", USERS.userman, "11:07.797250", userman);
  token("401110129421847590", USERS.projviewer, "11:07.804925", projviewer);
  token("401110129438624806", USERS.gviewer, "11:07.812", gviewer);
  const ci = (id: string, createdAt: string, expiresAt?: string) =>
    state.addToken({
      id,
      userId: USERS.ci,
      token: `pat-${id}`,
      createdAt: at(createdAt),
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  ci(V2.patNoExpiry, "13:02.391640");
  ci(V2.patFar, "13:02.470853", "2099-01-01T00:00:00Z");
  ci(V2.patExpired, "13:02.664985", at("13:06.607"));
  state.addKey({
    id: V2.keyCi,
    userId: USERS.ci,
    createdAt: at("13:03.017413"),
    expiresAt: "2030-06-01T00:00:00Z",
  });
  state.addKey({ id: V2.keyCiNoExpiry, userId: USERS.ci, createdAt: at("13:03.281499") });
  token("401110503973260326", INITECH_VIEWER, "14:51.1", "pat-initech");
}

type Edit = (moment: string, run: () => void) => void;

function addUsers(state: State): void {
  state.addOrganization({
    id: GLOBEX,
    name: "Globex",
    primaryDomain: "globex.localhost",
    sequence: 4,
    createdAt: at("10:57.990501"),
  });
  const globex = { organizationId: GLOBEX };
  const users = [
    human(USERS.ann, "ann", "10:58.965193", ["Ann", "Lee"], {
      nickName: "annie",
      preferredLanguage: "de",
      gender: "GENDER_FEMALE",
      phone: "+41791234567",
    }, { sequence: 3 }),
    human(USERS.bob, "bob", "10:59.932047", ["Bob", "Meier"]),
    human(USERS.chloe, "chloe", "11:00.881083", ["Chloé", "D’Arc-Ñuñez"], {
      displayName: 'Chloé "C" D’Arc, Dr.',
    }),
    {
      id: USERS.dan,
      organizationId: ACME,
      userName: "dan",
      state: "USER_STATE_INITIAL" as const,
      createdAt: at("11:00.906344"),
      human: {
        firstName: "Dan",
        lastName: "Initial",
        email: "dan@acme.test",
        emailVerified: false,
      },
    },
    human(USERS.eve, "eve", "11:01.850034", ["Eve", "Locked"]),
    human(USERS.fay, "fay", "11:02.786424", ["Fay", "Inactive"]),
    human(USERS.gus, "gus", "11:03.7", ["Gus", "Gone"]),
    human(USERS.hal, "=cmd", "11:04.670636", ['=HYPERLINK("x")', "@sum"], {
      email: "hal@acme.test",
    }),
    human(USERS.ina, "ina", "11:05.817888", ["伊娜", "王"]),
    machine(USERS.ci, "ci-bot", "11:05.846196", "CI bot", "runs the pipeline"),
    machine(USERS.plain, "plain-bot", "11:05.864984", "Plain bot"),
    machine(USERS.viewer, "sync-viewer", "11:05.880809", "Sync viewer", "ORG_OWNER_VIEWER"),
    machine(USERS.iamviewer, "iam-viewer", "11:05.904183", "IAM viewer", "IAM_OWNER_VIEWER"),
    machine(USERS.nobody, "nobody", "11:05.920751", "Nobody", "no membership"),
    machine(USERS.userman, "user-manager", "11:05.942406", "User manager", "ORG_USER_MANAGER"),
    machine(
      USERS.projviewer,
      "project-viewer",
      "11:05.961626",
      "Project viewer",
      "PROJECT_OWNER_VIEWER on Portal",
    ),
    human(USERS.gia, "gia", "11:06.954291", ["Gia", "Globex"], {
      email: "gia@globex.test",
    }, globex),
    machine(
      USERS.gviewer,
      "globex-viewer",
      "11:06.972337",
      "Globex viewer",
      "ORG_OWNER_VIEWER of Globex",
      GLOBEX,
    ),
    human(USERS.orla, "orla", "12:56.198596", ["Orla", "Owner"]),
    human(USERS.pam, "pam", "12:57.534055", ["Pam", "Project"]),
    human(USERS.gil, "gil", "12:59.043594", ["Gil", "Globex"], {}, globex),
    human(USERS.zoe, "zoe", "13:01.012452", ["Zoe", "Both"]),
  ];
  for (const user of users) state.addUser(user);
}

function addProjects(state: State, edit: Edit): void {
  edit("11:06.983090", () => state.updateUser(USERS.eve, { state: "USER_STATE_LOCKED" }));
  edit("11:06.999733", () => state.updateUser(USERS.fay, { state: "USER_STATE_INACTIVE" }));
  const member = (createdAt: string, membership: SeedMembership) =>
    state.addMembership({ ...membership, createdAt: at(createdAt) });
  member("10:57.990501", { userId: ADMIN, role: "ORG_OWNER", objectId: GLOBEX });
  member("11:07.012938", { userId: USERS.viewer, role: "ORG_OWNER_VIEWER", objectId: ACME });
  member("11:07.037643", { userId: USERS.iamviewer, role: "IAM_OWNER_VIEWER", sequence: 108 });
  member("11:07.061428", { userId: USERS.userman, role: "ORG_USER_MANAGER", objectId: ACME });
  member("11:07.079099", { userId: USERS.gviewer, role: "ORG_OWNER_VIEWER", objectId: GLOBEX });

  const project = (id: string, name: string, createdAt: string, organizationId = ACME) =>
    state.addProject({ id, organizationId, name, createdAt: at(createdAt) });
  state.addProject({
    id: PROJECTS.portal,
    organizationId: ACME,
    name: "Portal",
    roleAssertion: true,
    roleCheck: true,
    projectCheck: true,
    privateLabeling: "PRIVATE_LABELING_SETTING_ENFORCE_PROJECT_RESOURCE_OWNER_POLICY",
    createdAt: at("11:07.092738"),
  });
  project(PROJECTS.billing, "Billing", "11:07.109109");
  project(PROJECTS.empty, "Empty", "11:07.129878");
  project(PROJECTS.retired, "Retired", "11:07.145895");
  project(PROJECTS.gone, "Gone", "11:07.158915");
  project(PROJECTS.gshop, "Globex Shop", "11:07.172", GLOBEX);

  const role = (
    projectId: string,
    key: string,
    createdAt: string,
    displayName: string,
    group?: string,
  ) =>
    state.addRole({
      projectId,
      key,
      displayName,
      createdAt: at(createdAt),
      ...(group === undefined ? {} : { group }),
    });
  role(PROJECTS.portal, "admin", "11:07.185954", "Administrator", "ops");
  role(PROJECTS.portal, "reader", "11:07.201539", "Reader");
  role(PROJECTS.portal, "editor", "11:07.213414", "Editor", "content");
  role(PROJECTS.billing, "billing:read", "11:07.227370", "Read, invoices");
  role(PROJECTS.billing, "billing/write", "11:07.240195", 'Write "invoices"', "billing");
  role(PROJECTS.billing, "ROLE ÄÖ 役", "11:07.255577", "=Umlaut role");
  role(PROJECTS.billing, "temp", "11:07.271478", "Temporary");
  role(PROJECTS.retired, "old", "11:07.294210", "Old role");
  role(PROJECTS.gone, "x", "11:07.308209", "X");
  role(PROJECTS.gshop, "buyer", "11:07.32", "Buyer");
  role(PROJECTS.gshop, "seller", "11:07.33", "Seller");
  member("11:07.351705", {
    userId: USERS.projviewer,
    role: "PROJECT_OWNER_VIEWER",
    objectId: PROJECTS.portal,
  });
}

function addGrants(state: State, edit: Edit): void {
  const grant = (
    id: string,
    userId: string,
    projectId: string,
    roleKeys: string[],
    createdAt: string,
    more: { organizationId?: string; projectGrantId?: string } = {},
  ) =>
    state.addUserGrant({
      id,
      organizationId: ACME,
      userId,
      projectId,
      roleKeys,
      createdAt: at(createdAt),
      ...more,
    });
  const { portal, billing, empty, retired, gone, gshop } = PROJECTS;
  const billingRoles = ["billing:read", "billing/write", "ROLE ÄÖ 役"];
  grant(GRANTS.annPortal, USERS.ann, portal, ["admin", "reader"], "11:07.367689");
  grant(GRANTS.bobPortal, USERS.bob, portal, ["reader"], "11:07.386735");
  grant(GRANTS.chloeBilling, USERS.chloe, billing, billingRoles, "11:07.411724");
  grant(GRANTS.danPortal, USERS.dan, portal, ["editor"], "11:07.426277");
  grant(GRANTS.evePortal, USERS.eve, portal, ["admin"], "11:07.439053");
  grant(GRANTS.fayBilling, USERS.fay, billing, ["billing:read"], "11:07.450046");
  grant(GRANTS.gusPortal, USERS.gus, portal, ["reader"], "11:07.461759");
  grant(GRANTS.halBilling, USERS.hal, billing, ["temp"], "11:07.474077");
  grant(GRANTS.inaEmpty, USERS.ina, empty, [], "11:07.489270");
  grant(GRANTS.ciPortal, USERS.ci, portal, ["editor", "reader"], "11:07.502438");
  grant(GRANTS.bobRetired, USERS.bob, retired, ["old"], "11:07.515481");
  grant(GRANTS.annBilling, USERS.ann, billing, ["billing:read", "temp"], "11:07.529101");
  grant(GRANTS.giaPortal, USERS.gia, portal, ["reader"], "11:07.539824");
  grant(GRANTS.inaGone, USERS.ina, gone, ["x"], "11:07.550991");
  edit("11:07.560624", () =>
    state.addProjectGrant({
      id: PROJECT_GRANTS.portalToGlobex,
      projectId: portal,
      grantedOrganizationId: GLOBEX,
      roleKeys: ["reader", "editor"],
    }));
  edit("11:07.572885", () =>
    state.addProjectGrant({
      id: PROJECT_GRANTS.gshopToAcme,
      projectId: gshop,
      grantedOrganizationId: ACME,
      roleKeys: ["buyer"],
    }));
  grant(GRANTS.giaPortalByGlobex, USERS.gia, portal, ["editor"], "11:07.586245", {
    organizationId: GLOBEX,
    projectGrantId: PROJECT_GRANTS.portalToGlobex,
  });
  grant(GRANTS.annGshop, USERS.ann, gshop, ["buyer"], "11:07.598405", {
    projectGrantId: PROJECT_GRANTS.gshopToAcme,
  });
}

function editAll(state: State, edit: Edit): void {
  edit(
    "11:07.614082",
    () => state.updateUserGrant(GRANTS.bobRetired, { state: "USER_GRANT_STATE_INACTIVE" }),
  );
  edit("11:07.634642", () => state.removeRole(PROJECTS.billing, "temp"));
  edit(
    "11:07.667411",
    () => state.updateProject(PROJECTS.retired, { state: "PROJECT_STATE_INACTIVE" }),
  );
  edit("11:07.700806", () => state.removeProject(PROJECTS.gone));
  edit("11:07.732128", () => state.removeUser(USERS.gus));
  edit("11:07.746523", () =>
    state.updateUser(USERS.bob, {
      human: {
        firstName: "Robert",
        lastName: "Mayer",
        preferredLanguage: "en",
        email: "bob@acme.test",
        passwordChanged: at("10:59.932047"),
      },
    }));
}

function addAdministrators(state: State, edit: Edit): void {
  state.addOrganization({
    id: INITECH,
    name: "Initech",
    primaryDomain: "initech.localhost",
    sequence: 4,
    createdAt: at("11:35.454109"),
  });
  state.addUser(
    machine(INITECH_VIEWER, "initech-viewer", "14:51.05", "Initech viewer", undefined, INITECH),
  );
  const member = (createdAt: string, membership: SeedMembership) =>
    state.addMembership({ ...membership, createdAt: at(createdAt) });
  member("11:35.454109", { userId: ADMIN, role: "ORG_OWNER", objectId: INITECH });
  member("13:01.113687", { userId: USERS.orla, role: "ORG_OWNER", objectId: ACME });
  member("13:01.247178", {
    userId: USERS.zoe,
    role: "ORG_USER_MANAGER",
    otherRoles: ["ORG_SETTINGS_MANAGER"],
    objectId: ACME,
  });
  member("13:01.353504", { userId: USERS.gil, role: "ORG_OWNER_VIEWER", objectId: ACME });
  member("13:01.421203", {
    userId: USERS.pam,
    role: "PROJECT_OWNER",
    objectId: PROJECTS.billing,
  });
  member("13:01.498371", {
    userId: USERS.zoe,
    role: "PROJECT_OWNER_VIEWER",
    objectId: PROJECTS.billing,
  });
  edit("13:01.578012", () =>
    state.addProjectGrant({
      id: V2.billingToGlobex,
      projectId: PROJECTS.billing,
      grantedOrganizationId: GLOBEX,
      roleKeys: ["billing:read"],
    }));
  const grantOwner = { role: "PROJECT_GRANT_OWNER", objectId: PROJECT_GRANTS.portalToGlobex };
  member("13:01.667467", { ...grantOwner, userId: USERS.gil });
  member("13:01.753596", { ...grantOwner, userId: USERS.gia });
  member("13:01.897442", {
    userId: USERS.ann,
    role: "PROJECT_GRANT_OWNER",
    objectId: PROJECT_GRANTS.gshopToAcme,
  });
  state.addUserGrant({
    id: "401110321218980902",
    organizationId: GLOBEX,
    userId: USERS.gia,
    projectId: PROJECTS.billing,
    projectGrantId: V2.billingToGlobex,
    roleKeys: ["billing:read"],
    createdAt: at("13:02.127760"),
  });
  edit(
    "13:02.203265",
    () => state.updateProjectGrant(V2.billingToGlobex, { state: "PROJECT_GRANT_STATE_INACTIVE" }),
  );
  member("13:02.319778", { userId: USERS.orla, role: "IAM_USER_MANAGER", sequence: 109 });
  edit(
    "13:03.440349",
    () => state.updateUser(USERS.plain, { machine: { name: "Plain bot", hasSecret: true } }),
  );
  member("14:51.087827", { userId: INITECH_VIEWER, role: "ORG_OWNER_VIEWER", objectId: INITECH });
}

function addLostGrants(state: State): void {
  for (const [id, name] of [[SMALL, "small"], [MEDIUM, "medium"]] as const) {
    state.addOrganization({
      id,
      name,
      primaryDomain: `${name}.localhost`,
      createdAt: at("24:00"),
    });
  }
  const project = (id: string, organizationId: string, name: string) =>
    state.addProject({ id, organizationId, name, createdAt: at("24:05") });
  project("401111439084948518", SMALL, "P 401111439084948518");
  project("401111439084882982", SMALL, "P 401111439084882982 468");
  project("401111557766908966", MEDIUM, "P 401111557766908966");
  state.addUser(machine("401111435075128358", "m216-small", "24:06", "M 216", undefined, SMALL));
  state.addUser(machine("401111500959255590", "m1-medium", "24:50", "M 1", undefined, MEDIUM));
  const grant = (
    id: string,
    organizationId: string,
    userId: string,
    projectId: string,
    role: string,
    createdAt: string,
  ) =>
    state.addUserGrant({
      id,
      organizationId,
      userId,
      projectId,
      roleKeys: [role],
      createdAt: at(createdAt),
    });
  const user = "401111435075128358";
  grant("401111448094313510", SMALL, user, "401111439084948518", "admin", "24:13.796574");
  grant("401111457640549414", SMALL, user, "401111439084882982", "admin", "24:19.487193");
  grant(
    "401111600834022438",
    MEDIUM,
    "401111500959255590",
    "401111557766908966",
    "reader",
    "25:44.834801",
  );
}
