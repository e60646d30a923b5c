/**
 * What ZITADEL's lists and its events say differently, told to people.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import {
  type EventDifference,
  formatNote,
  formatVerification,
  indexSnapshot,
  listFindings,
  type Note,
  redactSnapshot,
  type Snapshot,
} from "../../../mod.ts";
import { grant, makeSnapshot, person, project, role } from "../../helpers/snapshots.ts";

type Code = Extract<Note, EventDifference>["code"];

const ADA = { id: "ada", name: "Ada Okafor" };

function difference(code: Code, more: Partial<EventDifference>): Note {
  return {
    code,
    list: "grants",
    groupId: "1",
    event: "user.grant.removed",
    at: "2026-06-30T16:05:31.870233Z",
    by: ADA,
    ...more,
  };
}

const HELD = { authorization: "g1", userId: "ben", roleKeys: ["root"] };

// deno-fmt-ignore
const CASES: [code: Code, more: Partial<EventDifference>, id: string, what: string][] = [
  ["lost-by-zitadel", { ...HELD, state: "active", event: "user.grant.added" },
    "lost-by-zitadel:authorization:g1",
    'By ZITADEL\'s events Ben holds "root" in Shop, but the list of user grants lacks it: given by Ada on 2026-06-30 (user grant g1)'],
  ["lost-by-zitadel", { ...HELD, userId: "gone", roleKeys: [], state: "inactive", event: "user.grant.deactivated" },
    "lost-by-zitadel:authorization:g1",
    "By ZITADEL's events user gone holds no role (inactive) in Shop, but the list of user grants lacks it: deactivated by Ada on 2026-06-30 (user grant g1)"],
  ["phantom-grant", { ...HELD, listedRoleKeys: ["root"], listedState: "active", by: { id: "zoe", name: "Zoë" } },
    "phantom-grant:authorization:g1",
    'ZITADEL lists "root" in Shop for Ben, but by its events the user grant is gone: removed by Zoë on 2026-06-30 (user grant g1)'],
  ["phantom-grant", { ...HELD, listedRoleKeys: ["root"], listedState: "active", event: "project.removed", by: { id: "9" } },
    "phantom-grant:authorization:g1",
    'ZITADEL lists "root" in Shop for Ben, but by its events the user grant is gone: removed, with its project, by user 9 on 2026-06-30 (user grant g1)'],
  ["differs-from-events", { ...HELD, listedRoleKeys: ["root", "reader"], state: "inactive", listedState: "active", event: "user.grant.changed" },
    "differs-from-events:authorization:g1",
    'ZITADEL lists "root", "reader" in Shop for Ben, but by its events it is "root" (inactive): changed by Ada on 2026-06-30 (user grant g1)'],
  ["lost-by-zitadel", { list: "groups", groupId: "2", groupName: "Till", state: "active", event: "project.added" },
    "lost-by-zitadel:project:2",
    "By ZITADEL's events there is a project Till, but the list of projects lacks it: made by Ada on 2026-06-30"],
  ["phantom-group", { list: "groups", listedState: "active", event: "project.removed" },
    "phantom-grant:project:1",
    "ZITADEL lists the project Shop, but by its events it is gone: removed, with its project, by Ada on 2026-06-30"],
  ["differs-from-events", { list: "groups", state: "inactive", listedState: "active", event: "project.deactivated" },
    "differs-from-events:project:1",
    "ZITADEL lists the project Shop as active, but by its events it is inactive: deactivated by Ada on 2026-06-30"],
  ["lost-by-zitadel", { list: "entitlements", roleKey: "reader", event: "project.role.added" },
    "lost-by-zitadel:project:1:reader",
    'By ZITADEL\'s events there is the role "reader" of Shop, but the list of roles lacks it: made by Ada on 2026-06-30'],
  ["phantom-entitlement", { list: "entitlements", roleKey: "root", event: "project.role.removed" },
    "phantom-grant:project:1:root",
    'ZITADEL lists the role "root" of Shop, but by its events it is gone: removed by Ada on 2026-06-30'],
];

function snapshotWith(...notes: Note[]): Promise<Snapshot> {
  return makeSnapshot({
    users: [person("ada", { displayName: "Ada" }), person("ben", { displayName: "Ben" })],
    groups: [project("1", { name: "Shop" })],
    entitlements: [role("1", "root")],
    grants: [{ ...grant("ben", "1", "root"), authorizations: ["g1"] }],
    notes,
  });
}

describe("snapshot: what differs from events", () => {
  for (const [code, more, id, what] of CASES) {
    it(`a finding says what, who and when: ${what}`, async () => {
      const snapshot = await snapshotWith(difference(code, more));
      const [first] = listFindings(indexSnapshot(snapshot));
      assertEquals([first!.id, first!.severity, first!.what], [id, "high", what]);
    });
  }

  it("a finding names the rows of the snapshot that it is about", async () => {
    const [code, more] = CASES[2]!;
    const [first] = listFindings(indexSnapshot(await snapshotWith(difference(code, more))));
    const { userIds, groupIds, entitlementIds, grantIds } = first!;
    assertEquals({ userIds, groupIds, entitlementIds, grantIds }, {
      userIds: ["ben"],
      groupIds: ["1"],
      entitlementIds: ["project:1:root"],
      grantIds: ["project:1:root:user:ben"],
    });
  });

  it("notes and the comparison read as sentences", async () => {
    const lost = difference("lost-by-zitadel", { ...HELD, event: "user.grant.added" });
    assertEquals(
      formatNote(lost),
      "ZITADEL's list has lost user grant g1 of user ben on project 1 (user.grant.added on 2026-06-30 by Ada Okafor)",
    );
    assertEquals(
      formatNote({ code: "events-cut", groupIds: ["1"], authorizations: ["g1", "g2"] }),
      "Projects and user grants not compared with events, the first of which are gone: 3 (1, g1, g2)",
    );
    const unknown = { types: ["user.grant.expired"], groupIds: [], authorizations: ["g1"] };
    assertEquals(
      formatNote({ code: "unknown-events", ...unknown }),
      "Events that this release does not know (user.grant.expired); not compared: 1 (g1)",
    );
    const counts = { groups: 1, entitlements: 2, grants: 1234 };
    const verification = {
      ...{ method: "events", events: 20_000, requests: 21, agreed: counts } as const,
      notCompared: { groups: 0, entitlements: 0, grants: 1 },
      ...{ startedAt: "2026-11-24T10:00:00Z", completedAt: "2026-11-24T10:00:00Z" },
    };
    const snapshot = { ...await snapshotWith(lost), verification };
    assertEquals(
      formatVerification(snapshot),
      "compared with 20,000 events: 1 difference, 1,234 user grants, 1 project and 2 roles agree, " +
        "1 row could not be compared",
    );
    assertEquals(formatVerification(await snapshotWith()), undefined);
    const none = { ...verification, events: 0, agreed: { groups: 0, entitlements: 0, grants: 0 } };
    assertEquals(
      formatVerification({ ...snapshot, notes: [], verification: none }),
      "the event store holds no event of this organization: nothing was compared",
    );
  });

  it("redact leaves nobody in them: not whose it is, nor who did it", async () => {
    const notes = CASES.map(([code, more]) => difference(code, more));
    const snapshot = await snapshotWith(...notes, {
      ...difference("lost-by-zitadel", {
        ...{ list: "groups", groupId: "2", groupName: "Zoë Partner's till" },
        ...{ event: "project.added", by: { id: "318000000000030000", name: "Zoë Partner" } },
      }),
    });
    const key = new TextEncoder().encode("a key for tests, long enough");
    const redacted = await redactSnapshot(snapshot, { key });
    const text = JSON.stringify(redacted);
    for (const name of ["Ada", "Okafor", "Zoë", "Partner", '"g1"', '"ben"', "318000000000030000"]) {
      assertEquals(text.includes(name), false, name);
    }
    const [first] = redacted.notes.filter((note) => "event" in note);
    const ben = redacted.users.find(({ displayName }) => displayName !== undefined)!;
    assertEquals(redacted.notes.length, notes.length + 1);
    assertEquals(Object.keys(first!.by!), ["id"]);
    assertEquals(redacted.users.some(({ id }) => id === first!.by!.id), true);
    assertEquals(ben.id.startsWith("user-"), true);
    const findings = listFindings(indexSnapshot(redacted)).filter(({ severity }) =>
      severity === "high"
    );
    assertEquals(findings.length, notes.length + 1);
  });
});
