import { assertEquals, assertNotEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { computeDigest } from "../../src/snapshot/digest.ts";
import type { DigestInput } from "../../mod.ts";

const EMPTY: DigestInput = {
  organization: { id: "1" },
  users: [],
  groups: [],
  entitlements: [],
  grants: [],
};

function users(count: number): DigestInput["users"] {
  return Array.from({ length: count }, (_, i) => ({
    id: String(1_000_000 + i),
    state: "active",
    external: false,
  }));
}

describe("snapshot: digest", () => {
  it("computeDigest() hashes the lines that its documentation names", async () => {
    // printf '1\nusers\ngroups\nentitlements\ngrants\n' | sha256sum
    assertEquals(
      await computeDigest(EMPTY),
      "sha256:4b7649cd84bedae41caee9dfda8f2f68f9508c83162493211a5c6b66918352be",
    );
  });

  it("computeDigest() notices any change of a row, in the first block and in a later one", async () => {
    const digest = await computeDigest({ ...EMPTY, users: users(2500) });
    for (const index of [0, 999, 1000, 2499]) {
      const changed = users(2500);
      changed[index]!.state = "locked";
      assertNotEquals(await computeDigest({ ...EMPTY, users: changed }), digest, `row ${index}`);
    }
    assertNotEquals(await computeDigest({ ...EMPTY, users: users(2499) }), digest);
  });

  it("computeDigest() tells the same rows of two organizations apart", async () => {
    assertNotEquals(
      await computeDigest({ ...EMPTY, organization: { id: "2" }, users: users(3) }),
      await computeDigest({ ...EMPTY, users: users(3) }),
    );
  });
});
