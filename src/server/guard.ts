/**
 * Which requests are answered at all.
 *
 * @module
 */
import { isLoopback } from "../zitadel/http/instance_url.ts";
import type { MiddlewareHandler } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import type { Delay } from "../zitadel/http/retry.ts";
import { problem } from "./problem.ts";

/** The longest URL, in characters: room for dozens of filters. */
const LONGEST_URL = 8 * 1024;

/** Refuses what no route should see: endless URLs, names of other machines, pages of other sites. */
export function refuseStrangers(
  { loopbackOnly }: { loopbackOnly: boolean },
): MiddlewareHandler {
  return async ({ req: { raw } }, next) => {
    if (raw.url.length > LONGEST_URL) {
      return problem(414, "URL_TOO_LONG", `The URL has more than ${LONGEST_URL} characters`);
    }
    if (loopbackOnly && !isLoopback(readHost(raw).replace(/:\d*$/, ""))) {
      return problem(421, "HOST_UNKNOWN", "The header Host is no name of this machine", {
        hint: "Ask for 127.0.0.1 or localhost; a proxy must send that name on",
      });
    }
    if (comesFromOtherSite(raw)) {
      return problem(403, "CROSS_SITE", "A page of another site may not ask");
    }
    await next();
  };
}

/** Lets only those on who have a token. */
export function requireToken(
  verifyToken: (token: string) => boolean | Promise<boolean>,
): MiddlewareHandler {
  const message = () =>
    problem(401, "UNAUTHORIZED", "The server's token is missing or wrong", {
      hint: "Send it as Authorization: Bearer <token>",
      headers: { "www-authenticate": "Bearer" },
    });
  return bearerAuth({
    verifyToken,
    noAuthenticationHeader: { message },
    invalidAuthenticationHeader: { message },
    invalidToken: { message },
  });
}

/** How long a body that is announced without a length may take to begin or to end, in milliseconds. */
const BODY_TIMEOUT_MS = 10_000;

/** Why a request is refused that brings a body, if it does: no route takes one. */
export async function refuseBody(
  request: Request,
  path: string,
  delay: Delay,
): Promise<Response | undefined> {
  const { headers, method } = request;
  // Proxies announce a body in chunks and send none. That is framing, as `Content-Length: 0` is.
  const hasBody = headers.has("transfer-encoding")
    ? await bringsBytes(request, delay)
    : /[1-9]/.test(headers.get("content-length") ?? "");
  return hasBody ? problem(413, "BODY_NOT_ACCEPTED", `${method} ${path} takes no body`) : undefined;
}

/** Whether a byte of a body comes before its end, or not even that end in time. */
async function bringsBytes({ body }: Request, delay: Delay): Promise<boolean> {
  const reader = body?.getReader();
  if (reader === undefined) return false;
  const timer = new AbortController();
  const comes = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || value.length > 0) return !done;
    }
  };
  try {
    return await Promise.race([
      // A body that breaks off is one, too; nobody reads the answer.
      comes().catch(() => true),
      delay(BODY_TIMEOUT_MS, { signal: timer.signal }).then(() => true),
    ]);
  } finally {
    timer.abort();
    reader.cancel().catch(() => {});
  }
}

/** The host that the client asks, with the port. HTTP/2 has no header for it, but the URL. */
function readHost({ headers, url }: Request): string {
  return headers.get("host") ?? url.replace(/^[^/]*\/\//, "").replace(/[/?#].*$/s, "");
}

/**
 * Whether a page of another site asks, by what its browser says.
 *
 * Where the browser says how the page and this server belong together, that counts: it knows the address that its user
 * sees, whatever a proxy makes of `Host`. Older browsers, and all of them over plain HTTP, say only of which origin the
 * page is. A link that is followed is no harm: what it brings is shown, not read.
 */
function comesFromOtherSite(request: Request): boolean {
  const { headers, method } = request;
  const site = headers.get("sec-fetch-site");
  switch (site) {
    case "same-origin":
    case "none":
      return false;
    case "same-site":
    case "cross-site":
      return headers.get("sec-fetch-mode") !== "navigate" || method !== "GET";
  }
  const origin = headers.get("origin");
  return origin !== null && origin.replace(/^https?:\/\//, "") !== readHost(request);
}
