import { CliError } from "../errors.ts";

/**
 * The proxy that the environment names for a host; absent if requests go there directly.
 *
 * `HTTPS_PROXY` (`HTTP_PROXY` for plain http) or `ALL_PROXY`, unless the host is in `NO_PROXY`: names with all that
 * end in them, addresses, each with a port or without, or `*`. Lower case counts too.
 *
 * @throws {CliError} `CONFIG_INVALID`: it is no address of a proxy.
 */
export function proxyFor(
  url: URL,
  env: (name: string) => string | undefined,
): URL | undefined {
  const named = [url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY"]
    .flatMap((name) => [name, name.toLowerCase()])
    .find((name) => (env(name) ?? "").trim() !== "");
  if (named === undefined || isExempt(url, env("NO_PROXY") ?? env("no_proxy") ?? "")) {
    return undefined;
  }
  const text = env(named)!.trim();
  const proxy = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (proxy === null || !/^https?:$/.test(proxy.protocol)) {
    // Not repeated: it may hold a password.
    throw new CliError("CONFIG_INVALID", `${named} is not the address of a proxy`, {
      hint: "Write it like http://proxy.example.com:3128",
    });
  }
  return proxy;
}

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  const host = hostname.replace(/^\[|\]$/g, "");
  return list.toLowerCase().split(/[\s,]+/).filter((entry) => entry !== "").some((entry) => {
    const [, name, entryPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(
      // An IPv6 address has colons of its own.
      entry.includes("::") && !entry.startsWith("[") ? `[${entry}]` : entry,
    )!;
    if (entryPort !== undefined && entryPort !== ownPort) return false;
    const suffix = name!.replace(/^\*?\./, "");
    return suffix === "*" || host === suffix || host.endsWith(`.${suffix}`);
  });
}
