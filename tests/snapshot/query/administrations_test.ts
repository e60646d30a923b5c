/**
 * Whether a snapshot was asked for administrators.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { diffSnapshots, takeSnapshot } from "../../../mod.ts";
import { hasAdministrations } from "../../../src/snapshot/query/administrations.ts";
import {
  ACME,
  ANN,
  viewedInstance,
  VIEWER,
  VIEWER_TOKEN,
} from "../../helpers/two_organizations.ts";
import { createSimulator } from "../../simulator/simulator.ts";

/** Acme as the instance's viewer reads it: nobody administers anything of Acme, unless Ann does. */
async function take(include: "administrators"[], owners: string[] = []) {
  const simulator = createSimulator({
    seed: {
      ...viewedInstance,
      memberships: [
        { userId: VIEWER, role: "IAM_OWNER_VIEWER" },
        ...owners.map((userId) => ({ userId, role: "ORG_OWNER", objectId: ACME }) as const),
      ],
    },
  });
  const snapshot = await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    organizationId: ACME,
    include,
    runtime: { fetch: simulator.fetch },
  });
  // The instance's own administrators are left out, so that nobody is left.
  const isKept = ({ groupId }: { groupId: string }) => !groupId.includes(":instance:");
  return {
    ...snapshot,
    groups: snapshot.groups.filter(({ kind }) => kind !== "instance-administration"),
    entitlements: snapshot.entitlements.filter(isKept),
    grants: snapshot.grants.filter(isKept),
  };
}

describe("snapshot: administrations", () => {
  it("a snapshot of an organization that nobody administers was asked for administrators all the same", async () => {
    const nobody = await take(["administrators"]);
    assertEquals(nobody.groups.filter(({ kind }) => kind !== "project"), []);
    assertEquals([hasAdministrations(nobody), hasAdministrations(await take([]))], [true, false]);
    const { different, notCompared, groups } = diffSnapshots(
      nobody,
      await take(["administrators"], [ANN]),
    );
    assertEquals([different, notCompared], [true, []]);
    assertEquals(groups.map(({ kind }) => kind), ["added"]);
  });
});
