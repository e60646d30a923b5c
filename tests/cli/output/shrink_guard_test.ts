import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { readFile } from "node:fs/promises";
import { CliError } from "../../../src/cli/errors.ts";
import { refuseLoss, summarizeForGuard } from "../../../src/cli/output/shrink_guard.ts";
import { parseSnapshot } from "../../../src/snapshot/parse.ts";
import type { Snapshot } from "../../../src/snapshot/types.ts";
import { DEMO_ENV, demoZitadel, run } from "../../helpers/fake_io.ts";
import { demoSnapshot } from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";
import {
  DEMO_INSTANCE_TOKEN,
  DEMO_ORGANIZATION_ID,
  demoSeed,
} from "../../simulator/seeds/demo_seed.ts";

const INCLUDE = ["--include", "administrators,credentials"];
const ENV = {
  ...DEMO_ENV,
  ZITADEL_PAT: DEMO_INSTANCE_TOKEN,
  ZITADEL_ORG_ID: DEMO_ORGANIZATION_ID,
};

async function takeWith(args: readonly string[]): Promise<Snapshot> {
  const { code, stdout, stderr } = await run(["sync", "--quiet", ...args], {
    env: ENV,
    zitadel: demoZitadel(),
  });
  assertEquals([code, stderr], [0, ""]);
  return parseSnapshot(stdout);
}

const plain = await demoSnapshot();
const full = await takeWith(INCLUDE);

function refused(previous: Snapshot, next: Snapshot, maxShrink = 0.5): string {
  const error = assertThrows(
    () => refuseLoss(summarizeForGuard(previous), next, { path: "access.json", maxShrink }),
    CliError,
  );
  assertEquals(error.code, "SHRUNK");
  return error.message;
}

function accepted(previous: Snapshot, next: Snapshot, maxShrink = 0.5): void {
  refuseLoss(summarizeForGuard(previous), next, { path: "access.json", maxShrink });
}

/** The snapshot without the rows of a list that a test picks. */
function without<L extends "users" | "groups" | "entitlements" | "grants" | "credentials">(
  snapshot: Snapshot,
  list: L,
  isGone: (row: NonNullable<Snapshot[L]>[number]) => boolean,
): Snapshot {
  const rows = snapshot[list] as NonNullable<Snapshot[L]>[number][];
  const kept = rows.filter((row) => !isGone(row));
  return { ...snapshot, [list]: kept, counts: { ...snapshot.counts, [list]: kept.length } };
}

const isAdministration = (id: string) => id.startsWith("administration:");

describe("cli: shrink guard", () => {
  it("administrators and credentials that nobody asked for are not gone, nor new where somebody does", () => {
    for (const maxShrink of [0, 0.5]) {
      accepted(full, plain, maxShrink);
      accepted(plain, full, maxShrink);
    }
  });

  it("each kind is compared with its own kind, and the message names what differs", () => {
    const counted = summarizeForGuard(full).counts;
    const said = (kind: keyof typeof counted, rest: string) =>
      `Will not replace access.json: ${counted[kind]} ${kind}s became ${rest}, ` +
      "and more than 50% less looks like a mistake";
    assertEquals(
      refused(full, without(full, "grants", ({ groupId }) => !isAdministration(groupId))),
      said("grant", "0"),
    );
    assertEquals(
      refused(full, without(full, "grants", ({ groupId }) => isAdministration(groupId))),
      said("administrator", "0"),
    );
    assertEquals(
      refused(full, without(full, "groups", ({ kind }) => kind === "project")),
      // Roles and grants of projects that are gone are gone too.
      `Will not replace access.json: ${counted.project} projects became 0, ` +
        `${counted.role} roles became 0, ${counted.grant} grants became 0, ` +
        "and more than 50% less looks like a mistake",
    );
    assertEquals(
      refused(full, without(full, "entitlements", ({ groupId }) => !isAdministration(groupId))),
      said("role", "0"),
    );
    assertEquals(refused(full, without(full, "credentials", () => true)), said("credential", "0"));
    assertEquals(
      refused(full, without(full, "users", ({ id }) => id !== full.users[0]!.id)),
      said("user", "1"),
    );
  });

  it("many administrators do not hide that all user grants are gone", () => {
    const manyAdministrators = full.grants.filter(({ groupId }) => isAdministration(groupId));
    const before = {
      ...full,
      grants: [
        ...full.grants,
        ...Array.from({ length: 1000 }, (_, i) => ({ ...manyAdministrators[0]!, id: `more ${i}` })),
      ],
    };
    const after = without(before, "grants", ({ groupId }) => !isAdministration(groupId));
    assertEquals(refused(before, after).includes("grants became 0"), true);
  });

  it("sync without --include replaces a file of a sync with it", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    const only = demoSeed.projects[0]!;
    const zitadel = () =>
      demoZitadel({ seed: { ...demoSeed, projects: [only], userGrants: [], projectGrants: [] } });
    for (const args of [INCLUDE, [], INCLUDE]) {
      const { code, stderr } = await run(["sync", "--quiet", "--out", file, ...args], {
        env: ENV,
        zitadel: zitadel(),
      });
      assertEquals([code, stderr], [0, ""]);
    }
    assertEquals(parseSnapshot(await readFile(file, "utf8")).credentials !== undefined, true);
  });
});
