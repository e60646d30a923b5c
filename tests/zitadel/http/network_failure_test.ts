import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { describeNetworkFailure } from "../../../src/zitadel/http/network_failure.ts";

/** What each runtime says of one failure (seen on Deno 2.9 and Node 20), and the one reason that follows. */
const CASES: [deno: string, node: [code: string, message: string] | undefined, reason: string][] = [
  [
    "client error (Connect): invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))",
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"],
    "the server's certificate is self-signed, as that of an authority is",
  ],
  [
    "Fetch failed: Requests to port 1 are blocked",
    ["", "bad port"],
    "no request may go to that port",
  ],
  [
    "client error (Connect): invalid peer certificate: certificate not valid yet: verification time 1 (UNIX)",
    ["CERT_NOT_YET_VALID", "certificate is not yet valid"],
    "the certificate is not valid yet",
  ],
  [
    "client error (Connect): invalid peer certificate: certificate expired: verification time 1 (UNIX)",
    ["CERT_HAS_EXPIRED", "certificate has expired"],
    "the certificate has expired",
  ],
  [
    'client error (Connect): invalid peer certificate: certificate not valid for name "localhost"',
    ["ERR_TLS_CERT_ALTNAME_INVALID", "Hostname/IP does not match certificate's altnames"],
    "the certificate is for another host name",
  ],
  [
    "client error (Connect): invalid peer certificate: UnknownIssuer",
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "unable to get local issuer certificate"],
    "the certificate is not signed by a known authority",
  ],
  [
    "client error (Connect): received fatal alert: ProtocolVersion",
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "SSL alert number 70"],
    "the server speaks only versions of TLS that are no longer safe",
  ],
  [
    "received fatal alert: CertificateRequired",
    ["ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSL alert number 116"],
    "the server wants a client certificate",
  ],
  [
    "client error (Connect): received fatal alert: HandshakeFailure",
    ["ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "SSL alert number 40"],
    "the server refuses the TLS handshake",
  ],
  [
    "client error (Connect): received corrupt message of type InvalidContentType",
    ["ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"],
    "the port does not speak TLS",
  ],
  [
    "client error (Connect): tls handshake eof",
    [
      "ECONNRESET",
      "Client network socket disconnected before secure TLS connection was established",
    ],
    "the connection was closed before TLS was agreed upon",
  ],
  [
    "client error (SendRequest): invalid HTTP version parsed",
    ["HPE_INVALID_CONSTANT", "Response does not match the HTTP/1.1 protocol (Expected HTTP/)"],
    "what answers does not speak HTTP",
  ],
  [
    "client error (Connect): Connection reset by peer (os error 104)",
    ["ECONNRESET", "read ECONNRESET"],
    "the connection was reset",
  ],
  [
    "client error (Connect): dns error: failed to index address information: Name or service not known",
    ["ENOTFOUND", "getaddrinfo ENOTFOUND nope.invalid"],
    "the host name cannot be resolved",
  ],
  [
    "client error (Connect): tcp connect error: Connection refused (os error 111)",
    ["ECONNREFUSED", "connect ECONNREFUSED 127.0.0.1:2"],
    "connection refused",
  ],
  [
    "client error (Connect): tcp connect error: No route to host (os error 113)",
    ["EHOSTUNREACH", "connect EHOSTUNREACH 2001:db8::1:443"],
    "the network cannot be reached",
  ],
];

describe("zitadel: network failure", () => {
  for (const [deno, node, reason] of CASES) {
    it(`${reason}: told alike on Deno and on Node`, () => {
      const failed = (cause: Error) =>
        describeNetworkFailure(new TypeError("fetch failed", { cause }));
      assertEquals(failed(new Error(deno)).reason, reason);
      if (node === undefined) return;
      const [code, message] = node;
      assertEquals(failed(Object.assign(new Error(message), { code })).reason, reason);
    });
  }

  it("an unknown failure is told with the system's code, and never with the runtime's text", () => {
    const cause = Object.assign(new Error("https://host/?token=s3cret"), { code: "ECONNABORTED" });
    assertEquals(describeNetworkFailure(cause), { reason: "the request failed (ECONNABORTED)" });
    assertEquals(describeNetworkFailure(new Error("s3cret")), { reason: "the request failed" });
  });
});
