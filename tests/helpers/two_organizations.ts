/**
 * An organization that has to do with another one in every way that ZITADEL knows.
 *
 * @module
 */
import type { Seed } from "../../src/stand_in/seed.ts";

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
    acme("320000000000000001", "viewer"),
    acme("320000000000000002", "ann"),
    acme("320000000000000003", "bob"),
    { ...acme("320000000000000008", "zoe"), organizationId: GLOBEX },
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
    grantUser("1", { by: ACME, to: "320000000000000002", on: SHOP }),
    grantUser("2", { by: ACME, to: "320000000000000008", on: SHOP }),
    grantUser("3", { by: GLOBEX, to: "320000000000000008", on: SHOP, through: "1" }),
    grantUser("4", { by: GLOBEX, to: "320000000000000009", on: SHOP, through: "1" }),
    grantUser("5", { by: ACME, to: "320000000000000002", on: PORTAL, through: "2" }),
    grantUser("6", { by: ACME, to: "320000000000000003", on: BILLING, through: "3" }),
  ],
  memberships: [{ userId: "320000000000000001", role: "ORG_OWNER_VIEWER", objectId: ACME }],
  tokens: [{ token: VIEWER_TOKEN, userId: "320000000000000001" }],
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
