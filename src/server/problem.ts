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

export interface ProblemOptions {
  hint?: string | undefined;
  /** Further headers of the response. */
  headers?: Record<string, string>;
}

/** Makes a response of problem JSON (RFC 9457), with `code` and `hint` as further members. */
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
