/**
 * The orders in which things stand.
 *
 * @module
 */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The order in which people look for names: `ada` beside `Ada`, `Till 2` before `Till 10`; never equal but for equals. */
export function byText(a: string, b: string): number {
  return a === b ? 0 : collator.compare(a, b) || byCodeUnit(a, b);
}

/** The order of ids: by code unit, the same everywhere. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
