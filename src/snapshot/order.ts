/**
 * Orders of names and ids.
 *
 * @module
 */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** The order of names for people: `ada` beside `Ada`, `Till 2` before `Till 10`. Only equal texts are equal. */
export function byText(a: string, b: string): number {
  return a === b ? 0 : collator.compare(a, b) || byCodeUnit(a, b);
}

/** The order of ids: by code unit, the same on every system. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
