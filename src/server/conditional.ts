/**
 * What a client has already, and what it can take.
 *
 * @module
 */

/** Whether a client's copy is current: `If-None-Match`, or `If-Modified-Since` where that is missing (RFC 9110, 13). */
export function isCurrent(headers: Headers, tag: string, modifiedAt: number): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) {
    return tags.trim() === "*" ||
      tags.split(",").some((text) =>
        text.trim().replace(/^W\//, "") === `"${tag}"` ||
        text.trim().replace(/^W\//, "") === `"${tag}-gzip"`
      );
  }
  const since = Date.parse(headers.get("if-modified-since") ?? "");
  return Math.floor(modifiedAt / 1000) * 1000 <= since;
}

/** Whether a client takes gzip (RFC 9110, 12.5.3). */
export function takesGzip(headers: Headers): boolean {
  const weights = new Map<string, number>();
  for (const item of (headers.get("accept-encoding") ?? "").split(",")) {
    const [coding = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    weights.set(coding, q === undefined ? 1 : Number(q));
  }
  return (weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0) > 0;
}
