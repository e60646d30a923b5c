/**
 * The instance that the answers in tests/fixtures/recorded were recorded from, with its own ids and times.
 *
 * @module
 */
import type { Seed, SeedHuman, SeedUser, SeedUserGrant } from "../seed.ts";
import { createSimulator, type Simulator, type SimulatorOptions } from "../simulator.ts";

const ACME = "400958386398628902";
const GLOBEX = "400958395860913190";
const INSTANCE = "400958386398563366";
const FIRST_DAY = "2026-11-24T02:03:43.012242Z";

const PORTAL = "400958411899931686";
const BILLING = "400958411933486118";
const EMPTY = "400958411967040550";
const RETIRED = "400958411983817766";
const GONE = "400958412017372198";
const SHOP = "400958412034149414";

const PORTAL_TO_GLOBEX = "400958412520754214";
const SHOP_TO_ACME = "400958412537465894";

const ANN = "400958396011908134";
const BOB = "400958397840624678";
const GUS = "400958404719283238";
const GIA = "400958410087992358";
const BOBS_GRANT_ON_RETIRED = "400958412470357030";

/** The time of a recorded second, given with its fraction. */
const at = (second: string) => `2026-11-24T02:03:${second}Z`;

function human(
  id: string,
  userName: string,
  createdAt: string,
  sequence: number,
  names: Pick<SeedHuman, "firstName" | "lastName"> & Partial<SeedHuman>,
  more: Partial<SeedUser> = {},
): SeedUser {
  const { email = `${userName}@acme.test`, ...rest } = names;
  const created = at(createdAt);
  return {
    id,
    organizationId: ACME,
    userName,
    createdAt: created,
    sequence,
    human: { email, passwordChanged: created, ...rest },
    ...more,
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

function userGrant(
  id: string,
  userId: string,
  projectId: string,
  roleKeys: string[],
  createdAt: string,
  more: Partial<SeedUserGrant> = {},
): SeedUserGrant {
  return {
    id,
    organizationId: ACME,
    userId,
    projectId,
    roleKeys,
    createdAt: at(createdAt),
    ...more,
  };
}

/** The token of each user whom the recorded answers name. */
export const recordedTokens = {
  viewer: "pat-sync-viewer",
  iamviewer: "pat-iam-viewer",
  nobody: "pat-nobody",
  userman: "pat-user-manager",
  projviewer: "pat-project-viewer",
  gviewer: "pat-globex-viewer",
} as const;

/** The instance before the operations at the end. */
export const recordedSeed: Seed = {
  instance: { id: INSTANCE, name: "ZITADEL" },
  createdAt: FIRST_DAY,
  organizations: [
    { id: ACME, name: "Acme", primaryDomain: "acme.localhost", sequence: 4 },
    {
      id: GLOBEX,
      name: "Globex",
      primaryDomain: "globex.localhost",
      sequence: 4,
      createdAt: at("47.560074"),
    },
  ],
  users: [
    machine("400958386399153190", "admin-sa", "43.012242", "Admin"),
    human("400958386399284262", "zitadel-admin@acme.localhost", "43.012242", 2, {
      firstName: "ZITADEL",
      lastName: "Admin",
      preferredLanguage: "en",
      email: "zitadel-admin@acme.localhost",
    }),
    human(ANN, "ann", "48.683584", 3, {
      firstName: "Ann",
      lastName: "Lee",
      nickName: "annie",
      preferredLanguage: "de",
      gender: "GENDER_FEMALE",
      phone: "+41791234567",
    }),
    human(BOB, "bob", "49.733962", 2, { firstName: "Bob", lastName: "Meier" }),
    human("400958399585455142", "chloe", "50.782292", 2, {
      firstName: "Chloé",
      lastName: "D’Arc-Ñuñez",
      displayName: 'Chloé "C" D’Arc, Dr.',
    }),
    {
      id: "400958401330285606",
      organizationId: ACME,
      userName: "dan",
      state: "USER_STATE_INITIAL",
      createdAt: at("50.815188"),
      human: {
        firstName: "Dan",
        lastName: "Initial",
        email: "dan@acme.test",
        emailVerified: false,
      },
    },
    human("400958401397394470", "eve", "51.828608", 3, { firstName: "Eve", lastName: "Locked" }, {
      state: "USER_STATE_LOCKED",
      updatedAt: at("57.042980"),
    }),
    human("400958403075116070", "fay", "52.809141", 3, {
      firstName: "Fay",
      lastName: "Inactive",
    }, { state: "USER_STATE_INACTIVE", updatedAt: at("57.052421") }),
    human(GUS, "gus", "53.8", 2, { firstName: "Gus", lastName: "Gone" }),
    human("400958406447336486", "=cmd", "54.835045", 2, {
      firstName: '=HYPERLINK("x")',
      lastName: "@sum",
      email: "hal@acme.test",
    }),
    human("400958408108280870", "ina", "55.890819", 2, { firstName: "伊娜", lastName: "王" }),
    machine("400958409869888550", "ci-bot", "55.911783", "CI bot", "runs the pipeline"),
    machine("400958409903442982", "plain-bot", "55.931257", "Plain bot"),
    machine("400958409936997414", "sync-viewer", "55.948977", "Sync viewer", "ORG_OWNER_VIEWER"),
    machine("400958409970551846", "iam-viewer", "55.966892", "IAM viewer", "IAM_OWNER_VIEWER"),
    machine("400958410004106278", "nobody", "55.983201", "Nobody", "no membership"),
    machine("400958410020883494", "user-manager", "56.001109", "User manager", "ORG_USER_MANAGER"),
    machine(
      "400958410071215142",
      "project-viewer",
      "56.023264",
      "Project viewer",
      "PROJECT_OWNER_VIEWER on Portal",
    ),
    human(GIA, "gia", "57.022793", 2, {
      firstName: "Gia",
      lastName: "Globex",
      email: "gia@globex.test",
    }, { organizationId: GLOBEX }),
    machine(
      "400958411765713958",
      "globex-viewer",
      "57.034059",
      "Globex viewer",
      "ORG_OWNER_VIEWER of Globex",
      GLOBEX,
    ),
  ],
  projects: [
    { id: "400958386398694438", organizationId: ACME, name: "ZITADEL" },
    {
      id: PORTAL,
      organizationId: ACME,
      name: "Portal",
      roleAssertion: true,
      roleCheck: true,
      projectCheck: true,
      privateLabeling: "PRIVATE_LABELING_SETTING_ENFORCE_PROJECT_RESOURCE_OWNER_POLICY",
      createdAt: at("57.118971"),
    },
    { id: BILLING, organizationId: ACME, name: "Billing", createdAt: at("57.137972") },
    { id: EMPTY, organizationId: ACME, name: "Empty", createdAt: at("57.152917") },
    { id: RETIRED, organizationId: ACME, name: "Retired", createdAt: at("57.168556") },
    { id: GONE, organizationId: ACME, name: "Gone", createdAt: at("57.18") },
    { id: SHOP, organizationId: GLOBEX, name: "Globex Shop", createdAt: at("57.19") },
  ],
  roles: [
    {
      projectId: PORTAL,
      key: "admin",
      displayName: "Administrator",
      group: "ops",
      createdAt: at("57.204493"),
    },
    { projectId: PORTAL, key: "reader", displayName: "Reader", createdAt: at("57.216953") },
    {
      projectId: PORTAL,
      key: "editor",
      displayName: "Editor",
      group: "content",
      createdAt: at("57.231104"),
    },
    {
      projectId: BILLING,
      key: "billing:read",
      displayName: "Read, invoices",
      createdAt: at("57.242030"),
    },
    {
      projectId: BILLING,
      key: "billing/write",
      displayName: 'Write "invoices"',
      group: "billing",
      createdAt: at("57.255402"),
    },
    {
      projectId: BILLING,
      key: "ROLE ÄÖ 役",
      displayName: "=Umlaut role",
      createdAt: at("57.267186"),
    },
    { projectId: BILLING, key: "temp", displayName: "Temporary", createdAt: at("57.28") },
    { projectId: RETIRED, key: "old", displayName: "Old role", createdAt: at("57.291726") },
    { projectId: GONE, key: "x", displayName: "X", createdAt: at("57.3") },
    { projectId: SHOP, key: "buyer", displayName: "Buyer", createdAt: at("57.31") },
    { projectId: SHOP, key: "seller", displayName: "Seller", createdAt: at("57.32") },
  ],
  memberships: [
    {
      userId: "400958409936997414",
      role: "ORG_OWNER_VIEWER",
      objectId: ACME,
      sequence: 7,
      createdAt: at("57.066667"),
    },
    {
      userId: "400958409970551846",
      role: "IAM_OWNER_VIEWER",
      sequence: 107,
      createdAt: at("57.082771"),
    },
    {
      userId: "400958410020883494",
      role: "ORG_USER_MANAGER",
      objectId: ACME,
      sequence: 8,
      createdAt: at("57.093734"),
    },
    {
      userId: "400958411765713958",
      role: "ORG_OWNER_VIEWER",
      objectId: GLOBEX,
      sequence: 6,
      createdAt: at("57.108717"),
    },
    {
      userId: "400958410071215142",
      role: "PROJECT_OWNER_VIEWER",
      objectId: PORTAL,
      sequence: 5,
      createdAt: at("57.339184"),
    },
  ],
  projectGrants: [
    {
      id: PORTAL_TO_GLOBEX,
      projectId: PORTAL,
      grantedOrganizationId: GLOBEX,
      roleKeys: ["reader", "editor"],
      createdAt: at("57.49"),
    },
    {
      id: SHOP_TO_ACME,
      projectId: SHOP,
      grantedOrganizationId: ACME,
      roleKeys: ["buyer"],
      createdAt: at("57.501533"),
    },
  ],
  userGrants: [
    userGrant("400958412302584870", ANN, PORTAL, ["admin", "reader"], "57.350533"),
    userGrant("400958412302650406", BOB, PORTAL, ["reader"], "57.359587"),
    userGrant("400958412319362086", "400958399585455142", BILLING, [
      "billing:read",
      "billing/write",
      "ROLE ÄÖ 役",
    ], "57.369948"),
    userGrant("400958412336139302", "400958401330285606", PORTAL, ["editor"], "57.380267"),
    userGrant("400958412369693734", "400958401397394470", PORTAL, ["admin"], "57.391465"),
    userGrant("400958412386470950", "400958403075116070", BILLING, ["billing:read"], "57.403060"),
    userGrant("400958412403248166", GUS, PORTAL, ["reader"], "57.414"),
    userGrant("400958412420025382", "400958406447336486", BILLING, ["temp"], "57.425784"),
    userGrant("400958412436802598", "400958408108280870", EMPTY, [], "57.434775"),
    userGrant("400958412453579814", "400958409869888550", PORTAL, [
      "editor",
      "reader",
    ], "57.443893"),
    userGrant(BOBS_GRANT_ON_RETIRED, BOB, RETIRED, ["old"], "57.453111"),
    userGrant("400958412487134246", ANN, BILLING, ["billing:read", "temp"], "57.461976"),
    userGrant("400958412503911462", GIA, PORTAL, ["reader"], "57.471118"),
    userGrant("400958412520688678", "400958408108280870", GONE, ["x"], "57.48"),
    userGrant("400958412571020326", GIA, PORTAL, ["editor"], "57.511777", {
      organizationId: GLOBEX,
      projectGrantId: PORTAL_TO_GLOBEX,
    }),
    userGrant("400958412587797542", ANN, SHOP, ["buyer"], "57.522", {
      projectGrantId: SHOP_TO_ACME,
    }),
  ],
  tokens: [
    { token: recordedTokens.viewer, userId: "400958409936997414" },
    { token: recordedTokens.iamviewer, userId: "400958409970551846" },
    { token: recordedTokens.nobody, userId: "400958410004106278" },
    { token: recordedTokens.userman, userId: "400958410020883494" },
    { token: recordedTokens.projviewer, userId: "400958410071215142" },
    { token: recordedTokens.gviewer, userId: "400958411765713958" },
  ],
};

/** The recorded instance after the operations at the end. Runs as one of before v4.20 unless told otherwise. */
export function createRecordedSimulator(options: Omit<SimulatorOptions, "seed"> = {}): Simulator {
  let recording: string | undefined = FIRST_DAY;
  const now = () => {
    if (recording === undefined) return (options.now ?? Date.now)();
    const micros = Number(recording.slice(20, -1).padEnd(6, "0"));
    return Math.floor(Date.parse(recording) / 1000) * 1000 + micros / 1000;
  };
  const simulator = createSimulator({ mode: "legacy", ...options, seed: recordedSeed, now });
  const { state } = simulator;
  recording = at("57.530028");
  state.updateUserGrant(BOBS_GRANT_ON_RETIRED, { state: "USER_GRANT_STATE_INACTIVE" });
  recording = at("57.550333");
  state.removeRole(BILLING, "temp");
  recording = at("57.566752");
  state.updateProject(RETIRED, { state: "PROJECT_STATE_INACTIVE" });
  recording = at("57.58");
  state.removeProject(GONE);
  recording = at("57.6");
  state.removeUser(GUS);
  recording = at("57.622895");
  state.updateUser(BOB, {
    human: {
      firstName: "Robert",
      lastName: "Mayer",
      preferredLanguage: "en",
      email: "bob@acme.test",
      passwordChanged: at("49.733962"),
    },
  });
  recording = undefined;
  return simulator;
}
