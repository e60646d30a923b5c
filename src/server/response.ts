const encoder = new TextEncoder();

/** What a response may be told beside its body. */
export interface ResponseOptions {
  /** The status. @default {200} */
  status?: number;
  /** Headers beside those that each response of its kind has. */
  headers?: Record<string, string>;
}

/** A response of text. What is not said to be cached is kept by nobody. */
export function textResponse(
  text: string,
  type: string,
  { status = 200, headers }: ResponseOptions = {},
): Response {
  const bytes = encoder.encode(text);
  return new Response(bytes, {
    status,
    headers: {
      "cache-control": "no-store",
      "content-type": type,
      "content-length": `${bytes.length}`,
      ...headers,
    },
  });
}

/** A response of JSON: one value with a line feed at its end. */
export function jsonResponse(
  value: unknown,
  { type = "application/json", ...options }: ResponseOptions & { type?: string } = {},
): Response {
  return textResponse(`${JSON.stringify(value)}\n`, type, options);
}
