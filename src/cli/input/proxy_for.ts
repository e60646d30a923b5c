import { BlockList, isIP } from "node:net";
import { CliError } from "../errors.ts";
import { isLoopback } from "../../zitadel/http/instance_url.ts";

/** Variables that name a proxy, for https, for http and for both; lower case counts too. */
const VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"] as const;

/** All variables that say how requests leave this machine. */
export const PROXY_VARIABLES = [...VARIABLES, "NO_PROXY"].flatMap((
  name,
) => [name, name.toLowerCase()]);

/** Whether the environment names a proxy for anything. */
export function namesProxy(env: (name: string) => string | undefined): boolean {
  return VARIABLES.some((name) => findVariable(name, env) !== undefined);
}

/**
 * The proxy that the environment names for a host; absent if requests go there directly.
 *
 * `HTTPS_PROXY` (`HTTP_PROXY` for plain http) or `ALL_PROXY`, unless the host is this machine, or in `NO_PROXY`: names
 * with all that end in them, addresses, ranges of addresses such as `10.0.0.0/8`, each name or address with a port or
 * without, or `*`. Lower case counts too.
 *
 * @throws {CliError} `CONFIG_INVALID`: it is no address of a proxy.
 */
export function proxyFor(
  url: URL,
  env: (name: string) => string | undefined,
): URL | undefined {
  const named = findVariable(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY", env) ??
    findVariable("ALL_PROXY", env);
  if (named === undefined || isLoopback(url.hostname)) return undefined;
  if (isExempt(url, findVariable("NO_PROXY", env)?.value ?? "")) return undefined;
  return parseProxy(named.name, named.value);
}

/** User name and password in the address of a proxy; absent if there are none. */
export function readLogin(
  { username, password }: URL,
): { username: string; password: string } | undefined {
  if (username === "" && password === "") return undefined;
  return { username: decode(username), password: decode(password) };
}

/** Decodes a part of a URL; a stray % stands for itself. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function findVariable(
  name: string,
  env: (name: string) => string | undefined,
): { name: string; value: string } | undefined {
  for (const spelling of [name, name.toLowerCase()]) {
    const value = env(spelling)?.trim();
    if (value !== undefined && value !== "") return { name: spelling, value };
  }
  return undefined;
}

function parseProxy(name: string, value: string): URL {
  const address = /^[a-z][a-z\d+.-]*:\//i.test(value) ? value : `http://${value}`;
  // The URL parser accepts `http:/host:3128`, a backslash and quotation marks, which nobody means.
  const isOrigin =
    /^(?:https?:\/\/)?(?:[^/?#\s"'@\\]+@)?(?:\[[\da-f:.]+\]|[\p{L}\p{N}._-]+)(?::\d+)?\/?$/iu.test(
      value,
    );
  if (!isOrigin || !URL.canParse(address)) {
    // Not repeated: it may hold a password.
    throw new CliError("CONFIG_INVALID", `${name} is not the address of a proxy`, {
      hint: "Write it like http://proxy.example.com:3128",
    });
  }
  return new URL(address);
}

function isExempt({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return list.toLowerCase().split(/[\s,]+/).filter((entry) => entry !== "").some((entry) => {
    if (entry.includes("/")) return isInRange(host, entry.replace(/^\[(.*)\]/, "$1"));
    const [, name, entryPort] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(
      // An IPv6 address has colons of its own.
      isIP(entry) === 6 ? `[${entry}]` : entry,
    )!;
    if (entryPort !== undefined && entryPort !== ownPort) return false;
    // An IPv6 address has many spellings.
    if (isIP(name!) === 6) return isInRange(host, `${name}/128`);
    // A dot at the end only says that a name is whole.
    const suffix = name!.replace(/^\*?\./, "").replace(/\.$/, "");
    return suffix === "*" || host === suffix || host.endsWith(`.${suffix}`);
  });
}

/** Whether an address is in a range such as `10.0.0.0/8`; a name never is. */
function isInRange(host: string, range: string): boolean {
  const [, network = "", prefix = ""] = /^(.*)\/(\d{1,3})$/.exec(range) ?? [];
  const version = isIP(network);
  const bits = Number(prefix);
  if (version === 0 || version !== isIP(host) || bits > (version === 4 ? 32 : 128)) return false;
  const family = version === 4 ? "ipv4" : "ipv6";
  const block = new BlockList();
  block.addSubnet(network, bits, family);
  return block.check(host, family);
}
