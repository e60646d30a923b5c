import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { parseSnapshot } from "../../src/snapshot/parse.ts";
import { DEMO_TOKEN } from "../simulator/seeds/demo_seed.ts";
import { finished, LAUNCHERS } from "./launchers.ts";
import { forwardProxy, HOST, tlsZitadel } from "./tls_zitadel.ts";

describe("full: proxy", () => {
  for (const launcher of LAUNCHERS) {
    const sync = (caFile: string, env: Record<string, string>, url = `https://${HOST}`) =>
      finished(launcher, ["sync", "--attempts", "1", "--instance-url", url, "--ca-file", caFile], {
        env: { ZITADEL_PAT: DEMO_TOKEN, ...env },
      });

    it(`${launcher}: HTTPS_PROXY leads to a host that this machine does not know`, async () => {
      await using zitadel = await tlsZitadel();
      for (const name of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"]) {
        await using proxy = await forwardProxy(zitadel.port);
        const { code, stdout, stderr } = await sync(zitadel.caFile, {
          [name]: `http://127.0.0.1:${proxy.port}`,
        });
        assertEquals(code, 0, stderr);
        assertEquals(parseSnapshot(stdout).counts.users, 25);
        assertEquals([...new Set(proxy.asked)], [`${HOST}:443`]);
      }
    });

    it(`${launcher}: blanks around a proxy's address do not lead past it, and no address is refused`, async () => {
      await using zitadel = await tlsZitadel();
      await using proxy = await forwardProxy(zitadel.port);
      const { code, stderr } = await sync(zitadel.caFile, {
        HTTPS_PROXY: ` http://127.0.0.1:${proxy.port} \n`,
      });
      assertEquals([code, [...new Set(proxy.asked)]], [0, [`${HOST}:443`]], stderr);
      for (const address of [`http:/127.0.0.1:${proxy.port}`, `"http://127.0.0.1:${proxy.port}"`]) {
        const refused = await sync(zitadel.caFile, { HTTPS_PROXY: address });
        assertEquals(refused.code, 2);
        assertStringIncludes(refused.stderr, "error: HTTPS_PROXY is not the address of a proxy");
      }
    });

    it(`${launcher}: a proxy that wants a login gets it, and without it the message says so`, async () => {
      await using zitadel = await tlsZitadel();
      await using proxy = await forwardProxy(zitadel.port, "ada:s3cret-of-ada");
      const right = await sync(zitadel.caFile, {
        HTTPS_PROXY: `http://ada:s3cret-of-ada@127.0.0.1:${proxy.port}`,
      });
      assertEquals(right.code, 0, right.stderr);
      const wrong = await sync(zitadel.caFile, {
        HTTPS_PROXY: `http://ada:s3cret-of-ben@127.0.0.1:${proxy.port}`,
      });
      assertEquals([wrong.code, wrong.stdout], [6, ""]);
      assertMatch(wrong.stderr, /^error: .+: the proxy does not let the request through/m);
      assertMatch(wrong.stderr, /^hint: Check HTTPS_PROXY/m);
      assert(!wrong.stderr.includes("s3cret"));
    });

    it(`${launcher}: a proxy gets the login as it was written, without a password and with a stray % too`, async () => {
      await using zitadel = await tlsZitadel();
      for (
        const [written, login] of [["ada", "ada:"], ["ada:50%", "ada:50%"], [
          "ada:a%40b",
          "ada:a@b",
        ]]
      ) {
        await using proxy = await forwardProxy(zitadel.port, login);
        const HTTPS_PROXY = `http://${written}@127.0.0.1:${proxy.port}`;
        const { code, stderr } = await sync(zitadel.caFile, { HTTPS_PROXY });
        assertEquals(code, 0, `${written}: ${stderr}`);
      }
    });

    it(`${launcher}: hosts in NO_PROXY are asked directly`, async () => {
      await using zitadel = await tlsZitadel();
      await using proxy = await forwardProxy(zitadel.port);
      const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`;
      for (const NO_PROXY of [HOST, ".test", "example.com,test", "*"]) {
        const { code, stderr } = await sync(zitadel.caFile, { HTTPS_PROXY, NO_PROXY });
        assertEquals(code, 6);
        assertStringIncludes(stderr, "the host name cannot be resolved", NO_PROXY);
      }
      assertEquals(proxy.asked, []);
    });

    it(`${launcher}: this machine itself is never asked through a proxy`, async () => {
      await using zitadel = await tlsZitadel();
      await using proxy = await forwardProxy(zitadel.port);
      const url = `http://127.0.0.1:${proxy.port}`;
      const env = { HTTPS_PROXY: url, HTTP_PROXY: url, ALL_PROXY: url };
      const own = await sync(zitadel.caFile, env, `https://localhost:${zitadel.port}`);
      assertEquals(own.code, 0, own.stderr);
      const demo = await finished(launcher, ["demo", "--quiet"], { env });
      assertEquals(demo.code, 0, demo.stderr);
      assertEquals(proxy.asked, []);
    });
  }
});
