/**
 * What holds for any ZITADEL: by default for the simulator, and for a real instance where `ZITADEL_INSTANCE_URL` and
 * `ZITADEL_PAT` are set (and `ZITADEL_ORG_ID`, if the token reads several organizations). It only reads.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  checkAccess,
  computeDigest,
  parseSnapshot,
  serializeSnapshot,
  SyncError,
  takeSnapshot,
  type TakeSnapshotOptions,
} from "../../mod.ts";
import { listen } from "../simulator/listen.ts";
import { createRecordedSimulator, recordedTokens } from "../simulator/seeds/recorded_seed.ts";

interface Target extends AsyncDisposable {
  options: TakeSnapshotOptions;
}

async function target(): Promise<Target> {
  const [instanceUrl, token, organizationId] = [
    "ZITADEL_INSTANCE_URL",
    "ZITADEL_PAT",
    "ZITADEL_ORG_ID",
  ].map((name) => Deno.env.get(name) || undefined);
  if (instanceUrl !== undefined && token !== undefined) {
    return {
      options: { instanceUrl, token, ...(organizationId !== undefined && { organizationId }) },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const server = await listen(createRecordedSimulator());
  return {
    options: { instanceUrl: server.url, token: recordedTokens.viewer },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A token of the right form that no instance has issued. */
const WRONG_TOKEN = "zitadel-sync-contract-test-token-that-nobody-has-issued-0000000000000";

describe("sync: instance", () => {
  it("an instance gives a snapshot that keeps its own promises", async () => {
    await using instance = await target();
    const snapshot = await takeSnapshot(instance.options);
    assertEquals(parseSnapshot([...serializeSnapshot(snapshot)].join("")), snapshot);
    assertEquals(await computeDigest(snapshot), snapshot.digest);
    for (const list of ["users", "groups"] as const) {
      const rows = snapshot.evidence.filter((entry) => entry.list === list)
        .reduce((sum, { distinct }) => sum + distinct, 0);
      // What grants name and a list lacks is added by its id: of another organization, lost by the list, or new.
      const named = snapshot[list].filter((row) => "external" in row && row.external).length +
        snapshot.notes.flatMap((note) => note.code === `${list}-not-listed` ? [note] : [])
          .reduce((sum, note) => sum + ("userIds" in note ? note.userIds.length : 0), 0);
      assert(rows <= snapshot[list].length && snapshot[list].length <= rows + named + 10, list);
    }
    assert(snapshot.users.length > 0, "the token's own user is one");
    for (const { list, method, startedAt, completedAt, reported, distinct } of snapshot.evidence) {
      assert(["statement", "anchored", "reconciled"].includes(method), `${list} by ${method}`);
      assert(startedAt <= completedAt && snapshot.startedAt <= startedAt, list);
      if (method === "statement" && list !== "users") assertEquals(distinct, reported, list);
    }
  });

  it("an instance that nobody changes gives the same digest for pages of any size", async () => {
    await using instance = await target();
    const whole = await takeSnapshot(instance.options);
    const paged = await takeSnapshot({ ...instance.options, pageSize: 7 });
    const again = await takeSnapshot(instance.options);
    // Where somebody does change it meanwhile, there is nothing to compare.
    if (whole.digest === again.digest) assertEquals(paged.digest, whole.digest);
  });

  it("an instance passes every check with a viewer's token", async () => {
    await using instance = await target();
    const results = await checkAccess(instance.options);
    assertEquals(results.filter(({ status }) => status !== "ok"), []);
    assertEquals(results.map(({ id }) => id), [
      "host",
      "token",
      "organization",
      "permission:org.read",
      "permission:user.read",
      "permission:project.read",
      "permission:project.role.read",
      "permission:user.grant.read",
      "list:users",
      "list:groups",
      "list:entitlements",
      "list:grants",
    ]);
  });

  it("an instance gives administrators and credentials, the same in pages of any size, or names what the token lacks", async () => {
    await using instance = await target();
    const options = { ...instance.options, include: ["administrators", "credentials"] as const };
    const missing = (await checkAccess(options)).filter(({ status }) => status === "failed");
    if (missing.length > 0) {
      const error = await assertRejects(() => takeSnapshot(options), SyncError);
      assertEquals(error.code, "PERMISSION_MISSING");
      return;
    }
    const plain = await takeSnapshot(instance.options);
    const snapshot = await takeSnapshot(options);
    assertEquals(parseSnapshot([...serializeSnapshot(snapshot)].join("")), snapshot);
    const own = snapshot.groups.find(({ kind }) => kind === "organization-administration");
    assertEquals(own?.of, snapshot.organization.id);
    // The token's user administers at least one thing: its role lets it read.
    assert(snapshot.grants.some(({ groupId }) => groupId.startsWith("administration:")));
    for (const { userId } of snapshot.credentials!) {
      assert(snapshot.users.some(({ id }) => id === userId));
    }
    const paged = await takeSnapshot({ ...options, pageSize: 3 });
    const again = await takeSnapshot(options);
    if (snapshot.digest === again.digest) assertEquals(paged.digest, snapshot.digest);
    const projects = snapshot.groups.filter(({ kind }) => kind === "project");
    if (snapshot.digest === again.digest) assertEquals(projects, plain.groups);
  });

  it("an instance's lists are compared with its events, or the check names the role that this takes", async () => {
    await using instance = await target();
    const options = { ...instance.options, verify: "events" as const, verifyPauseMs: 1000 };
    const missing = (await checkAccess(options)).filter(({ status }) => status === "failed");
    if (missing.length > 0) {
      const error = await assertRejects(() => takeSnapshot(options), SyncError);
      assertEquals(error.code, "PERMISSION_MISSING");
      assert(error.hint?.includes("IAM_OWNER_VIEWER"), error.hint);
      return;
    }
    const { verification, counts } = await takeSnapshot(options);
    assert(verification !== undefined && verification.events > 0);
    assert(verification.agreed.groups <= counts.groups);
  });

  it("an instance refuses a token that nobody has issued, and the check says which step failed", async () => {
    await using instance = await target();
    const options = {
      ...instance.options,
      token: WRONG_TOKEN,
      runtime: { delay: () => Promise.resolve() },
    };
    const error = await assertRejects(() => takeSnapshot(options), SyncError);
    assertEquals(error.code, "AUTH_REJECTED");
    const results = await checkAccess(options);
    assertEquals(results.slice(0, 3).map(({ id, status }) => [id, status]), [
      ["host", "ok"],
      ["token", "failed"],
      ["organization", "skipped"],
    ]);
    assert(!JSON.stringify(results).includes(WRONG_TOKEN));
  });

  it("an instance has no organization of a made-up id", async () => {
    await using instance = await target();
    const error = await assertRejects(
      () =>
        takeSnapshot({
          ...instance.options,
          organizationId: "1",
          runtime: { delay: () => Promise.resolve() },
        }),
      SyncError,
    );
    assertEquals(error.code, "ORG_NOT_FOUND");
  });
});
