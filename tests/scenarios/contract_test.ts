import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import Ajv from "ajv/dist/2020.js";
import {
  parseSnapshot,
  serializeSnapshot,
  type Snapshot,
  snapshotSchema,
  SyncError,
  takeSnapshot,
} from "../../mod.ts";
import { DEMO_TOKEN, demoSeed } from "../simulator/seeds/demo_seed.ts";
import { createSimulator } from "../simulator/simulator.ts";

const SNAPSHOT = await takeSnapshot({
  instanceUrl: "https://acme.zitadel.cloud",
  token: DEMO_TOKEN,
  runtime: { fetch: createSimulator({ seed: demoSeed }).fetch },
});
const TEXT = [...serializeSnapshot(SNAPSHOT)].join("");

const GOLDEN = new URL("../fixtures/snapshot.schema.json", import.meta.url);

describe("sync: contract", () => {
  it("the JSON Schema is the one that was published", async () => {
    assertEquals(snapshotSchema(), JSON.parse(await Deno.readTextFile(GOLDEN)));
  });

  it("a snapshot fits the JSON Schema, with keys of a later release too", () => {
    const validate = new Ajv.default({ strict: false }).compile(snapshotSchema());
    assert(validate(SNAPSHOT), JSON.stringify(validate.errors));
    assert(validate({ ...SNAPSHOT, later: 1 }));
    assert(!validate({ ...SNAPSHOT, counts: undefined }));
  });

  it("a snapshot comes back from its text as it was, compact or pretty", () => {
    assertEquals(parseSnapshot(TEXT), SNAPSHOT);
    const pretty = [...serializeSnapshot(SNAPSHOT, { pretty: true })].join("");
    assertEquals(parseSnapshot(pretty), SNAPSHOT);
    assertEquals(pretty, `${JSON.stringify(SNAPSHOT, null, 2)}\n`);
  });

  it("the text has a row a line and ends with a line feed", () => {
    const lines = TEXT.split("\n");
    assertEquals(lines.at(-1), "");
    const rows = lines.filter((line) => line.startsWith('{"id":'));
    const { users, groups, entitlements, grants } = SNAPSHOT.counts;
    assertEquals(rows.length, users + groups + entitlements + grants);
  });

  it("keys that a later release added are kept", () => {
    const later = { ...SNAPSHOT, users: SNAPSHOT.users.map((user) => ({ ...user, color: "red" })) };
    assertEquals(parseSnapshot(later) as unknown, later);
  });

  const REFUSED: [name: string, value: unknown, says: string][] = [
    ["an empty file", "", "it is empty"],
    ["a file of line ends", "\n\n", "it is empty"],
    ["a cut file", TEXT.slice(0, TEXT.length / 2), "it seems to be cut off"],
    ["something else", "[1,2]", "some other document"],
    ["another document", { format: "baton" }, "some other document"],
    ["null", null, "some other document"],
    ["a newer version", { ...SNAPSHOT, version: 2 }, "version 2, this release reads 1"],
    ["no version", { ...SNAPSHOT, version: undefined }, "version"],
    ["a version in words", { ...SNAPSHOT, version: "2" }, "version"],
    ["a missing list", { ...SNAPSHOT, grants: undefined }, "grants"],
    [
      "a wrong state",
      change((s) => void (s.users[0]!.state = "alive" as "active")),
      "users[0].state",
    ],
    ["an empty name", change((s) => void (s.users[0]!.username = "")), "users[0].username"],
    ["a wrong count", change((s) => void s.counts.users++), "counts.users"],
    ["another order", change((s) => void s.users.reverse()), "order"],
    ["a row twice", change((s) => repeat(s)), "twice"],
    [
      "a grant of nobody",
      change((s) => void (s.grants[0]!.userId = "nobody")),
      "grants[0].userId names no user",
    ],
    [
      "an entitlement of no group",
      change((s) => void (s.entitlements[0]!.groupId = "none")),
      "entitlements[0].groupId",
    ],
    [
      "a grant of another group's entitlement",
      change((s) => void (s.grants[0]!.groupId = s.groups[0]!.id)),
      "grants[0].entitlementId",
    ],
    ...[
      "acme.zitadel.cloud",
      "https://acme.zitadel.cloud/",
      "https://acme.zitadel.cloud/ui",
      "https://user@acme.zitadel.cloud",
      "https://acme.zitadel.cloud?x",
      "https://ACME.zitadel.cloud",
      "https://acme.zitadel.cloud:443",
      "https://acme.zitadel.cloud\n",
      "ftp://acme.zitadel.cloud",
      "javascript:alert(1)",
      "-K/etc/passwd",
      "https://",
      "",
    ].map((url): [string, unknown, string] => [
      `the instance ${JSON.stringify(url)}`,
      { ...SNAPSHOT, instance: { url } },
      "instance.url",
    ]),
  ];

  function change(edit: (snapshot: Snapshot) => void): Snapshot {
    const copy = structuredClone(SNAPSHOT);
    edit(copy);
    return copy;
  }

  function repeat(snapshot: Snapshot): void {
    snapshot.users.splice(1, 0, snapshot.users[0]!);
    snapshot.counts.users++;
  }

  for (const [name, value, says] of REFUSED) {
    it(`parseSnapshot() refuses ${name} with one clear error`, () => {
      const error = assertThrows(() => parseSnapshot(value), SyncError);
      assertEquals(error.code, "SNAPSHOT_INVALID");
      assertStringIncludes(error.message, "Cannot read the snapshot: ");
      assertStringIncludes(error.message, says);
    });
  }

  it("an error about a snapshot quotes no personal data", () => {
    const broken = TEXT.replace('"Ada"', '"Ada');
    const { message } = assertThrows(() => parseSnapshot(broken), SyncError);
    assert(!message.includes("Ada"), message);
  });
});
