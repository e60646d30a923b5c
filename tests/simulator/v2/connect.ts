/**
 * Connect, the transport of ZITADEL's v2 services: its requests and its errors.
 *
 * @module
 */
import { HTTP_STATUS, type Refusal } from "../errors.ts";

const CODES: Readonly<Record<number, string>> = {
  1: "canceled",
  2: "unknown",
  3: "invalid_argument",
  4: "deadline_exceeded",
  5: "not_found",
  6: "already_exists",
  7: "permission_denied",
  8: "resource_exhausted",
  9: "failed_precondition",
  10: "aborted",
  11: "out_of_range",
  12: "unimplemented",
  13: "internal",
  14: "unavailable",
  15: "data_loss",
  16: "unauthenticated",
};

/** Whether a path is one of Connect: `/zitadel.<package>.<Service>/<Method>`. */
export function isConnectPath(path: string): boolean {
  return path.startsWith("/zitadel.");
}

/** An answer of a Connect method; `text` is JSON. */
export function succeedConnect(text: string): Response {
  return new Response(text, {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
}

/** An error of a Connect method. */
export function refuseConnect({ code, message, id }: Refusal): Response {
  const body = {
    code: CODES[code] ?? "unknown",
    message: id === undefined ? message : `${message} (${id})`,
    ...(id === undefined ? {} : {
      details: [{
        type: "zitadel.v1.ErrorDetail",
        value: encodeDetail(id, message),
        debug: { id, message },
      }],
    }),
  };
  return new Response(JSON.stringify(body), {
    status: HTTP_STATUS[code] ?? 500,
    headers: { "content-type": "application/json" },
  });
}

/** The answer of Go's router for an unknown path. */
export function refuseUnknownPath(): Response {
  return new Response("404 page not found\n", {
    status: 404,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
}

/** The protobuf of `ErrorDetail`, two short strings, in base64 without padding. */
function encodeDetail(id: string, message: string): string {
  const encoder = new TextEncoder();
  const bytes = [id, message].flatMap((text, index) => {
    const content = encoder.encode(text);
    return [(index + 1) * 8 + 2, content.length, ...content];
  });
  return btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
}
