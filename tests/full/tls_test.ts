import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { writeFile } from "node:fs/promises";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { temporaryFolder } from "../helpers/temporary_folder.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { finished, LAUNCHERS } from "./launchers.ts";
import { type Certificates, certificates, opensslServer } from "./openssl_server.ts";
import { tlsZitadel } from "./tls_zitadel.ts";

function wantsClientCertificate(ca: string): string[] {
  return ["-Verify", "1", "-verify_return_error", "-CAfile", ca];
}

/** What can be wrong with TLS, and what is said of it whichever runtime meets it. */
const FAULTS: {
  what: string;
  server: (files: Certificates) => string[];
  args: (files: Certificates) => string[];
  reason: string | RegExp;
  hint: string | RegExp;
}[] = [
  {
    what: "a certificate that signed itself, as openssl makes it by default,",
    server: ({ selfSigned }) => [...selfSigned],
    args: () => [],
    reason: "the server's certificate is self-signed, as that of an authority is",
    hint: "Make it again with the extensions basicConstraints=CA:FALSE and " +
      "subjectAltName=DNS:<host name>, and make it trusted with --ca-file",
  },
  {
    what: "a certificate for later",
    server: ({ early }) => [...early],
    args: ({ ca }) => ["--ca-file", ca],
    reason: "the certificate is not valid yet",
    hint: "First check that this machine's clock is right",
  },
  {
    what: "a certificate that has expired",
    server: ({ late }) => [...late],
    args: ({ ca }) => ["--ca-file", ca],
    reason: "the certificate has expired",
    hint:
      "Have it renewed where ZITADEL runs; if it is new, check that this machine's clock is right",
  },
  {
    what: "a certificate for another host",
    server: ({ elsewhere }) => [...elsewhere],
    args: ({ ca }) => ["--ca-file", ca],
    reason: "the certificate is for another host name",
    hint: "Use the host name that the certificate names",
  },
  {
    what: "a server of TLS 1.1",
    server: ({ good }) => [...good, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"],
    args: ({ ca }) => ["--ca-file", ca],
    reason: "the server speaks only versions of TLS that are no longer safe",
    hint: "It needs TLS 1.2 or 1.3",
  },
  {
    what: "a server of TLS 1.2 that wants a client certificate",
    server: ({ good, ca }) => [...good, "-tls1_2", ...wantsClientCertificate(ca)],
    args: ({ ca }) => ["--ca-file", ca],
    reason: "the server refuses the TLS handshake",
    hint: "It may want a client certificate, which cannot be sent",
  },
  {
    // TLS 1.3 says so only after the handshake, and Node does not always hear it before the connection ends.
    what: "a server of TLS 1.3 that wants a client certificate",
    server: ({ good, ca }) => [...good, "-tls1_3", ...wantsClientCertificate(ca)],
    args: ({ ca }) => ["--ca-file", ca],
    reason: /the server wants a client certificate|the connection was reset/,
    hint: /None can be sent|A server that wants a client certificate, which cannot be sent/,
  },
];

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

    for (const { what, server, args, reason, hint } of FAULTS) {
      it(`${launcher}: ${what} is told with the reason and what to do`, async () => {
        await using folder = await temporaryFolder();
        const files = await certificates(folder);
        await using front = await opensslServer(server(files));
        const { code, stdout, stderr } = await sync(`https://localhost:${front.port}`, args(files));
        assertEquals([code, stdout], [6, ""], stderr);
        const [error = "", advice = ""] = stderr.split("\n");
        assertStringIncludes(error, `error: Cannot reach https://localhost:${front.port}: `);
        for (const [line, said] of [[error, reason], [advice, hint]] as const) {
          if (typeof said === "string") assertStringIncludes(line, said);
          else assertMatch(line, said);
        }
      });
    }

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
