/**
 * The meaning of a failed `fetch`.
 *
 * @module
 */

/** A failure in words, without the URL and whatever else the runtime's own message holds. */
export interface NetworkFailure {
  reason: string;
  hint?: string;
}

const CLOCK = "check that this machine's clock is right";

/**
 * Patterns of the runtime's error. Deno tells it in its message, in the words of rustls and hyper; Node in `cause.code`, with
 * the names of OpenSSL and the system. The first that fits counts.
 */
const KNOWN: readonly [pattern: RegExp, reason: string, hint?: string][] = [
  [
    /tunnel|Proxy response|proxy authentication/i,
    "the proxy does not let the request through",
    "Check HTTPS_PROXY, with user name and password if it wants them; NO_PROXY names hosts to reach directly",
  ],
  [
    /ECONNREFUSED|connection refused/i,
    "connection refused",
    "Check host and port, and that ZITADEL is running",
  ],
  [
    /ENOTFOUND|EAI_|dns error|failed to lookup/i,
    "the host name cannot be resolved",
    "Check the spelling of the instance URL and this machine's DNS",
  ],
  [
    /CaUsedAsEndEntity|DEPTH_ZERO_SELF_SIGNED/,
    "the server's certificate is self-signed, as that of an authority is",
    "Make it again with the extensions basicConstraints=CA:FALSE and subjectAltName=DNS:<host name>, and make it trusted " +
    "with `fetch`; or have it signed by an authority",
  ],
  [
    /UnknownIssuer|UNABLE_TO_(GET|VERIFY)|SELF_SIGNED|self.signed|BadSignature|CERT_SIGNATURE/i,
    "the certificate is not signed by a known authority",
    "If the authority is your own, make it trusted with `fetch`",
  ],
  [
    /NotValidForName|not valid for (?:any )?name|ALTNAME|altnames/i,
    "the certificate is for another host name",
    "Use the host name that the certificate names",
  ],
  [
    /NOT_YET_VALID|NotValidYet|not (?:yet valid|valid yet)/i,
    "the certificate is not valid yet",
    `First ${CLOCK}; if it is, the server has a certificate for later`,
  ],
  [
    /HAS_EXPIRED|certificate.*expired|Expired/i,
    "the certificate has expired",
    `Have it renewed where ZITADEL runs; if it is new, ${CLOCK}`,
  ],
  [
    /invalid peer certificate|CERT_|Revoked/,
    "the certificate cannot be trusted",
    "See what is wrong with it in a browser, and have it replaced where ZITADEL runs",
  ],
  [
    /CertificateRequired|CERTIFICATE_REQUIRED|alert: BadCertificate|ALERT_BAD_CERTIFICATE/,
    "the server wants a client certificate",
    "None can be sent: use an address of ZITADEL that wants the token alone",
  ],
  [
    /ProtocolVersion|PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|PeerIncompatible|peer is incompatible/,
    "the server speaks only versions of TLS that are no longer safe",
    "It needs TLS 1.2 or 1.3: have what terminates TLS before ZITADEL updated",
  ],
  [
    /HandshakeFailure|HANDSHAKE_FAILURE|NO_SHARED_CIPHER/,
    "the server refuses the TLS handshake",
    "It may want a client certificate, which cannot be sent, or ciphers that are no longer safe",
  ],
  [
    /InvalidContentType|corrupt message|EPROTO|wrong.version.number|packet length too long/i,
    "the port does not speak TLS",
    "Check the port; plain http is allowed for this machine, or with `allowHttp: true`",
  ],
  [
    /tls handshake eof|before secure TLS connection/i,
    "the connection was closed before TLS was agreed upon",
    "Check host and port; a firewall in between may do that too",
  ],
  [
    /fatal alert|ERR_SSL_/,
    "TLS cannot be agreed upon",
    "Check what terminates TLS before ZITADEL: versions, ciphers, certificate",
  ],
  [
    /invalid HTTP|HPE_|does not match the HTTP/i,
    "what answers does not speak HTTP",
    "Check the port, and whether it wants https",
  ],
  [
    /ECONNRESET|connection reset|EPIPE|broken pipe|socket hang up|UND_ERR_SOCKET|other side closed/i,
    "the connection was reset",
    "Check the instance URL and the network. A server that wants a client certificate, which cannot be sent, may do that too",
  ],
  [
    /closed before message completed|end of file|unexpected EOF|terminated|body from connection/i,
    "the answer ended too early",
  ],
  [/EHOSTUNREACH|ENETUNREACH|unreachable|no route to host/i, "the network cannot be reached"],
  [/ETIMEDOUT|CONNECT_TIMEOUT|timed out/i, "the connection timed out"],
  [
    /bad port|Requests to port \d+ are blocked/i,
    "no request may go to that port",
    "Ports of other protocols are blocked by the Fetch standard: check the port, or have ZITADEL answer at another",
  ],
  [/NotCapable|Requires net access/i, "this program may not use the network"],
];

/** Says what a failed `fetch` means; an unknown failure is "the request failed", with the system's code for it. */
export function describeNetworkFailure(cause: unknown): NetworkFailure {
  const errors = causes(cause);
  const text = errors.map((error) => `${error.name} ${error.code ?? ""} ${error.message}`)
    .join("\n");
  const known = KNOWN.find(([pattern]) => pattern.test(text));
  if (known === undefined) return { reason: `the request failed${systemCode(errors)}` };
  const [, reason, hint] = known;
  return hint === undefined ? { reason } : { reason, hint };
}

function causes(error: unknown): (Error & { code?: unknown })[] {
  const found: Error[] = [];
  // Bounded, since a chain of causes may be a ring.
  for (let next = error; next instanceof Error && found.length < 8; next = next.cause) {
    found.push(next);
  }
  return found;
}

function systemCode(errors: readonly { code?: unknown }[]): string {
  const code = errors.map(({ code }) => code).findLast((code) =>
    typeof code === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)
  );
  return code === undefined ? "" : ` (${code})`;
}
