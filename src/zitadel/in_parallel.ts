import { allOrAbort } from "./all_or_abort.ts";

/**
 * Does something with each item, so many side by side, in their order. The first failure ends them all.
 *
 * @returns What was made of the items, in their order.
 * @throws As {@linkcode allOrAbort}.
 */
export async function inParallel<I, T>(
  items: readonly I[],
  { concurrency, signal }: { concurrency: number; signal: AbortSignal },
  task: (item: I, signal: AbortSignal) => Promise<T>,
): Promise<T[]> {
  const results = new Array<T>(items.length);
  let next = 0;
  const worker = async (signal: AbortSignal) => {
    while (next < items.length) {
      const at = next++;
      results[at] = await task(items[at]!, signal);
    }
  };
  const workers = Array.from({ length: Math.min(concurrency, items.length) }, () => worker);
  await allOrAbort(workers, signal);
  return results;
}
