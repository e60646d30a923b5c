import { assertEquals, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { writeFile } from "node:fs/promises";
import { serializeSnapshot } from "../../../../mod.ts";
import { loadCommands } from "../../../../src/cli/commands.ts";
import { DEMO_ENV, demoZitadel, run } from "../../../helpers/fake_io.ts";
import { demoSnapshot } from "../../../helpers/snapshots.ts";
import { temporaryFolder } from "../../../helpers/temporary_folder.ts";
import { DEMO_INSTANCE_TOKEN, DEMO_ORGANIZATION_ID } from "../../../simulator/seeds/demo_seed.ts";

const ENV = {
  ...DEMO_ENV,
  ZITADEL_PAT: DEMO_INSTANCE_TOKEN,
  ZITADEL_ORG_ID: DEMO_ORGANIZATION_ID,
};

/** The filters of each command that lists rows, as they are typed. */
const FILTERS: Readonly<Record<string, readonly string[]>> = {
  users: ["state", "type", "group", "role", "text"],
  groups: ["state", "role", "user", "text"],
  entitlements: ["group", "role", "user", "text"],
  grants: ["state", "type", "group", "role", "user", "text"],
  credentials: ["group", "role", "user", "text", "expires-within"],
};

describe("cli: list command", () => {
  it("each takes the filters by which its rows can be told apart, then columns and sort", async () => {
    for (const { name, options } of await loadCommands()) {
      const filters = FILTERS[name];
      if (filters === undefined) continue;
      const names = Object.values(options).map((option) => option.name);
      assertEquals(names.slice(0, filters.length + 3), [...filters, "columns", "sort", "snapshot"]);
    }
  });

  it("credentials reads them from ZITADEL without being told to, beside what else is asked for", async () => {
    for (const more of [[], ["--include", "administrators"]]) {
      const zitadel = demoZitadel();
      const { code, stdout, stderr } = await run(["credentials", "--json", "--quiet", ...more], {
        env: ENV,
        zitadel,
      });
      assertEquals([code, stderr], [0, ""]);
      assertEquals(JSON.parse(stdout).credentials.length > 0, true);
      const asked = zitadel.requests.some(({ path }) => /Administrator|members/.test(path));
      assertEquals(asked, more.length > 0);
    }
  });

  it("credentials of a snapshot that has none are refused, with what to do", async () => {
    await using folder = await temporaryFolder();
    const file = folder.at("access.json");
    await writeFile(file, [...serializeSnapshot(await demoSnapshot())].join(""));
    const { code, stderr } = await run(["credentials", "--snapshot", file]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, "error: The snapshot was taken without credentials\n");
    assertStringIncludes(stderr, "--include credentials");
  });
});
