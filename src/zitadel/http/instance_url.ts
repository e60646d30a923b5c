import { SyncError } from "../../errors.ts";

export interface InstanceUrlOptions {
  /** Accepts plain `http` to hosts that are not this machine. @default {false} */
  allowHttp?: boolean;
}

/**
 * Reads the address of a ZITADEL instance: an origin, such as `https://acme.zitadel.cloud`.
 *
 * The message never repeats the text, since it may hold a password; the hint spells the origin that was probably meant.
 *
 * @throws {SyncError} `CONFIG_INVALID`: no URL, no scheme, not `https` (plain `http` is for this machine only, unless
 * `allowHttp`), or more than an origin: credentials, a path, a query, a fragment.
 */
export function parseInstanceUrl(text: string, options: InstanceUrlOptions = {}): URL {
  const trimmed = text.trim();
  if (trimmed === "") throw invalid("is empty", undefined);
  // deno-lint-ignore no-control-regex -- the URL parser drops tabs and line ends without a word
  if (/[\s\x00-\x1f\x7f]/.test(trimmed)) throw invalid("holds a space or a control character");

  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined) throw invalid("has no scheme", meant(trimmed));
  if (scheme !== "https" && scheme !== "http") {
    throw invalid("begins with a scheme other than https", meant(trimmed));
  }
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined;
  if (url === undefined) throw invalid("is not a URL");

  const surplus = [
    url.username !== "" || url.password !== "" ? "credentials" : undefined,
    url.pathname !== "/" ? "a path" : undefined,
    url.search !== "" ? "a query" : undefined,
    url.hash !== "" ? "a fragment" : undefined,
  ].filter((part) => part !== undefined);
  if (surplus.length > 0) throw invalid(`has ${enumerated(surplus)}`, meant(trimmed));

  if (url.protocol === "http:" && !isLoopback(url.hostname) && options.allowHttp !== true) {
    throw new SyncError(
      "CONFIG_INVALID",
      "The instance URL is plain http, which would send the token unencrypted",
      {
        hint: `Write https://${url.host}, or allow plain http with \`allowHttp: true\``,
      },
    );
  }
  return new URL(url.origin);
}

/** The origin that was probably meant; none where it might repeat a part of a password or a token. */
function meant(text: string): string | undefined {
  const rest = text.replace(/^(?:[a-z][a-z0-9+.-]*:\/\/|https?:\/*|\/+)/i, "");
  const authority = /^[^/?#\\]*/.exec(rest)![0];
  if (rest.slice(authority.length).includes("@")) return undefined;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (!URL.canParse(`https://${host}`)) return undefined;
  const url = new URL(`https://${host}`);
  if (isLoopback(url.hostname)) return `${/^https:/i.test(text) ? "https" : "http"}://${url.host}`;
  return url.hostname.includes(".") ? url.origin : undefined;
}

function invalid(what: string, origin?: string): SyncError {
  return new SyncError("CONFIG_INVALID", `The instance URL must be an origin, but it ${what}`, {
    hint: origin === undefined
      ? "Write it like https://acme.zitadel.cloud, without a path"
      : `Write ${origin}`,
  });
}

function enumerated(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** Whether a host name or address is one of this machine for itself. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}
