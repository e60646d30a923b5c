/** A time as ZITADEL sends it and as a snapshot holds it: RFC 3339 in UTC, with up to nine digits of a second. */
export const RFC_3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Which of two such times is the earlier one, as `Array.sort` wants it: without the `Z`, a longer fraction is the later one. */
export function compareTimes(a: string, b: string): number {
  const [left, right] = a.length === b.length ? [a, b] : [a.slice(0, -1), b.slice(0, -1)];
  return left < right ? -1 : left > right ? 1 : 0;
}
