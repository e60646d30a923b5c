import { assertEquals, assertThrows } from "@std/assert";
import { proxyFor } from "../../src/cli/network/proxy_for.ts";
import { CliError } from "../../src/cli/errors.ts";

function proxy(url: string, env: Record<string, string>): string | undefined {
  return proxyFor(new URL(url), (name) => env[name])?.href;
}

Deno.test("the proxy is the one for the scheme, then the one for all, in either case", () => {
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

Deno.test("NO_PROXY exempts hosts by name, by ending, by address and by port", () => {
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
      ["http://127.0.0.1:8080", "127.0.0.1"],
      ["http://[::1]:8080", "::1"],
      ["http://[::1]:8080", "[::1]:8080"],
    ] as const
  ) assertEquals(exempt(url, list), true, `${url} and ${list}`);
  for (
    const [url, list] of [
      ["https://notzitadel.test", "zitadel.test"],
      ["https://zitadel.test.example.com", "zitadel.test"],
      ["https://zitadel.test", "zitadel.test:8443"],
      ["https://zitadel.test", ""],
      ["https://zitadel.test", "a.zitadel.test"],
      ["http://[::1]:8080", "[::1]:80"],
    ] as const
  ) assertEquals(exempt(url, list), false, `${url} and ${list}`);
});

Deno.test("what is no address of a proxy is refused without being repeated", () => {
  for (const ALL_PROXY of ["http://", "ftp://user:s3cret@a:1", "socks5://a:1"]) {
    const error = assertThrows(() => proxy("https://zitadel.test", { ALL_PROXY }), CliError);
    assertEquals(error.message, "ALL_PROXY is not the address of a proxy");
    assertEquals(error.code, "CONFIG_INVALID");
  }
});
