const encoder = new TextEncoder();

export interface ResponseOptions {
  /** The status code. @default {200} */
  status?: number;
  /** Further headers. They replace the default ones. */
  headers?: Record<string, string>;
}

/** Makes a response of text. By default nobody may store it. */
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

/** Makes a response of JSON that ends in a line feed. */
export function jsonResponse(
  value: unknown,
  { type = "application/json", ...options }: ResponseOptions & { type?: string } = {},
): Response {
  return textResponse(`${JSON.stringify(value)}\n`, type, options);
}
