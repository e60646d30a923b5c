/**
 * What a failed `fetch` means.
 *
 * @module
 */

/** A failure in words, without the URL and whatever else the runtime's own message holds. */
export interface NetworkFailure {
  /** What happened. */
  reason: string;
  /** What to do about it. */
  hint?: string;
}

/** Text or code of the runtime's error (Deno puts it into the message, Node into `cause.code`), and what it means. */
const KNOWN: readonly [pattern: RegExp, failure: NetworkFailure][] = [
  [/tunnel|Proxy response|proxy authentication/i, {
    reason: "the proxy does not let the request through",
    hint:
      "Check HTTPS_PROXY, with user name and password if it wants them; NO_PROXY names hosts to reach directly",
  }],
  [/ECONNREFUSED|connection refused/i, {
    reason: "connection refused",
    hint: "Check host and port, and that ZITADEL is running",
  }],
  [/ENOTFOUND|EAI_AGAIN|dns error|failed to lookup/i, {
    reason: "the host name cannot be resolved",
    hint: "Check the spelling of the instance URL and this machine's DNS",
  }],
  [/UnknownIssuer|UNABLE_TO_(GET|VERIFY)|SELF_SIGNED|self.signed/i, {
    reason: "the certificate is not signed by a known authority",
    hint: "If the authority is your own, make it trusted with `fetch`",
  }],
  [/NotValidForName|not valid for (?:any )?name|ERR_TLS_CERT_ALTNAME_INVALID|altnames/i, {
    reason: "the certificate is for another host name",
    hint: "Use the host name that the certificate names",
  }],
  [/CERT_HAS_EXPIRED|certificate.*expired|Expired/i, { reason: "the certificate has expired" }],
  [/InvalidContentType|corrupt message|EPROTO|wrong version number/i, {
    reason: "the port does not speak TLS",
    hint: "Check the port; plain http is allowed for this machine, or with `allowHttp: true`",
  }],
  [
    /ECONNRESET|connection reset|EPIPE|broken pipe|socket hang up|UND_ERR_SOCKET|other side closed/i,
    {
      reason: "the connection was reset",
    },
  ],
  [/closed before message completed|end of file|unexpected EOF|terminated|body from connection/i, {
    reason: "the answer ended too early",
  }],
  [/EHOSTUNREACH|ENETUNREACH|unreachable/i, { reason: "the network cannot be reached" }],
  [/ETIMEDOUT|CONNECT_TIMEOUT|timed out/i, { reason: "the connection timed out" }],
  [/NotCapable|Requires net access/i, { reason: "this program may not use the network" }],
];

/** Says what a failed `fetch` means; an unknown failure is "the request failed". */
export function describeNetworkFailure(cause: unknown): NetworkFailure {
  const text = causes(cause).map((error) => `${error.name} ${error.code ?? ""} ${error.message}`)
    .join("\n");
  return KNOWN.find(([pattern]) => pattern.test(text))?.[1] ?? { reason: "the request failed" };
}

function causes(error: unknown): (Error & { code?: unknown })[] {
  const found: Error[] = [];
  // Bounded, since a chain of causes may be a ring.
  for (let next = error; next instanceof Error && found.length < 8; next = next.cause) {
    found.push(next);
  }
  return found;
}
