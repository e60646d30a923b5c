import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  computeDigest,
  parseSnapshot,
  serializeSnapshot,
  type Snapshot,
  SyncError,
} from "../../../mod.ts";
import { listFindings } from "../../../src/snapshot/findings/findings.ts";
import { indexSnapshot } from "../../../src/snapshot/query/index_snapshot.ts";
import { redactSnapshot } from "../../../src/snapshot/redact/redact.ts";
import { run } from "../../helpers/fake_io.ts";
import { HOSTILE_NAMES, hostileSnapshot } from "../../helpers/hostile_names.ts";
import {
  demoSnapshot,
  grant,
  makeSnapshot,
  person,
  project,
  recordedSnapshot,
  role,
} from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

const key = new TextEncoder().encode("a key for tests, long enough");

/** Every text in a value that is no key, but for what names the program and the digests. */
function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === "tool" || name === "digest" ? [] : texts(part)
  );
}

/** Everything that tells who somebody is. A user called ZITADEL, like the project, is not told by that. */
function personalValues({ users, groups, grants }: Snapshot): Set<string> {
  const values = users.flatMap((user) => [
    user.id,
    user.username,
    user.displayName,
    user.firstName,
    user.lastName,
    user.email,
    user.preferredLoginName,
    ...user.loginNames ?? [],
    user.description,
  ]);
  const known = [...values, ...grants.flatMap(({ authorizations }) => authorizations)]
    .filter((value) => value !== undefined);
  return new Set(known.filter((value) => !groups.some(({ name }) => name === value)));
}

/** Whether a text holds a value, as a whole or, if it is longer than a syllable, as a part between other words. */
function holds(text: string, value: string): boolean {
  if (text === value) return true;
  if (value.length < 4) return false;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + value.length] ?? " "}`;
    if (!/[\p{L}\p{N}]/u.test(around)) return true;
  }
  return false;
}

describe("snapshot: redact", () => {
  it("nothing of a person is left in a redacted snapshot", async () => {
    for (const snapshot of [await demoSnapshot(), await recordedSnapshot()]) {
      const left = texts(await redactSnapshot(snapshot, { key }));
      for (const value of personalValues(snapshot)) {
        const found = left.find((text) => holds(text, value));
        assertEquals(found, undefined, `${value} is still in ${found}`);
      }
    }
  });

  it("nothing of hostile names of people is left either", async () => {
    const snapshot = await hostileSnapshot();
    const redacted = await redactSnapshot(snapshot, { key });
    const left = texts(redacted.users);
    for (const name of HOSTILE_NAMES) {
      assert(!left.some((text) => text.includes(name)) || name === " ");
    }
  });

  it("full names and addresses go from names of projects and roles too, common words stay", async () => {
    const snapshot = await makeSnapshot({
      organization: { id: "org", name: "Ada Okafor", state: "active" },
      users: [
        person("1", { username: "admin", displayName: "Ada Okafor", email: "ada@acme.example" }),
        person("2", { username: "ben.larsen", displayName: "Ben" }),
      ],
      groups: [
        project("1", { name: "Sandbox of Ada Okafor, for admin" }),
        project("2", { name: "ben.larsen" }),
      ],
      entitlements: [
        role("1", "owner:ada@acme.example"),
        role("1", "admin", { displayName: "Ada Okafor's", roleGroup: "ada@acme.example" }),
      ],
      grants: [grant("1", "1", "owner:ada@acme.example"), grant("2", "1", "admin")],
    });
    const redacted = await redactSnapshot(snapshot, { key });
    const { users, groups, entitlements, grants, organization } = redacted;
    const [ada, ben] = ["Ada Okafor", "Ben"].map((name) => {
      const index = snapshot.users.find(({ displayName }) => displayName === name)!.id;
      return users.find(({ id }) => id === `user-${PSEUDONYMS[index]}`)!.username!;
    });
    assertEquals(organization, { id: "org", name: ada!, state: "active" });
    assertEquals(groups.map(({ name }) => name), [`Sandbox of ${ada}, for admin`, ben]);
    assertEquals(
      entitlements.map(({ roleKey, displayName, roleGroup }) => [roleKey, displayName, roleGroup]),
      [
        ["admin", `${ada}'s`, ada],
        [`owner:${ada}`, undefined, undefined],
      ],
    );
    assertEquals(
      grants.map(({ entitlementId }) => entitlementId).sort(),
      entitlements.map(({ id }) => id),
    );
  });

  it("an empty key, with which everybody could tell who is who, is refused", async () => {
    const error = await assertRejects(
      async () => redactSnapshot(await demoSnapshot(), { key: new Uint8Array() }),
      SyncError,
    );
    assertEquals(error.code, "CONFIG_INVALID");
  });

  /** Computed with another program: HMAC-SHA-256 of `user:<id>`, the first 16 digits. */
  const PSEUDONYMS: Readonly<Record<string, string>> = {
    "1": "0e02dce122074400",
    "2": "6334ae8cd8d0e8e7",
  };

  it("a redacted snapshot is a snapshot: same counts, same structure, its own digest", async () => {
    for (
      const snapshot of [await demoSnapshot(), await recordedSnapshot(), await hostileSnapshot()]
    ) {
      const redacted = parseSnapshot([
        ...serializeSnapshot(await redactSnapshot(snapshot, { key })),
      ].join(""));
      assertEquals(redacted.counts, snapshot.counts);
      assertEquals(redacted.digest, await computeDigest(redacted));
      assertNotEquals(redacted.digest, snapshot.digest);
      const shape = ({ grants, users }: Snapshot) => {
        const held = users.map((user) => [
          Object.keys(user).sort().join(),
          user.state,
          user.type,
          user.loginNames?.length,
          grants.filter(({ userId }) => userId === user.id)
            .map(({ groupId, state, authorizations }) =>
              `${groupId} ${state} ${authorizations.length}`
            ).sort(),
        ]);
        return held.map((row) => JSON.stringify(row)).sort();
      };
      assertEquals(shape(redacted), shape(snapshot));
      const rules = (of: Snapshot) => listFindings(indexSnapshot(of)).map(({ rule }) => rule);
      assertEquals(rules(redacted), rules(snapshot));
    }
  });

  it("one key gives the same pseudonyms again, another key others", async () => {
    const snapshot = await demoSnapshot();
    const again = await redactSnapshot(snapshot, { key });
    assertEquals(await redactSnapshot(snapshot, { key }), again);
    const other = await redactSnapshot(snapshot, { key: new TextEncoder().encode("another key") });
    const ids = new Set(again.users.map(({ id }) => id));
    assertEquals(other.users.some(({ id }) => ids.has(id)), false);
  });

  it("redact takes its key from a file, and refuses one that is easy to find", async () => {
    const stdin = [...serializeSnapshot(await demoSnapshot())].join("");
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(folder.at("key"), `${new TextDecoder().decode(key)}\n`);
    const args = ["redact", "--snapshot", "-", "--key-file", folder.at("key")];
    const { code, stdout } = await run(args, { stdin });
    assertEquals(code, 0);
    assertEquals(parseSnapshot(stdout), await redactSnapshot(parseSnapshot(stdin), { key }));
    await Deno.writeTextFile(folder.at("key"), "short");
    const refused = await run(args, { stdin });
    assertEquals([refused.code, refused.stdout], [2, ""]);
    const thrownAway = await run(["redact", "--snapshot", "-"], { stdin });
    assertEquals(thrownAway.stderr.includes("--key-file"), true);
  });
});
