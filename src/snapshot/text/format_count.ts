/**
 * How many, for people.
 *
 * @module
 */

/** A number for people: `14,997`. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en-US");
}

/** A number and what is counted: `1 request`, `14,997 rows`. */
export function formatCount(value: number, singular: string): string {
  return `${formatNumber(value)} ${singular}${value === 1 ? "" : "s"}`;
}
