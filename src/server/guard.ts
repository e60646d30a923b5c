/**
 * The checks that come before the routes.
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

/** Refuses endless URLs, names of other machines and pages of other sites. */
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

/** Refuses requests without a right token. */
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

/** The time for a body without a length to show its first byte or its end, in milliseconds. */
const BODY_TIMEOUT_MS = 10_000;

/** Refuses a request with a body: no route takes one. */
export async function refuseBody(
  request: Request,
  path: string,
  delay: Delay,
): Promise<Response | undefined> {
  const { headers, method } = request;
  // Proxies announce chunks and then send none: framing without a body, as `Content-Length: 0` is.
  const hasBody = headers.has("transfer-encoding")
    ? await bringsBytes(request, delay)
    : /[1-9]/.test(headers.get("content-length") ?? "");
  return hasBody ? problem(413, "BODY_NOT_ACCEPTED", `${method} ${path} takes no body`) : undefined;
}

/** Tells whether a body has a byte. One that neither begins nor ends in time counts as one that has. */
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
      // A body that breaks off: nobody reads the answer.
      comes().catch(() => true),
      delay(BODY_TIMEOUT_MS, { signal: timer.signal }).then(() => true),
    ]);
  } finally {
    timer.abort();
    reader.cancel().catch(() => {});
  }
}

/** Reads the host that the client asked for, with its port. HTTP/2 has it in the URL and not in a header. */
function readHost({ headers, url }: Request): string {
  return headers.get("host") ?? url.replace(/^[^/]*\/\//, "").replace(/[/?#].*$/s, "");
}

/**
 * Tells whether a page of another site sent the request.
 *
 * `Sec-Fetch-Site` decides if it is there: the browser knows the address that its user sees, even if a proxy changes
 * `Host`. Older browsers, and all browsers over plain HTTP, send only the page's `Origin`. Following a link does no harm:
 * the browser shows the answer, and the other site cannot read it.
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
