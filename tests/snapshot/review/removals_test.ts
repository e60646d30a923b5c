import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { serializeSnapshot, type Snapshot } from "../../../mod.ts";
import { planRemovals } from "../../../src/snapshot/review/removals.ts";
import { toCsv } from "../../../src/snapshot/export/csv.ts";
import { indexSnapshot } from "../../../src/snapshot/query/index_snapshot.ts";
import { type Run, run, type RunOptions } from "../../helpers/fake_io.ts";
import { grant, makeSnapshot, person, project, role } from "../../helpers/snapshots.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

const SNAPSHOT = await makeSnapshot({
  users: [person("ada"), person("ben", { external: true, organizationId: "other" })],
  groups: [project("1", { name: "Shop" }), project("2", { name: "Payroll", state: "inactive" })],
  entitlements: [
    role("1", "admin"),
    role("1", "editor"),
    role("1", "viewer"),
    role("1", "root", { defined: false }),
    role("2", "clerk"),
  ],
  grants: [
    grant("ada", "1", "admin", { authorizations: ["a1"] }),
    grant("ada", "1", "editor", { authorizations: ["a1", "a2", "a3"] }),
    grant("ada", "1", "viewer", { authorizations: ["a2"], state: "inactive" }),
    grant("ben", "1", "admin", { authorizations: ["b1"] }),
    grant("ben", "1", "root", { authorizations: ["b1"] }),
    grant("ben", "2", "clerk", { authorizations: ["b2"], state: "inactive" }),
  ],
});

/** What a table of these decisions comes to, on the command line. */
async function apply(
  decisions: Record<string, "keep" | "remove">,
  { args = [], snapshot = SNAPSHOT, ...options }:
    & { args?: string[]; snapshot?: Snapshot }
    & RunOptions = {},
): Promise<Run> {
  await using folder = await temporaryFolder();
  const rows = Object.entries(decisions).map(([id, decision]) => [
    decision === "keep" ? "x" : "",
    decision === "remove" ? "x" : "",
    "",
    id,
  ]);
  const text = [...toCsv([["keep", "remove", "comment", "grant"], ...rows])].join("");
  await Deno.writeTextFile(folder.at("shop.csv"), text);
  return await run(["review", "apply", folder.at("shop.csv"), "--snapshot", "-", ...args], {
    stdin: [...serializeSnapshot(snapshot)].join(""),
    ...options,
  });
}

type Request = [method: string, path: string, roles?: string[]] | [blockedBy: string[]];

/** Decisions to remove, and what is asked of ZITADEL. */
const PLANS: [name: string, remove: string[], requests: Request[]][] = [
  [
    "one role of a user grant: the others stay",
    ["project:1:admin:user:ada"],
    [["PUT", "ada/grants/a1", ["editor"]]],
  ],
  [
    "a role that three user grants give: it goes from each, and what is left without roles goes",
    ["project:1:editor:user:ada"],
    [["PUT", "ada/grants/a1", ["admin"]], ["PUT", "ada/grants/a2", ["viewer"]], [
      "DELETE",
      "ada/grants/a3",
    ]],
  ],
  [
    "all roles of all user grants",
    ["project:1:admin:user:ada", "project:1:editor:user:ada", "project:1:viewer:user:ada"],
    [["DELETE", "ada/grants/a1"], ["DELETE", "ada/grants/a2"], ["DELETE", "ada/grants/a3"]],
  ],
  [
    "a role beside one that the project does not define: ZITADEL would refuse any request",
    ["project:1:admin:user:ben"],
    [[["root"]]],
  ],
  [
    "a role that the project does not define: the others stay",
    ["project:1:root:user:ben"],
    [["PUT", "ben/grants/b1", ["admin"]]],
  ],
  [
    "both of them",
    ["project:1:admin:user:ben", "project:1:root:user:ben"],
    [["DELETE", "ben/grants/b1"]],
  ],
  [
    "a user grant that is not in force, of somebody else's user, in a project out of use",
    ["project:2:clerk:user:ben"],
    [["DELETE", "ben/grants/b2"]],
  ],
  ["what is not there", ["project:2:clerk:user:ada"], []],
];
describe("snapshot: review apply", () => {
  for (const [name, remove, requests] of PLANS) {
    it(`removing ${name}`, () => {
      const decisions = remove.map((grantId) => ({
        grantId,
        decision: "remove" as const,
        source: "shop.csv: row 2",
      }));
      const { removals, issues } = planRemovals(indexSnapshot(SNAPSHOT), decisions);
      assertEquals(issues, []);
      const made = removals.map(({ request, blockedBy }) => {
        if (request === undefined) return [blockedBy];
        const { method, path, body } = request;
        return [
          method,
          path.replace("/management/v1/users/", ""),
          ...body && "roleKeys" in body ? [body.roleKeys] : [],
        ];
      });
      assertEquals(made as unknown, requests);
    });
  }

  it("what no request can do is told, with what to do, and the rest is printed", async () => {
    const decisions = {
      "project:1:admin:user:ben": "remove",
      "project:2:clerk:user:ben": "remove",
    } as const;
    const { code, stdout, stderr } = await apply(decisions);
    assertEquals(code, 0);
    assertStringIncludes(
      stdout,
      "# ben: remove admin in Shop, which leaves root\n# no request can do that: the project does " +
        "not define root, and ZITADEL refuses a user grant that keeps such a role (COMMAND-mm9F4); " +
        "remove it too, or define it again\n",
    );
    assertEquals(stdout.split("\n").filter((line) => line.startsWith("curl ")).length, 1);
    assertStringIncludes(stderr, "No request can change 1 user grant as decided");
    const json = await apply(decisions, { args: ["--json"] });
    const [possible, blocked] = JSON.parse(json.stdout).removals;
    assertEquals([blocked.blockedBy, blocked.request, blocked.curl], [
      ["root"],
      undefined,
      undefined,
    ]);
    assertEquals(possible.request.method, "DELETE");
  });

  const REMOVE = { "project:1:admin:user:ada": "remove" } as const;
  const at = (time: string) => ({ now: () => Date.parse(time) });

  it("no request is made from an old snapshot: it would give roles back", async () => {
    for (
      const time of ["2026-11-24T10:15:01Z", "2026-12-24T10:00:00Z", "2026-11-24T09:44:59Z"]
    ) {
      const { code, stdout, stderr } = await apply(REMOVE, at(time));
      assertEquals([code, stdout], [2, ""]);
      assertStringIncludes(
        stderr,
        "The snapshot is of 2026-11-24T10:00:00Z: requests made from it",
      );
      assertStringIncludes(stderr, "Leave out --snapshot, so that ZITADEL is read now");
    }
    for (const time of ["2026-11-24T10:15:00Z", "2026-11-24T09:59:59Z"]) {
      assertEquals((await apply(REMOVE, at(time))).code, 0, time);
    }
    const kept = await apply({ "project:1:admin:user:ada": "keep" }, at("2027-01-01T00:00:00Z"));
    assertEquals(kept.code, 0, "where nothing is asked for, nothing is given back");
  });

  it("requests go to the instance that the settings name, or nowhere", async () => {
    const evil = { ...SNAPSHOT, instance: { url: "https://evil.example" } };
    const env = { ZITADEL_INSTANCE_URL: "https://acme.zitadel.cloud/" };
    const refused = await apply(REMOVE, { snapshot: evil, env });
    assertEquals([refused.code, refused.stdout], [2, ""]);
    assertStringIncludes(
      refused.stderr,
      "The snapshot is of https://evil.example, not of https://acme.zitadel.cloud as the settings say",
    );
    assertEquals((await apply(REMOVE, { env })).code, 0);
  });

  it("an organization's id cannot add a header", async () => {
    const organization = { id: "1\r\nx-evil: 1' -K /etc/passwd", state: "active" } as const;
    const snapshot = await makeSnapshot({ ...SNAPSHOT, organization });
    const { stdout } = await apply(REMOVE, { snapshot });
    const [curl] = stdout.split("\n").filter((line) => line.startsWith("curl"));
    assertStringIncludes(
      curl!,
      "-H 'x-zitadel-orgid: 1\\u000d\\u000ax-evil: 1'\\'' -K /etc/passwd' ",
    );
  });
});
