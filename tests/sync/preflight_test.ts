import { assert, assertEquals, assertMatch } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { type Snapshot, SyncError, takeSnapshot, type TakeSnapshotOptions } from "../../mod.ts";
import {
  ACME,
  GLOBEX,
  SHOP,
  twoOrganizations,
  VIEWER,
  VIEWER_TOKEN,
} from "../helpers/two_organizations.ts";
import type { Seed } from "../simulator/seed.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";

/** A snapshot, or the error instead of it, where `change` happens after so many requests. */
async function take(
  change: (simulator: Simulator) => void,
  after: number,
  options: Partial<TakeSnapshotOptions> & { seed?: Seed } = {},
) {
  const { seed = twoOrganizations, ...more } = options;
  const simulator = createSimulator({
    seed,
    afterRequest: ({ number }, simulator) => number === after ? change(simulator) : undefined,
  });
  const outcome: Snapshot | unknown = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    concurrency: 1,
    verifyPauseMs: 0,
    runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
    ...more,
  }).catch((error: unknown) => error);
  return { outcome, requests: simulator.requests.length };
}

const demote = ({ state }: Simulator) => {
  state.addMembership({ userId: VIEWER, role: "PROJECT_OWNER_VIEWER", objectId: SHOP });
  state.removeMembership(VIEWER, "ORG_OWNER_VIEWER", ACME);
};

const moveElsewhere = ({ state }: Simulator) => {
  state.addMembership({ userId: VIEWER, role: "ORG_OWNER_VIEWER", objectId: GLOBEX });
  state.removeMembership(VIEWER, "ORG_OWNER_VIEWER", ACME);
};

const leaveInstance = ({ state }: Simulator) =>
  state.removeMembership(VIEWER, "IAM_OWNER_VIEWER", undefined);

const onInstance: Seed = {
  ...twoOrganizations,
  memberships: [...twoOrganizations.memberships ?? [], {
    userId: VIEWER,
    role: "IAM_OWNER_VIEWER",
  }],
};
const include = ["administrators", "credentials"] as const;

const CASES: [
  name: string,
  change: (simulator: Simulator) => void,
  options: Partial<TakeSnapshotOptions> & { seed?: Seed },
  missing: string,
][] = [
  ["keeps a role in one project only", demote, {}, "user.grant.read"],
  [
    "keeps it, where the organization was named",
    demote,
    { organizationId: ACME },
    "user.grant.read",
  ],
  ["keeps it, with administrators and credentials", demote, { include }, "org.member.read"],
  ["gets its role in another organization instead", moveElsewhere, {}, "user.read"],
  ["may no longer read events", leaveInstance, {
    ...{ seed: onInstance, organizationId: ACME, verify: "events" },
  }, "iam.read"],
  ["may no longer read the instance's administrators", leaveInstance, {
    ...{ seed: onInstance, organizationId: ACME, include },
  }, "iam.member.read"],
];

describe("sync: preflight", () => {
  for (const [name, change, options, missing] of CASES) {
    it(`there is no snapshot where a token ${name}, whenever that happens`, async () => {
      const { outcome: quiet, requests } = await take(() => {}, 0, options);
      assert(!(quiet instanceof Error), `${quiet}`);
      let askedAgain = 0;
      // The last three requests are the questions after the last list.
      for (let after = 3; after <= requests - 3; after++) {
        const { outcome } = await take(change, after, options);
        assert(outcome instanceof SyncError, `after request ${after}: a snapshot`);
        assertEquals(outcome.code, "PERMISSION_MISSING", `after request ${after}: ${outcome}`);
        if (!outcome.message.endsWith("(asked again after the last list)")) continue;
        askedAgain++;
        assertMatch(
          outcome.message,
          new RegExp(`\\b${missing} (missing|held for single projects only)`),
        );
        assert(outcome.details?.permissions?.includes(missing));
      }
      assert(askedAgain > 0, "a list always failed first");
    });
  }

  it("an organization that is removed while it is read gives no snapshot", async () => {
    const { requests } = await take(() => {}, 0);
    const remove = ({ state }: Simulator) => state.removeOrganization(ACME);
    const { outcome } = await take(remove, requests - 3);
    assert(outcome instanceof SyncError, "a snapshot");
    // The token's user is gone with it.
    assertEquals(outcome.code, "AUTH_REJECTED");
  });
});
