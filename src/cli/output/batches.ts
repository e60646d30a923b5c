/** Large enough for few writes, small enough for memory. */
const BATCH_LENGTH = 256 * 1024;

/** Joins pieces of text to at least 256 Ki characters each, the last one excepted. */
export async function* batches(
  chunks: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  let pending: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    pending.push(chunk);
    length += chunk.length;
    if (length < BATCH_LENGTH) continue;
    yield pending.join("");
    pending = [];
    length = 0;
  }
  if (length > 0) yield pending.join("");
}
