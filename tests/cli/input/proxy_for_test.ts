import { assertEquals, assertThrows } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { proxyFor } from "../../../src/cli/input/proxy_for.ts";
import { CliError } from "../../../src/cli/errors.ts";

function proxy(url: string, env: Record<string, string>): string | undefined {
  return proxyFor(new URL(url), (name) => env[name])?.href;
}

describe("cli: proxy for", () => {
  it("the proxy is the one for the scheme, then the one for all, in either case", () => {
    const both = { HTTPS_PROXY: "http://a:1", HTTP_PROXY: "http://b:2" };
    assertEquals(proxy("https://zitadel.test", both), "http://a:1/");
    assertEquals(proxy("http://zitadel.test", both), "http://b:2/");
    assertEquals(proxy("https://zitadel.test", { HTTP_PROXY: "http://b:2" }), undefined);
    assertEquals(proxy("https://zitadel.test", { https_proxy: "http://c:3" }), "http://c:3/");
    assertEquals(proxy("https://zitadel.test", { all_proxy: "http://d:4" }), "http://d:4/");
    assertEquals(
      proxy("https://zitadel.test", { HTTPS_PROXY: " ", ALL_PROXY: "e:5" }),
      "http://e:5/",
    );
    assertEquals(proxy("https://zitadel.test", {}), undefined);
  });

  it("NO_PROXY exempts hosts by name, by ending, by address and by port", () => {
    const exempt = (url: string, NO_PROXY: string) =>
      proxy(url, { ALL_PROXY: "http://a:1", NO_PROXY }) === undefined;
    for (
      const [url, list] of [
        ["https://zitadel.test", "zitadel.test"],
        ["https://zitadel.test", "example.com, ZITADEL.test"],
        ["https://a.zitadel.test", "zitadel.test"],
        ["https://a.zitadel.test", ".zitadel.test"],
        ["https://a.zitadel.test", "*.zitadel.test"],
        ["https://zitadel.test", "zitadel.test:443"],
        ["https://zitadel.test:8443", "zitadel.test:8443"],
        ["https://zitadel.test", "*"],
        ["https://zitadel.test", "zitadel.test."],
        ["https://zitadel.test.", "zitadel.test"],
        ["https://a.zitadel.test", ".zitadel.test.:443"],
        ["http://192.0.2.7:8080", "192.0.2.7"],
        ["http://[2001:db8::1]:8080", "2001:db8::1"],
        ["http://[2001:db8::1]:8080", "[2001:db8::1]:8080"],
        ["http://192.0.2.7:8080", "10.0.0.0/8,192.0.2.0/24"],
        ["http://192.0.2.7:8080", "0.0.0.0/0"],
        ["http://[2001:db8::1]:8080", "2001:db8::/32"],
        ["http://[2001:db8::1]:8080", "[2001:db8::]/32"],
        ["http://[2001:db8::1]:8080", "2001:DB8:0:0:0:0:0:1"],
        ["http://[2001:db8::1]:8080", "[2001:db8:0:0:0:0:0:1]:8080"],
      ] as const
    ) assertEquals(exempt(url, list), true, `${url} and ${list}`);
    for (
      const [url, list] of [
        ["https://notzitadel.test", "zitadel.test"],
        ["https://zitadel.test.example.com", "zitadel.test"],
        ["https://zitadel.test", "zitadel.test:8443"],
        ["https://zitadel.test", ""],
        ["https://zitadel.test", "."],
        ["https://zitadel.test", "*."],
        ["https://zitadel.test", "a.zitadel.test"],
        ["http://[2001:db8::1]:8080", "[2001:db8::1]:80"],
        ["http://[2001:db8::1]:8080", "2001:db8:0:0:0:0:0:2"],
        ["http://192.0.2.7:8080", "192.0.3.0/24"],
        ["http://192.0.2.7:8080", "2001:db8::/32"],
        ["http://192.0.2.7:8080", "192.0.2.0/99"],
        ["http://192.0.2.7:8080", "192.0.2.0/"],
        ["https://zitadel.test", "zitadel.test/24"],
      ] as const
    ) assertEquals(exempt(url, list), false, `${url} and ${list}`);
  });

  it("what is no address of a proxy is refused without being repeated", () => {
    for (
      const ALL_PROXY of [
        "http://",
        "ftp://user:s3cret@a:1",
        "socks5://a:1",
        "http:/a:1",
        "http:a:1",
        '"http://a:1"',
        "'a:1'",
        "http://a:1/path",
        "http://a:1?x=s3cret",
        "http://a b:1",
        "http://a:99999",
        "http://a:1\\",
        "http://a\\@b:1",
        "http://a;b:1",
        "http://a,b:1",
        "http://a\0b:1",
        "http://a:1:2",
        "http://[::1:1",
        "http://a|b:1",
      ]
    ) {
      const error = assertThrows(() => proxy("https://zitadel.test", { ALL_PROXY }), CliError);
      assertEquals(error.message, "ALL_PROXY is not the address of a proxy");
      assertEquals(error.code, "CONFIG_INVALID");
    }
  });

  it("blanks and line ends around the address of a proxy do not count", () => {
    for (
      const HTTPS_PROXY of ["http://a:1 ", "http://a:1\n", "\thttp://a:1\r\n", "http://a:1/", "a:1"]
    ) {
      assertEquals(proxy("https://zitadel.test", { HTTPS_PROXY }), "http://a:1/");
    }
    const login = "http://ada:s3cret@a:1";
    assertEquals(proxy("https://zitadel.test", { HTTPS_PROXY: login }), `${login}/`);
  });

  it("this machine itself is never asked through a proxy", () => {
    for (const host of ["localhost:8080", "127.0.0.1:1", "127.1.2.3", "[::1]:8080"]) {
      assertEquals(proxy(`http://${host}`, { ALL_PROXY: "http://a:1" }), undefined, host);
    }
    assertEquals(proxy("http://app.localhost", { ALL_PROXY: "http://a:1" }), "http://a:1/");
  });
});
