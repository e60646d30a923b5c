/**
 * What every answer has in common.
 *
 * @module
 */

/** What keeps browsers from doing anything with an answer but show it. */
const SECURITY_HEADERS = {
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};

const encoder = new TextEncoder();

/** An answer with these headers beside those of every answer; what is not said to be kept is kept by nobody. */
export function answer(
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
  status: number,
  headers: Record<string, string>,
): Response {
  return new Response(body, {
    status,
    headers: { ...SECURITY_HEADERS, "cache-control": "no-store", ...headers },
  });
}

/** An answer of text. */
export function textAnswer(
  text: string,
  type: string,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  const bytes = encoder.encode(text);
  return answer(bytes, status, {
    "content-type": type,
    "content-length": `${bytes.length}`,
    ...headers,
  });
}

/** An answer of JSON, one value with a line feed at its end. */
export function jsonAnswer(
  value: unknown,
  status = 200,
  { type = "application/json", headers = {} }: {
    type?: string;
    headers?: Record<string, string>;
  } = {},
): Response {
  return textAnswer(`${JSON.stringify(value)}\n`, type, status, headers);
}
