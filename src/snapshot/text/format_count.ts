/**
 * Numbers for people.
 *
 * @module
 */
const whole = new Intl.NumberFormat("en-US");

/** A number, such as `14,997`. */
export function formatNumber(value: number): string {
  return whole.format(value);
}

/** A number of things, such as `1 request` and `14,997 rows`. */
export function formatCount(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatNumber(value)} ${value === 1 ? singular : plural}`;
}
