import { jsonResponse } from "./response.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  414: "URI Too Long",
  421: "Misdirected Request",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
};

/** What a problem may say beside its code and detail. */
export interface ProblemOptions {
  /** What to do about it. */
  hint?: string | undefined;
  /** Headers of the response. */
  headers?: Record<string, string>;
}

/** A refusal or a failure, as problem JSON (RFC 9457) with `code` and `hint` beside the members of the standard. */
export function problem(
  status: number,
  code: string,
  detail: string,
  { hint, headers = {} }: ProblemOptions = {},
): Response {
  return jsonResponse(
    { type: "about:blank", title: TITLES[status], status, detail, code, hint },
    { status, type: "application/problem+json", headers },
  );
}
