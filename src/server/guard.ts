/**
 * Which requests are answered at all.
 *
 * @module
 */
import { problem } from "./problem.ts";
import { allowedMethods, type Route } from "./routes.ts";

/** The longest URL, in characters: room for dozens of filters. */
const LONGEST_URL = 8 * 1024;

/** What the guard of an app knows. */
export interface GuardOptions {
  /** Whether a header `Authorization` opens the door; absent: there is no token, and it stands open. */
  authorize?: ((header: string | null) => boolean) | undefined;
  /** Whether the numbers for Prometheus are for everybody. */
  metricsOpen: boolean;
  /** Whether only names of this machine are answered, because it listens for this machine only. */
  loopbackOnly: boolean;
}

/** A guard: a refusal, or nothing if the request may be answered. `route` is the one that its path names. */
export type Guard = (request: Request, route: Route | undefined) => Response | undefined;

/** The guard of an app. */
export function createGuard({ authorize, metricsOpen, loopbackOnly }: GuardOptions): Guard {
  return (request, route) => {
    const { headers, method, url } = request;
    if (url.length > LONGEST_URL) {
      return problem(414, "URL_TOO_LONG", `The URL has more than ${LONGEST_URL} characters`);
    }
    if (loopbackOnly && !isLoopback(readHost(request))) {
      return problem(421, "HOST_UNKNOWN", "The header Host is no name of this machine", {
        hint: "Ask for 127.0.0.1 or localhost; a proxy must send that name on",
      });
    }
    if (comesFromOtherSite(request)) {
      return problem(403, "CROSS_SITE", "A page of another site may not ask");
    }
    const isOpen = route?.access === "open" || (route?.access === "metrics" && metricsOpen);
    if (!isOpen && authorize?.(headers.get("authorization")) === false) {
      return problem(401, "UNAUTHORIZED", "The server's token is missing or wrong", {
        hint: "Send it as Authorization: Bearer <token>",
        headers: { "www-authenticate": "Bearer" },
      });
    }
    if (route === undefined) {
      return problem(404, "NOT_FOUND", "There is nothing at this path", {
        hint: "See /openapi.json",
      });
    }
    const allowed = allowedMethods(route);
    if (!allowed.includes(method)) {
      const allow = allowed.join(", ");
      return problem(405, "METHOD_NOT_ALLOWED", `${route.path} takes ${allow}`, {
        headers: { allow },
      });
    }
    if (hasBody(headers)) {
      return problem(413, "BODY_NOT_ACCEPTED", `${method} ${route.path} takes no body`, {
        headers: { connection: "close" },
      });
    }
    return undefined;
  };
}

/** Why a query is refused, if it is: a name that the route does not know, or a value without a meaning. */
export function queryFault(query: URLSearchParams, route: Route): Response | undefined {
  if (query.size === 0) return undefined;
  const known = Object.keys(route.query);
  for (const [name, value] of query) {
    if (!known.includes(name)) {
      return problem(400, "QUERY_INVALID", `${route.path} does not know one of the parameters`, {
        hint: known.length === 0 ? "It takes none" : `It knows: ${known.join(", ")}`,
      });
    }
    if (value === "") return problem(400, "QUERY_INVALID", `${name} is empty`);
  }
  return undefined;
}

/** The host that the client named, without the port. */
function readHost({ headers, url }: Request): string {
  const host = headers.get("host") ?? url.replace(/^[^/]*\/\//, "").replace(/[/?#].*$/s, "");
  return host.replace(/:\d*$/, "");
}

/** Whether a host name or address is one of this machine for itself. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/** Browsers say where a request comes from. A link that is followed is no harm: its answer is shown, not read. */
function comesFromOtherSite({ headers, method }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site === "cross-site" || site === "same-site") {
    const isLink = headers.get("sec-fetch-mode") === "navigate" && method === "GET";
    if (!isLink) return true;
  }
  const origin = headers.get("origin");
  return origin !== null && origin.replace(/^https?:\/\//, "") !== headers.get("host");
}

function hasBody(headers: Headers): boolean {
  return headers.has("transfer-encoding") || (headers.get("content-length") ?? "0") !== "0";
}
