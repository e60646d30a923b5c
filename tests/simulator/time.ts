/**
 * Timestamps as protobuf's JSON writes them.
 *
 * @module
 */

/** `ms` since 1970 as RFC 3339 with 0, 3 or 6 digits of fraction; the fraction of `ms` is microseconds. */
export function timestamp(ms: number): string {
  const micros = Math.round(ms * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros - seconds * 1_000_000).padStart(6, "0");
  return shorten(`${new Date(seconds * 1000).toISOString().slice(0, 19)}.${fraction}Z`);
}

/** The same for a text that may hold any number of digits. */
export function shorten(rfc3339: string): string {
  if (rfc3339.length === 20) return rfc3339;
  return rfc3339.replace(/\.(\d+)Z$/, (_, digits: string) => {
    const micros = digits.slice(0, 6).padEnd(6, "0");
    if (micros === "000000") return "Z";
    return micros.endsWith("000") ? `.${micros.slice(0, 3)}Z` : `.${micros}Z`;
  });
}

/** Microseconds since 1970 of a time; `NaN` for what is none. */
export function toMicros(rfc3339: string): number {
  const fraction = /\.(\d+)/.exec(rfc3339)?.[1] ?? "";
  const seconds = Math.floor(Date.parse(rfc3339) / 1000);
  return seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
}
