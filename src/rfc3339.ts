/** A time as ZITADEL sends it and as a snapshot holds it: RFC 3339 in UTC, with up to nine digits of a second. */
export const RFC_3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** A day, in milliseconds. */
export const DAY_MS = 24 * 60 * 60 * 1000;

/** The order of such times, which may differ in how finely they tell a second. */
export function byTime(a: string, b: string): number {
  if (a.length === b.length) return a < b ? -1 : a > b ? 1 : 0;
  const [left, right] = [a.slice(0, WHOLE_SECONDS), b.slice(0, WHOLE_SECONDS)];
  return left < right ? -1 : left > right ? 1 : readFraction(a) - readFraction(b);
}

/** Such a time in microseconds since 1970, as finely as ZITADEL tells times. */
export function toMicros(time: string): number {
  const seconds = Date.parse(`${time.slice(0, WHOLE_SECONDS)}Z`) / 1000;
  return seconds * 1_000_000 + Math.round(readFraction(time) * 1_000_000);
}

const WHOLE_SECONDS = "2026-11-24T09:00:00".length;

function readFraction(time: string): number {
  return Number(`0${time.slice(WHOLE_SECONDS, -1)}`);
}
