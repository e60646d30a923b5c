/**
 * When credentials end.
 *
 * @module
 */
import { DAY_MS } from "../../rfc3339.ts";
import type { Credential } from "../contract.ts";

/** What the time of its end makes of a credential; `unknown` of a client secret, of which ZITADEL does not say. */
export type Expiry = "never" | "expired" | "expires" | "unknown";

/** What the time of its end makes of a credential at a time, in RFC 3339. */
export function describeExpiry({ kind, expiresAt }: Credential, at: string): Expiry {
  if (expiresAt === undefined) return kind === "client-secret" ? "unknown" : "never";
  return Date.parse(expiresAt) <= Date.parse(at) ? "expired" : "expires";
}

/** In how many days a credential ends, counted from a time in RFC 3339; negative if it has; `undefined` if it never does. */
export function countDaysLeft({ expiresAt }: Credential, at: string): number | undefined {
  return expiresAt === undefined ? undefined : (Date.parse(expiresAt) - Date.parse(at)) / DAY_MS;
}
