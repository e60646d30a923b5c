import { Buffer } from "node:buffer";
import { rootCertificates } from "node:tls";
import { Agent, fetch, ProxyAgent } from "undici";
import type { Fetch } from "../../zitadel/http/attempt.ts";
import { readLogin } from "./proxy_for.ts";

/** The settings of {@linkcode fetchOnNode}. */
export interface NodeFetchOptions {
  /** Certificates to trust beside the ones that everybody knows, as PEM. */
  ca: string | undefined;
  /** The proxy; absent: none. */
  proxy: URL | undefined;
}

/** Sends requests as Node's own `fetch` does, which on Node 20 knows neither authorities nor proxies. */
export function fetchOnNode({ ca, proxy }: NodeFetchOptions): Fetch {
  const tls = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const dispatcher = proxy === undefined ? new Agent({ connect: tls }) : new ProxyAgent({
    uri: `${proxy.protocol}//${proxy.host}`,
    ...toAuthorization(proxy),
    requestTls: tls,
    proxyTls: tls,
  });
  return async ({ url, method, headers, body, redirect, signal }) =>
    await fetch(url, {
      method,
      headers: [...headers],
      body: body === null ? null : await new Response(body).text(),
      redirect,
      signal,
      dispatcher,
    }) as unknown as Response;
}

/** Not left to undici, which fails at a stray % and sends no user name without a password. */
function toAuthorization(proxy: URL): { token?: string } {
  const login = readLogin(proxy);
  if (login === undefined) return {};
  const { username, password } = login;
  return { token: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}
