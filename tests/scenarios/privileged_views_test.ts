/**
 * Administrators and credentials in everything that shows access.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  computeDigest,
  diffSnapshots,
  indexSnapshot,
  listFindings,
  redactSnapshot,
  serializeSnapshot,
  type Snapshot,
  takeSnapshot,
  toC1Rows,
} from "../../mod.ts";
import { planRemovals } from "../../src/snapshot/review/removals.ts";
import { parseCsv } from "../../src/snapshot/export/csv.ts";
import {
  DEMO_INSTANCE_TOKEN,
  DEMO_ORGANIZATION_ID,
  demoSeed,
} from "../simulator/seeds/demo_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";
import { run } from "../helpers/fake_io.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";

const NOW = Date.UTC(2026, 10, 25);

async function demo(include?: ("administrators" | "credentials")[]): Promise<Snapshot> {
  const simulator = createSimulator({ seed: demoSeed, now: () => NOW });
  return await takeSnapshot({
    instanceUrl: "http://127.0.0.1:1",
    token: DEMO_INSTANCE_TOKEN,
    organizationId: DEMO_ORGANIZATION_ID,
    include,
    runtime: { fetch: simulator.fetch, now: () => NOW },
  });
}

const plain = await demo();
const both = await demo(["administrators", "credentials"]);
const stdin = [...serializeSnapshot(both)].join("");

async function ask(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await run([...args, "--snapshot", "-"], { stdin });
  assertEquals(code, 0, stderr);
  return stdout;
}

async function askJson(...args: string[]) {
  return JSON.parse(await ask(...args, "--json"));
}

const ORGANIZATION = `administration:organization:${DEMO_ORGANIZATION_ID}`;

describe("snapshot: privileged views", () => {
  it("who tells the administrators of the organization, of a project by its role, and the project itself else", async () => {
    const names = (grants: { user: string; role: string }[]) =>
      grants.map(({ user, role }) => `${user} ${role}`);
    assertEquals(names((await askJson("who", "Acme", "org_owner")).grants), [
      "Ada Okafor ORG_OWNER",
      "Hugo Meyer ORG_OWNER",
    ]);
    assertEquals(names((await askJson("who", "Warehouse", "PROJECT_OWNER")).grants), [
      "Farid Haddad PROJECT_OWNER",
    ]);
    const warehouse = await askJson("who", "Warehouse");
    assertEquals(warehouse.group.kind, "project");
    assertEquals(
      names((await askJson("who", "Web shop (project grant administration)")).grants),
      ["Zoë Partner PROJECT_GRANT_OWNER"],
    );
  });

  it("access, lists and CSV name what is administered apart from the project of that name", async () => {
    const { grants } = await askJson("access", "ci");
    assertEquals(
      grants.map((
        { group, role, authorizations }: { group: string; role: string; authorizations: string[] },
      ) => [group, role, authorizations.length]),
      [
        ["Web shop", "admin", 1],
        ["Web shop (project administration)", "PROJECT_OWNER", 0],
      ],
    );
    const groups = (await askJson("groups")).groups.map(({ name }: { name: string }) => name);
    assertEquals(groups.filter((name: string) => name.startsWith("Web shop")), [
      "Web shop",
      "Web shop (project administration)",
      "Web shop (project grant administration)",
    ]);
    const rows = parseCsv(await ask("export", "--format", "csv"));
    assert(
      rows.some((row) =>
        row.includes("ORG_OWNER") && row.includes("Acme (organization administration)")
      ),
    );
  });

  it("credentials tells whose they are and when they end, and which end soon", async () => {
    const ids = async (...args: string[]) =>
      (await askJson("credentials", ...args)).credentials
        .map(({ user, kind, expiry }: { user: string; kind: string; expiry: string }) =>
          `${user} ${kind} ${expiry}`
        );
    assertEquals(await ids("--user", "ci"), [
      "CI pipeline personal-access-token expires",
      "CI pipeline key expires",
      "CI pipeline client-secret unknown",
      "CI pipeline personal-access-token never",
    ]);
    assertEquals(await ids("--expires-within", "30d"), [
      "CI pipeline personal-access-token expires",
      "Till 1 personal-access-token expired",
    ]);
    assertEquals(await ids("--text", "till key"), ["Till 1 key never"]);
    const { code, stderr } = await run(["credentials", "--snapshot", "-"], {
      stdin: [...serializeSnapshot(plain)].join(""),
    });
    assertEquals(code, 2);
    assertStringIncludes(stderr, "--include credentials");
  });

  it("ConductorOne gets administrations as resources and credentials as secrets", () => {
    const [header, ...rows] = [...toC1Rows(indexSnapshot(both))];
    const records = rows.map((row) =>
      Object.fromEntries(header!.map((name, i) => [name, row[i]!]))
    );
    assertEquals(
      records.filter(({ trait }) => trait === "secret").map(({ id }) => id),
      both.credentials!.map(({ id }) => id),
    );
    assert(
      records.some((record) =>
        record.record_type === "direct_user_grant" && record.resource_id === ORGANIZATION &&
        record.entitlement_slug === "ORG_OWNER"
      ),
    );
  });

  it("every rule about administrators and credentials has a finding in the demo, and what is said of projects stays", () => {
    const told = (snapshot: Snapshot) =>
      listFindings(indexSnapshot(snapshot), { manyOwners: 1 })
        .map(({ rule, what }) => `${rule}: ${what}`);
    const before = told(plain);
    const after = told(both);
    const added = after.filter((one) => !before.includes(one)).map((one) => one.split(":")[0]);
    assertEquals([...new Set(added)].sort(), [
      "blocked-administrator",
      "endless-administrator-credential",
      "endless-credential",
      "expired-credential",
      "expiring-credential",
      "external-administrator",
      "long-lived-credential",
      "machine-administrator",
      "machine-without-credential",
      "many-owners",
      "single-owner",
    ]);
    assertEquals(
      before.filter((one) => !after.includes(one) && !one.startsWith("user-without-grants")),
      [],
    );
    for (
      const what of [
        "blocked-administrator: Hugo Meyer is deactivated and still administers the organization Acme as ORG_OWNER",
        "single-owner: Ada Okafor is the only owner of Acme who can sign in",
        "many-owners: Acme has 2 owners: Ada Okafor, Hugo Meyer",
        "machine-administrator: The machine CI pipeline administers the project Web shop as PROJECT_OWNER",
        "external-administrator: Zoë Partner of the organization 318000000000000002 administers the project grant Web shop as PROJECT_GRANT_OWNER",
        "endless-administrator-credential: The personal access token 318000000000050002 of CI pipeline never expires, and its user administers",
        "endless-credential: The key 318000000000060001 of Till 1 never expires",
        "expired-credential: The personal access token 318000000000050004 of Till 1 has expired on 2026-02-01 and is still there",
        "expiring-credential: The personal access token 318000000000050003 of CI pipeline expires on 2026-12-10",
      ]
    ) assert(after.includes(what), `${what}\n${after.join("\n")}`);
  });

  it("a machine that has roles and no credential is a finding, as is a credential of a user who cannot sign in", () => {
    const ci = both.users.find(({ username }) => username === "ci")!;
    const rules = (change: Partial<Snapshot>) =>
      listFindings(indexSnapshot({ ...both, ...change }))
        .filter(({ userIds }) => userIds.includes(ci.id)).map(({ rule }) => rule);
    assert(!rules({}).includes("machine-without-credential"));
    assert(rules({ credentials: [] }).includes("machine-without-credential"));
    const locked = both.users.map((user) =>
      user === ci ? { ...ci, state: "locked" as const } : user
    );
    assert(rules({ users: locked }).includes("credential-of-blocked-user"));
    assert(rules({ users: locked }).includes("blocked-administrator"));
  });

  it("review packets put administrators apart, and their removal is the request that ZITADEL has for it", async () => {
    await using folder = await temporaryFolder();
    const { code, stderr } = await run(
      ["review", "--snapshot", "-", "--out", folder.at("review")],
      { stdin },
    );
    assertEquals(code, 0, stderr);
    const rows = parseCsv(await Deno.readTextFile(folder.at("review/administrators.csv")));
    const at = rows[0]!.indexOf("grant");
    const ids = rows.slice(1).map((row) => row[at]!);
    assertEquals(
      ids.toSorted(),
      both.grants.filter(({ authorizations }) => authorizations.length === 0).map(({ id }) => id),
    );

    const index = indexSnapshot(both);
    const requests = (remove: string[]) =>
      planRemovals(
        index,
        remove.map((grantId) => ({ grantId, decision: "remove", source: "row 2" })),
      )
        .removals.map(({ request }) => request);
    const find = (role: string, userName: string) => {
      const user = both.users.find(({ username }) => username === userName)!;
      return both.grants.find(({ entitlementId, userId }) =>
        entitlementId.endsWith(`:${role}`) && userId === user.id
      )!;
    };
    const owner = find("ORG_OWNER", "hugo");
    const settings = find("ORG_SETTINGS_MANAGER", "ines");
    const projectOwner = find("PROJECT_OWNER", "farid");
    const grantOwner = find("PROJECT_GRANT_OWNER", "zoe");
    const received = find("PROJECT_GRANT_OWNER", "carla");
    const instance = both.grants.find(({ groupId }) =>
      groupId.startsWith("administration:instance:")
    )!;
    const readId = (groupId: string) => index.groups.get(groupId)!;
    assertEquals(requests([owner.id]), [
      { method: "DELETE", path: `/management/v1/orgs/me/members/${owner.userId}` },
    ]);
    assertEquals(requests([settings.id]), [{
      method: "PUT",
      path: `/management/v1/orgs/me/members/${settings.userId}`,
      body: { roles: ["ORG_USER_MANAGER"] },
    }]);
    assertEquals(requests([projectOwner.id]), [{
      method: "DELETE",
      path: `/management/v1/projects/${
        readId(projectOwner.groupId).of
      }/members/${projectOwner.userId}`,
    }]);
    for (const { id, groupId, userId } of [grantOwner, received]) {
      const { of, projectId } = readId(groupId);
      assertEquals(requests([id]), [{
        method: "DELETE",
        path: `/management/v1/projects/${projectId}/grants/${of}/members/${userId}`,
      }]);
    }
    assertEquals(requests([instance.id]), [
      { method: "DELETE", path: `/admin/v1/members/${instance.userId}` },
    ]);
  });

  it("diff tells administrators and credentials that came and went, and does not compare what only one side has", () => {
    const [gone, ...credentials] = both.credentials!;
    const owner = both.grants.find(({ entitlementId }) =>
      entitlementId === `${ORGANIZATION}:ORG_OWNER`
    )!;
    const later = {
      ...both,
      credentials,
      grants: both.grants.filter(({ id }) => id !== owner.id),
    };
    const diff = diffSnapshots(both, later);
    assertEquals(diff.credentials.map(({ kind, id }) => [kind, id]), [["removed", gone!.id]]);
    assertEquals(diff.grants.map(({ kind, id }) => [kind, id]), [["removed", owner.id]]);
    assertEquals(diff.notCompared, []);

    const grown = diffSnapshots(plain, both);
    assertEquals([grown.different, grown.notCompared], [false, ["administrators", "credentials"]]);
  });

  it("a redacted snapshot keeps who administers and what ends, and no id of a person or a token", async () => {
    const key = new TextEncoder().encode("key");
    const redacted = await redactSnapshot(both, { key });
    assertEquals(redacted.digest, await computeDigest(redacted));
    assertEquals(redacted.counts, both.counts);
    assertEquals(
      redacted.credentials!.map(({ kind, expiresAt = "" }) => `${kind} ${expiresAt}`).sort(),
      both.credentials!.map(({ kind, expiresAt = "" }) => `${kind} ${expiresAt}`).sort(),
    );
    const text = [...serializeSnapshot(redacted)].join("");
    const { code, stderr } = await run(["credentials", "--snapshot", "-"], { stdin: text });
    assertEquals(code, 0, stderr);
    for (const { id } of [...both.users, ...both.credentials!]) {
      assert(!text.includes(`"${id}"`), id);
    }
    assert(redacted.entitlements.some(({ roleKey }) => roleKey === "ORG_OWNER"));
  });
});
