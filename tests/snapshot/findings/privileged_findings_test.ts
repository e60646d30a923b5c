/**
 * Power that nobody holds, and credentials that last too long.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  type Credential,
  indexSnapshot,
  listFindings,
  type Snapshot,
  takeSnapshot,
} from "../../../mod.ts";
import {
  ACME,
  ANN,
  BOB,
  SHOP,
  viewedInstance,
  VIEWER,
  VIEWER_TOKEN,
  ZOE,
} from "../../helpers/two_organizations.ts";
import { createSimulator } from "../../simulator/simulator.ts";

const NOW = Date.UTC(2026, 10, 24);
const [OWNER, PROJECT_OWNER, IAM_OWNER] = ["ORG_OWNER", "PROJECT_OWNER", "IAM_OWNER"] as const;

/** Ann and Bob own Acme, Bob and Zoe administer more of it, and ZITADEL does not know these users any more. */
async function take(lost: string[], removed: string[] = []): Promise<Snapshot> {
  const seed = {
    ...viewedInstance,
    memberships: [
      ...viewedInstance.memberships,
      ...[ANN, BOB].map((userId) => ({ userId, role: OWNER, objectId: ACME })),
      { userId: BOB, role: PROJECT_OWNER, objectId: SHOP },
      { userId: BOB, role: IAM_OWNER },
      { userId: ZOE, role: PROJECT_OWNER, objectId: SHOP },
    ],
    tokens: [
      ...viewedInstance.tokens,
      { token: "of-bob", userId: BOB, id: "900", expiresAt: "2026-12-01T00:00:00Z" },
    ],
  };
  const simulator = createSimulator({ seed, now: () => NOW });
  for (const id of lost) simulator.views.lose("users", id);
  for (const id of removed) simulator.state.removeUser(id, { staysMember: true });
  return await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    organizationId: ACME,
    include: ["administrators", "credentials"],
    runtime: { fetch: simulator.fetch, now: () => NOW },
  });
}

const ABOUT_POWER = /-owners?$|administrator$|^(removed|external)-|credential/;

function told(snapshot: Snapshot, userId?: string): string[] {
  return listFindings(indexSnapshot(snapshot))
    .filter(({ rule, userIds }) =>
      ABOUT_POWER.test(rule) && !userIds.includes(VIEWER) &&
      (userId === undefined || userIds.includes(userId))
    )
    .map(({ severity, what }) => `${severity}: ${what}`);
}

describe("findings: power that nobody holds", () => {
  it("an administrator whom ZITADEL does not know is a finding wherever the power is, and no second owner", async () => {
    const snapshot = await take([BOB]);
    const nobody = "bob is not in ZITADEL's list of users and still administers";
    assertEquals(told(snapshot, BOB), [
      `high: ${nobody} the instance 127.0.0.1:1 as IAM_OWNER`,
      `high: ${nobody} the organization Acme as ORG_OWNER`,
      `high: ${nobody} the project Shop as PROJECT_OWNER`,
      "medium: The personal access token 900 of bob, who is not in ZITADEL's list of users",
    ]);
    const single = "medium: ann is the only owner of Acme who can sign in";
    assertEquals([told(snapshot).includes(single), told(await take([])).includes(single)], [
      true,
      false,
    ]);
  });

  it("an organization whose owners are all gone has no owner", async () => {
    const what = told(await take([ANN, BOB])).filter((what) => /owner of Acme/.test(what));
    assertEquals(what, ["high: No owner of Acme can sign in"]);
  });

  it("a user of another organization who is gone is no administrator of another organization", async () => {
    const isZoe = (what: string) => what.includes("PROJECT_OWNER");
    assertEquals(told(await take([]), ZOE).filter(isZoe).length, 2);
    assertEquals(told(await take([ZOE]), ZOE).filter(isZoe), [
      "high: zoe is not in ZITADEL's list of users and still administers the project Shop as PROJECT_OWNER",
    ]);
  });

  it("a removed user who stays a member is nobody, of this organization or another", async () => {
    const snapshot = await take([], [BOB, ZOE]);
    const gone = (name: string) => `high: ${name} is not in ZITADEL's list of users and still`;
    assertEquals(told(snapshot, BOB).map((what) => what.startsWith(gone("bob"))), [
      true,
      true,
      true,
    ]);
    assertEquals(told(snapshot, ZOE).filter((what) => what.includes("PROJECT_OWNER")), [
      `${gone("zoe")} administers the project Shop as PROJECT_OWNER`,
    ]);
    assertEquals(
      told(snapshot).includes("medium: ann is the only owner of Acme who can sign in"),
      true,
    );
  });

  it("a user who is removed counts as nobody, too", async () => {
    const snapshot = await take([]);
    const users = snapshot.users.map((user) =>
      user.id === BOB ? { ...user, state: "deleted" as const } : user
    );
    const removed = told({ ...snapshot, users });
    assertEquals(removed.filter((what) => what.startsWith("high: bob is removed")).length, 3);
    assertEquals(removed.includes("medium: ann is the only owner of Acme who can sign in"), true);
  });
});

describe("findings: how long credentials last", () => {
  it("an end in a hundred years is none, and one in more than a year is long", async () => {
    const snapshot = await take([]);
    const find = (expiresAt?: string) => {
      const credential: Credential = {
        ...{ id: "1", kind: "key", userId: ANN },
        ...(expiresAt && { expiresAt }),
      };
      return listFindings(indexSnapshot({ ...snapshot, credentials: [credential] }))
        .filter(({ credentialIds }) => credentialIds !== undefined)
        .map(({ rule, severity, what }) => [rule, severity, what]);
    };
    const key = "The key 1 of ann";
    const endless = (how: string) => [[
      "endless-administrator-credential",
      "high",
      `${key} never expires${how}, and its user administers`,
    ]];
    const long = (
      day: string,
    ) => [["long-lived-credential", "low", `${key} is valid until ${day}`]];
    const cases: [expiresAt: string | undefined, expected: string[][]][] = [
      [undefined, endless("")],
      ["9999-01-01T00:00:00Z", endless(" in practice (9999-01-01)")],
      ["2519-04-01T08:45:00Z", endless(" in practice (2519-04-01)")],
      ["2099-01-01T00:00:00Z", long("2099-01-01")],
      ["2027-11-26T00:00:00Z", long("2027-11-26")],
      ["2027-11-24T00:00:00Z", []],
      ["2026-12-24T00:00:00Z", [["expiring-credential", "medium", `${key} expires on 2026-12-24`]]],
    ];
    for (const [expiresAt, expected] of cases) assertEquals(find(expiresAt), expected, expiresAt);
  });
});
