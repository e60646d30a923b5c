/**
 * Random numbers that come out the same for the same seed.
 *
 * @module
 */

/** A source of numbers in [0, 1): mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A whole number from 0 to `below` - 1. */
export function integer(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

/** One of the items. Throws if there are none. */
export function pick<T>(random: () => number, items: readonly T[]): T {
  if (items.length === 0) throw new Error("Cannot pick from nothing");
  return items[integer(random, items.length)]!;
}
