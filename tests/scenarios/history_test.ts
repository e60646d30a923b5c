/**
 * Who gave each role, and when: `include: ["history"]`.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  buildReviewPackets,
  diffSnapshots,
  indexSnapshot,
  listAccess,
  listHolders,
  parseSnapshot,
  redactSnapshot,
  stringifySnapshot,
  SyncError,
  takeSnapshot,
  type TakeSnapshotOptions,
  toReviewRows,
} from "../../mod.ts";
import { formatGrantedBy } from "../../src/snapshot/query/holding.ts";
import type { Seed } from "../simulator/seed.ts";
import { createSimulator, type Simulator } from "../simulator/simulator.ts";
import { run } from "../helpers/fake_io.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import {
  ACME,
  ANN,
  BOB,
  SHOP,
  twoOrganizations,
  viewedInstance,
  VIEWER,
  VIEWER_TOKEN,
  ZOE,
} from "../helpers/two_organizations.ts";

const seed: Seed = {
  ...viewedInstance,
  userGrants: [],
  editor: VIEWER,
};

async function take(simulator: Simulator, more: Partial<TakeSnapshotOptions> = {}) {
  return await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: VIEWER_TOKEN,
    organizationId: ACME,
    include: ["history"],
    runtime: { fetch: simulator.fetch, delay: () => Promise.resolve() },
    ...more,
  });
}

/** A simulator in which something was done on each day from 1 November on, by whom it says. */
function createHistory(
  deeds: readonly [editor: string | undefined, edit: (state: Simulator["state"]) => void][],
  more: Partial<Seed> = {},
): Simulator {
  let time = Date.UTC(2026, 10, 1);
  const simulator = createSimulator({ seed: { ...seed, ...more }, now: () => time });
  for (const [editor, edit] of deeds) {
    simulator.state.actAs(editor);
    edit(simulator.state);
    time += 86_400_000;
  }
  return simulator;
}

const give = (id: string, userId: string, roleKeys: string[]) => (state: Simulator["state"]) =>
  state.addUserGrant({ id, organizationId: ACME, userId, projectId: SHOP, roleKeys });

async function listGrantOrigins(simulator: Simulator): Promise<string[]> {
  const index = indexSnapshot(await take(simulator));
  return listHolders(index, { groupId: SHOP }).map((row) =>
    `${row.user} ${row.role} ${formatGrantedBy(row)}`
  );
}

type Deeds = Parameters<typeof createHistory>[0];

// deno-fmt-ignore
const CASES: [name: string, deeds: Deeds, expected: string[]][] = [
  ["who made the user grant gave its roles", [
    [ANN, give("A", BOB, ["reader", "writer"])],
  ], ["bob reader given by ann on 2026-11-01", "bob writer given by ann on 2026-11-01"]],
  ["a change gives only the roles that it adds", [
    [ANN, give("A", BOB, ["reader"])],
    [ZOE, (state) => state.updateUserGrant("A", { roleKeys: ["reader", "writer"] })],
  ], ["bob reader given by ann on 2026-11-01", "bob writer given by zoe on 2026-11-02"]],
  ["a role that was taken away and came back was given by who brought it back", [
    [ANN, give("A", BOB, ["reader", "writer"])],
    [ANN, (state) => state.updateUserGrant("A", { roleKeys: ["writer"] })],
    [ZOE, (state) => state.updateUserGrant("A", { roleKeys: ["reader", "writer"] })],
  ], ["bob reader given by zoe on 2026-11-03", "bob writer given by ann on 2026-11-01"]],
  ["deactivating and reactivating gives nothing", [
    [ANN, give("A", BOB, ["reader"])],
    [ZOE, (state) => state.updateUserGrant("A", { state: "USER_GRANT_STATE_INACTIVE" })],
    [ZOE, (state) => state.updateUserGrant("A", { state: "USER_GRANT_STATE_ACTIVE" })],
  ], ["bob reader given by ann on 2026-11-01"]],
  ["a role that was removed from the project, and defined and given again, was given again", [
    [ANN, give("A", BOB, ["reader", "writer"])],
    [ANN, (state) => state.removeRole(SHOP, "reader")],
    [ANN, (state) => state.addRole({ projectId: SHOP, key: "reader" })],
    [ZOE, (state) => state.updateUserGrant("A", { roleKeys: ["reader", "writer"] })],
  ], ["bob reader given by zoe on 2026-11-04", "bob writer given by ann on 2026-11-01"]],
  ["of two user grants that give one role, the last one counts", [
    [ANN, give("B", BOB, ["reader"])],
    [ZOE, give("A", BOB, ["reader"])],
  ], ["bob reader given by zoe on 2026-11-02"]],
  ["what ZITADEL does itself says so", [
    [undefined, give("A", BOB, ["reader"])],
  ], ["bob reader given by ZITADEL on 2026-11-01"]],
];

describe("sync: history", () => {
  for (const [name, deeds, expected] of CASES) {
    it(`${name}`, async () => {
      assertEquals(await listGrantOrigins(createHistory(deeds)), expected);
    });
  }

  it("where the event that gave it is cut off, nothing is said", async () => {
    const simulator = createHistory([
      [ANN, give("A", BOB, ["reader"])],
      [ANN, (state) => state.updateUserGrant("A", { roleKeys: ["reader", "writer"] })],
    ], { eventsSince: "2026-11-02T00:00:00Z" });
    assertEquals(await listGrantOrigins(simulator), [
      "bob reader undefined",
      "bob writer undefined",
    ]);
  });

  it("grants have it in the snapshot, by id and name, and only if it is asked for", async () => {
    const simulator = createHistory([[ZOE, give("A", BOB, ["reader"])]]);
    const snapshot = await take(simulator);
    assertEquals(snapshot.grants, [{
      id: `project:${SHOP}:reader:user:${BOB}`,
      entitlementId: `project:${SHOP}:reader`,
      groupId: SHOP,
      userId: BOB,
      state: "active",
      authorizations: ["A"],
      grantedBy: { id: ZOE, name: "zoe" },
      grantedAt: "2026-11-01T00:00:00Z",
      createdAt: "2026-11-01T00:00:00Z",
      updatedAt: "2026-11-01T00:00:00Z",
    }]);
    assertEquals("verification" in snapshot, false);
    assertEquals(parseSnapshot(stringifySnapshot(snapshot)), snapshot);
    const plain = stringifySnapshot(await take(simulator, { include: [] }));
    assertEquals(/grantedBy|grantedAt/.test(plain), false);
  });

  it("events are read once for history and verify together", async () => {
    const read = async (more: Partial<TakeSnapshotOptions>) => {
      const simulator = createHistory([[ANN, give("A", BOB, ["reader"])]]);
      const snapshot = await take(simulator, more);
      const { length } = simulator.requests.filter(({ path }) => path.includes("events"));
      return { length, snapshot };
    };
    const both = await read({ verify: "events" });
    assertEquals(both.length, (await read({})).length);
    assertEquals(both.snapshot.verification!.agreed.grants, 1);
    assertEquals(both.snapshot.grants[0]!.grantedBy, { id: ANN, name: "ann" });
  });

  it("a token without iam.read is refused before the first list", async () => {
    const simulator = createSimulator({ seed: twoOrganizations });
    const error = await assertRejects(() => take(simulator), SyncError);
    assertEquals(error.code, "PERMISSION_MISSING");
    assertMatch(error.hint!, /IAM_OWNER_VIEWER/);
    assertEquals(simulator.requests.some(({ path }) => path.includes("users/_search")), false);
  });

  it("a review packet says who gave it and when, in its table and on its page", async () => {
    const snapshot = await take(createHistory([[ANN, give("A", BOB, ["reader"])]]));
    const [packet] = buildReviewPackets(indexSnapshot(snapshot), { by: "group" });
    const [header, row] = [...toReviewRows(packet!)];
    assertEquals(row![header!.indexOf("remarks")], "given by ann on 2026-11-01");
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(folder.at("s.json"), stringifySnapshot(snapshot));
    await run(["review", "--snapshot", folder.at("s.json"), "--out", folder.at("review")]);
    const page = await Deno.readTextFile(folder.at("review/shop.html"));
    assertMatch(page, /<bdi>active; given by ann on 2026-11-01<\/bdi>/);
  });

  it("access, who and the exports tell it", async () => {
    const snapshot = await take(createHistory([[ZOE, give("A", BOB, ["reader"])]]));
    const stdin = stringifySnapshot(snapshot);
    for (const args of [["access", "bob"], ["who", "Shop"]]) {
      const { stdout } = await run([...args, "--snapshot", "-"], { stdin });
      assertMatch(stdout, /given by zoe on 2026-11-01$/m, args.join(" "));
    }
    const csv = (await run(["export", "--snapshot", "-"], { stdin })).stdout.split("\r\n");
    const at = csv[0]!.split(",").indexOf("grantedBy");
    assertEquals(csv[1]!.split(",").slice(at, at + 3), ["zoe", ZOE, "2026-11-01T00:00:00Z"]);
    const columns = ["--columns", "user,grantedBy,grantedAt"];
    const list = await run(["grants", ...columns, "--snapshot", "-"], { stdin });
    assertMatch(list.stdout, /^bob +zoe +2026-11-01/m);
    const [held] = listAccess(indexSnapshot(snapshot), BOB);
    assertEquals([held!.grantedBy, held!.grantedById], ["zoe", ZOE]);
  });

  it("diff tells who gave what is new, and takes nobody for another because of a new name", async () => {
    const simulator = createHistory([[ANN, give("A", BOB, ["reader"])]]);
    const before = await take(simulator);
    simulator.state.updateUser(ANN, { machine: { name: "Ann Lee" } });
    simulator.state.actAs(ANN);
    give("Z", ZOE, ["writer"])(simulator.state);
    const after = await take(simulator);
    assertEquals(after.grants[0]!.grantedBy, { id: ANN, name: "Ann Lee" });
    assertEquals(diffSnapshots(before, after).grants.map(({ kind }) => kind), ["added"]);
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(folder.at("old.json"), stringifySnapshot(before));
    await Deno.writeTextFile(folder.at("new.json"), stringifySnapshot(after));
    const { code, stdout } = await run(["diff", folder.at("old.json"), folder.at("new.json")]);
    assertEquals(code, 10);
    assertMatch(stdout, /^ {2}\+ writer in Shop \(active\), given by Ann Lee on 2026-11-02$/m);

    simulator.state.actAs(ZOE);
    simulator.state.updateUserGrant("A", { roleKeys: [] });
    simulator.state.updateUserGrant("A", { roleKeys: ["reader"] });
    const again = diffSnapshots(after, await take(simulator), {
      ignore: ["updatedAt", "grantedAt"],
    });
    assertEquals(again.grants.map((change) => change.kind === "changed" && change.fields), [[{
      field: "grantedBy",
      before: { id: ANN, name: "Ann Lee" },
      after: { id: ZOE, name: "zoe" },
    }]]);
    const plain = await take(simulator, { include: [] });
    const withoutHistory = diffSnapshots(plain, await take(simulator));
    assertEquals([withoutHistory.different, withoutHistory.notCompared], [false, ["history"]]);
  });

  it("redact leaves nobody who gave something", async () => {
    const simulator = createHistory([[ZOE, give("A", BOB, ["reader"])]]);
    simulator.state.updateUser(ZOE, { machine: { name: "Zoë Partner" } });
    const key = new TextEncoder().encode("a key for tests, long enough");
    const redacted = await redactSnapshot(await take(simulator), { key });
    const [grant] = redacted.grants;
    assertMatch(grant!.grantedBy!.id, /^user-[0-9a-f]{16}$/);
    assertEquals(Object.keys(grant!.grantedBy!), ["id"]);
    assertEquals(grant!.grantedAt, "2026-11-01T00:00:00Z");
    const text = stringifySnapshot(redacted);
    for (const name of ["Zoë", "Partner", ZOE]) assert(!text.includes(name), name);
  });
});
