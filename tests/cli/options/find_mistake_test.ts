import { assertEquals, assertNotMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { writeFile } from "node:fs/promises";
import { findMistake } from "../../../src/cli/options/find_mistake.ts";
import { DEMO_ENV, demoZitadel, run } from "../../helpers/fake_io.ts";
import { temporaryFolder } from "../../helpers/temporary_folder.ts";

/** What people leave in place of a token, and how a message names it. */
const PLACEHOLDERS: readonly (readonly [text: string, looks: string])[] = [
  ["${ZITADEL_PAT}", "${...}"],
  ["${ZITADEL_PAT:-}", "${...}"],
  ["${{ secrets.ZITADEL_PAT }}", "${...}"],
  ["$ZITADEL_PAT", "$NAME"],
  ["$(cat pat.txt)", "$(...)"],
  ["%ZITADEL_PAT%", "%NAME%"],
  ["{{ .Values.pat }}", "{{...}}"],
  ["{pat}", "{...}"],
  ["op://vault/zitadel/pat", "op://..."],
  ["ref+vault://zitadel#/pat", "op://..."],
  ["vault:secret/data/zitadel#pat", "vault:...#..."],
  ["<your-pat>", "<...>"],
  ["<YOUR PAT>", "<...>"],
  ["[your-pat]", "[...]"],
  ["...", "..."],
  ["\u2026", "..."],
  ["******", "***"],
  ["xxxxxxxx", "***"],
  ["your-pat", "a word that asks for one"],
  ["YOUR_PAT_HERE", "a word that asks for one"],
  ["insert-token-here", "a word that asks for one"],
  ["changeme", "a word that asks for one"],
  ["TODO", "a word that asks for one"],
  ["null", "a word that asks for one"],
  ["undefined", "a word that asks for one"],
];

describe("cli: find mistake", () => {
  for (const [text, looks] of PLACEHOLDERS) {
    it(`${text} in place of a token is refused as a placeholder, wherever it is given`, async () => {
      await using folder = await temporaryFolder();
      const [pat, config] = [folder.at("pat.txt"), folder.at("config.json")];
      await writeFile(pat, `${text}\n`, { mode: 0o600 });
      await writeFile(config, JSON.stringify({ pat: text }), { mode: 0o600 });
      const env = { ZITADEL_INSTANCE_URL: DEMO_ENV["ZITADEL_INSTANCE_URL"]! };
      const places = [
        ["ZITADEL_PAT", await run(["sync"], { env: { ...env, ZITADEL_PAT: text } })],
        ["--pat", await run(["sync", "--pat", text], { env })],
        [`--pat-file: ${pat}`, await run(["sync", "--pat-file", pat], { env })],
        ["--pat-file: stdin", await run(["sync", "--pat-file", "-"], { env, stdin: text })],
        [`${config}: pat`, await run(["sync", "--config", config], { env })],
      ] as const;
      for (const [place, { code, stdout, stderr }] of places) {
        assertEquals([code, stdout], [2, ""]);
        assertStringIncludes(stderr, `error: ${place} is a placeholder`);
        assertStringIncludes(stderr, `: ${looks}\n`);
      }
    });
  }

  it("other settings and server tokens that nothing has filled in are refused by name", async () => {
    const cases: Record<string, string>[] = [
      { ZITADEL_INSTANCE_URL: "https://${DOMAIN}" },
      { ZITADEL_INSTANCE_URL: "https://<your-instance>.zitadel.cloud" },
      { ZITADEL_ORG_ID: "<org-id>" },
      { ZITADEL_ORG_ID: "your-org-id" },
      { ZITADEL_PAT_FILE: "$CREDENTIALS_DIRECTORY/pat", ZITADEL_PAT: "" },
      { ZITADEL_STATE: "", ZITADEL_SYNC_STATE: "${STATE_DIRECTORY}/state.json" },
      { ZITADEL_SYNC_SERVER_TOKEN: "${SERVER_TOKEN}" },
      { ZITADEL_SYNC_SERVER_TOKEN: "${{ secrets.SERVER_TOKEN }}" },
      { ZITADEL_TIMEOUT: "${TIMEOUT}" },
    ];
    for (const given of cases) {
      const { code, stderr } = await run(["serve"], { env: { ...DEMO_ENV, ...given } });
      const [place] = Object.entries(given).find(([, value]) => value !== "")!;
      assertEquals(code, 2);
      assertStringIncludes(stderr, place);
      assertStringIncludes(stderr, "is a placeholder");
      assertNotMatch(stderr, /secrets\.SERVER/);
    }
  });

  it("real tokens, files and addresses are none", () => {
    for (
      const text of [
        DEMO_ENV["ZITADEL_PAT"]!,
        "k3J9_bW-".repeat(8),
        "your-4f0Kd8s2-token-of-32-characters",
        "https://your-company.zitadel.cloud",
        "318000000000000001",
        "eyJhbGciOi.eyJzdWIi.c2ln",
      ]
    ) assertEquals(findMistake(text, "X"), undefined, text);
    for (const path of ["todo", "null", "C:\\your-files\\pat.txt", "my-pat", "./100%.txt"]) {
      assertEquals(findMistake(path, "X", { isPath: true }), undefined, path);
    }
  });

  it("a list of a configuration file may be one text, as on the command line", async () => {
    await using folder = await temporaryFolder();
    const config = folder.at("config.json");
    for (
      const include of ["administrators", "administrators, credentials", ["administrators"]]
    ) {
      await writeFile(config, JSON.stringify({ include, orgId: "318000000000000001" }));
      const { code, stdout, stderr } = await run(["sync", "--quiet", "--config", config], {
        env: DEMO_ENV,
        zitadel: demoZitadel(),
      });
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, '"kind":"organization-administration"');
    }
    await writeFile(config, JSON.stringify({ include: "administrator" }));
    const { stderr } = await run(["sync", "--config", config], { env: DEMO_ENV });
    assertStringIncludes(stderr, `${config}: include must be some of administrators, credentials`);
    assertStringIncludes(stderr, 'but is "administrator"');
  });

  it("an id that is a number in a configuration file is to be written in quotation marks", async () => {
    await using folder = await temporaryFolder();
    const config = folder.at("config.json");
    await writeFile(config, '{"orgId": 318000000000000001, "timeout": 30}');
    const { code, stderr } = await run(["sync", "--config", config], { env: DEMO_ENV });
    assertEquals(code, 2);
    assertStringIncludes(
      stderr,
      `${config}: orgId must be an id: 1 to 200 letters, digits or signs, without spaces, but is a ` +
        "number\n",
    );
    assertEquals(
      stderr.match(/^hint: .*$/m)?.[0],
      'hint: Write it in quotation marks: "orgId": "..."',
    );
  });
});
