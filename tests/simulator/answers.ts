/**
 * Answers with the headers that ZITADEL's gateway sets.
 *
 * @module
 */
import { HTTP_STATUS, type Refusal } from "./errors.ts";

const JSON_TYPE = { "content-type": "application/json" };

const GRPC_HEADERS = {
  "cache-control": "no-store",
  "grpcgateway-cache-control": "no-store",
  "grpcgateway-content-type": "application/grpc",
  "grpcgateway-pragma": "no-cache",
  "pragma": "no-cache",
  "x-robots-tag": "none",
};

const DELETED_COOKIE = "zitadel.quota.exhausted=; Path=/; Max-Age=0; SameSite=Lax";

/** A 200 of the gateway; `body` is JSON. */
export function success(body: string | Uint8Array<ArrayBuffer>, now: number): Response {
  return new Response(body, {
    headers: {
      ...JSON_TYPE,
      ...GRPC_HEADERS,
      "expires": new Date(now).toUTCString(),
      "set-cookie": DELETED_COOKIE,
      "vary": "Origin, Cookie",
    },
  });
}

/** The body of an error: a google.rpc.Status. */
export function refusalBody({ code, message, id }: Refusal): Record<string, unknown> {
  if (id === undefined) return { code, message };
  return {
    code,
    message: `${message} (${id})`,
    details: [{ "@type": "type.googleapis.com/zitadel.v1.ErrorDetail", id, message }],
  };
}

/** An error answer. */
export function refuse(refusal: Refusal, now: number): Response {
  const body = refusalBody(refusal);
  const status = refusal.status ?? HTTP_STATUS[refusal.code] ?? 500;
  const headers = new Headers({ ...JSON_TYPE, "vary": "Origin" });
  if (!refusal.gateway) {
    for (const [name, value] of Object.entries(GRPC_HEADERS)) headers.set(name, value);
    headers.set("expires", new Date(now).toUTCString());
  }
  if (status === 401) headers.set("www-authenticate", String(body.message));
  if (status === 429) {
    headers.set(
      "set-cookie",
      "zitadel.quota.exhausted=true; Path=/; Max-Age=300; SameSite=Lax",
    );
    headers.set("vary", "Origin, Cookie");
  }
  return new Response(JSON.stringify(body), { status, headers });
}
