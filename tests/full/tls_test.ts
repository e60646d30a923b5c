import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { writeFile } from "node:fs/promises";
import { parseSnapshot } from "../../src/snapshot/contract.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { DEMO_TOKEN } from "../../src/stand_in/seeds/demo_seed.ts";
import { finished, LAUNCHERS } from "./launchers.ts";
import { tlsZitadel } from "./tls_zitadel.ts";

describe("full: tls", () => {
  for (const launcher of LAUNCHERS) {
    const sync = (url: string, args: string[] = [], env: Record<string, string> = {}) =>
      finished(launcher, ["sync", "--attempts", "1", "--instance-url", url, ...args], {
        env: { ZITADEL_PAT: DEMO_TOKEN, ...env },
      });

    it(`${launcher}: an authority of the user's own is trusted by option and by variables`, async () => {
      await using zitadel = await tlsZitadel();
      const url = `https://localhost:${zitadel.port}`;
      const { caFile } = zitadel;
      for (
        const [args, env] of [
          [["--ca-file", caFile], {}],
          [[], { ZITADEL_CA_FILE: caFile }],
          [[], { DENO_CERT: caFile }],
          [[], { NODE_EXTRA_CA_CERTS: caFile }],
        ] as const
      ) {
        const { code, stdout, stderr } = await sync(url, [...args], env);
        assertEquals(code, 0, stderr);
        assertEquals(parseSnapshot(stdout).counts.users, 25);
      }
    });

    it(`${launcher}: a command that asks nobody needs no authority`, async () => {
      await using folder = await temporaryFolder();
      const { stdout } = await finished(launcher, ["demo", "--json", "--quiet"]);
      await writeFile(folder.at("access.json"), stdout);
      const { code, stderr } = await finished(
        launcher,
        ["users", "--snapshot", folder.at("access.json")],
        { env: { ZITADEL_INSTANCE_URL: "https://localhost:9", DENO_CERT: folder.at("none.pem") } },
      );
      assertEquals([code, stderr], [0, ""]);
    });

    it(`${launcher}: an unknown authority is refused, and the message says what to do`, async () => {
      await using zitadel = await tlsZitadel();
      const { code, stdout, stderr } = await sync(`https://localhost:${zitadel.port}`);
      assertEquals([code, stdout], [6, ""]);
      assertMatch(
        stderr,
        /^error: Cannot reach https:\/\/localhost:\d+: the certificate is not signed by a known authority/m,
      );
      assertStringIncludes(
        stderr,
        "hint: If the authority is your own, make it trusted with --ca-file\n",
      );
    });

    it(`${launcher}: a certificate for another host is refused, and the message says what to do`, async () => {
      await using zitadel = await tlsZitadel();
      const { code, stdout, stderr } = await sync(`https://127.0.0.1:${zitadel.port}`, [
        "--ca-file",
        zitadel.caFile,
      ]);
      assertEquals([code, stdout], [6, ""]);
      assertMatch(stderr, /^error: Cannot reach .+: the certificate is for another host name/m);
      assertStringIncludes(stderr, "hint: Use the host name that the certificate names\n");
    });

    it(`${launcher}: a file that holds no certificate is refused before anything is asked`, async () => {
      await using folder = await temporaryFolder();
      const none = folder.at("none.pem");
      await writeFile(none, "hello");
      const broken = folder.at("broken.pem");
      await writeFile(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
      for (
        const [file, said] of [
          [none, `${none} holds no certificate`],
          [broken, `certificate 1 of ${broken} cannot be read`],
          [
            folder.at("x.pem"),
            `cannot read ${folder.at("x.pem")}: there is no such file or folder`,
          ],
        ] as const
      ) {
        const { code, stdout, stderr } = await sync("https://localhost:9", ["--ca-file", file]);
        assertEquals([code, stdout], [2, ""]);
        assertStringIncludes(stderr, `error: --ca-file: ${said}`);
      }
      const { stderr } = await sync("https://localhost:9", [], { DENO_CERT: none });
      assertStringIncludes(stderr, `error: DENO_CERT: ${none} holds no certificate`);
    });
  }
});
