/**
 * Requests to the instance: the trusted authorities and the proxy.
 *
 * @module
 */
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { CliError } from "../errors.ts";
import type { Fetch } from "../../zitadel/http/attempt.ts";
import type { Settings } from "../options/option.ts";
import { connectionOptions } from "../options/shared_options.ts";
import { namesProxy, proxyFor, readLogin } from "./proxy_for.ts";
import { formatSystemError } from "../system_error.ts";

/**
 * Sends requests to the instance as `--ca-file` and the environment ask for; absent where the runtime's own `fetch`
 * already does.
 *
 * @throws {CliError} `CONFIG_INVALID`: the file cannot be read or holds no certificate, or the proxy is no address.
 */
export async function createFetch(
  { instanceUrl, caFile }: Pick<Settings<typeof connectionOptions>, "instanceUrl" | "caFile">,
  env: (name: string) => string | undefined,
): Promise<Fetch | undefined> {
  if (instanceUrl === undefined) return undefined;
  const ca = caFile === undefined
    ? undefined
    : await readAuthorities(caFile, describeCaSource(caFile, env));
  const url = new URL(instanceUrl);
  const proxy = proxyFor(url, env);
  if (globalThis.Deno !== undefined) {
    return fetchOnDeno({ url, ca, proxy, byProxies: namesProxy(env) });
  }
  if (ca === undefined && proxy === undefined) return undefined;
  return (await import("./undici_fetch.ts")).fetchOnNode({ ca, proxy });
}

interface DenoFetchOptions {
  url: URL;
  ca: string | undefined;
  proxy: URL | undefined;
  /** Whether the environment names a proxy, for whatever hosts. */
  byProxies: boolean;
}

/** Deno has a reading of its own of the proxies in the environment: what is said here goes before it. */
function fetchOnDeno({ url, ca, proxy, byProxies }: DenoFetchOptions): Fetch | undefined {
  if (ca === undefined && !byProxies) return undefined;
  const options = {
    ...ca !== undefined && { caCerts: [ca] },
    ...proxy !== undefined && { proxy: toDenoProxy(proxy) },
  };
  const client = byProxies && proxy === undefined
    ? createDirectClient(url, options)
    : Deno.createHttpClient(options);
  return (request) => fetch(request, { client });
}

/**
 * A client that asks no proxy. Deno knows no option for that: it reads the environment once, while it makes a client, so
 * that is where `NO_PROXY` says so, and nothing else ever sees it.
 */
function createDirectClient(
  { hostname }: URL,
  options: Deno.CreateHttpClientOptions,
): Deno.HttpClient {
  const before = ["NO_PROXY", "no_proxy"].map((name) => [name, Deno.env.get(name)] as const);
  try {
    for (const [name] of before) Deno.env.set(name, hostname.replace(/^\[|\]$/g, ""));
    return Deno.createHttpClient(options);
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

function toDenoProxy(proxy: URL): Deno.Proxy {
  const basicAuth = readLogin(proxy);
  return { url: `${proxy.protocol}//${proxy.host}`, ...basicAuth && { basicAuth } };
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function describeCaSource(caFile: string, env: (name: string) => string | undefined): string {
  const option = connectionOptions.caFile;
  return option.env.find((name) => env(name) === caFile) ?? `--${option.name}`;
}

async function readAuthorities(path: string, source: string): Promise<string> {
  const invalid = (what: string, cause?: unknown) =>
    new CliError("CONFIG_INVALID", `${source}: ${what}`, {
      cause,
      hint: "It must hold certificates in PEM: -----BEGIN CERTIFICATE-----",
    });
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new CliError(
      "CONFIG_INVALID",
      `${source}: cannot read ${path}: ${formatSystemError(cause)}`,
      { cause },
    );
  }
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw invalid(`${path} holds no certificate`);
  certificates.forEach((certificate, i) => {
    try {
      new X509Certificate(certificate);
    } catch (cause) {
      throw invalid(`certificate ${i + 1} of ${path} cannot be read`, cause);
    }
  });
  return `${certificates.join("\n")}\n`;
}
