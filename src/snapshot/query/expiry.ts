/**
 * When credentials end.
 *
 * @module
 */
import { DAY_MS } from "../../rfc3339.ts";
import type { Credential } from "../types.ts";

/** Further in the future than this is never: such times come out of documentation, or of a 9999 that somebody chose. */
const NEVER_DAYS = 100 * 365;

/** What the time of its end makes of a credential; `unknown` of a client secret, of which ZITADEL does not say. */
export type Expiry = "never" | "expired" | "expires" | "unknown";

/** What the time of its end makes of a credential at a time, in RFC 3339. */
export function describeExpiry(credential: Credential, at: string): Expiry {
  const days = countDaysLeft(credential, at);
  if (days === undefined) return credential.kind === "client-secret" ? "unknown" : "never";
  if (days > NEVER_DAYS) return "never";
  return days <= 0 ? "expired" : "expires";
}

/** In how many days a credential ends, counted from a time in RFC 3339; negative if it has; `undefined` if it never does. */
export function countDaysLeft({ expiresAt }: Credential, at: string): number | undefined {
  return expiresAt === undefined ? undefined : (Date.parse(expiresAt) - Date.parse(at)) / DAY_MS;
}
