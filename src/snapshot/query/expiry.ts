/**
 * The ends of credentials.
 *
 * @module
 */
import { DAY_MS } from "../../rfc3339.ts";
import type { Credential } from "../types.ts";

/** An end further away than this counts as never: such times come from documentation, or from a year 9999. */
const NEVER_DAYS = 100 * 365;

/** The state of a credential by its end; `unknown` for a client secret, whose end ZITADEL does not tell. */
export type Expiry = "never" | "expired" | "expires" | "unknown";

/** The state of a credential by its end, at a time in RFC 3339. */
export function describeExpiry(credential: Credential, at: string): Expiry {
  const days = countDaysLeft(credential, at);
  if (days === undefined) return credential.kind === "client-secret" ? "unknown" : "never";
  if (days > NEVER_DAYS) return "never";
  return days <= 0 ? "expired" : "expires";
}

/** Days until a credential ends, from a time in RFC 3339; negative if it has ended, `undefined` if it never does. */
export function countDaysLeft({ expiresAt }: Credential, at: string): number | undefined {
  return expiresAt === undefined ? undefined : (Date.parse(expiresAt) - Date.parse(at)) / DAY_MS;
}
