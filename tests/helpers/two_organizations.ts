/**
 * An organization that has to do with another one in every way that ZITADEL knows.
 *
 * @module
 */
import type { Seed } from "../simulator/seed.ts";

/** The organization that is read. */
export const ACME = "300000000000000001";
/** The other one. */
export const GLOBEX = "300000000000000002";
/** Acme's project that is granted to Globex. */
export const SHOP = "310000000000000001";
/** Acme's project that is granted to Acme. */
export const PORTAL = "310000000000000002";
/** Globex's project that is granted to Acme. */
export const BILLING = "310000000000000009";
/** A token that reads Acme. */
export const VIEWER_TOKEN = "the-token-of-the-viewer";
/** The user whose token that is. */
export const VIEWER = "320000000000000001";
/** A user of Acme. */
export const ANN = "320000000000000002";
/** Another user of Acme. */
export const BOB = "320000000000000003";
/** A user of Globex. */
export const ZOE = "320000000000000008";

const acme = (id: string, userName: string) => ({
  id,
  organizationId: ACME,
  userName,
  machine: { name: userName },
});

/** Ann and Bob are Acme's, Zoe and Yan are Globex's. */
export const twoOrganizations: Seed = {
  instance: { id: "1" },
  organizations: [
    { id: ACME, name: "Acme", primaryDomain: "acme.test" },
    { id: GLOBEX, name: "Globex", primaryDomain: "globex.test" },
  ],
  users: [
    acme(VIEWER, "viewer"),
    acme(ANN, "ann"),
    acme(BOB, "bob"),
    { ...acme(ZOE, "zoe"), organizationId: GLOBEX },
    { ...acme("320000000000000009", "yan"), organizationId: GLOBEX },
  ],
  projects: [
    { id: SHOP, organizationId: ACME, name: "Shop" },
    { id: PORTAL, organizationId: ACME, name: "Portal" },
    { id: BILLING, organizationId: GLOBEX, name: "Billing" },
  ],
  roles: [SHOP, PORTAL, BILLING].flatMap((projectId) =>
    ["reader", "writer"].map((key) => ({ projectId, key }))
  ),
  projectGrants: [
    grantProject("330000000000000001", SHOP, GLOBEX),
    grantProject("330000000000000002", PORTAL, ACME),
    grantProject("330000000000000003", BILLING, ACME),
  ],
  userGrants: [
    grantUser("1", { by: ACME, to: ANN, on: SHOP }),
    grantUser("2", { by: ACME, to: ZOE, on: SHOP }),
    grantUser("3", { by: GLOBEX, to: ZOE, on: SHOP, through: "1" }),
    grantUser("4", { by: GLOBEX, to: "320000000000000009", on: SHOP, through: "1" }),
    grantUser("5", { by: ACME, to: ANN, on: PORTAL, through: "2" }),
    grantUser("6", { by: ACME, to: BOB, on: BILLING, through: "3" }),
  ],
  memberships: [{ userId: VIEWER, role: "ORG_OWNER_VIEWER", objectId: ACME }],
  tokens: [{ token: VIEWER_TOKEN, userId: VIEWER }],
};

function grantProject(id: string, projectId: string, grantedOrganizationId: string) {
  return { id, projectId, grantedOrganizationId, roleKeys: ["reader", "writer"] };
}

function grantUser(
  id: string,
  { by, to, on, through }: { by: string; to: string; on: string; through?: string },
) {
  return {
    id: `34000000000000000${id}`,
    organizationId: by,
    userId: to,
    projectId: on,
    roleKeys: ["reader"],
    ...(through !== undefined && { projectGrantId: `33000000000000000${through}` }),
  };
}

/** The same, with a viewer who may read the whole instance, and so its events. */
export const viewedInstance: Seed = {
  ...twoOrganizations,
  memberships: [...twoOrganizations.memberships, { userId: VIEWER, role: "IAM_OWNER_VIEWER" }],
};
